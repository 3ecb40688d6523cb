"""How far does a call reach, as counted by what a server answers? test_real.py asks a real one."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from support.lucene.asked import OPEN, Described, raw_of
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.refusals.errors import Unavailable


def impact(answer: dict[str, Any], *call: Any) -> Any:
    dialect, described = dialects.load("opensearch"), Described()

    async def ask(question: Call) -> Answer:
        if question.path.endswith("_count"):
            return Answer(200, body=json.dumps(answer).encode())
        if question.path.endswith("_search"):
            return Answer(200, body=b'{"hits":{"hits":[{"_id":"r1"},{"_id":"r2"}]}}')
        return await described.ask(question)

    async def run() -> Any:
        read = dialect.read(raw_of(*call))
        operation = await dialect.classify(read, ask)
        return await dialect.impact(dialect.restrict(read, operation, OPEN), operation, ask, 5)

    return asyncio.run(run())


def test_a_delete_by_query_touches_what_its_query_finds() -> None:
    told = impact({"count": 2}, "POST", "/people/_delete_by_query", {"query": {"term": {"a": 1}}})
    assert (told.touched, told.total, told.ids, told.collection) == (2, 2, ("r1", "r2"), "people")


def test_a_count_of_some_shards_is_none() -> None:
    """Failures stand in an answer of success."""
    for answer in ({"count": 2, "_shards": {"failed": 1}}, {}, {"count": "2"}):
        with pytest.raises(Unavailable):
            impact(answer, "DELETE", "/people")


def test_a_call_that_is_not_counted_says_so() -> None:
    assert impact({"count": 2}, "PUT", "/people/_mapping", {}) is None
    names = {route.name for route in dialects.load("opensearch").routes}
    assert {*dialects.load("opensearch").uncounted} <= names


def test_a_call_is_bound_to_records_in_parts() -> None:
    dialect = dialects.load("opensearch")
    call, operation = Described().read("POST", "/people/_delete_by_query", {"query": {"term": {"a": 1}}})
    parts = dialect.bound(call, operation, [f"r{i}" for i in range(1500)])
    assert parts is not None
    trees: list[Any] = [part.tree for part in parts]
    assert [len(one["query"]["bool"]["filter"][0]["ids"]["values"]) for one in trees] == [1000, 500]
    assert all(one["query"]["bool"]["must"] == [{"term": {"a": 1}}] for one in trees)
    assert dialect.bound(call, operation, [f"r{i}" for i in range(20_000)]) is None
    call, operation = Described().read("DELETE", "/people/_doc/r1")
    assert dialect.bound(call, operation, ["r1"]) is None


def test_records_are_selected_by_ids_as_well_as_by_a_query() -> None:
    """A write asks which of its ids there are already: by these ids, as its body has no query."""
    dialect, asked = dialects.load("opensearch"), list[Any]()

    async def ask(question: Call) -> Answer:
        asked.append(question.tree)
        return Answer(200, body=b'{"hits":{"hits":[{"_id":"r1"},{"_id":"r2"}]}}')

    call, operation = Described().read("POST", "/people/_bulk", [{"index": {"_id": "r1"}}, {}])
    naming = replace(call, body=b"", tree={"ids": ["r1", "r3"]})
    assert asyncio.run(dialect.selected(naming, operation, ask, frozenset({"r1", "r3"}), 2)) == ["r1"]
    assert asked[0]["query"] == {"ids": {"values": ["r1", "r3"]}}
