"""How many cursors does somebody have open, and how far is each of them? Counted for all workers, in Valkey.

What is not counted there is closed: a handle alone goes on with nothing. Nobody goes back by showing an older handle,
as how far it is does not stand in it.
"""

from hashlib import sha256
from typing import Final

from vecgate.state.store import Script, Store

_CURSORS: Final = Script.load("vecgate.handling.continuing", "cursors.lua")


class Counted:
    """Those of one person at one database."""

    def __init__(self, store: Store, person: str, upstream: str) -> None:
        mark = sha256(f"{len(person)} {person} {upstream}".encode()).hexdigest()  # a subject may be an e-mail address
        self._store = store
        self._keys = [store.key("cursors", f"{{{mark}}}", part) for part in ("open", "at")]

    async def open(self, serial: str, seconds: float, records: int, most: int) -> int | None:
        """Count one more. How many are open already, when these are all that may be. Raises Unavailable."""
        found = await self._run("open", serial, seconds, records, most)
        return None if found < 0 else found

    async def at(self, serial: str) -> int | None:
        """How many records it has given; None: it is not open. Raises Unavailable."""
        found = await self._run("at", serial)
        return None if found < 0 else found

    async def go(self, serial: str, seconds: float | None, records: int, at: int) -> bool | None:
        """Go on by so many records; None: it is not open; False: it is not where it was. Raises Unavailable."""
        found = await self._run("go", serial, seconds or 0.0, records, at)
        return None if found == 0 else found > 0

    async def end(self, serial: str) -> None:
        """It is closed. Raises Unavailable."""
        await self._run("end", serial)

    async def _run(self, what: str, serial: str, seconds: float = 0.0, records: int = 0, bound: int = 0) -> int:
        told: list[str | int | float] = [what, serial, int(seconds * 1000), records, bound]
        return int(await self._store.run(_CURSORS, self._keys, told))
