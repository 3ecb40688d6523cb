"""Is every call that a real server was recorded with read as it reads it, or refused for a reason?"""

import asyncio
import re
from functools import cache
from typing import Any, Final, cast

from support.tools import recordings
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import CallRefused

#: What the gateway refuses though the server takes it: words of the refusal, and the fact on the page, or the reason.
REVIEWED: Final = {
    r"duplicate key": "W-10",
    r"written like": "W-11",
    r"spellings of one": "W-12",
    r"unknown member|'fields' must be": "W-13",
    r"its content type must be": "W-14",
    r"not JSON|not UTF-8|nested deeper than 64": "W-15",
    r"names no class": "W-17",
    r"path\.odd": "W-18",
    r"must not be empty": "W-19",
    r"outside of its own folder": "W-23",
    r"would store as another": "W-26",
    r"route\.refused": "W-27, W-29",
    r"route\.unknown": "other methods",
    r"another than in the path": "W-28",
    r"this route takes none|there is none, and": "a body where it belongs",
    r"outside of ASCII": "W-41",
    r"gives (?:a field|a root|what stands|a property) ": "W-42",
    r"three quotation marks": "W-45",
    r"'Explore'|'__\w+'|in '_additional'|directive|that no class has|can be none": "W-46",
    r"reference|pointingTo": "W-48",
    r"twice|one value, and nothing else": "W-49",
    r"'query\.limit' must be": "W-60",
    r"searches of its own|one record of several|more than 50": "not held against anything",
    r"'vector' must be|'objects\[0\]' must be": "one way to say nothing",
    r"is the server's own": "written by nobody else",
    r"'query' is no GraphQL": "a number that runs into a name",
}  # fmt: skip


def read(row: dict[str, Any]) -> tuple[Call, Operation] | Refusal:
    dialect = Weaviate()

    async def ask(call: Call) -> Answer:
        return dialect.offline(call, None)

    try:
        call = dialect.read(recordings.raw(row))
        return call, asyncio.run(dialect.classify(call, ask))
    except CallRefused as e:
        return cast("Refusal", e.refusal)


@cache
def all_read() -> list[tuple[dict[str, Any], tuple[Call, Operation] | Refusal]]:
    return [(row, read(row)) for row in recordings.rows("weaviate")]


def taken(row: dict[str, Any]) -> bool:
    """Whether the server did it: an answer of GraphQL comes with errors, and success."""
    said = (row["answer"] or {}).get("json")
    return 200 <= row["status"] < 300 and not (isinstance(said, dict) and said.get("errors"))


def test_what_is_refused_beyond_the_server_has_a_reason() -> None:
    """W-10, W-18, W-42"""
    refused, read_ = list[str](), 0
    for row, said in all_read():
        read_ += not isinstance(said, Refusal)
        if isinstance(said, Refusal) and taken(row):
            assert any(re.search(words, str(said)) for words in REVIEWED), (row["path"], row["request"], str(said))
            refused.append(str(said))
        if isinstance(said, tuple) and said[0].body:
            again = Weaviate().read(Raw(said[0].method, said[0].path, said[0].headers, said[0].body))
            assert again.body == said[0].body
    assert {words for words in REVIEWED for said in refused if re.search(words, said)} == {*REVIEWED}
    print(f"{read_} of {len(all_read())} recorded calls are read, {len(refused)} that the server took are refused")
    assert (read_, len(refused)) == (1018, 196)


def test_clients_over_rest_are_refused_for_known_reasons_only() -> None:
    """W-19, W-46: an empty list of tenants, and a model"""
    clients = [(row, said) for row, said in all_read() if row["source"].startswith("client:") and taken(row)]
    refused = {(row["method"], row["path"].split("/")[2]) for row, said in clients if isinstance(said, Refusal)}
    assert len(clients) > 180
    assert refused == {
        ("DELETE", "schema"),
        ("POST", "graphql"),
    }


def test_answers_hold_no_more_than_was_asked_for() -> None:
    """W-60"""
    compared = 0
    for row, said in all_read():
        if isinstance(said, Refusal) or not taken(row) or not isinstance((row["answer"] or {}).get("json"), dict):
            continue
        held = Weaviate().records(said[1], row["answer"]["json"])
        if held is not None and said[1].limit is not None:
            compared += 1
            assert held <= said[1].limit, (row["path"], row["request"])
    assert compared > 150
