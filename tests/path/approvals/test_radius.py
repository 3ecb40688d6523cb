"""Whoever is asked sees how far a call reaches: records, their share, other names, and who read them last."""

import json
import time

import pytest

from path.approvals.conftest import Town, held_as


@pytest.fixture(scope="module")
def aliased(town: Town) -> str:
    """A collection of four points under two names more, read by alice."""
    town.points("w-old", 4)
    town.points("w-new", 1)
    actions = [{"create_alias": {"collection_name": "w-old", "alias_name": f"w-{name}"}} for name in ("live", "mirror")]
    id = held_as(town.qdrant("POST", "/collections/aliases", {"actions": actions}))
    assert (
        "would touch 0 of 4 records" in town.qdrant("POST", "/collections/aliases", {"actions": actions}).body.decode()
    )
    town.say("approve", id)
    assert town.qdrant("POST", "/collections/aliases", {"actions": actions}).status == 200
    assert town.qdrant("POST", "/collections/w-live/points/query", {"query": [1, 1], "limit": 3}).status == 200
    return "w-old"


def test_a_drop_tells_the_names_that_people_reach_it_by_and_who_read_it_last(town: Town, aliased: str) -> None:
    end = time.monotonic() + 60
    while True:  # what was read at the other worker is known here some seconds later
        id = held_as(town.qdrant("DELETE", f"/collections/{aliased}"))
        shown = town.shown(id)
        if shown["last_used"] or time.monotonic() > end:
            break
        town.say("withdraw", id, "alice")
        time.sleep(1)
    assert (shown["touched"], shown["total"], shown["share"]) == (4, 4, 1.0)
    assert (shown["collections"], shown["aliases"]) == (["w-old"], ["w-live", "w-mirror"])
    assert [(one["collection"], one["by"], one["at"] % 3600) for one in shown["last_used"]] == [("w-old", "alice", 0)]
    own = town.shown(id, "alice")
    assert (own["collections"], own["aliases"], own["last_used"]) == (["w-old"], None, None)
    printed = town.type("requests", "show", id, user="bob").stdout
    for words in ("100.00% of the records there are", "w-live, w-mirror", "w-old in the hour of ", ", by alice"):
        assert words in printed
    assert json.loads(town.type("requests", "show", id, "--json", user="bob").stdout)["aliases"] == shown["aliases"]
    town.say("deny", id)


def test_an_alias_that_is_moved_tells_how_many_its_readers_no_longer_find(town: Town, aliased: str) -> None:
    actions = [
        {"delete_alias": {"alias_name": "w-live"}},
        {"create_alias": {"collection_name": "w-new", "alias_name": "w-live"}},
    ]
    shown = town.shown(held_as(town.qdrant("POST", "/collections/aliases", {"actions": actions})))
    assert (shown["touched"], shown["total"]) == (4, 5)
    assert shown["collections"] == ["w-new", "w-old"]
    assert shown["aliases"] == ["w-live", "w-mirror"]


def test_another_name_that_came_meanwhile_is_asked_about_anew(town: Town, aliased: str) -> None:
    id = held_as(town.qdrant("DELETE", "/collections/w-new"))
    town.say("approve", id)
    action = {"create_alias": {"collection_name": "w-new", "alias_name": "w-more"}}
    named = held_as(town.qdrant("POST", "/collections/aliases", {"actions": [action]}))
    town.say("approve", named)
    assert town.qdrant("POST", "/collections/aliases", {"actions": [action]}).status == 200
    again = held_as(town.qdrant("DELETE", "/collections/w-new"))
    assert again != id
    assert (town.shown(again)["aliases"], town.shown(id)["state"]) == (["w-more"], "withdrawn")
    assert town.count("w-new") == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "", None),
        ("PATCH", "", {"optimizers_config": {"indexing_threshold": 5}}),
        ("POST", "/points/delete", {"filter": {"must": [{"key": "status", "match": {"value": "closed"}}]}}),
        ("POST", "/points/delete", {"points": [*range(40)]}),
        ("POST", "/points/payload", {"payload": {"a": 1}, "filter": {}}),
        ("POST", "/points/batch", {"operations": [{"delete": {"filter": {}}}]}),
    ],
)
def test_what_grew_since_is_asked_about_anew(
    town: Town, method: str, path: str, body: object, request: pytest.FixtureRequest
) -> None:
    name = f"w-grows-{abs(hash(request.node.name)) % 10**8}"
    town.points(name, 20)
    call = method, f"/collections/{name}{path}", body
    id = held_as(town.qdrant(*call))
    assert (town.shown(id)["touched"], town.shown(id)["collections"]) == (20, [name])
    town.say("approve", id)
    town.points(name, 10, first=20)
    bound = town.shown(id)["bound"]
    said = town.qdrant(*call)
    if bound is not None:  # a yes that is for certain records leaves alone what came later
        assert said.status == 200
        assert town.count(name) in (10, 30)
        return
    assert held_as(said) != id
    assert town.count(name) == 30
