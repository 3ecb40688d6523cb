"""Has every worker heard that names are about to change? What they remember of them must not decide any longer.

Before a rename goes out, it is told in a stream; every worker drops what it remembers and says so, and remembers
nothing new until the change is over. A worker may trust its memory only for as long as it has lately read the stream
to its end, by its own clock (`GOOD_FOR`): so one that does not answer has stopped trusting once that time has passed,
and the rename waits no longer than that. Without the stream nobody trusts a name, and nobody changes one.
"""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from vecgate.background import Tasks
from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Script, Store

BLOCK_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 0.5
#: How long a worker trusts its memory after it last read the stream to its end, in seconds.
GOOD_FOR: Final = 6.0
#: A change whose end is never told is over by now: whoever made it has failed.
LONGEST_CHANGE: Final = 60.0

_CHANGES: Final = Script.load("vecgate.state", "changes.lua")


class Changes:
    """What is being changed, of every database, by any worker. `open` starts the reader inside the running loop."""

    def __init__(self, store: Store, now: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._now = now
        self._keys = [store.key("{names}", "changes"), store.key("{names}", "listeners")]
        self._me = secrets.token_hex(8)
        self._tasks = Tasks()
        self._good_until = 0.0
        self._under_way: defaultdict[str, dict[str, float]] = defaultdict(dict)  # by database: change -> given up at
        self._forget: dict[str, Callable[[], None]] = {}
        self._heard: dict[str, set[str]] = {}  # by change of ours: who has heard of it
        self._news = asyncio.Event()

    def open(self) -> None:
        self._tasks.start(self._listen(), "state: changes")

    async def close(self) -> None:
        await self._tasks.close()
        self._good_until = 0.0
        with suppress(Unavailable):  # then nobody has to wait for this worker
            await self._run("gone")

    def tell(self, database: str, forget: Callable[[], None]) -> None:
        """Have `forget` called whenever names of that database are about to change, or have changed."""
        self._forget[database] = forget

    def quiet(self, database: str) -> bool:
        """Whether names of a database that are remembered may be trusted, and new ones remembered, now."""
        now = self._now()
        changes = self._under_way.get(database)
        if changes:
            for change in [change for change, end in changes.items() if end <= now]:
                del changes[change]
        return now < self._good_until and not changes

    async def begin(self, database: str) -> str:
        """Tell of a change, and wait until every worker has heard. The change's name. Raises Unavailable('state')."""
        change = secrets.token_hex(8)
        heard = self._heard[change] = set()
        try:
            _, *listeners = await self._run("tell", "change", change, "of", database)
            with suppress(TimeoutError):
                async with asyncio.timeout(GOOD_FOR):
                    while not heard.issuperset(listeners):
                        self._news.clear()
                        await self._news.wait()
        finally:
            del self._heard[change]
        return change

    async def end(self, database: str, change: str) -> None:
        """Tell that a change is over, however it went. If that cannot be told, it is taken for over in a while."""
        with suppress(Unavailable):
            await self._run("tell", "over", change, "of", database)

    async def _run(self, *words: str) -> list[str]:
        operation, *fields = words
        args: list[str | int] = [operation, self._me, int(GOOD_FOR * 1000), *fields]
        answer: list[str] = await self._store.run(_CHANGES, self._keys, args)
        return answer

    async def _listen(self) -> None:
        place: str | None = None
        while True:
            try:
                began = self._now()
                now, *_ = await self._run("listen")
                # What began before this worker did may still be under way.
                first = f"{int(now) - int(LONGEST_CHANGE * 1000)}-0"
                place = await self._read(place or first, BLOCK_SECONDS if place else 0.0)
                self._good_until = began + GOOD_FOR
            except Unavailable:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _read(self, place: str, seconds: float) -> str:
        for entry, fields in await self._store.stream_read(self._keys[0], place, seconds):
            await self._take(fields)
            place = entry
        return place

    async def _take(self, fields: dict[str, str]) -> None:
        database = fields.get("of", "")
        if change := fields.get("change"):
            self._under_way[database][change] = self._now() + LONGEST_CHANGE
            self._drop(database)
            await self._run("tell", "heard", change, "by", self._me)
        elif change := fields.get("over"):
            self._under_way[database].pop(change, None)
            self._drop(database)  # also what was under way while names changed
        elif (change := fields.get("heard")) in self._heard:
            self._heard[change].add(fields.get("by", ""))
            self._news.set()

    def _drop(self, database: str) -> None:
        if forget := self._forget.get(database):
            forget()
