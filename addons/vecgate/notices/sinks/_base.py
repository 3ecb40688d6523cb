"""What does a way of telling have to do? Tell once, in a bounded time, or raise NotTold."""

import ssl
from pathlib import Path
from typing import Protocol

from vecgate.notices.notice import Notice
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import SettingsError
from vecgate.settings.notices import Kind


class NotTold(Exception):
    """It was not told. Its words are a status, or the class of what went wrong: never what the other side said."""

    def __init__(self, why: str, again: float = 0.0) -> None:
        super().__init__(why)
        self.again = again  # so long the other side asks not to be tried


class Sink(Protocol):
    """One place that is told."""

    tells: tuple[Kind, ...]
    timeout: float  # the longest that `tell` takes, in seconds

    async def tell(self, notice: Notice, now: float) -> None:
        """Tell it; raises NotTold. `now`: seconds since the epoch. Nobody to be told is fine."""

    async def close(self) -> None:
        """Leave nothing open."""


def trust(ca: Path | None, named: str) -> ssl.SSLContext:
    """Whose certificates are believed. Raises SettingsError."""
    try:
        return trusting(ca)
    except OSError as e:
        raise SettingsError([f"{named}: {ca} cannot be read, or holds no certificates"]) from e
