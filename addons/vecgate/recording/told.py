"""What happened in a session, one exchange after the other? In bounded memory, however long the journal is.

Entries of exchanges stand between each other, so a first look notes only where each stands; an exchange is read when it
is told. That is once so many younger ones have begun that none of its entries can be missing, or it is not under way.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vecgate.recording import events, heads
from vecgate.recording.parts import Parts
from vecgate.recording.read import Conversation, entry_in, lines

#: So many exchanges wait to be told. What adds to one that has ended comes within seconds.
WINDOW: Final = 4096
#: Exchanges that are under way at once, at the most, which younger ones overtake.
_UNDER_WAY: Final = 512


@dataclass(slots=True)
class _Waiting:
    places: list[tuple[Path, int]] = field(default_factory=list)
    ended: bool = False


def told(files: Parts) -> Iterator[Conversation]:
    """Exchanges in the order in which they began, and events of the session as ones without a name. Raises OSError."""
    waiting: OrderedDict[str | int, _Waiting] = OrderedDict()
    for path, at, line in lines(files):
        entry = entry_in(line)
        if entry is None:
            break
        event = events.EVENTS.get(entry.code)
        one = waiting.setdefault(entry.exchange or entry.n, _Waiting())
        one.places.append((path, at))
        one.ended |= event is None or event.phase in (events.Phase.END, events.Phase.SESSION)
        if len(waiting) > WINDOW:
            yield _read(waiting.pop(_next(waiting)))
    while waiting:
        yield _read(waiting.popitem(last=False)[1])


def _next(waiting: "OrderedDict[str | int, _Waiting]") -> str | int:
    """Which is told first: the oldest that has ended."""
    for tried, (name, one) in enumerate(waiting.items()):
        if one.ended:
            return name
        if tried == _UNDER_WAY:
            break
    return next(iter(waiting))


def _read(one: _Waiting) -> Conversation:
    found = []
    for path, at in one.places:
        with heads.plain_file(path) as part:
            part.seek(at)
            entry = entry_in(part.readline())
        if entry is not None:
            found.append(entry)
    return Conversation(found[0].exchange if found else "", found)
