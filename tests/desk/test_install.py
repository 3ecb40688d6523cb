"""A desk is installed without the gateway: of one wheel, small, and its commands run; `vecgate[gateway]` brings the rest."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from support.tools.families import REPOSITORY, CannotMake, _run, uv

COMMANDS: Final = ("access", "env", "exec", "login", "logout", "requests", "token", "wait", "whoami")
GATEWAY_ONLY: Final = ("mitmproxy", "spacy", "thinc", "numpy", "pydantic", "aiohttp", "redis", "hvac", "yaml")
MOST: Final = 30_000_000
BLOCKED: Final = f"""
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {GATEWAY_ONLY!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Without())
from vecgate.cli import main
sys.exit(max(main([name, "--help"]) for name in sys.argv[1:]))
"""


def test_what_a_desk_types_needs_nothing_of_the_gateway() -> None:
    code = [sys.executable, "-c", BLOCKED]
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "addons")}
    done = subprocess.run([*code, *COMMANDS], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    lacks = subprocess.run([*code, "run"], env=env, capture_output=True, text=True, check=False)
    assert lacks.returncode == 1
    assert re.search(
        r"'run' is a command of the gateway, and \w+ is not installed: pip install 'vecgate\[gateway\]'", lacks.stderr
    )


def test_a_package_that_only_the_gateway_needs_is_in_its_part() -> None:
    told = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    desk = {re.split(r"[\[><=]", one)[0].lower() for one in told["dependencies"]}
    assert desk == {"cryptography", "fido2", "h2", "orjson", "pyjwt"}
    assert desk.isdisjoint(re.split(r"[\[><=]", one)[0].lower() for one in told["optional-dependencies"]["gateway"])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the tree as it is, built in a copy."""
    folder = tmp_path_factory.mktemp("wheel")
    try:
        _run("git", "clone", "-q", str(REPOSITORY), str(folder / "tree"))
        _run(
            uv(),
            "build",
            "-q",
            "--wheel",
            "--no-build-isolation",
            "--python",
            sys.executable,
            "-o",
            str(folder),
            cwd=folder / "tree",
        )
    except CannotMake as e:
        pytest.skip(f"no wheel can be built here: {e}")
    return next(folder.glob("*.whl"))


def installed(folder: Path, what: str, by: str = "uv") -> Path:
    """A fresh environment with it; skips where packages cannot be had."""
    python = str(folder / "bin/python")
    ways = {
        "uv": (uv(), "pip", "install", "-q", "--python", python, what),
        "pip": (python, "-m", "pip", "install", "-q", "--no-compile", what),
    }
    try:
        _run(uv(), "venv", "-q", "--seed", "--python", sys.executable, str(folder))
        _run(*ways[by])
    except CannotMake as e:
        pytest.skip(f"its packages cannot be had here: {e}")
    return folder / "bin/vecgate"


def taken(packages: Path) -> int:
    """The bytes of an environment, without the pip that came with it."""
    of_pip = ("pip", *(path.name for path in packages.glob("pip-*")))
    files = (path for path in packages.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if path.relative_to(packages).parts[0] not in of_pip)


@pytest.mark.long
@pytest.mark.parametrize("by", ["uv", "pip"])
def test_a_desk_is_small_and_works(wheel: Path, tmp_path: Path, by: str) -> None:
    vecgate = installed(tmp_path / "desk", str(wheel), by)
    packages = next((tmp_path / "desk/lib").glob("python3*/site-packages"))
    there = {path.name for path in packages.iterdir()}
    assert there.isdisjoint(GATEWAY_ONLY)
    assert taken(packages) < MOST
    home = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}  # and with what Python compiles when they run
    for name in COMMANDS:
        subprocess.run([vecgate, name, "--help"], capture_output=True, check=True, env=home)
    told = subprocess.run([vecgate, "token"], capture_output=True, text=True, env=home, check=False)
    assert (told.returncode, "who are you?" in told.stderr) == (1, True)
    assert subprocess.run([vecgate, "doctor"], capture_output=True, check=False, env=home).returncode == 1
    assert any(packages.rglob("vecgate/**/*.pyc"))
    assert taken(packages) < MOST


@pytest.mark.long
def test_a_gateway_is_the_same_wheel_with_the_rest(wheel: Path, tmp_path: Path) -> None:
    vecgate = installed(tmp_path / "gateway", f"{wheel}[gateway]")
    done = subprocess.run([vecgate, "--help"], capture_output=True, text=True, check=True)
    assert "(a command of the gateway)" not in done.stdout
    assert subprocess.run([vecgate, "run", "--help"], capture_output=True, check=False).returncode == 0
