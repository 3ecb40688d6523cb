"""A database is one folder and its tests: a toy in a folder of its own is held to every contract, and no list elsewhere has it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from demo.stack import REPOSITORY
from vecgate.settings.plugins import ENVIRONMENT_NAME

PLUGINS = REPOSITORY / "tests" / "support" / "plugins"
#: What all databases are held to, wherever they lie.
CONTRACTS = (
    "tests/contracts/test_dialects.py",
    "tests/contracts/test_reading.py",
    "tests/contracts/test_guards.py",
    "tests/dialects/base/test_particulars.py",
    "tests/dialects/base/test_ports.py",
)


def test_a_toy_in_one_folder_keeps_to_every_contract_of_databases(tmp_path: Path) -> None:
    placed = tmp_path / "plugins"
    (placed / "dialects").mkdir(mode=0o700, parents=True)
    placed.chmod(0o700)
    made = shutil.copytree(
        PLUGINS / "dialects" / "toy", placed / "dialects" / "toy", ignore=shutil.ignore_patterns("__pycache__")
    )
    for path in (made, *made.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    searched = os.pathsep.join(map(str, (REPOSITORY / "addons", REPOSITORY / "tests", PLUGINS / "tests")))
    more = {**os.environ, ENVIRONMENT_NAME: str(placed), "PYTHONPATH": searched}
    more.pop("PYTEST_ADDOPTS", None)
    words = ("-m", "pytest", "-p", "no:cacheprovider", "-p", "only_toy", "-rA", *CONTRACTS)
    done = subprocess.run(
        [sys.executable, *words], cwd=REPOSITORY, env=more, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
    passed = [line for line in done.stdout.splitlines() if line.startswith("PASSED")]
    assert {name for name in CONTRACTS if any(name in line for line in passed)} == {*CONTRACTS}
