"""Was this journal changed? JSON lines, each with the SHA-256 of its own bytes and of the line before it.

A line is `{"n","prev","at","code","exchange","body"[,"original"][,"mac"],"hash"}`. `hash` covers the exact
bytes in front of it, so nothing depends on how JSON is re-serialised; `prev` is the hash of the line
before (be it in the part before), or of the session's id for the first. `mac` is an HMAC under a key
derived from the session's data key: whoever can write the folder can make a new chain of hashes, but not that.

A chain cannot show that its end is missing: `heads` (see heads.py) holds the last number and hash.
Whoever can rewrite both files unseen can still shorten a session; heads kept elsewhere will close that.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from typing import Any, BinaryIO, Final

import orjson

from vecgate.recording.heads import Head, plain_file
from vecgate.recording.parts import Parts, noted

_TAIL: Final = re.compile(rb'(?s)(.*),"hash":"([0-9a-f]{64})"\}\n')
_TYPES: Final = {"n": int, "at": str, "code": str, "exchange": str, "body": dict, "prev": str, "hash": str}
_MAC: Final = re.compile(rb'(?s)(.*),"mac":"([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Entry:
    """One line, read back. `at` is an ISO 8601 time in UTC; `original` is the sealed original, base64."""

    n: int
    at: str
    code: str
    exchange: str
    body: dict[str, Any]
    original: str | None
    prev: str
    hash: str


def genesis(session: str) -> str:
    """What the first line of a session follows: binds a journal to its session's id."""
    return sha256(b"vecgate journal 1\n" + session.encode()).hexdigest()


def core(n: int, prev: str, at: str, code: str, exchange: str, body: bytes, original: str | None) -> bytes:
    """A line without its end: what the MAC is over. `body` is JSON already."""
    tree: dict[str, Any] = {"n": n, "prev": prev, "at": at, "code": code, "exchange": exchange}
    tree["body"] = orjson.Fragment(body)
    if original is not None:
        tree["original"] = original
    return orjson.dumps(tree)[:-1]


def finish(head: bytes, mac: str | None) -> tuple[bytes, str]:
    """The whole line, and its hash."""
    proof = b',"mac":"' + mac.encode() + b'"' if mac is not None else b""
    whole = sha256(head)
    whole.update(proof)
    digest = whole.hexdigest()
    # Joined once: an entry may be as large as what was asked.
    return b"".join((head, proof, b',"hash":"', digest.encode(), b'"}\n')), digest


def parse(line: bytes) -> Entry:
    """The entry in a line whose hash is right. Raises ValueError, which never quotes the line."""
    found = _TAIL.fullmatch(line)
    if found is None:
        raise ValueError("not a whole entry")
    if sha256(found[1]).hexdigest() != found[2].decode():
        raise ValueError("was changed: its hash is not that of its content")
    tree = orjson.loads(line)
    if {name: type(tree.get(name)) for name in _TYPES} != _TYPES or type(tree.get("original", "")) is not str:
        raise ValueError("is no entry")  # whoever can write the folder can make the hash of anything
    return Entry(
        n=tree["n"],
        at=tree["at"],
        code=tree["code"],
        exchange=tree["exchange"],
        body=tree["body"],
        original=tree.get("original"),
        prev=tree["prev"],
        hash=tree["hash"],
    )


def mac_parts(line: bytes) -> tuple[bytes, str] | None:
    """What a line's MAC is over, and the MAC; None for a line without one."""
    whole = _TAIL.fullmatch(line)
    found = _MAC.fullmatch(whole[1]) if whole else None
    return (found[1], found[2].decode()) if found else None


@dataclass(frozen=True, slots=True)
class Reached:
    """So far it is right: up to the entry that this head is of, in that part."""

    head: Head
    part: int


#: What is wrong with a line that follows the one before, in words; or nothing.
type Proof = Callable[[bytes], str]


def follow(
    session: str, files: Parts, known: Mapping[str, Head], proof: Proof | None = None
) -> Iterator[str | Reached]:
    """Every entry of a session that follows the one before, or what is wrong, and then no more. Raises OSError.

    `known`: the heads that were noted. A part that is kept elsewhere is taken to end as was noted of it.
    """
    prev, n = genesis(session), 0
    for part in count(1):
        path, head = files.get(part), known.get(noted(session, part))
        if path is None:
            if head is not None and head.archived:
                prev, n = head.hash, head.n + 1
                yield Reached(replace(head, session=session), part)
                continue
            if part <= max(files, default=0):
                yield f"part {part} is gone"
            return
        with plain_file(path) as lines:
            for line in _up_to(lines, os.fstat(lines.fileno()).st_size):
                entry = _next(line, prev, n)
                wrong = entry if isinstance(entry, str) else proof(line) if proof else ""
                if wrong or isinstance(entry, str):
                    yield f"line {n + 1}: {wrong}"
                    return
                prev, n = entry.hash, n + 1
                yield Reached(Head(session, entry.n, entry.hash, entry.at), part)


def _next(line: bytes, prev: str, n: int) -> Entry | str:
    if not line.endswith(b"\n"):
        return "unfinished (the gateway stopped while writing it, or its end was cut off)"
    try:
        entry = parse(line)
    except (ValueError, KeyError) as e:
        return str(e) if isinstance(e, ValueError) else "lacks a member"
    if (entry.prev, entry.n) != (prev, n):
        return "does not follow the line before it (removed, added, moved, or another session's)"
    return entry


def _up_to(lines: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (line := lines.readline(size)):
        size -= len(line)
        yield line


def verify(session: str, files: Parts, known: Mapping[str, Head], proof: Proof | None = None) -> list[str]:
    """What is wrong with a journal, in words; empty when it is whole. `known`: the heads that were noted.

    Reads as far as the journal goes now: one that is being written is not chased. Stops at the first break: nothing
    after it can be trusted to be what was written. Lines are counted from its beginning. Raises OSError.
    """
    last: Head | None = None
    for step in follow(session, files, known, proof):
        if isinstance(step, str):
            return [step]
        last = step.head
    return _compare(last, known.get(session))


def _compare(last: Head | None, head: Head | None) -> list[str]:
    if last is None:
        return ["empty: all of its entries are gone"] if head else ["empty"]
    if head is None:
        return ["no head was noted for it (a foreign file, or lines of heads.jsonl were removed)"]
    if last.n < head.n:
        return [f"cut short: {head.n - last.n} of {head.n + 1} entries are gone from its end"]
    if last.n > head.n:
        return [f"{last.n - head.n} entries after the last noted head (added, or the gateway stopped right then)"]
    return [] if last.hash == head.hash else ["its last entry is not the one that was noted"]
