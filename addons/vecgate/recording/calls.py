"""Which calls are wanted (user, time, collection), and which were made? One row for each, oldest first."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from heapq import heappop, heappush
from pathlib import Path
from typing import Any, NamedTuple

from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.parsing.cells import plain
from vecgate.recording import events, read, summary
from vecgate.recording.pretty import printable
from vecgate.recording.read import Conversation, Summary
from vecgate.recording.told import told


class Row(NamedTuple):
    """One call. Times are ISO 8601 in UTC; `outcome` is a status, a refusal's code or an event."""

    at: str
    session: str
    user: str
    client: str
    operation: str
    collections: str
    decision: str
    outcome: str
    records: str
    masked: str
    exchange: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. Times are ISO 8601 in UTC, as in journals; None: any.

    `collection`: a pattern, as in policies. `operation`: a kind, a group of them, or what the database calls it.
    """

    user: str | None = None
    since: str | None = None
    until: str | None = None
    collection: str | None = None
    operation: str | None = None
    refused: bool = False

    @property
    def of_calls(self) -> bool:
        """Whether single calls are looked for, and not sessions."""
        return self.collection is not None or self.operation is not None or self.refused

    def takes_session(self, row: Summary) -> bool:
        """Whether anything of a session can be wanted."""
        return (
            self.user in (None, row.user)
            and not (self.since and row.entries >= 0 and row.last < self.since)
            and not (self.until and row.opened > self.until)
        )

    def takes(self, at: str, talk: Conversation) -> bool:
        """Whether a call is wanted."""
        operation = talk.get("operation")
        operation = operation if isinstance(operation, dict) else {}
        kind = operation.get("kind")
        return (
            not (self.since and at < self.since)
            and not (self.until and at > self.until)
            and (
                self.collection is None
                or any(fnmatchcase(name, self.collection) for name in _words(operation.get("collections")))
            )
            and self.operation in (None, kind, OPERATION_KINDS.get(str(kind)), operation.get("name"))
            and (not self.refused or bool(talk.get("refusal")))
        )


def _words(value: Any) -> Iterable[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def calls(folder: Path, wanted: Wanted) -> Iterator[Row]:
    """Every call that is wanted, oldest first, whichever worker's journal it is in. Raises OSError.

    A journal is open from its first call to its last; none is held in memory.
    """
    rows = [row for row in read.sessions(folder) if wanted.takes_session(row)]
    todo = deque(sorted(rows, key=lambda row: row.opened))
    open_: list[tuple[Row, int, Iterator[Row]]] = []
    while todo or open_:
        while todo and (not open_ or todo[0].opened <= open_[0][0].at):
            found = _of(folder, todo.popleft(), wanted)
            _push(open_, found, len(todo))
        if open_:
            row, number, found = heappop(open_)
            yield row
            _push(open_, found, number)


def _push(open_: list[tuple[Row, int, Iterator[Row]]], found: Iterator[Row], number: int) -> None:
    row = next(found, None)
    if row is not None:
        heappush(open_, (row, number, found))


def _of(folder: Path, session: Summary, wanted: Wanted) -> Iterator[Row]:
    for talk in told(read.parts_of(folder, session.session)):
        if talk.exchange and any(_is_call(entry.code) for entry in talk.entries):
            yield from _row(session, talk, wanted)


def _is_call(code: str) -> bool:
    event = events.EVENTS.get(code)
    return event is not None and event.phase in (events.Phase.BEGIN, events.Phase.END)


def _row(session: Summary, talk: Conversation, wanted: Wanted) -> Iterator[Row]:
    at = talk.entries[0].at
    if not wanted.takes(at, talk):
        return
    operation = talk.get("operation")
    operation = operation if isinstance(operation, dict) else {}
    cells = (
        at,
        session.session,
        summary.who(talk) if talk.get("who") else session.user,
        str(talk.get("client") or session.client),
        str(operation.get("kind") or operation.get("name") or ""),
        " ".join(_words(operation.get("collections"))),
        summary.decision(talk),
        str(talk.get("refusal") or summary.outcome(talk)),
        str(talk.get("records") if talk.get("records") is not None else ""),
        summary.masked(talk),
        talk.exchange,
    )
    yield Row(*map(printable, cells))


def safe_cells(row: Row) -> list[str]:
    """The cells of a row as text, whatever a spreadsheet would make of them."""
    return [plain(cell) for cell in row]
