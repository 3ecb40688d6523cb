"""Which keys may there be at a database, whose are they, and which are over? Written down before they are minted.

For all workers of all gateways that share a Valkey (ledger.lua). Everything raises Unavailable('state').
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vecgate.refusals.errors import Part, Unavailable
from vecgate.state.store import Script, Store

#: For how long a holder counts that says nothing, in seconds; and how often one speaks.
GOOD_FOR: Final = 20.0
BEAT_SECONDS: Final = 5.0
#: A key that was used so lately is not given back for another, in seconds.
IDLE_SECONDS: Final = 10.0

_LEDGER: Final = Script.load("vecgate.credentials.minted", "ledger.lua")


@dataclass(frozen=True, slots=True)
class Room:
    """Whether a key may be minted; where not, which one was given up for it, for this caller to revoke."""

    is_there: bool
    least_used: str = ""
    reference: str = ""


class Ledger:
    """The keys of one database, wherever it is, as one worker (`holder`) of one upstream before it sees them."""

    def __init__(self, store: Store, database: str, *, good_for: float = GOOD_FOR, idle: float = IDLE_SECONDS) -> None:
        self._store, self._good_for, self._idle = store, good_for, idle
        self._keys = [store.key("{minted}", database, part) for part in ("keys", "holders", "sweeps")]
        self.holder = secrets.token_hex(8)

    async def intend(self, name: str, life: float, most: int) -> Room:
        """Write down that a key of this name is to be, for so many seconds, unless there are as many as may be."""
        said = await self._run("intend", name, _ms(life), most, _ms(self._idle))
        if said[0] == "taken":
            raise ValueError("a name is used once")
        return Room(said[0] == "ok", *said[1:])

    async def minted(self, name: str, reference: str) -> None:
        """It is there, and known by this reference. Raises Unavailable('vault') where it was given up meanwhile."""
        if not await self._run("minted", name, reference):
            raise Unavailable(Part.VAULT, "the key was given up while it was made")

    async def over(self, *names: str) -> None:
        """These are to be revoked, by whoever comes to it."""
        await self._run("over", *names)

    async def gone(self, *names: str) -> None:
        """These are revoked."""
        await self._run("gone", *names)

    async def beat(self, used: Mapping[str, float]) -> set[str]:
        """This worker is there, and holds these, used so many seconds ago. Answers those that it does not hold."""
        return set(await self._run("beat", *(word for name, ago in used.items() for word in (name, _ms(ago)))))

    async def left(self) -> None:
        """This worker holds nothing any more."""
        await self._run("left")

    async def turn(self, seconds: float) -> bool:
        """Whether it is this worker's turn to sweep, for so long."""
        return bool(await self._run("turn", _ms(seconds)))

    async def all(self) -> dict[str, tuple[bool, str]]:
        """Of every key, by name: whether it is over, and its reference."""
        said = iter(await self._run("all"))
        return {name: (is_over == "1", reference) for name, is_over, reference in zip(said, said, said, strict=True)}

    async def _run(self, what: str, *more: str | int) -> list[str]:
        args: Iterable[Any] = (what, self.holder, _ms(self._good_for), *more)
        answer: list[str] = await self._store.run(_LEDGER, self._keys, list(args))
        return answer


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
