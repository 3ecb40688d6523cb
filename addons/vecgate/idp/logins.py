"""Who has logged in, how, and until when? A login (`sid`) is what tokens are renewed by, and what a logout ends."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from vecgate.idp.kept import Kept
from vecgate.idp.leaving import Leaving

#: Logins of one name at an identity provider that are remembered for its logout.
_MOST: int = 200
_TRIES: int = 20
#: So long it may take from a login to its person's yes, in seconds: a browser's life (`browsers.py`), and some more.
_WAITS: float = 1200.0


@dataclass(frozen=True, slots=True)
class Login:
    """A person who proved who they are at `at`, by `amr`, until `ends`.

    `name`, `index`: at an identity provider, which said so to us at `came`.
    """

    user: str
    groups: tuple[str, ...]
    amr: tuple[str, ...]
    at: float
    ends: float
    name: str = ""
    index: str = ""
    came: float = 0.0

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Login":
        return cls(**{**document, "groups": tuple(document["groups"]), "amr": tuple(document["amr"])})


class TooManyLogins(Exception):
    """One name has more logins than are remembered: they could not all be ended."""


class LoginOver(Exception):
    """The identity provider has ended it meanwhile."""


class Logins:
    """`leaving` ends those that end before their time. Raises Unavailable('state')."""

    def __init__(self, kept: Kept, leaving: Leaving, now: Callable[[], float]) -> None:
        self._kept, self._leaving, self._now = kept, leaving, now

    async def begin(self, login: Login) -> str:
        """Its `sid`. Raises TooManyLogins, LoginOver."""
        sid = secrets.token_hex(16)
        if login.name:
            await self._note(login, sid)
            # After it was noted: a logout that comes at just this time finds it there, or is found here.
            if await self._left(login):
                raise LoginOver
        await self._kept.new("login", sid, asdict(login), max(1.0, login.ends - self._now()))
        return sid

    async def of(self, sid: str) -> Login | None:
        """None: it has ended."""
        found = await self._kept.get("login", sid)
        login = Login.of(found) if found else None
        return login if login and self._now() < login.ends else None

    async def end(self, sid: str) -> bool:
        """False: it had ended before. Whoever is to know of it is told once."""
        return await self._leaving.end(sid, self._kept.place("login", sid))

    async def end_of(self, name: str, indexes: frozenset[str]) -> list[str]:
        """End those of one name at the identity provider, or of these of its sessions. Which ended.

        One that its person has not said yes to yet will not begin.
        """
        for index in indexes or {""}:
            await self._kept.put("left", f"{name}\n{index}", self._now(), _WAITS)
        listed = await self._kept.get("name", name) or []
        wanted = [sid for sid, index, _ in listed if not indexes or index in indexes]
        return [sid for sid in wanted if await self.end(sid)]

    async def _left(self, login: Login) -> bool:
        """Whether its provider has ended it since it came."""
        ends = [await self._kept.get("left", f"{login.name}\n{index}") for index in {"", login.index}]
        return any(at is not None and at >= login.came for at in ends)

    async def _note(self, login: Login, sid: str) -> None:
        for _ in range(_TRIES):
            listed = await self._kept.get("name", login.name)
            mine = [sid, login.index, login.ends]
            if listed is None:
                if await self._kept.new("name", login.name, [mine], max(1.0, login.ends - self._now())):
                    return
                continue
            alive = [one for one in listed if one[2] > self._now()]
            if len(alive) >= _MOST:
                break
            last = max(one[2] for one in (*alive, mine))
            if await self._kept.swap("name", login.name, listed, [*alive, mine], max(1.0, last - self._now())):
                return
        raise TooManyLogins
