"""Is an alias looked up, remembered for a while, and forgotten when names change? Facts Q-60, Q-64."""

import asyncio
import json
from typing import Any

import pytest

from vecgate.dialects.qdrant.names import Aliases, thing
from vecgate.domain.call import Answer, Call
from vecgate.refusals.errors import Unavailable


class Server:
    """Answers with what it is told, and counts how often it is asked, for its collections beside."""

    def __init__(self, answer: Any = None, status: int = 200, collections: Any = ()) -> None:
        self.answer, self.status, self.asked = answer, status, 0
        self.collections = {"result": {"collections": [{"name": name} for name in collections]}}

    async def __call__(self, call: Call) -> Answer:
        is_beside = call.path == "/collections"
        self.asked += not is_beside
        return Answer(self.status, body=json.dumps(self.collections if is_beside else self.answer).encode())


async def nothing() -> None:
    return None


def listed(*pairs: tuple[str, str]) -> Any:
    return {"result": {"aliases": [{"alias_name": a, "collection_name": c} for a, c in pairs]}}


def test_aliases_are_remembered_for_a_while_and_asked_anew_for_what_changes_something() -> None:
    now, server = [0.0], Server(listed(("staff", "people")))
    aliases = Aliases(now=lambda: now[0], fresh=10)
    for anew, asked in ((False, 1), (False, 1), (True, 2)):
        assert asyncio.run(aliases.known(server, nothing, ["staff"], anew=anew)) == {"staff": "people"}
        assert server.asked == asked
    now[0] = 11
    asyncio.run(aliases.known(server, nothing, ["staff"]))
    aliases.forget()
    asyncio.run(aliases.known(server, nothing, ["staff"]))
    assert server.asked == 4


def test_nothing_is_remembered_while_names_change() -> None:
    server = Server(listed())
    aliases = Aliases(quiet=lambda: False)
    for _ in range(2):
        asyncio.run(aliases.known(server, nothing, ["staff"]))
    assert server.asked == 2


def test_an_answer_that_was_under_way_while_names_changed_is_used_once() -> None:
    aliases = Aliases()

    async def changing(call: Call) -> Answer:
        aliases.forget()
        return await Server(listed(("a", "b")))(call)

    assert asyncio.run(aliases.known(changing, nothing, ["a"])) == {"a": "b"}
    server = Server(listed())
    asyncio.run(aliases.known(server, nothing, ["staff"]))
    assert server.asked == 1


def test_a_name_that_is_nothing_yet_may_be_an_alias_of_anything_a_moment_later() -> None:
    """Made around the gateway: it would be decided on by its own name, and show what is behind it."""
    aliases, server = Aliases(), Server(listed(("staff", "people")), collections=["people", "docs"])
    for names in (["docs"], ["staff"], ["people", "docs"]):
        asyncio.run(aliases.known(server, nothing, names))
    assert server.asked == 1
    asyncio.run(aliases.known(server, nothing, ["public-1"]))
    server.answer = listed(("staff", "people"), ("public-1", "people"))
    assert asyncio.run(aliases.known(server, nothing, ["docs", "public-1"]))["public-1"] == "people"
    assert server.asked == 3
    asyncio.run(aliases.known(server, nothing, ["public-1"]))
    assert server.asked == 3


@pytest.mark.parametrize("collections", [None, {}, {"result": {"collections": [{}]}}])
def test_where_collections_are_not_told_no_name_is_remembered_for_one(collections: Any) -> None:
    aliases, server = Aliases(), Server(listed())
    server.collections = collections
    for _ in range(2):
        asyncio.run(aliases.known(server, nothing, ["docs"]))
    assert server.asked == 2


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"result": {"aliases": {}}},
        {"result": {"aliases": [{"alias_name": "a"}]}},
        {"result": {"aliases": ["a"]}},
    ],
)
def test_what_is_no_list_of_aliases_is_an_outage(answer: Any) -> None:
    with pytest.raises(Unavailable):
        asyncio.run(Aliases().known(Server(answer), nothing, []))


def test_a_collection_is_told_by_how_it_was_set_up() -> None:
    def of(answer: Any, status: int = 200) -> str:
        return asyncio.run(thing(Server(answer, status), "people"))

    one = of({"result": {"config": {"params": {"a": 1, "b": 2}}, "points_count": 5}})
    assert one == of({"result": {"config": {"params": {"b": 2, "a": 1}}, "points_count": 9}})
    assert one != of({"result": {"config": {"params": {"a": 2, "b": 2}}}})
    assert one != of({"result": {"config": {"params": {"a": 1, "b": 2}}, "created_at": "2026-01-01"}})
    assert of({}, 404) == ""
    with pytest.raises(Unavailable):
        of({"result": {}})
