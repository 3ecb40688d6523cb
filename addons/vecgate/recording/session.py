"""Which requests belong together? One person, from one address, with one client program, without a long pause."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from vecgate.recording.journal import Journal

_PRODUCT: Final = re.compile(r"[A-Za-z][A-Za-z ._-]{0,40}[ /]v?\d[\d.]{0,15}")
_PORT: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):\d{1,5}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a session is for. `principal` is empty for callers nobody knows."""

    principal: str
    user: str
    client: str
    agent: str


def caller(principal: str, user: str, client: str, agent: str) -> Caller:
    """The caller, with the port taken off the address and the user agent cut down to a program and version.

    A user agent is the client's own text: only what looks like `name/1.2.3` is written down.
    """
    port = _PORT.fullmatch(client)
    product = _PRODUCT.match(agent)
    return Caller(principal, user, (port[1] or port[2]) if port else client, product[0] if product else "other")


def new_id(at: float, user: str) -> str:
    """An id that sorts by time and can be read: `20261123T141500-alice-8f3a`. `at`: seconds since the epoch."""
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%S}-{slug(user)}-{secrets.token_hex(2)}"


def slug(user: str) -> str:
    """A user's name as it stands in an id."""
    return re.sub(r"[^a-z0-9]+", "-", user.lower()).strip("-")[:32].strip("-") or "x"


@dataclass(slots=True)
class Session:
    """A session that is being recorded. `open` holds its exchanges without an end, with their start."""

    caller: Caller
    journal: Journal
    last: float
    open: dict[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.journal.session

    def is_idle(self, now: float, idle: float, longest: float) -> bool:
        """Whether it has paused for `idle` seconds; an exchange under way for less than `longest` keeps it going."""
        waiting = any(now - began < longest for began in self.open.values())
        return now - self.last >= idle and not waiting
