"""How does .venv come about on a machine that has no Python >= 3.12, no uv, or neither? Stand-ins tell what they were asked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
HASH = "0" * 64

#: Stands for a Python of some version: answers questions about itself, and notes what it is asked to do.
PYTHON_STUB = """#!/bin/sh
echo "$(basename "$0") $*" >> "$LOG"
case "$1" in
  --version) echo "Python {version}" ;;
  -c) exec {real} -S -c "import sys; sys.version_info = {tuple}; sys.modules |= dict.fromkeys(('pip', 'venv', 'ensurepip'), sys)
$2" ;;
  -m) case "$*" in
        *"--target .uv"*) {fetch} ;;
        *venv*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
      esac ;;
esac
"""
#: Stands for uv, which cannot fetch a Python here.
UV_STUB = """#!/bin/sh
echo "uv $*" >> "$LOG"
case "$*" in
  --version) echo "uv 9.9.9" ;;
  venv*) mkdir -p .venv/bin; cp "$STAND_INS/python-new" .venv/bin/python ;;
esac
"""


class Machine:
    """A checkout and a PATH on which only what is put there can be found."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.bin, self.stand_ins = folder / "tree", folder / "bin", folder / "stand-ins"
        self.log = folder / "log"
        for made in (self.tree / "scripts", self.bin, self.stand_ins):
            made.mkdir(parents=True)
        shutil.copy(SCRIPTS / "bootstrap", self.tree / "scripts")
        (self.tree / "scripts/requirements.lock").write_text(f"toy==1.0 --hash=sha256:{HASH}\n")
        (self.tree / "scripts/uv.lock").write_text(f"uv==9.9.9 \\\n    --hash=sha256:{HASH}\n")
        for tool in (
            "bash",
            "sh",
            "sed",
            "cmp",
            "cp",
            "ls",
            "sort",
            "grep",
            "rm",
            "mkdir",
            "dirname",
            "basename",
            "cut",
        ):
            os.symlink(shutil.which(tool) or tool, self.bin / tool)
        self.put(self.stand_ins / "python-new", python((3, 13, 0)))
        self.put(self.stand_ins / "uv", UV_STUB)

    def put(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)

    def bootstrap(self) -> subprocess.CompletedProcess[str]:
        paths = {"PATH": str(self.bin), "HOME": str(self.tree), "LOG": str(self.log), "STAND_INS": str(self.stand_ins)}
        return subprocess.run([self.tree / "scripts/bootstrap"], env=paths, capture_output=True, text=True, check=False)

    @property
    def asked(self) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if " -c " not in line and "--version" not in line]


def python(version: tuple[int, int, int], fetch: str = "exit 1") -> str:
    shown = ".".join(map(str, version))
    return PYTHON_STUB.format(version=shown, tuple=version, real=sys.executable, fetch=fetch)


FETCHES = 'mkdir -p .uv/bin; cp "$STAND_INS/uv" .uv/bin/uv'


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_uv_on_the_path_installs_the_lock_into_a_python_that_is_there(machine: Machine) -> None:
    machine.put(machine.bin / "python3.12", python((3, 12, 4)))
    machine.put(machine.bin / "uv", UV_STUB)
    done = machine.bootstrap()
    assert done.returncode == 0, done.stderr
    venv, sync, package = machine.asked
    assert venv == f"uv venv -q --clear --python {machine.bin / 'python3.12'} .venv"
    assert "pip sync" in sync
    assert "--require-hashes scripts/requirements.lock" in sync
    assert package.endswith("--no-deps --no-build-isolation --editable .")
    assert "installing 1 packages of scripts/requirements.lock with uv 9.9.9" in done.stderr
    assert not (machine.tree / ".uv").exists()


def test_an_older_python_fetches_uv_and_uv_fetches_a_python(machine: Machine) -> None:
    machine.put(machine.bin / "python3", python((3, 9, 2), FETCHES))
    done = machine.bootstrap()
    assert done.returncode == 0, done.stderr
    fetched, venv, *_ = machine.asked
    assert "--require-hashes --requirement scripts/uv.lock --target .uv" in fetched
    assert venv == "uv venv -q --clear --managed-python --python >=3.12,<3.14 .venv"
    assert "no Python >= 3.12 here: uv fetches one" in done.stderr


def test_where_uv_cannot_fetch_a_python_it_is_said_what_to_do(machine: Machine) -> None:
    """Behind a firewall, only uv's chain of causes was to be read."""
    machine.put(machine.bin / "python3", python((3, 9, 2), FETCHES))
    machine.put(machine.stand_ins / "uv", UV_STUB.replace("mkdir -p .venv/bin;", "exit 2;"))
    done = machine.bootstrap()
    assert done.returncode == 1
    assert "install Python 3.12 or 3.13, or name a mirror in UV_PYTHON_INSTALL_MIRROR" in done.stderr


def test_where_uv_cannot_be_had_pip_installs_the_same_lock(machine: Machine) -> None:
    machine.put(machine.bin / "python3.13", python((3, 13, 1)))
    done = machine.bootstrap()
    assert done.returncode == 0, done.stderr
    assert any(
        "-m pip install -qq --require-hashes --requirement scripts/requirements.lock" in line for line in machine.asked
    )
    assert "with pip" in done.stderr


def test_without_any_python_it_says_what_is_missing(machine: Machine) -> None:
    done = machine.bootstrap()
    assert done.returncode == 1
    assert "needs Python >= 3.12, or uv" in done.stderr
    assert not (machine.tree / ".venv").exists()


def test_nothing_is_done_twice(machine: Machine) -> None:
    machine.put(machine.bin / "python3", python((3, 13, 1)))
    machine.put(machine.bin / "uv", UV_STUB)
    machine.bootstrap()
    asked = machine.asked
    done = machine.bootstrap()
    assert (done.returncode, done.stderr) == (0, "")
    assert machine.asked == asked
    (machine.tree / "scripts/requirements.lock").write_text(f"toy==2.0 --hash=sha256:{HASH}\n")
    machine.bootstrap()
    assert [
        line for line in machine.asked[len(asked) :] if "venv" in line.split()
    ] == []  # only what changed is installed


def test_the_lock_of_uv_itself_has_hashes_and_names_no_index() -> None:
    first, *others = (SCRIPTS / "uv.lock").read_text().splitlines()
    assert first.startswith("uv==")
    assert others
    assert all(line.strip().startswith("--hash=sha256:") for line in others)
