"""Which calls were made? One row for each, whichever worker's journal it is in, oldest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from typing import Any, Final, NamedTuple

from vecgate.recording import chain, events, heads, read, summary
from vecgate.recording.pretty import printable
from vecgate.recording.read import Conversation, Summary

#: What a spreadsheet takes for a formula (CWE-1236).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


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
    """What is looked for. Times are ISO 8601 in UTC, as in journals; None: any."""

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
        return (
            not (self.since and at < self.since)
            and not (self.until and at > self.until)
            and (self.collection is None or self.collection in _words(operation.get("collections")))
            and self.operation in (None, operation.get("kind"), operation.get("name"))
            and (not self.refused or bool(talk.get("refusal")))
        )


def _words(value: Any) -> Iterable[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def calls(folder: Path, wanted: Wanted) -> Iterator[Row]:
    """Every call that is wanted, oldest first, whichever worker's journal it is in. Raises OSError."""
    rows = [row for row in read.sessions(folder) if wanted.takes_session(row)]
    return merge(*(iter(_of(folder, row, wanted)) for row in rows), key=lambda row: row.at)


def _of(folder: Path, session: Summary, wanted: Wanted) -> list[Row]:
    found: list[Row] = []
    open_: dict[str, Conversation] = {}
    with heads.plain_file(read.path_of(folder, session.session)) as lines:
        for line in lines:
            try:
                entry = chain.parse(line)
            except (ValueError, KeyError):
                break
            if not entry.exchange:
                continue
            talk = open_.setdefault(entry.exchange, Conversation(entry.exchange))
            talk.entries.append(entry)
            event = events.EVENTS.get(entry.code)
            if event is not None and event.phase is events.Phase.END:
                found += _row(session, open_.pop(entry.exchange), wanted)
    for talk in open_.values():
        if any(entry.code.startswith("request.") and entry.code != "request.masked" for entry in talk.entries):
            found += _row(session, talk, wanted)
    return sorted(found)


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
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row]
