"""What was recorded? Reads journals offline, without any server; checks nothing (chain.py does)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from vecgate.recording import chain, events, heads
from vecgate.recording.chain import Entry
from vecgate.recording.journal import SUFFIX
from vecgate.recording.session import ID
from vecgate.terms import Json

#: Entries that only add to what was said before, whenever they come.
_ASIDE: Final = frozenset(event.code for event in events.EVENTS.values() if event.phase is events.Phase.MORE)


class NoSuchSession(LookupError):
    """No journal of that name, or a name that cannot be one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One row of a list. Times are ISO 8601 in UTC; `entries` is -1 when no head was noted."""

    session: str
    kind: str
    user: str
    principal: str
    client: str
    agent: str
    opened: str
    last: str
    entries: int


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
        """The body of the first entry: kind, user, principal, client, agent, key."""
        return self.entries[0].body if self.entries and self.entries[0].code == "session.opened" else {}

    def conversations(self) -> list[Conversation]:
        """Its exchanges, in the order they began."""
        found: dict[str, Conversation] = {}
        for entry in self.entries:
            if entry.exchange:
                found.setdefault(entry.exchange, Conversation(entry.exchange)).entries.append(entry)
        return list(found.values())


def path_of(folder: Path, session: str) -> Path:
    """The journal of a session. Raises NoSuchSession."""
    path = folder / (session + SUFFIX)
    if not ID.fullmatch(session) or not _is_plain(path):
        raise NoSuchSession(session)
    return path


def journals(folder: Path) -> list[Path]:
    """Every journal in a folder, oldest first. What is no plain file is none."""
    return [path for path in _named(folder) if _is_plain(path)]


def _named(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*" + SUFFIX) if ID.fullmatch(p.stem))


def is_journal(folder: Path, session: str) -> bool:
    """Whether there is a journal of that name."""
    return bool(ID.fullmatch(session)) and _is_plain(folder / (session + SUFFIX))


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def sessions(folder: Path) -> list[Summary]:
    """Every session, oldest first; reads one line of each. Raises OSError."""
    known, _ = heads.load(folder)
    return [_summary(path, known.get(path.stem)) for path in journals(folder)]


def _summary(path: Path, head: heads.Head | None) -> Summary:
    with heads.plain_file(path) as lines:
        tree = _loads(lines.readline())
    body = tree.get("body", {}) if tree.get("code") == "session.opened" else {}
    opened = str(tree.get("at", ""))
    return Summary(
        session=path.stem,
        kind=str(body.get("kind", "unreadable")),
        user=str(body.get("user", "?")),
        principal=str(body.get("principal", "")),
        client=str(body.get("client", "")),
        agent=str(body.get("agent", "")),
        opened=opened,
        last=head.at if head else opened,
        entries=head.n + 1 if head else -1,
    )


def _loads(line: bytes) -> dict[str, Any]:
    try:
        tree = orjson.loads(line)
    except ValueError:
        return {}
    return tree if isinstance(tree, dict) else {}


def load(folder: Path, session: str) -> Recorded:
    """One session, as far as it can be read, with what is wrong with it. Raises NoSuchSession, OSError."""
    path = path_of(folder, session)
    with heads.plain_file(path) as lines:
        entries = tuple(_entries(lines))
    return Recorded(session, entries, tuple(check(folder, path, heads.load(folder)[0].get(session))))


def first_entry(folder: Path, session: str) -> Recorded:
    """A session as its first entry tells of it; nothing is checked. Raises NoSuchSession, OSError."""
    with heads.plain_file(path_of(folder, session)) as lines:
        return Recorded(session, tuple(_entries(iter([lines.readline()]))), ())


def _entries(lines: Iterator[bytes]) -> Iterator[Entry]:
    for line in lines:
        try:
            yield chain.parse(line)
        except (ValueError, KeyError):
            return


def check(folder: Path, path: Path, head: heads.Head | None) -> list[str]:
    """What is wrong with one journal, also while it is being written; `head` as just read. Raises OSError."""
    for _ in range(3):
        problems = chain.verify(path, head)
        if not problems:
            break
        # A live session may have grown in between: a verdict counts when nothing was noted meanwhile.
        before, head = head, heads.load(folder)[0].get(path.stem)
        if head == before:
            break
    return problems


def check_all(folder: Path) -> dict[str, list[str]]:
    """What is wrong with each journal in a folder, and with the list of heads. Raises OSError."""
    known, damaged = heads.load(folder)
    found = {path.stem: check(folder, path, known.get(path.stem)) for path in journals(folder)}
    for odd in _named(folder):
        if not _is_plain(odd):
            found[odd.stem] = ["no plain file"]
    for gone in sorted(known.keys() - found.keys()):
        if not known[gone].archived:
            found[gone] = ["its journal is gone" if ID.fullmatch(gone) else "no session can have this id"]
    if damaged:
        found[heads.NAME] = damaged
    return found
