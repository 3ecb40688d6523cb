"""How much has this person had? Budgets: different records, searches, opened tokens, and searches near earlier ones.

One counter for all workers, started by the first use and gone when its time is over. A no adds nothing, so what is used
up stays used up. Different records are counted exactly up to 10,000, above that by HyperLogLog, whose standard error is
0.81 %. Ids are kept as digests. Of searches the last `KEPT` sketches are kept, 40 bytes each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Final, Protocol

from vecgate.domain.decision import Rate
from vecgate.state.store import Script, Store


class Sketch(Protocol):
    """What is kept of a vector: on which sides of some planes it lies, and a digest of it."""

    @property
    def sides(self) -> bytes: ...
    @property
    def exact(self) -> bytes: ...


#: Sketches of a person's last searches.
KEPT: Final = 256
_MEMBER_BYTES: Final = 12

_BUDGETS: Final = Script.load("vecgate.state", "budgets.lua")
_SIMILAR: Final = Script.load("vecgate.state", "similar.lua")


@dataclass(frozen=True, slots=True)
class Used:
    """Whether that much more may pass, how much is used now, and in how many seconds it starts afresh."""

    passes: bool
    used: int
    rest: int


def member(*parts: str) -> str:
    """What a record is counted as: a digest of where it is and of its id."""
    mark = blake2b(digest_size=_MEMBER_BYTES)
    for part in parts:
        raw = part.encode()
        mark.update(len(raw).to_bytes(8, "big") + raw)
    return mark.hexdigest()


class Budgets:
    """The counters. Everything raises Unavailable('state')."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def take(self, person: str, what: str, rate: Rate, number: int) -> Used:
        """So many more of something that is merely counted; 0: how much is used."""
        return await self._run(person, what, rate, "number", [number])

    async def meet(self, person: str, what: str, rate: Rate, members: Iterable[str]) -> Used:
        """These members, those apart that were met before."""
        different: list[str | int] = [*dict.fromkeys(members)]
        return await self._run(person, what, rate, "members", different)

    async def walk(self, person: str, rate: Rate, sketch: Sketch, near: int) -> Used:
        """A search with this vector, which is near another one if at most so many bits differ."""
        keys = [self._key(person, "similar", rate, part) for part in ("sketches", "number")]
        args: list[str | int] = [
            f"{sketch.sides.hex()}:{sketch.exact.hex()}",
            near,
            rate.requests,
            int(rate.seconds),
            KEPT,
        ]
        return _used(await self._store.run(_SIMILAR, keys, args))

    async def _run(self, person: str, what: str, rate: Rate, how: str, more: Sequence[str | int]) -> Used:
        args: list[str | int] = [how, rate.requests, int(rate.seconds), *more]
        return _used(await self._store.run(_BUDGETS, [self._key(person, what, rate)], args))

    def _key(self, person: str, what: str, rate: Rate, *more: str) -> str:
        # Hashed: a subject may be an e-mail address. Of one length of time there is one counter, whatever the rule.
        mark = sha256("\0".join((person, what, str(int(rate.seconds)))).encode()).hexdigest()
        return self._store.key("budget", f"{{{mark}}}", *more)


def _used(answer: Sequence[int]) -> Used:
    passes, used, rest = map(int, answer)
    return Used(bool(passes), used, max(rest, 1))
