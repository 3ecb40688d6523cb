"""Where is kept what a login is made of: codes, requests, logins, families of refresh tokens? In Valkey, by hash.

Whoever reads the store finds no secret that opens anything: keys are digests of codes and tokens, which are random.
"""

import secrets
from hashlib import sha256
from typing import Any, Final

import orjson

from vecgate.state.store import Script, Store

_KEPT: Final = Script.load("vecgate.idp", "kept.lua")


def secret() -> str:
    """A value that nobody guesses."""
    return secrets.token_urlsafe(32)


def mark(text: str) -> str:
    """What is kept of it."""
    return sha256(text.encode()).hexdigest()


class Kept:
    """Documents, each of a kind, under a name, for so many seconds. All raise Unavailable('state')."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def new(self, kind: str, name: str, document: Any, seconds: float) -> bool:
        """Keep it; False: there is one of that name already."""
        text = orjson.dumps(document).decode()
        return bool(await self._run("new", kind, name, text, _ms(seconds), durable=True))

    async def put(self, kind: str, name: str, document: Any, seconds: float) -> None:
        """Keep it, in the place of whatever is there."""
        await self._run("put", kind, name, orjson.dumps(document).decode(), _ms(seconds), durable=True)

    async def get(self, kind: str, name: str) -> Any:
        """It, or None."""
        return _read(await self._run("get", kind, name))

    async def take(self, kind: str, name: str) -> Any:
        """It, for the first who asks; None to all others."""
        return _read(await self._run("take", kind, name, durable=True))

    async def swap(self, kind: str, name: str, was: Any, document: Any, seconds: float | None = None) -> bool:
        """Put another in its place, for as long as it had, or for so many seconds; False: it is not what it was."""
        texts = [orjson.dumps(one).decode() for one in (was, document)]
        life = [] if seconds is None else [_ms(seconds)]
        return bool(await self._run("swap", kind, name, *texts, *life, durable=True))

    async def end(self, kind: str, name: str) -> bool:
        """Forget it; False: there was none."""
        return bool(await self._run("end", kind, name, durable=True))

    def place(self, kind: str, name: str) -> str:
        """The key it is kept under, for scripts that take it with others."""
        return self._store.key("idp", kind, mark(name))

    async def _run(self, how: str, kind: str, name: str, *more: str | int, durable: bool = False) -> Any:
        return await self._store.run(_KEPT, [self.place(kind, name)], [how, *more], durable=durable)


def _ms(seconds: float) -> int:
    return max(1, int(seconds * 1000))


def _read(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
