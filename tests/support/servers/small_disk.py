"""A disk that can be full: a small tmpfs of its own, filled up and freed at will. Mounting takes root, on Linux."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SIZE: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """Where it is mounted."""

    folder: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not one byte is free inside the block."""
        filler = self.folder / "filler"
        try:
            with filler.open("wb", buffering=0) as file:
                for size in (65536, 4096, 1):
                    _write_until_full(file.write, size)
            yield
        finally:
            filler.unlink(missing_ok=True)


def _write_until_full(write: Callable[[bytes], object], size: int) -> None:
    while True:
        try:
            write(b"." * size)
        except OSError:
            return


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | None]:
    """It, mounted on the folder; None where this user may not mount. Unmounted when the block ends."""
    folder.mkdir(mode=0o700)
    options = f"size={SIZE},mode=0700"
    command = ["mount", "-t", "tmpfs", "-o", options, "vecgate-test", str(folder)]
    if (
        sys.platform != "linux"
        or shutil.which("mount") is None
        or subprocess.run(command, capture_output=True, check=False).returncode != 0
    ):
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
