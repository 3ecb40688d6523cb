"""Where does a desk keep what it knows of logins (folder, file mode)? In files that only their owner can read."""

import errno
import glob
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from vecgate.refusals.errors import VecgateError

FOLDER: Final = "VECGATE_HOME"
_PRIVATE: Final = 0o600
_SEEN: Final = 0o644
#: No file of ours is longer, a login with the longest tokens included.
_LONGEST: Final = 256 * 1024


class DeskFailed(VecgateError):
    """It could not be done at this desk; the text says why and what to do."""


def folder() -> Path:
    """Where all of it lies: VECGATE_HOME, or `vecgate` among the user's settings. It need not be there."""
    told = os.environ.get(FOLDER)
    if told:
        return Path(told)
    settings = os.environ.get("XDG_CONFIG_HOME")
    return (Path(settings) if settings else Path.home() / ".config") / "vecgate"


def private_folder(path: Path) -> Path:
    """A folder that only we can look into, made where it is not there. Raises DeskFailed where it is another's."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.stat()
    except OSError as e:
        raise DeskFailed(f"{path}: {e.strerror}") from e
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o022:
        raise DeskFailed(f"{path} belongs to others, or they may write there; make it yours: chmod 700 {path}")
    return path


def write(path: Path, text: str) -> None:
    """Put a file there whole or not at all, for its owner only. Raises DeskFailed."""
    private_folder(path.parent)
    made = ""
    try:
        handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(made).replace(path)
    except OSError as e:
        with suppress(OSError):
            Path(made).unlink()
        raise DeskFailed(f"{path}: {e.strerror}") from e


def read(path: Path, *, seen: bool = False) -> str | None:
    """What a file holds; None where there is none. Raises DeskFailed where others may read it, too.

    `seen`: they may read it; still not write it.
    """
    try:
        with _opened(path) as file:
            found = os.fstat(file.fileno())
            if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & ~(_SEEN if seen else _PRIVATE):
                raise DeskFailed(
                    f"{path}: others may read it, and so may have your login; it is not used. "
                    "Log in anew ('vecgate logout', then 'vecgate login'), and see who changed its mode"
                )
            return file.read(_LONGEST)
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as e:
        raise DeskFailed(f"{path} cannot be read") from e
    except OSError as e:
        raise DeskFailed(f"{path}: {e.strerror}") from e


def glimpse(path: Path) -> str:
    """What a file holds, whoever may have seen it; for what is no secret. Raises OSError, ValueError."""
    with _opened(path) as file:
        return file.read(_LONGEST)


def _opened(path: Path) -> TextIO:
    """A file, and nothing else that has its name: nobody waits for what others may never write. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no file")
    return os.fdopen(handle, encoding="utf-8")


def forget(path: Path) -> None:
    """Take a file away, and what is left of one that was being put there when its process ended. Raises OSError."""
    path.unlink(missing_ok=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*"):
        left.unlink(missing_ok=True)
