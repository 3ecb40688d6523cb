"""Was this journal changed? JSON lines, each with the SHA-256 of its own bytes and of the line before it.

A line is `{"n","prev","at","code","exchange","body"[,"original"][,"mac"],"hash"}`. `hash` covers the exact
bytes in front of it, so nothing depends on how JSON is re-serialised; `prev` is the hash of the line
before, or of the session's id for the first. `mac` is an HMAC under a key derived from the session's data
key: whoever can write the folder can make a new chain of hashes, but not that.

A chain cannot show that its end is missing: `heads` (see heads.py) holds the last number and hash.
Whoever can rewrite both files unseen can still shorten a session; heads kept elsewhere will close that.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from vecgate.recording.heads import Head, plain_file

_TAIL: Final = re.compile(rb'(?s)(.*),"hash":"([0-9a-f]{64})"\}\n')
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
    if mac is not None:
        head += b',"mac":"' + mac.encode() + b'"'
    digest = sha256(head).hexdigest()
    return head + b',"hash":"' + digest.encode() + b'"}\n', digest


def parse(line: bytes) -> Entry:
    """The entry in a line whose hash is right. Raises ValueError, which never quotes the line."""
    found = _TAIL.fullmatch(line)
    if found is None:
        raise ValueError("not a whole entry")
    if sha256(found[1]).hexdigest() != found[2].decode():
        raise ValueError("was changed: its hash is not that of its content")
    tree = orjson.loads(line)
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


def _follow(lines: Iterable[bytes], session: str) -> Iterator[str | Head]:
    prev, n = genesis(session), 0
    for number, line in enumerate(lines, 1):
        if not line.endswith(b"\n"):
            yield f"line {number}: unfinished (the gateway stopped while writing it, or its end was cut off)"
            return
        try:
            entry = parse(line)
        except (ValueError, KeyError) as e:
            yield f"line {number}: {e if isinstance(e, ValueError) else 'lacks a member'}"
            return
        if (entry.prev, entry.n) != (prev, n):
            yield f"line {number}: does not follow the line before it (removed, added, moved, or another session's)"
            return
        prev, n = entry.hash, n + 1
        yield Head(session, entry.n, entry.hash)


def _up_to(lines: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (line := lines.readline(size)):
        size -= len(line)
        yield line


def verify(path: Path, head: Head | None) -> list[str]:
    """What is wrong with a journal, in words; empty when it is whole. `head` is the last one noted for it.

    Reads as far as the journal goes now: one that is being written is not chased. Stops at the first
    break: nothing after it can be trusted to be what was written. Raises OSError.
    """
    problems: list[str] = []
    last: Head | None = None
    with plain_file(path) as lines:
        for step in _follow(_up_to(lines, os.fstat(lines.fileno()).st_size), path.stem):
            if isinstance(step, Head):
                last = step
            else:
                problems.append(step)
    return problems or _compare(last, head)


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
