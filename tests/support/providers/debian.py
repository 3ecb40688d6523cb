"""Programs of Debian packages for tests, unpacked beside the system: nothing is installed, and no root is needed.

They are fetched once (`apt-get download`), for all who come; where that cannot be, a test says so and is skipped.
"""

import fcntl
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import pytest

_ROOM: Final = Path(tempfile.gettempdir()) / "vecgate-test-packages"


def unpacked(name: str, *packages: str) -> Path:
    """Where they lie, as below `/`. Skips where they cannot be had."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None or platform.machine() != "x86_64":
        pytest.skip(f"{name} is run from Debian's packages, and this is no Debian on x86_64")
    _ROOM.mkdir(mode=0o700, exist_ok=True)
    place = _ROOM / name
    with (_ROOM / f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not place.exists():
            with tempfile.TemporaryDirectory(dir=_ROOM) as beside:
                if not _fetched(Path(beside), packages):
                    pytest.skip(f"{name}: its packages ({', '.join(packages)}) cannot be fetched here")
                (Path(beside) / "root").rename(place)
    return place


def _fetched(folder: Path, packages: tuple[str, ...]) -> bool:
    words = ["apt-get", "download", "-qq", *packages]
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return False
    files = sorted(folder.glob("*.deb"))
    if done.returncode or len(files) != len(packages):
        return False
    return all(not subprocess.run(["dpkg", "-x", one, folder / "root"], check=False).returncode for one in files)


def libraries(root: Path) -> dict[str, str]:
    """The environment in which they find each other."""
    return {"LD_LIBRARY_PATH": ":".join(str(root / part / "x86_64-linux-gnu") for part in ("usr/lib", "lib"))}
