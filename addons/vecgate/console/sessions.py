"""Who is logged in here? Kept in this process: a browser holds a name by chance, and never the login token.

A name is known here by its digest only. Each login makes a new one, so none that was known before is worth anything.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from vecgate.domain.principal import Secret

#: So many people may be logged in, and so many be on their way, at a time; the oldest gives way.
MOST: Final = 10_000
#: For how long without a page being opened, and in all; logging in takes no longer than that, in seconds.
IDLE: Final = 1800.0
LONGEST: Final = 8 * 3600.0
ON_THE_WAY: Final = 600.0


@dataclass(slots=True)
class Session:
    """One person's. `form`: what each form of theirs carries, so that no other page's form is taken."""

    user: str
    token: Secret = field(repr=False)
    form: str = field(repr=False)
    began: float
    seen: float
    ends: float
    #: Of the token; and what it is renewed with, where the login service gave that.
    good_until: float = 0.0
    renewal: Secret | None = field(default=None, repr=False)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False, compare=False)
    #: How many open pages of theirs are told what is new.
    told: int = 0

    def is_over(self, now: float) -> bool:
        return now >= self.ends or now - self.seen > IDLE


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who is on the way to the login service and back."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back: str
    began: float


class Kept[T]:
    """Things by names that only who was given one knows; the oldest gives way to the newest."""

    def __init__(self) -> None:
        self._things: dict[bytes, T] = {}

    def put(self, thing: T) -> str:
        """Its name."""
        name = secrets.token_urlsafe(32)
        while len(self._things) >= MOST:
            self._things.pop(next(iter(self._things)))
        self._things[_digest(name)] = thing
        return name

    def get(self, name: str) -> T | None:
        return self._things.get(_digest(name)) if name else None

    def pop(self, name: str) -> T | None:
        return self._things.pop(_digest(name), None) if name else None

    def take(self, is_one: Callable[[T], bool]) -> list[T]:
        """Those of whom it is so; they are here no more."""
        gone = [name for name, thing in self._things.items() if is_one(thing)]
        return [self._things.pop(name) for name in gone]


class Sessions:
    """Who is logged in, and who is about to be. `now`: seconds since the epoch."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions, self._logins = Kept[Session](), Kept[Login]()

    def leave(self, back: str) -> tuple[str, Login]:
        """Somebody goes to log in; by this name they are known when they come back."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        login = Login(state, nonce, verifier, back, self._now())
        return self._logins.put(login), login

    def returned(self, name: str, state: str) -> Login | None:
        """Who left under that name, once, and only if the login service says what it was told by them."""
        login = self._logins.pop(name)
        if login is None or self._now() - login.began > ON_THE_WAY:
            return None
        return login if secrets.compare_digest(login.state.encode(), state.encode()) else None

    def begin(self, user: str, token: Secret, ends: float, renewal: Secret | None = None) -> str:
        """A new session, and its name. It ends with its token, unless that can be renewed."""
        now = self._now()
        over = now + LONGEST if renewal else min(ends, now + LONGEST)
        return self._sessions.put(Session(user, token, secrets.token_urlsafe(32), now, now, over, ends, renewal))

    def of(self, name: str, *, by_hand: bool = True) -> Session | None:
        """Whose name this is; None: nobody's, or not any more. What a page does by itself keeps nobody logged in."""
        session = self._sessions.get(name)
        if session is None:
            return None
        now = self._now()
        if session.is_over(now):
            return None
        if by_hand:
            session.seen = now
        return session

    def over(self, *, all_: bool = False) -> list[Session]:
        """Those that are over, or all: they are here no more."""
        now = self._now()
        return self._sessions.take(lambda one: all_ or one.is_over(now))

    def end(self, name: str) -> Session | None:
        """Whose it was."""
        session = self._sessions.pop(name)
        if session is not None:
            session.ends = 0.0  # pages of it that are open are told no more
        return session


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
