"""Who is locked out, on every worker? A list in Valkey that each worker reads several times a second.

A lock is on all workers within `LOOK_SECONDS` and what reading takes, at once on the one that made it. It stays until
somebody lifts it. A worker that has not read the list for `GOOD_FOR` seconds does not know whom it lacks: `stale`.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vecgate.background import Tasks
from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Script, Store

LOOK_SECONDS: Final = 0.4
GOOD_FOR: Final = 5.0
_BARRED: Final = Script.load("vecgate.state", "barred.lua")


@dataclass(frozen=True, slots=True)
class Lock:
    """Somebody is locked out: who (`issuer#subject`, and their name), why (a code), since when, by which rule."""

    person: str
    user: str
    why: str
    since: float
    rule: str = ""


class Barred:
    """The list. `open` starts reading it inside the running loop."""

    def __init__(self, store: Store, now: Callable[[], float] = time.monotonic) -> None:
        self._store, self._now = store, now
        self._keys = [store.key("locked")]
        self._known: dict[str, Lock] = {}
        self._untold: dict[str, Lock] = {}  # locks of this worker that the list may lack: it was away
        self._read_at = float("-inf")
        self._tasks = Tasks()

    def open(self) -> None:
        self._tasks.start(self._watch(), "state: locked")

    async def close(self) -> None:
        await self._tasks.close()

    @property
    def stale(self) -> bool:
        """Whether the list was last read too long ago to tell who is not on it."""
        return self._now() - self._read_at > GOOD_FOR

    def of(self, person: str) -> Lock | None:
        """The lock on somebody, as far as this worker knows."""
        return self._known.get(person)

    async def bar(self, lock: Lock) -> bool:
        """Lock somebody out; whether they were not yet. Raises Unavailable('state'): then only this worker knows."""
        self._known[lock.person] = self._untold[lock.person] = lock
        words = json.dumps({"user": lock.user, "why": lock.why, "since": lock.since, "rule": lock.rule})
        made = bool((await self._run("bar", lock.person, words))[0])
        del self._untold[lock.person]
        return made

    async def lift(self, person: str) -> bool:
        """Let somebody in again; whether they were locked out. Raises Unavailable('state')."""
        lifted = bool((await self._run("lift", person, ""))[0])
        self._known.pop(person, None)
        return lifted

    async def all(self) -> list[Lock]:
        """Everybody who is locked out. Raises Unavailable('state')."""
        flat = await self._run("all", "", "")
        found = dict(zip(flat[::2], flat[1::2], strict=True))
        return [Lock(person, **json.loads(words)) for person, words in found.items()]

    async def _watch(self) -> None:
        while True:
            try:
                for lock in [*self._untold.values()]:
                    await self.bar(lock)
                self._known = {lock.person: lock for lock in await self.all()}
                self._read_at = self._now()
            except Unavailable:
                pass  # who is known to be locked stays so
            await asyncio.sleep(LOOK_SECONDS)

    async def _run(self, *words: str) -> list[Any]:
        answer: list[Any] = await self._store.run(_BARRED, self._keys, words)
        return answer
