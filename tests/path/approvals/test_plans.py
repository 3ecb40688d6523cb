"""One yes to several calls: each runs once, in its order and as it was shown; whatever else comes is asked about alone."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from demo.gateway import Reply
from path.approvals.conftest import REQUESTS, Town, held_as
from support.tools.direct import Collection, collection
from vecgate.recording import read

PLANS: Final = "/.vecgate/v1/plans"
_NUMBER = iter(range(10**6))


@pytest.fixture
def closed(town: Town) -> Iterator[Collection]:
    """The same in the other database."""
    with collection(town.stack, f"w-plan-{time.monotonic_ns()}", 4) as made:
        yield made


type Call = tuple[str, str, Any]


@pytest.fixture
def name(town: Town) -> Iterator[str]:
    """A collection of ten closed points, and one of five whose name ends in `-b`."""
    made = f"w-plan-{next(_NUMBER)}"
    town.points(made, 10)
    town.points(f"{made}-b", 5)
    yield made
    for one in town.gateway.ask("GET", REQUESTS, token=town.token()).json["requests"]:
        if one["yours"] and one["state"] in ("pending", "approved") and made in one["target"]:
            town.say("withdraw", one["id"], "alice")


def payload(name: str, value: int) -> Call:
    return "POST", f"/collections/{name}/points/payload", {"payload": {"a": value}, "points": [1, 2]}


def emptied(name: str) -> Call:
    return "POST", f"/collections/{name}/points/delete", {"filter": {"must": [{"key": "a", "match": {"value": 1}}]}}


def dropped(name: str) -> Call:
    return "DELETE", f"/collections/{name}", None


def steps(*calls: Call) -> list[dict[str, Any]]:
    return [{"method": m, "path": p, **({} if b is None else {"body": b})} for m, p, b in calls]


def ask(town: Town, *calls: Call, user: str = "alice", **more: Any) -> Reply:
    port = town.gateway.listen.port + 1
    body = {"calls": steps(*calls), **more}
    return town.gateway.ask("POST", PLANS, token=town.token(user), body=body, port=port)


def planned(town: Town, *calls: Call) -> str:
    said = ask(town, *calls)
    assert said.status == 200, said.body
    return str(said.json["id"])


def agreed(town: Town, *calls: Call) -> str:
    id = planned(town, *calls)
    town.say("approve", id)
    return id


def stands(town: Town, id: str) -> list[str]:
    return [step["stands"] for step in town.shown(id)["steps"]]


def alone(town: Town, reply: Reply, plan: str) -> None:
    """It was asked about by itself, and nothing of it was done."""
    assert held_as(reply) != plan
    town.say("withdraw", held_as(reply), "alice")


def test_each_call_runs_once_in_its_order_and_is_told_as_it_would_be_alone(town: Town, name: str) -> None:
    calls = payload(name, 1), emptied(name), dropped(f"{name}-b")
    id = planned(town, *calls)
    shown = town.shown(id)
    assert shown["operation"] == "plan"
    assert [(step["touched"], step["total"]) for step in shown["steps"]] == [(2, 10), (0, 10), (5, 5)]
    assert [step["path"] for step in shown["steps"]] == [path for _, path, _ in calls]
    assert shown["steps"][0]["body"] == calls[0][2]
    assert shown["effect"].startswith("of 3 calls: 1. writes 2 of 10 in ")
    assert stands(town, id) == ["next", "later", "later"]
    assert held_as(town.qdrant(*calls[0])) == id, "the first waits for the yes to all"
    alone(town, town.qdrant(*calls[2]), id)
    town.say("approve", id)
    assert town.qdrant(*calls[0]).status == 200
    assert stands(town, id) == ["done", "next", "later"]
    alone(town, town.qdrant(*calls[2]), id)
    alone(town, town.qdrant(*calls[0]), id)
    assert town.count(f"{name}-b") == 5


def test_what_was_counted_is_what_runs_to_the_end(town: Town, name: str) -> None:
    calls = payload(name, 1), payload(f"{name}-b", 2), dropped(f"{name}-b")
    id = agreed(town, *calls)
    for call in calls:
        assert town.qdrant(*call).status == 200
    found = town.shown(id)
    assert (found["state"], stands(town, id)) == ("used", ["done"] * 3)
    assert town.count(f"{name}-b") is None
    alone(town, town.qdrant(*calls[0]), id)


def test_one_byte_different_is_another_call(town: Town, name: str) -> None:
    id = agreed(town, payload(name, 1), dropped(name))
    alone(town, town.qdrant(*payload(name, 2)), id)
    alone(town, town.qdrant("POST", f"/collections/{name}/points/payload?ordering=strong", payload(name, 1)[2]), id)
    alone(town, town.qdrant(*payload(f"{name}-b", 1)), id)
    assert town.qdrant(*payload(name, 1)).status == 200


def test_a_plan_is_its_askers_alone(town: Town, name: str) -> None:
    id = agreed(town, dropped(name))
    reply = town.qdrant(*dropped(name), user="erin")
    assert held_as(reply) != id
    town.say("withdraw", held_as(reply), "erin")
    assert town.count(name) == 10
    assert town.qdrant(*dropped(name)).status == 200


@pytest.mark.parametrize("verb", ["deny", "withdraw"])
def test_after_a_no_nothing_more_of_it_runs(town: Town, name: str, verb: str) -> None:
    id = agreed(town, payload(name, 1), dropped(name))
    assert town.qdrant(*payload(name, 1)).status == 200
    town.say(verb, id, "bob" if verb == "deny" else "alice")
    assert stands(town, id) == ["done", "not run"]
    alone(town, town.qdrant(*dropped(name)), id)
    assert town.count(name) == 10


def test_two_clients_racing_on_one_step_have_it_once(town: Town, name: str) -> None:
    step = "POST", f"/collections/{name}/points/payload", {"payload": {"a": 1}, "filter": {}}
    id = agreed(town, step, step)
    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(lambda _: town.qdrant(*step), range(6)))
    done = [one for one in said if one.status == 200]
    assert 1 <= len(done) <= 2, [one.body for one in said]
    for reply in said:
        if "hold.pending" in reply.body.decode() and held_as(reply) != id:
            assert town.shown(held_as(reply))["state"] == "pending"
            break
    assert town.shown(id)["state"] in ("approved", "used")
    assert sum(one == "done" for one in stands(town, id)) == len(done)


def test_a_step_that_failed_ends_it(town: Town, name: str) -> None:
    wrong = "POST", f"/collections/{name}/points/vectors/delete", {"points": [1], "vector": ["nothing-of-that-name"]}
    id = agreed(town, wrong, dropped(name))
    assert town.qdrant(*wrong).status == 400
    found = town.shown(id)
    assert (found["state"], found["reason"]) == ("spent", "step 1: the database answered 400")
    alone(town, town.qdrant(*dropped(name)), id)
    assert town.count(name) == 10


def test_what_grew_since_ends_it_and_is_asked_about_alone(town: Town, name: str) -> None:
    id = agreed(town, dropped(name), dropped(f"{name}-b"))
    town.points(name, 5, first=10)
    alone(town, town.qdrant(*dropped(name)), id)
    found = town.shown(id)
    assert (found["state"], found["reason"]) == ("withdrawn", "step 1 is no longer what was shown")
    alone(town, town.qdrant(*dropped(f"{name}-b")), id)
    assert town.count(name) == 15


def test_a_yes_is_for_the_records_that_were_counted_in_its_step(town: Town, name: str) -> None:
    call = (
        "POST",
        f"/collections/{name}/points/delete",
        {"filter": {"must": [{"key": "status", "match": {"value": "closed"}}]}},
    )
    id = agreed(town, call)
    assert town.shown(id)["steps"][0]["bound"] == 10
    town.points(name, 3, first=20)
    assert town.qdrant(*call).status == 200
    assert town.count(name) == 3


def test_the_identical_plan_is_the_same_one_and_a_no_to_it_stands(town: Town, name: str) -> None:
    calls = payload(name, 1), dropped(name)
    id = planned(town, *calls)
    assert planned(town, *calls) == id
    assert planned(town, *reversed(calls)) != id
    town.say("deny", id)
    assert "hold.denied" in ask(town, *calls).body.decode()


def test_records_name_the_plan_and_the_step(town: Town, name: str) -> None:
    calls = payload(name, 1), dropped(f"{name}-b")
    id = agreed(town, *calls)
    for call in calls:
        assert town.qdrant(*call).status == 200
    folder = town.gateway.settings.parent / "recordings"
    each = (entry for one in read.sessions(folder) for entry in read.entries(read.parts_of(folder, one.session)))
    told = [
        e.body["approval"] for e in each if e.code == "request.sent" and (e.body.get("approval") or {}).get("id") == id
    ]
    # Each worker has a journal of its own, and which comes first is chance.
    assert sorted((one["step"], one["steps"], one["by"]) for one in told) == [(1, 2, ["bob"]), (2, 2, ["bob"])]
    assert len({one["plan"] for one in told}) == 1


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([("GET", "/collections/{name}", None)], "plan.not_held"),
        ([("DELETE", "/collections/secret", None)], "plan.step: Step 1 of this plan would be refused"),
        ([("DELETE", "/collections/{name}", None), ("POST", "/nowhere", None)], "Step 2 of this plan would be refused"),
        ([("POST", "/collections/{name}/points/delete", {"filter": "x"})], "body.unreadable"),
        ([("POST", "/.vecgate/v1/unmask", {})], "route.unknown"),
        ([], "'calls' must be a list of 1 to 20 calls"),
        ([("DELETE", "/collections/{name}", None)] * 21, "'calls' must be a list of 1 to 20 calls"),
        ([("DELETE", "collections", None)], "begins with '/'"),
    ],
)  # fmt: skip
def test_a_plan_of_what_would_be_refused_is_asked_of_nobody(
    town: Town, name: str, calls: list[Call], said: str
) -> None:
    reply = ask(town, *((method, path.format(name=name), body) for method, path, body in calls))
    assert reply.status >= 400
    assert said in reply.body.decode()
    assert town.count(name) == 10


def test_calls_of_both_databases_are_in_one_plan(town: Town, name: str, closed: Collection) -> None:
    listed = [
        *steps(dropped(name)),
        {
            "method": "POST",
            "path": f"{closed.path}/delete",
            "body": {"where": {"status": "closed"}},
            "upstream": "tickets-db",
        },
    ]
    port = town.gateway.listen.port + 1
    said = town.gateway.ask("POST", PLANS, token=town.token(), body={"calls": listed}, port=port)
    assert said.status == 200, said.body
    town.say("approve", said.json["id"])
    assert town.delete(closed).status != 200
    assert town.qdrant(*dropped(name)).status == 200
    assert town.delete(closed).status == 200
    assert closed.count() == 0


def test_a_plan_is_typed_shown_and_waited_for(town: Town, name: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    listed = [
        f"{{method: {m}, path: {p}, body: {json.dumps(b)}}}" for m, p, b in (payload(name, 1), dropped(f"{name}-b"))
    ]
    file.write_text("calls:\n" + "".join(f"  - {one}\n" for one in listed), "utf-8")
    asked = town.type("plan", str(file), "--reason", "INC-7", VECGATE_GATEWAY=town.environment["URL"])
    assert asked.returncode == 0, asked.stderr
    id = asked.stdout.strip().splitlines()[-1].split()[2]
    shown = town.type("requests", "show", id, user="bob").stdout
    for words in (f"step 1 (next): update writes 2 of 10 in {name}", f"step 2 (later): collection_drop destroys 5 of 5 in {name}-b",
                  f"DELETE /collections/{name}-b", "INC-7", '"a": 1'):  # fmt: skip
        assert words in shown
    assert town.type("requests", "approve", id, "--yes", user="bob").returncode == 0
    assert town.type("wait", id, "--", "echo", "go").stdout == "go\n"


def test_what_no_person_may_agree_to_is_in_no_plan(town: Town) -> None:
    town.points("d-kept", 2)
    deleted = "POST", "/collections/d-kept/points/delete", {"points": [1]}
    refused = ask(town, deleted, dropped("d-kept"))
    assert "Step 2 of this plan would be refused: hold.auto_denied: " in refused.body.decode()
    id = agreed(town, deleted)
    assert town.qdrant(*deleted).status == 200
    assert (town.shown(id)["state"], town.count("d-kept")) == ("used", 1)
