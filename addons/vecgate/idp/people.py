"""Which people can log in here with a password of their own? Those of a file, each with an Argon2id hash.

Of a name that is not there a password is checked all the same, against a hash of nothing: how long an answer takes
tells nobody who is known.
"""

import asyncio
import os
import re
import stat
from pathlib import Path
from typing import Annotated, Final

import argon2
from pydantic import Field, TypeAdapter, ValidationError

from vecgate.parsing.strict_json import NotStrict, parse
from vecgate.refusals.errors import SettingsError
from vecgate.settings.section import Section

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
LONGEST_PASSWORD: Final = 256
SHORTEST_PASSWORD: Final = 12
_HASHER: Final = argon2.PasswordHasher()  # Argon2id, parameters of RFC 9106 (low memory)
#: So many are checked at once: each takes 64 MiB and some hundredths of a second.
_AT_ONCE: Final = 4


class Local(Section):
    """One of them."""

    password: Annotated[str, Field(pattern=r"^\$argon2id\$")] = Field(description="Its Argon2id hash.", repr=False)
    groups: tuple[str, ...] = Field(default=(), description="The groups they are in.")


_FILE: Final = TypeAdapter(dict[str, Local])


class People:
    """The people of a file, read anew when it changes. Raises SettingsError for one that cannot be used."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_at: tuple[int, int] | None = None
        self._found: dict[str, Local] = {}
        self._nobody = _HASHER.hash(os.urandom(16).hex())
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._fresh()

    async def check(self, name: str, password: str) -> Local | None:
        """Who has this name and this password; None: nobody."""
        if len(password) > LONGEST_PASSWORD:
            return None
        found = self._fresh().get(name)
        wanted = found.password if found else self._nobody
        async with self._turns:
            is_right = await asyncio.to_thread(_is_right, wanted, password)
        return found if is_right else None

    def _fresh(self) -> dict[str, Local]:
        try:
            about = self._file.stat()
            if self._read_at != (about.st_mtime_ns, about.st_ino):
                self._found, self._read_at = read(self._file), (about.st_mtime_ns, about.st_ino)
        except OSError as e:
            raise SettingsError([f"people: {self._file}: {e.strerror}"]) from e
        return self._found


def read(file: Path) -> dict[str, Local]:
    """Everybody in it. Raises SettingsError."""
    try:
        if stat.S_IMODE(file.stat().st_mode) & (stat.S_IWGRP | stat.S_IRWXO):
            raise SettingsError([f"people: {file}: others may use it; chmod 600 it"])
        found = _FILE.validate_python(parse(file.read_bytes()))
    except OSError as e:
        raise SettingsError([f"people: {file}: {e.strerror}"]) from e
    except (NotStrict, ValidationError) as e:
        raise SettingsError([f"people: {file}: it is not as `vecgate idp --add` writes it"]) from e
    if wrong := [name for name in found if not NAME.fullmatch(name)]:
        raise SettingsError([f"people: {file}: {len(wrong)} names are none"])
    return found


def hashed(password: str) -> str:
    """What is kept of a password. Raises SettingsError for one that is too short, or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise SettingsError([f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"])
    return _HASHER.hash(password)


def _is_right(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
