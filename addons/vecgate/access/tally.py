"""What was done under a grant? Counted for all workers in one place, with each call, before its answer is given.

Of a call stand its kind, which of the granted patterns and names it was on, what was masked and opened by kind, and the
code of its refusal: closed lists of words, patterns of the grant, and up to 32 names of collections that hold nothing
personal. Different records are told apart by digests, exactly up to 1,000, above that by HyperLogLog (standard error
0.81 %), and for no longer than the grant lives; where it is for so many records, its budget tells them apart. So a
grant takes some kilobytes, however much is done under it, until its request is forgotten.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vecgate.access.ledger import Ledger
from vecgate.domain.grant import Grant
from vecgate.state.store import Script, Store

_TALLY: Final = Script.load("vecgate.access", "tally.lua")
#: For so much longer than the grant its records are told apart.
_SPARE: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Done:
    """All that was done. `at`: by place in the grant's collections; `about`: whether `records` is so many or nearly.

    `named`: by name, as far as they were kept; `more`: whether there were others. Times are the state's; 0: no call.
    """

    calls: int = 0
    records: int = 0
    about: bool = False
    more: bool = False
    first: float = 0.0
    last: float = 0.0
    did: Mapping[str, int] = field(default_factory=dict)
    at: Mapping[str, int] = field(default_factory=dict)
    named: Mapping[str, int] = field(default_factory=dict)
    masked: Mapping[str, int] = field(default_factory=dict)
    opened: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)


#: The maps of a Done, by what its fields begin with in the hash.
_MAPS: Final = {"did": "did", "at": "at", "in": "named", "masked": "masked", "opened": "opened", "no": "refused"}


class Tallies:
    """The counts. Everything raises Unavailable('state')."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._ledger = store, ledger

    async def add(
        self, grant: Grant, counts: Mapping[str, int], names: Sequence[str] = (), records: int | Iterable[str] = -1
    ) -> None:
        """Add what one call did. `records`: digests, or how many there are in all where something else tells."""
        known, members = (records, ()) if isinstance(records, int) else (-1, tuple(dict.fromkeys(records)))
        flat = [word for pair in counts.items() for word in pair]
        seconds = int(grant.terms.seconds + _SPARE)
        words: list[str | int] = ["add", seconds, known, len(flat), *flat, len(names), *names, *members]
        await self._store.run(_TALLY, self._ledger.keys_of(grant.id), words)

    async def of(self, id: str) -> Done:
        """What was done under one so far."""
        _, *flat = await self._store.run(_TALLY, self._ledger.keys_of(id), ["get"])
        found = {str(name): int(number) for name, number in zip(flat[::2], flat[1::2], strict=True)}
        maps: dict[str, dict[str, int]] = {name: {} for name in _MAPS.values()}
        for name, number in found.items():
            kind, colon, word = name.partition(":")
            if colon:
                maps[_MAPS[kind]][word] = number
        plain = [found.get(name, 0) for name in ("calls", "records", "about", "more", "first", "last")]
        calls, records, about, more, first, last = plain
        return Done(calls, records, bool(about), bool(more), first / 1000, last / 1000, **maps)
