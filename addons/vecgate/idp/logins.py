"""Who has logged in, how, and until when? A login (`sid`) is what tokens are renewed by, and what a logout ends."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from vecgate.idp.kept import Kept

#: Logins of one name at an identity provider that are remembered for its logout.
_MOST: int = 200
_TRIES: int = 20


@dataclass(frozen=True, slots=True)
class Login:
    """A person who proved who they are at `at`, by `amr`, until `ends`; `name`, `index`: at an identity provider."""

    user: str
    groups: tuple[str, ...]
    amr: tuple[str, ...]
    at: float
    ends: float
    name: str = ""
    index: str = ""

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Login":
        return cls(**{**document, "groups": tuple(document["groups"]), "amr": tuple(document["amr"])})


class TooManyLogins(Exception):
    """One name has more logins than are remembered: they could not all be ended."""


class Logins:
    """`ended` is told of each that ends before its time. Raises Unavailable('state')."""

    def __init__(self, kept: Kept, now: Callable[[], float], ended: Callable[[str], None] = lambda _sid: None) -> None:
        self._kept, self._now, self._ended = kept, now, ended

    async def begin(self, login: Login) -> str:
        """Its `sid`. Raises TooManyLogins."""
        sid = secrets.token_hex(16)
        if login.name:
            await self._note(login, sid)
        await self._kept.new("login", sid, asdict(login), max(1.0, login.ends - self._now()))
        return sid

    async def of(self, sid: str) -> Login | None:
        """None: it has ended."""
        found = await self._kept.get("login", sid)
        login = Login.of(found) if found else None
        return login if login and self._now() < login.ends else None

    async def end(self, sid: str) -> bool:
        """False: it had ended before. Whoever is to know of it is told once."""
        is_new = await self._kept.end("login", sid)
        if is_new:
            self._ended(sid)
        return is_new

    async def end_of(self, name: str, indexes: frozenset[str]) -> list[str]:
        """End those of one name at the identity provider, or of these of its sessions. Which ended."""
        listed = await self._kept.get("name", name) or []
        wanted = [sid for sid, index, _ in listed if not indexes or index in indexes]
        return [sid for sid in wanted if await self.end(sid)]

    async def _note(self, login: Login, sid: str) -> None:
        seconds = 30 * 86400.0
        for _ in range(_TRIES):
            listed = await self._kept.get("name", login.name)
            mine = [sid, login.index, login.ends]
            if listed is None:
                if await self._kept.new("name", login.name, [mine], seconds):
                    return
                continue
            alive = [one for one in listed if one[2] > self._now()]
            if len(alive) >= _MOST:
                break
            if await self._kept.swap("name", login.name, listed, [*alive, mine]):
                return
        raise TooManyLogins
