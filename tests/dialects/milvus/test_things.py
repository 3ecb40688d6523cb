"""Which collection is meant by a name, how was it made, and for how long is that remembered?"""

import asyncio
import json
from typing import Any

import pytest

from support.milvus.asked import FakeMilvus
from vecgate.dialects.milvus.things import Known, described, done, meant, names_of
from vecgate.domain.call import Answer, Call
from vecgate.refusals.errors import Unavailable


async def _nothing() -> None:
    return None


def test_a_name_in_the_list_is_itself_and_another_is_asked_for_as_an_alias() -> None:
    """M-36"""
    server = FakeMilvus(("people", "docs"), {"staff": "people"})
    assert asyncio.run(meant(server.ask, "default", "people")) == "people"
    assert [call.path for call in server.asked] == ["/v2/vectordb/collections/list"]
    assert asyncio.run(meant(server.ask, "default", "staff")) == "people"
    assert asyncio.run(meant(server.ask, "default", "nope")) is None
    assert asyncio.run(meant(server.ask, "default", "staff", older=True)) is None  # nobody can tell
    assert asyncio.run(meant(server.ask, "default", "docs", older=True)) == "docs"


def test_a_collection_is_known_by_its_number_its_key_and_its_types() -> None:
    server = FakeMilvus()
    found = asyncio.run(described(server.ask, "default", "people"))
    assert found is not None
    assert (found.name, found.thing, found.key, found.is_text) == ("people", "default/people#7", "id", False)
    assert found.vectors == {"vec"}
    assert asyncio.run(described(server.ask, "default", "nope")) is None


def test_an_older_server_tells_types_with_their_length_and_no_number() -> None:
    field = {"name": "id", "type": "VarChar(64)", "primaryKey": True}

    async def ask(call: Call) -> Answer:
        assert (call.method, call.path, call.query) == (
            "GET",
            "/v1/vector/collections/describe",
            (("collectionName", "docs"),),
        )
        return Answer(
            200, body=json.dumps({"code": 200, "data": {"collectionName": "docs", "fields": [field]}}).encode()
        )

    found = asyncio.run(described(ask, "default", "docs", older=True))
    assert found is not None
    assert found.is_text
    assert found.thing.startswith("default/docs#")


def test_an_answer_about_another_collection_is_none() -> None:
    async def ask(call: Call) -> Answer:
        return Answer(200, body=b'{"code":0,"data":{"collectionName":"other","fields":[]}}')

    with pytest.raises(Unavailable):
        asyncio.run(described(ask, "default", "people"))


def test_what_is_asked_is_the_database_of_the_call() -> None:
    server = FakeMilvus()
    asyncio.run(names_of(server.ask, "db1"))
    asyncio.run(names_of(server.ask, "db1", older=True))
    assert [(call.tree, call.query) for call in server.asked] == [({"dbName": "db1"}, ()), (None, (("dbName", "db1"),))]


def test_it_is_remembered_for_some_seconds_while_nothing_changes() -> None:
    """M-37"""
    now, quiet, server = [0.0], [True], FakeMilvus()
    known = Known(lambda: now[0], 10.0, lambda: quiet[0])

    def of(*, anew: bool = False) -> int:
        before = len(server.asked)
        asyncio.run(known.of(server.ask, "default", "people", _nothing, older=False, anew=anew))
        return len(server.asked) - before

    assert [of(), of(), of(anew=True)] == [2, 0, 2]
    now[0] = 11
    assert of() == 2
    quiet[0] = False
    assert [of(), of()] == [2, 2]
    quiet[0] = True
    known.forget()
    assert known.recalled("default", "people") is None
    assert of() == 2


def test_done_is_one_of_two_codes_and_of_one_of_them_an_error_of_newer_routes_is_told_apart() -> None:
    """M-30"""
    told: list[Any] = [{"code": 0}, {"code": 200}, {"code": 0, "message": "loading"}, {"code": 200, "data": []}]
    failed: list[Any] = [
        {"code": 200, "message": "partition not found"},
        {"code": 1},
        {"code": True},
        {"code": "0"},
        {},
        [],
    ]
    assert [done(tree) for tree in (*told, *failed)] == [True] * 4 + [False] * 6
