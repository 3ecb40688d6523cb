"""Which credentials are out, and which must be ended though whoever had them is gone (queue)? A book in Valkey.

What can be ended at its source is entered before it is used, with when it ends; what is due stays in the book until it
is ended, whoever is there to do it: another worker, or the gateway after its next start. A process that was not heard
of for `HOLDER_SECONDS` is gone, and what it held is due, unless the book itself was away. Nothing in it opens anything.
"""

import asyncio
import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from vecgate.refusals.errors import Part, Unavailable
from vecgate.state.store import Script, Store

HOLDER_SECONDS: Final = 15
#: So long one who has claimed an entry has it alone; then it is due again.
CLAIM_SECONDS: Final = 30
MOST: Final = 32
#: So many are entered at a time: when hundreds log in at once, other calls need the server, too.
_WRITERS: Final = 8
_BOOK: Final = Script.load("vecgate.credentials", "book.lua")


@dataclass(frozen=True, slots=True)
class Entry:
    """One that is out: whose, where, for what, and until when. `handle` ends it, if anything can."""

    id: str
    user: str
    upstream: str
    kind: str
    role: str
    reach: str
    collections: tuple[str, ...] | None
    issued: float
    ends: float
    holder: str = ""
    handle: str = ""


class Book:
    """This process's hands on it. `holder` is the process, for its life."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.holder: Final = secrets.token_hex(8)
        self._keys = [store.key("leases", name) for name in ("out", "due", "holders", "news")]
        self._writing = asyncio.Semaphore(_WRITERS)

    async def write(self, entry: Entry) -> None:
        """Enter one. Raises Unavailable('state')."""
        told = {name: value for name, value in asdict(entry).items() if name != "id"} | {"holder": self.holder}
        async with self._writing:
            await self._run("write", self.holder, entry.id, json.dumps(told), entry.ends, HOLDER_SECONDS)

    async def due(self, *ids: str) -> None:
        """They are to be ended now, by whoever comes first. Raises Unavailable('state')."""
        await self._run("due", *ids, durable=True)

    async def revoke(self, *ids: str) -> int:
        """The same, and who holds them forgets them; how many there were. Raises Unavailable('state')."""
        return int(await self._run("revoke", *ids, durable=True))

    async def gone(self, *ids: str) -> None:
        """They are ended. Raises Unavailable('state')."""
        await self._run("gone", *ids)

    async def claim(self, most: int = MOST) -> list[Entry]:
        """Some of what is due, which nobody else has claimed; says that this process is there. Raises Unavailable."""
        return list(_read(await self._run("claim", self.holder, HOLDER_SECONDS, CLAIM_SECONDS, most)))

    async def all(self) -> list[Entry]:
        """All that is out. Raises Unavailable('state')."""
        return list(_read(await self._run("all")))

    async def latest(self) -> str:
        """The place of the last one that somebody ended. Raises Unavailable('state')."""
        return await self._store.stream_end(self._keys[3])

    async def ended_since(self, place: str, seconds: float) -> list[tuple[str, str]]:
        """Ids that somebody ended after that place, each with its own; waits so long for one. Raises Unavailable."""
        return [(at, told["id"]) for at, told in await self._store.stream_read(self._keys[3], place, seconds)]

    async def leave(self) -> None:
        """This process holds none any more. Raises Unavailable('state')."""
        await self._run("leave", self.holder)

    async def _run(self, *words: str | float, durable: bool = False) -> Any:
        return await self._store.run(_BOOK, self._keys, words, durable=durable)


def _read(flat: list[Any]) -> Iterator[Entry]:
    for id, text in zip(flat[::2], flat[1::2], strict=True):
        try:
            told = json.loads(text or "{}")
            names = told.pop("collections", None)
            yield Entry(id, collections=None if names is None else tuple(names), **told)
        except (TypeError, ValueError) as e:
            raise Unavailable(Part.STATE, "the book of credentials cannot be read") from e
