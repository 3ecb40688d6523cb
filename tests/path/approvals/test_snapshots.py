"""Before a held call runs a snapshot is taken, where its rule wants one; it brings back what the call destroyed."""

import json
import shlex
import time

import pytest

from demo.stack import Stack
from path.approvals.conftest import REQUESTS, Town, held_as
from support.tools.direct import collection

COLLECTIONS = "http://localhost:6333/collections"


def test_what_was_dropped_comes_back_from_its_snapshot(town: Town) -> None:
    town.points("k-old", 3)
    id = held_as(town.qdrant("DELETE", "/collections/k-old"))
    assert town.type("requests", "undo", id).returncode == 1
    town.say("approve", id)
    assert town.qdrant("DELETE", "/collections/k-old").status == 200
    assert town.count("k-old") is None
    (kept,) = town.shown(id)["snapshots"]
    assert kept["collection"] == "k-old"
    undo = town.type("requests", "undo", id)
    assert undo.returncode == 0
    call = shlex.split(undo.stdout.splitlines()[1])
    assert call[:3] == ["curl", "-X", "PUT"]
    assert call[3] == "http://localhost:6333/collections/k-old/snapshots/recover"
    assert kept["name"] in call[-1]
    back = "PUT", call[3].removeprefix("http://localhost:6333"), json.loads(call[-1])
    town.say("approve", held_as(town.qdrant(*back)))
    restored = town.qdrant(*back)
    assert restored.status == 200, restored.body
    assert town.count("k-old") == 3


def test_what_a_dropped_collection_was_called_comes_back_with_it(town: Town) -> None:
    town.points("k-called", 2)
    naming = {"create_alias": {"collection_name": "k-called", "alias_name": "k-other-name"}}
    call = "POST", "/collections/aliases", {"actions": [naming]}
    named = held_as(town.qdrant(*call))
    town.say("approve", named)
    assert town.qdrant(*call).status == 200
    undo = [shlex.split(line) for line in town.type("requests", "undo", named).stdout.splitlines()]
    assert [json.loads(line[-1]) for line in undo[1:]] == [
        {"actions": [{"delete_alias": {"alias_name": "k-other-name"}}]}
    ]
    dropped = held_as(town.qdrant("DELETE", "/collections/k-called"))
    town.say("approve", dropped)
    assert town.qdrant("DELETE", "/collections/k-called").status == 200
    undo = [shlex.split(line) for line in town.type("requests", "undo", dropped, user="bob").stdout.splitlines()]
    assert [line[3] for line in undo[1:]] == [f"{COLLECTIONS}/k-called/snapshots/recover", f"{COLLECTIONS}/aliases"]
    assert json.loads(undo[2][-1]) == {"actions": [naming]}
    mine = town.type("requests", "undo", dropped).stdout  # who asked is not told of other names
    assert ("recover" in mine, "k-other-name" in mine) == (True, False)


def test_a_database_without_snapshots_is_not_asked_to_take_one(town: Town, stack_of_two: Stack) -> None:
    with collection(stack_of_two, f"k-{time.time_ns()}", 3) as made:
        refused = town.delete(made)
        assert refused.code == "hold.no_snapshots"
        assert "Chroma forks on its cloud alone" in refused.json["message"]
        assert not [
            one
            for one in town.gateway.ask("GET", REQUESTS, token=town.token("bob")).json["requests"]
            if made.name in one["target"]
        ]
        assert made.count() == 3


@pytest.mark.parametrize("again", [1, 2])
def test_each_release_has_one_of_its_own(town: Town, again: int) -> None:
    name = f"k-again-{again}"
    town.points(name, 2)
    call = "POST", f"/collections/{name}/points/delete", {"filter": {}}
    id = held_as(town.qdrant(*call))
    town.say("approve", id)
    assert town.qdrant(*call).status == 200
    assert (town.count(name), len(town.shown(id)["snapshots"])) == (0, 1)


def test_a_plans_steps_are_undone_from_the_last_to_the_first(town: Town) -> None:
    town.points("k-twice", 4)
    path = "/collections/k-twice/points/delete"
    calls = [("POST", path, {"points": [0]}), ("POST", path, {"points": [1]})]
    listed = [{"method": method, "path": at, "body": body} for method, at, body in calls]
    port = town.gateway.listen.port + 1
    asked = town.gateway.ask("POST", "/.vecgate/v1/plans", token=town.token(), body={"calls": listed}, port=port)
    id = asked.json["id"]
    town.say("approve", id)
    for call in calls:
        assert town.qdrant(*call).status == 200
    kept = town.shown(id)["snapshots"]
    assert [(one["collection"], one["step"]) for one in kept] == [("k-twice", 1), ("k-twice", 2)]
    lines = town.type("requests", "undo", id).stdout.splitlines()
    assert [line for line in lines if line.startswith("# before")] == ["# before step 2", "# before step 1"]
    assert kept[0]["name"] in lines[-1]
    assert town.count("k-twice") == 2
