"""Calls that real servers of Lucene's family were recorded with, and how the dialect reads each."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from support.lucene.asked import raw_of
from support.tools import recordings
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused

type Verdict = tuple[Call, Operation] | str
_FOLDER: Final = Path(dialects.__file__).parent


class Row(NamedTuple):
    """One recorded call."""

    number: int
    source: str
    raw: Raw
    status: int
    answer: Any


def rows(database: str) -> Iterator[Row]:
    """Those of a database, in the order in which they were made."""
    for number, told in enumerate(recordings.rows(database), start=1):
        raw = recordings.raw(told)
        headers = (("content-type", told["content_type"] or "application/json"),)
        answer = (told["answer"] or {}).get("json")
        asked = raw_of(raw.method, raw.target, raw.body or None, headers)
        yield Row(number, told["source"], asked, told["status"] or 0, answer)


def read(database: str, row: Row) -> Verdict:
    """What a call is read as, or the words of its refusal."""
    dialect = dialects.load(database)

    async def ask(call: Call) -> Answer:
        return dialect.offline(call, None)

    try:
        call = dialect.read(row.raw)
        return call, asyncio.run(dialect.classify(call, ask))
    except CallRefused as e:
        return str(e.refusal)


def verdicts(database: str) -> list[tuple[Row, Verdict]]:
    """Every call with what it is read as."""
    return [(row, read(database, row)) for row in rows(database)]


def facts(database: str) -> str:
    """The page of its facts."""
    return (_FOLDER / database / "facts.md").read_text("utf-8")
