"""An operator is one file: a toy in a folder of its own is a word of profiles, has its marks, and keeps to all contracts."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo.stack import REPOSITORY
from vecgate.settings.plugins import ENVIRONMENT_NAME

TOY = REPOSITORY / "tests" / "support" / "plugins" / "operators" / "measured.py"
#: What all operators are held to, wherever they lie.
CONTRACTS = (
    "tests/contracts/test_operators.py",
    "tests/masking/inputs/test_forms.py",
    "tests/masking/inputs/test_joining.py",
)
POLICY = """version: 1
mask_profiles:
  toys: {entities: {EMAIL: {operator: measured, unit: letters}}, default: measured}
rules:
  - {name: all, who: anyone, where: anywhere, operations: [read], effect: allow, mask: toys}
"""


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    """The toy where only this user may write."""
    folder = tmp_path / "plugins"
    (folder / "operators").mkdir(mode=0o700, parents=True)
    folder.chmod(0o700)
    shutil.copy(TOY, folder / "operators" / TOY.name)
    (folder / "operators" / TOY.name).chmod(0o600)
    return folder


def run(plugins: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Python, told of these plug-ins."""
    more = {**os.environ, ENVIRONMENT_NAME: str(plugins), "PYTHONPATH": str(REPOSITORY / "addons")}
    more.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        [sys.executable, *words], cwd=REPOSITORY, env=more, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_toy_in_one_file_keeps_to_every_contract_of_operators(placed: Path) -> None:
    done = run(placed, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "-k", "measured", *CONTRACTS)
    assert done.returncode == 0, done.stdout
    passed = [line for line in done.stdout.splitlines() if line.startswith("PASSED") and "measured" in line]
    assert {name for name in CONTRACTS if any(name in line for line in passed)} == {*CONTRACTS}


def test_a_profile_names_it_and_a_mistake_is_told(placed: Path, tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "rules.yaml").write_text(POLICY, "utf-8")
    check = ("-m", "vecgate.cli", "policy", "check", str(policies))
    done = run(placed, *check)
    assert done.returncode == 0, done.stdout + done.stderr
    (policies / "rules.yaml").write_text(POLICY.replace("unit: letters", "units: letters"), "utf-8")
    assert "operator 'measured' has no parameter 'units'. It takes: unit." in run(placed, *check).stderr
    schema = run(
        placed, "-c", "import json; from vecgate.policy.language.schema import schema; print(json.dumps(schema()))"
    )
    assert {"operator": {"const": "measured"}, "unit": {"type": "string", "minLength": 1, "maxLength": 20}} in [
        one.get("properties") for one in _objects(json.loads(schema.stdout))
    ]


def _objects(node: object) -> list[dict[str, object]]:
    if isinstance(node, list):
        return [one for inner in node for one in _objects(inner)]
    return [node, *(one for inner in node.values() for one in _objects(inner))] if isinstance(node, dict) else []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("redact", None, "VECGATE_PLUGINS: there is a masking operator 'redact' already"),
        ("half", "WORDS = 1\n", "operators/half.py must hold WORDS, form and build"),
    ],
)
def test_a_file_that_is_no_operator_of_its_own_is_told(placed: Path, name: str, text: str | None, said: str) -> None:
    made = placed / "operators" / f"{name}.py"
    made.write_text(TOY.read_text("utf-8") if text is None else text, "utf-8")
    made.chmod(0o600)
    done = run(placed, "-c", "from vecgate.domain.profiles import operators; operators()")
    assert done.returncode == 1
    assert said in done.stderr
