"""Which workers are there, on every host, and how are they? Each says so itself, and is forgotten when it stops."""

import json
from typing import Any, Final

from vecgate.state.store import Script, Store

#: How often a worker says that it is there, and how long its word counts, in seconds.
BEAT_SECONDS: Final = 2.0
GOOD_FOR: Final = 7.0

_ROSTER: Final = Script.load("vecgate.state", "roster.lua")


class Roster:
    """The list of workers in the shared state."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys = [store.key("workers"), store.key("workers", "until")]

    async def here(self, name: str, words: dict[str, Any], seconds: float = GOOD_FOR) -> None:
        """Say that `name` is there, and how it is. Raises Unavailable('state')."""
        await self._run("here", name, json.dumps(words), int(seconds * 1000))

    async def gone(self, name: str) -> None:
        """Say that `name` has left. Raises Unavailable('state')."""
        await self._run("gone", name, "", 0)

    async def all(self) -> list[dict[str, Any]]:
        """What each one that is there said last, in no order. Raises Unavailable('state')."""
        return [json.loads(words) for words in await self._run("all", "", "", 0)]

    async def _run(self, *words: str | int) -> list[str]:
        answer: list[str] = await self._store.run(_ROSTER, self._keys, words)
        return answer
