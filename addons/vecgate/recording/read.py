"""What was recorded? Reads journals offline, without any server; checks nothing (chain.py does)."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson

from vecgate.domain.call import Json
from vecgate.recording import chain, events, heads, parts
from vecgate.recording.chain import Entry
from vecgate.recording.journal import CONTINUED
from vecgate.recording.parts import Parts

#: Entries that only add to what was said before, whenever they come.
_ASIDE: Final = frozenset(event.code for event in events.EVENTS.values() if event.phase is events.Phase.MORE)

#: How a journal, and a part of one, begins.
_FIRST: Final = ("session.opened", CONTINUED)


class NoSuchSession(LookupError):
    """No journal of that name, or a name that cannot be one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One row of a list. Times are ISO 8601 in UTC; `entries` is -1 when no head was noted. `parts`: its files here."""

    session: str
    kind: str
    user: str
    principal: str
    client: str
    agent: str
    opened: str
    last: str
    entries: int
    parts: int = 1


@dataclass(slots=True)
class Conversation:
    """Everything about one exchange, in the order it happened."""

    exchange: str
    entries: list[Entry] = field(default_factory=list)

    def get(self, name: str) -> Any:
        """The newest value of a field; None if no entry has it."""
        return next((e.body[name] for e in reversed(self.entries) if e.body.get(name) is not None), None)

    @property
    def outcome(self) -> Entry:
        """The entry that says how it ended, or how far it got."""
        return next((e for e in reversed(self.entries) if e.code not in _ASIDE), self.entries[-1])


@dataclass(frozen=True, slots=True)
class Recorded:
    """One session. `problems` names what the chain's check found."""

    session: str
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]

    @property
    def opened(self) -> dict[str, Json]:
        """What the first entry says of it: kind, user, principal, client, agent, key."""
        return self.entries[0].body if self.entries and self.entries[0].code in _FIRST else {}

    def conversations(self) -> list[Conversation]:
        """Its exchanges, in the order they began."""
        found: dict[str, Conversation] = {}
        for entry in self.entries:
            if entry.exchange:
                found.setdefault(entry.exchange, Conversation(entry.exchange)).entries.append(entry)
        return list(found.values())


def parts_of(folder: Path, session: str) -> Parts:
    """The files of a session. Raises NoSuchSession."""
    files = parts.of(folder, session)
    if not files:
        raise NoSuchSession(session)
    return files


def sessions(folder: Path) -> list[Summary]:
    """Every session, oldest first; reads one line of each. Raises OSError."""
    known, _ = heads.load(folder)
    return [_summary(session, files, known.get(session)) for session, files in parts.all_in(folder).items()]


def _summary(session: str, files: Parts, head: heads.Head | None) -> Summary:
    tree, body = opening(files)
    opened = str(body.get("opened") or tree.get("at", ""))
    return Summary(
        session=session,
        kind=str(body.get("kind", "unreadable")),
        user=str(body.get("user", "?")),
        principal=str(body.get("principal", "")),
        client=str(body.get("client", "")),
        agent=str(body.get("agent", "")),
        opened=opened,
        last=head.at if head else opened,
        entries=head.n + 1 if head else -1,
        parts=len(files),
    )


def opening(files: Parts) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first entry that is there, and what it says of the session; nothing is checked. Raises OSError."""
    with heads.plain_file(next(iter(files.values()))) as part:
        tree = _loads(part.readline())
    body = tree.get("body") if tree.get("code") in _FIRST else None
    return tree, body if isinstance(body, dict) else {}


def _loads(line: bytes) -> dict[str, Any]:
    try:
        tree = orjson.loads(line)
    except ValueError:
        return {}
    return tree if isinstance(tree, dict) else {}


def load(folder: Path, session: str, newest: int | None = None) -> Recorded:
    """One session, as far as it can be read, with what is wrong with it. Raises NoSuchSession, OSError.

    `newest`: so many entries at the most, those of its end, besides the first.
    """
    found = entries(parts_of(folder, session))
    first, rest = [*islice(found, 1)], deque(found, newest)
    return Recorded(session, (*first, *rest), tuple(check(folder, session)))


def first_entry(folder: Path, session: str) -> Recorded:
    """A session as its first entry tells of it; nothing is checked. Raises NoSuchSession, OSError."""
    return Recorded(session, (*islice(entries(parts_of(folder, session)), 1),), ())


def lines(files: Parts) -> Iterator[tuple[Path, int, bytes]]:
    """Every line of a session: the file it is in, where it begins there, and the line. Raises OSError."""
    for path in files.values():
        with heads.plain_file(path) as part:
            at = 0
            for line in part:
                yield path, at, line
                at += len(line)


def entries(files: Parts) -> Iterator[Entry]:
    """Every entry, one at a time, as far as it can be read. Raises OSError."""
    for _, _, line in lines(files):
        entry = entry_in(line)
        if entry is None:
            return
        yield entry


def entry_in(line: bytes) -> Entry | None:
    """The entry in a line; None where there is none whose hash is right."""
    try:
        return chain.parse(line)
    except (ValueError, KeyError):
        return None


def check(
    folder: Path,
    session: str,
    proof: chain.Proof | None = None,
    known: Mapping[str, heads.Head] | None = None,
    files: Parts | None = None,
) -> list[str]:
    """What is wrong with one journal, also while it is written. `known`, `files`: as just read. Raises OSError."""
    known = heads.load(folder)[0] if known is None else known
    files = parts.of(folder, session) if files is None else files
    for _ in range(3):
        problems = chain.verify(session, files, known, proof)
        if not problems:
            break
        # A live session may have grown in between: a verdict counts when nothing was noted meanwhile.
        before, known, files = known.get(session), heads.load(folder)[0], parts.of(folder, session)
        if known.get(session) == before:
            break
    return problems


def check_all(
    folder: Path, proof: Callable[[str, Parts], chain.Proof | None] = lambda *_: None
) -> dict[str, list[str]]:
    """What is wrong with each journal in a folder, and with the list of heads. Raises OSError."""
    known, damaged = heads.load(folder)
    found = {
        session: check(folder, session, proof(session, files), known, files)
        for session, files in parts.all_in(folder).items()
    }
    for odd in parts.named(folder):
        if not parts.is_plain(odd):
            found[odd.stem] = ["no plain file"]
    for gone in sorted(known.keys() - found.keys()):
        if not known[gone].archived:
            found[gone] = ["its journal is gone" if parts.session_of(gone) == gone else "no session can have this id"]
    if damaged:
        found[heads.NAME] = damaged
    return found
