"""Is it what the gateway wrote? One verdict for each session, and what an exit code says of all of them.

The chain of hashes needs no key, so whoever can write the folder can make it anew. Only the MACs tell: they take the
session's data key, and that an auditor's login. Without it, a session that looks right is `chain only`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from vecgate.recording import chain, heads, parts, read
from vecgate.recording.opening import ANONYMOUS, PERSON, UNSEALED
from vecgate.recording.parts import Parts
from vecgate.recording.seal import DataKey
from vecgate.recording.session import slug


class Verdict(Enum):
    """From right to wrong: the word, the exit code, and what it means."""

    WHOLE = "whole", 0, "chain, heads and MACs are right: the gateway wrote this, and all of it is there"
    CHAIN_ONLY = (
        "chain only",
        3,
        "chain and heads are right; MACs were not checked, or there are none",
    )
    HEADS_DIFFER = "heads differ", 4, "the chain is right, and is not the one that was noted in heads.jsonl"
    CUT = "cut", 5, "entries, or the whole file, are gone"
    UNREADABLE = "unreadable", 6, "it cannot be read as a journal"
    FORGED = "forged", 7, "the gateway did not write the entry that is named"

    def __init__(self, word: str, code: int, meaning: str) -> None:
        self.word, self.code, self.meaning = word, code, meaning


@dataclass(frozen=True, slots=True)
class Found:
    """A verdict on one session; `at`: the entry (from 1) that is forged; `why` in words."""

    verdict: Verdict
    why: str = ""
    at: int = 0

    def __str__(self) -> str:
        said = f"{self.verdict.word} at {self.at}" if self.at else self.verdict.word
        return f"{said}: {self.why}" if self.why else said


_LINE: Final = re.compile(r"line (\d+): (.*)", re.DOTALL)
_CUT: Final = ("empty", "cut short", "its journal is gone", "part ")
_UNREADABLE: Final = ("no plain file", "no session can have this id", f"{heads.NAME} line")
NO_KEY: Final = "its MACs take an auditor's login to check (--token-file)"
#: Why the journals of a kind have no MACs.
NO_MACS: Final = {
    ANONYMOUS: "callers nobody knows have no key, so no MACs",
    UNSEALED: "notes of who opened originals are made without a key, so no MACs",
}


def of_problem(problem: str) -> Found:
    """The verdict that a problem of the chain is."""
    if problem.startswith(_UNREADABLE):
        return Found(Verdict.UNREADABLE, problem)
    if problem.startswith(_CUT) or "unfinished" in problem:
        return Found(Verdict.CUT, problem)
    line = _LINE.fullmatch(problem)
    if line is None:
        return Found(Verdict.HEADS_DIFFER, problem)
    if line[1] == "1" and line[2] == "not a whole entry":
        return Found(Verdict.UNREADABLE, problem)
    return Found(Verdict.FORGED, line[2], int(line[1]))


def verdict(folder: Path, session: str, key: DataKey | None) -> Found:
    """What a journal is. Raises NoSuchSession, OSError."""
    files = parts.of(folder, session)
    if not files and any(path.stem == session for path in parts.named(folder)):
        return of_problem("no plain file")
    if not files and session in heads.load(folder)[0]:
        return of_problem("its journal is gone")
    files = files or read.parts_of(folder, session)
    return _judged(session, files, read.check(folder, session, _proof(files, key), files=files), key)


def _judged(session: str, files: Parts, problems: list[str], key: DataKey | None) -> Found:
    if problems:
        return of_problem(problems[0])
    _, opened = read.opening(files)
    forged = _whose(session, opened)
    if forged is not None:
        return forged
    if opened["kind"] != PERSON:
        return Found(Verdict.CHAIN_ONLY, NO_MACS[opened["kind"]])
    return Found(Verdict.WHOLE) if key is not None else Found(Verdict.CHAIN_ONLY, NO_KEY)


def _proof(files: Parts, key: DataKey | None) -> chain.Proof | None:
    """What tells that the gateway wrote a line of these, as far as that can be told."""
    if read.opening(files)[1].get("kind") != PERSON:
        return None

    def proof(line: bytes) -> str:
        mac = chain.mac_parts(line)
        if mac is None:
            return "has no MAC"
        return "" if key is None or key.mac_is(*mac) else "its MAC is not the gateway's"

    return proof


def _whose(session: str, opened: dict[str, Any]) -> Found | None:
    """A session cannot become another person's, or nobody's: its id names them."""
    kind, user = opened.get("kind"), opened.get("user")
    if kind not in (PERSON, ANONYMOUS, UNSEALED) or not isinstance(user, str):
        return Found(Verdict.FORGED, "does not say whose session it is", 1)
    named = session.split("-", 1)[1].rpartition("-")[0]
    if named != slug(user):
        return Found(Verdict.FORGED, "is another person's session", 1)
    if kind != PERSON and user != kind:
        return Found(Verdict.FORGED, "is a person's session that is called nobody's", 1)
    if (kind == PERSON) != isinstance(opened.get("key"), dict):
        return Found(Verdict.FORGED, "a person's session has a key, and no other has", 1)
    return None


def of_all(folder: Path, keys: Mapping[str, DataKey]) -> dict[str, Found]:
    """The verdict on everything in a folder. Raises OSError."""
    verdicts = dict[str, Found]()
    found = read.check_all(folder, lambda session, files: _proof(files, keys.get(session)))
    there = parts.all_in(folder)
    for name, problems in found.items():
        if problems or name not in there:
            verdicts[name] = of_problem(problems[0] if problems else "its journal is gone")
        else:
            verdicts[name] = _judged(name, there[name], problems, keys.get(name))
    return verdicts
