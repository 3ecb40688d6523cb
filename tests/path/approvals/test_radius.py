"""Whoever is asked sees how far a call reaches: records, their share, other names, and who read them last."""

import json
import time
from collections.abc import Iterator

import pytest

from path.approvals.conftest import Town, held_as
from support.tools.direct import Collection, collection


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


def test_another_name_for_more_records_than_were_shown_is_asked_about_anew(town: Town) -> None:
    town.points("w-from", 4)
    town.points("w-to", 1)
    named = "POST", "/collections/aliases", _aliases(("create_alias", "w-from"))
    town.say("approve", held_as(town.qdrant(*named)))
    assert town.qdrant(*named).status == 200
    moved = "POST", "/collections/aliases", _aliases(("delete_alias", ""), ("create_alias", "w-to"))
    id = held_as(town.qdrant(*moved))
    assert town.shown(id)["touched"] == 4
    town.say("approve", id)
    town.points("w-from", 6, first=4)
    again = held_as(town.qdrant(*moved))
    assert (again != id, town.shown(again)["touched"], town.shown(id)["state"]) == (True, 10, "withdrawn")
    town.say("withdraw", again, "alice")


def _aliases(*actions: tuple[str, str]) -> dict[str, object]:
    made = {
        "create_alias": lambda to: {"collection_name": to, "alias_name": "w-moved"},
        "delete_alias": lambda _: {"alias_name": "w-moved"},
    }
    return {"actions": [{kind: made[kind](to)} for kind, to in actions]}


def test_a_restore_tells_what_it_replaces_and_is_asked_about_anew_when_that_grew(town: Town) -> None:
    town.points("w-kept", 3)
    taken = "POST", "/collections/w-kept/snapshots", None
    id = held_as(town.qdrant(*taken))
    town.say("approve", id)
    snapshot = town.qdrant(*taken).json["result"]["name"]
    place = f"http://localhost:6333/collections/w-kept/snapshots/{snapshot}"
    restore = "PUT", "/collections/w-kept/snapshots/recover", {"location": place}
    id = held_as(town.qdrant(*restore))
    shown = town.shown(id)
    assert (shown["touched"], shown["total"], shown["collections"]) == (3, 3, ["w-kept"])
    assert "how many that snapshot holds no call tells" in shown["effect"]
    town.say("approve", id)
    town.points("w-kept", 4, first=3)
    again = held_as(town.qdrant(*restore))
    assert (again != id, town.shown(again)["touched"], town.count("w-kept")) == (True, 7, 7)
    town.say("withdraw", again, "alice")


@pytest.fixture
def closed(town: Town) -> Iterator[Collection]:
    with collection(town.stack, f"w-reach-{time.monotonic_ns()}", 4) as made:
        yield made


CHROMA = {
    "a drop": ("DELETE", "{base}/{name}", None),
    "a change": ("PUT", "{base}/{id}", {"new_metadata": {"a": 1}}),
    "an update": ("POST", "{base}/{id}/update", {"ids": [f"r{n}" for n in range(12)], "metadatas": [{"a": 1}] * 12}),
    "a database": ("DELETE", "{database}", None),
    "everything": ("POST", "/api/v2/reset", None),
}


@pytest.mark.parametrize("what", CHROMA)
def test_of_the_other_database_what_grew_is_asked_about_anew(town: Town, closed: Collection, what: str) -> None:
    method, path, body = CHROMA[what]
    base, _, id = closed.path.rpartition("/")
    path = path.format(base=base, id=id, name=closed.name, database=base.rpartition("/")[0])

    def call() -> str:
        return held_as(town.gateway.ask(method, path, token=town.token(), body=body))

    first = call()
    before = town.shown(first)
    town.say("approve", first)
    closed.add(
        [f"r{n}" for n in range(200, 200 + before["total"])] if what != "an update" else [f"r{n}" for n in range(4, 12)]
    )
    again = call()
    shown = town.shown(again)
    assert again != first
    assert shown["touched"] > before["touched"] >= 4
    assert shown["touched"] <= shown["total"]
    assert (closed.name in str(shown["collections"]), town.shown(first)["state"]) == (True, "withdrawn")
    assert closed.count() == shown["total"] or what in ("a database", "everything")
    town.say("withdraw", again, "alice")


def test_what_no_number_can_be_told_of_says_so_and_why(town: Town) -> None:
    shown = town.shown(held_as(town.qdrant("DELETE", "/cluster/peer/7")))
    assert shown["touched"] == shown["total"] >= 1
    assert shown["note"] == "at most: which of them lie on that peer alone no call tells"
    assert shown["note"] in shown["effect"]
    bare = town.shown(held_as(town.qdrant("PUT", "/quotas", {"enabled": False})))
    assert (bare["touched"], bare["effect"]) == (None, f"administers this database, {bare['note']}")
