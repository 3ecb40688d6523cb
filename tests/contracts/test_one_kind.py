"""A kind of credential is one folder: the toy, a plug-in, is held to all that every kind promises."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from demo.stack import REPOSITORY
from vecgate.settings.plugins import ENVIRONMENT_NAME

PLUGINS = REPOSITORY / "tests" / "support" / "plugins"
SUITE = "tests/contracts/test_kinds.py"


def test_a_toy_in_a_folder_of_its_own_keeps_to_every_contract_of_kinds(tmp_path: Path) -> None:
    made = shutil.copytree(PLUGINS, tmp_path / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (made, *made.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    more = {**os.environ, ENVIRONMENT_NAME: str(made), "PYTHONPATH": str(REPOSITORY / "addons")}
    more.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "-k", "toy_key", SUITE]
    done = subprocess.run(command, cwd=REPOSITORY, env=more, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    passed = [line for line in done.stdout.splitlines() if line.startswith("PASSED") and "toy_key" in line]
    assert len(passed) > 12
