"""Which policies, which settings, which file? What every action of `vecgate policy` begins with."""

import os
from pathlib import Path
from typing import Final

from vecgate.refusals.errors import VecgateError
from vecgate.settings.file import ENVIRONMENT_NAME, Settings, from_environment

DEFAULT_FOLDER: Final = Path("policies")
DEFAULT_DIALECT: Final = "chroma"


def folder_help() -> str:
    """What a command says of its folder."""
    return f"policies folder; left out: the one in {ENVIRONMENT_NAME}, or ./{DEFAULT_FOLDER}"


def settings() -> Settings | None:
    """The settings, where the environment names some."""
    return from_environment() if os.environ.get(ENVIRONMENT_NAME) else None


def folder(given: Path | None) -> Path:
    """The folder that is meant."""
    known = None if given else settings()
    return given or (known.policies.folder if known else DEFAULT_FOLDER)


def read(file: Path) -> bytes:
    """A file's content. Raises VecgateError."""
    try:
        return file.read_bytes()
    except OSError as e:
        raise VecgateError(f"{file}: {e.strerror}") from e


def dialect(given: str | None, upstream: str | None) -> str:
    """The dialect that is meant: said, or the only one of the settings."""
    if given:
        return given
    there = settings()
    known = {u.dialect for n, u in there.upstreams.items() if upstream in (None, n)} if there else set()
    return known.pop() if len(known) == 1 else DEFAULT_DIALECT
