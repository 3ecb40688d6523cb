"""What was recorded, a piece at a time? For who asks a running gateway: bounded, off its loop, one reader at a time.

A piece says where the next one begins, so no journal is read twice, and none of them whole. Nothing is checked but each
line by its own hash: that nothing is missing says `vecgate sessions verify`.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from vecgate.recording import events, heads, parts, read
from vecgate.recording.calls import Wanted
from vecgate.recording.chain import Entry
from vecgate.recording.events import Phase
from vecgate.recording.journal import moment
from vecgate.recording.parts import Parts
from vecgate.recording.read import Conversation, Summary

#: So much of journals is read for one question, and so much more to see how the last exchanges ended.
PIECE: Final = 8 * 1024 * 1024
_BEYOND: Final = 256 * 1024
#: So many sessions are looked at for one list.
LOOKED_AT: Final = 2000
#: Ends that may have no beginning: nothing was sent.
_ALONE: Final = frozenset({"request.refused", "client.left"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one goes on reading: a session, the number of its part, and how far into that. Raises ValueError."""

    session: str
    part: int = 1
    at: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """Of the text that `str` gives."""
        session, part, at = text.split(":")
        if parts.ID.fullmatch(session) is None or not (part.isdecimal() and at.isdecimal() and len(part + at) < 20):
            raise ValueError("no place in a journal")
        return cls(session, int(part), int(at))

    def __str__(self) -> str:
        return f"{self.session}:{self.part}:{self.at}"


@dataclass(slots=True)
class Piece:
    """Exchanges in the order in which they began, and where the next ones do; None: there are no more."""

    talks: list[tuple[Summary, Conversation]] = field(default_factory=list)
    next: Spot | None = None


class Journals:
    """The journals of one folder, this worker's and all others'. Every method raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = asyncio.Lock()

    async def sessions(self, wanted: Wanted, before: str, most: int) -> tuple[list[Summary], str]:
        """Sessions, the newest first, of those before one; and the name of the last that was looked at, if any more."""
        return await self._read(lambda: _sessions(self._folder, wanted, before, most))

    async def replay(self, place: Spot, most: int) -> tuple[Summary, Piece]:
        """A session, and a piece of it. Raises NoSuchSession."""
        return await self._read(lambda: _replay(self._folder, place, most))

    async def calls(self, wanted: Wanted, place: Spot | None, most: int) -> Piece:
        """Calls that are wanted, of the newest session first; few or none where much had to be looked through."""
        return await self._read(lambda: _calls(self._folder, wanted, place, most))

    async def _read[T](self, work: Callable[[], T]) -> T:
        async with self._turn:
            return await asyncio.to_thread(work)


def _sessions(folder: Path, wanted: Wanted, before: str, most: int) -> tuple[list[Summary], str]:
    found: list[Summary] = []
    names = [name for name in reversed(parts.all_in(folder).items()) if not before or name[0] < before]
    for looked, (session, files) in enumerate(names, 1):
        row = _summary(session, files)
        if _takes(wanted, row):
            found.append(row)
        if looked < len(names) and (len(found) == most or looked == LOOKED_AT):
            return found, session
    return found, ""


def _takes(wanted: Wanted, row: Summary) -> bool:
    return (
        wanted.user in (None, row.user)
        and not (wanted.since and row.last < wanted.since)
        and not (wanted.until and row.opened > wanted.until)
    )


def _summary(session: str, files: Parts) -> Summary:
    """What its first line says; when it was last written, says the file: the list of all heads is long."""
    tree, body = read.opening(files)
    last = moment(files[max(files)].stat().st_mtime)
    said = {name: str(body.get(name, "")) for name in ("user", "principal", "client", "agent")}
    opened = str(body.get("opened") or tree.get("at", ""))
    return Summary(
        session, str(body.get("kind", "unreadable")), opened=opened, last=last, entries=-1, parts=len(files), **said
    )


def _replay(folder: Path, place: Spot, most: int) -> tuple[Summary, Piece]:
    files = read.parts_of(folder, place.session)
    row = _summary(place.session, files)
    window = _window(files, place, most, PIECE)
    return row, Piece([(row, talk) for talk in window.begun.values()], window.after)


def _calls(folder: Path, wanted: Wanted, place: Spot | None, most: int) -> Piece:
    piece, left = Piece(), PIECE
    names = [one for one in reversed(parts.all_in(folder).items()) if place is None or one[0] <= place.session]
    for looked, (session, files) in enumerate(names):
        resumed = place is not None and place.session == session
        at: Spot | None = place if resumed else Spot(session, min(files))
        if left <= 0 or len(piece.talks) >= most or looked == LOOKED_AT:
            piece.next = at
            break
        row = _summary(session, files)
        while at is not None and (resumed or _takes(wanted, row)):
            window = _window(files, at, most, left)
            at, left = window.after, left - window.used
            piece.talks += [(row, talk) for talk in window.begun.values() if wanted.takes(talk.entries[0].at, talk)]
            if at is not None and (left <= 0 or len(piece.talks) >= most):
                piece.next = at
                return piece
    return piece


class _Window:
    """So many exchanges that begin from a place on, as far as there is room, and where the next one does."""

    def __init__(self, most: int, room: int) -> None:
        self._most, self._room = most, room
        self._under_way: set[str] = set()
        self._beyond = 0
        self.begun: dict[str, Conversation] = {}
        self.after: Spot | None = None
        self.used = 0

    def take(self, here: Spot, size: int, entry: Entry) -> bool:
        """One more entry; whether there is any use in another one."""
        self.used += size
        if entry.exchange in self.begun:
            self.begun[entry.exchange].entries.append(entry)
        elif self.after is None:
            self._begin(here, size, entry)
        if _ends(entry):
            self._under_way.discard(entry.exchange)
        self._beyond += size if self.after is not None else 0
        return self._beyond <= (PIECE if self._under_way else _BEYOND)

    def _begin(self, here: Spot, size: int, entry: Entry) -> None:
        if not _begins(entry):
            if self.used > self._room:
                self.after = Spot(here.session, here.part, here.at + size)
        elif len(self.begun) == self._most or (self.begun and self.used > self._room):
            self.after = here
        else:
            self.begun[entry.exchange] = Conversation(entry.exchange, [entry])
            self._under_way.add(entry.exchange)


def _window(files: Parts, place: Spot, most: int, room: int) -> _Window:
    window = _Window(most, room)
    for here, size, entry in _from(files, place):
        if not window.take(here, size, entry):
            break
    return window


def _from(files: Parts, place: Spot) -> Iterator[tuple[Spot, int, Entry]]:
    """Every entry from a place on, as far as they can be read, with where it stands and its size."""
    for number, path in files.items():
        if number < place.part:
            continue
        with heads.plain_file(path) as part:
            at = place.at if number == place.part else 0
            part.seek(at)
            for line in part:
                entry = read.entry_in(line)
                if entry is None:
                    return
                yield Spot(place.session, number, at), len(line), entry
                at += len(line)


def _begins(entry: Entry) -> bool:
    event = events.EVENTS.get(entry.code)
    return bool(entry.exchange) and event is not None and (event.phase is Phase.BEGIN or entry.code in _ALONE)


def _ends(entry: Entry) -> bool:
    event = events.EVENTS.get(entry.code)
    return event is None or event.phase is Phase.END
