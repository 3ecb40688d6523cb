"""An approver says yes to less of a held call: just that runs, its caller is told, and nobody puts anything back."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from demo.gateway import Reply
from demo.stack import Stack
from path.approvals.conftest import REQUESTS, Town, held_as
from support.tools.direct import Collection, collection

MAIL = "Ask Maria Gonzalez at maria@example.com."


@pytest.fixture
def tickets(stack_of_two: Stack, request: pytest.FixtureRequest) -> Iterator[Collection]:
    with collection(stack_of_two, f"n-{re.sub('[^a-z]', '', request.node.name)[-40:]}") as made:
        made.add([f"r{n}" for n in range(4)], [MAIL] * 4)
        yield made


def _ask(town: Town, tickets: Collection, verb: str, body: Any, **headers: str) -> Reply:
    return town.gateway.ask("POST", f"{tickets.path}/{verb}", token=town.token("alice"), body=body, headers=headers)


def _agree(town: Town, id: str, less: Any, user: str = "bob") -> Reply:
    body = {"narrow": less}
    return town.gateway.ask("POST", f"{REQUESTS}/{id}/approve", token=town.token(user), body=body)


def test_fewer_results_under_a_mask_that_hides_more(town: Town, tickets: Collection) -> None:
    read = {"limit": 3, "include": ["documents"]}
    id = held_as(_ask(town, tickets, "get", read))
    can = town.shown(id)["narrowable"]
    assert (can["results"], can["mask"], can["masks"], can["ids"]) == (3, "half", ["strict"], [])
    assert town.shown(id, "alice")["narrowable"] is None
    assert _agree(town, id, {"results": 2, "mask": "strict"}).json["narrowed"] == {"results": 2, "mask": "strict"}
    assert town.shown(id, "alice")["narrowed"] == {"results": 2, "mask": "strict"}
    reply = _ask(town, tickets, "get", read)
    assert (reply.status, len(reply.json["ids"])) == (200, 2)
    assert "Gonzalez" not in reply.body.decode()
    assert reply.headers["vecgate-narrowed"] == "at most 2 results, mask strict"
    assert reply.headers["vecgate-missing"]
    assert "hold.pending" in _ask(town, tickets, "get", read).body.decode()  # once


@pytest.mark.parametrize(
    ("less", "why"),
    [
        ({"results": 5}, "5 results are more than the 3"),
        ({"mask": "unsafe-nothing"}, "a mask that hides no less is strict"),
        ({"mask": "none-such"}, "a mask that hides no less is strict"),
        ({"ids": ["r1"]}, "cannot be chosen"),
        ({"results": 0}, "a whole number from 1"),
        ({"results": True}, "a whole number from 1"),
        ({"ids": []}, "a list of ids"),
        ({"limit": 1}, "'narrow' has"),
        ([1], "'narrow' has"),
    ],
)
def test_what_is_not_less_is_refused_in_words_and_it_waits_on(
    town: Town, tickets: Collection, less: Any, why: str
) -> None:
    id = held_as(_ask(town, tickets, "get", {"limit": 3}))
    said = _agree(town, id, less)
    assert (said.code in ("requests.not_less", "body.unreadable"), said.status in (400, 409)) == (True, True), said.json
    assert why in said.json["message"]
    assert town.shown(id)["state"] == "pending"


@pytest.mark.parametrize("body", [{"ids": ["r0", "r1", "r2"]}, {"where": {"status": "closed"}}], ids=["ids", "filter"])
def test_some_of_the_records_are_deleted_and_no_others(town: Town, tickets: Collection, body: Any) -> None:
    id = held_as(_ask(town, tickets, "delete", body))
    assert {"r0", "r1", "r2"} <= {*town.shown(id)["narrowable"]["ids"]}
    assert _agree(town, id, {"ids": ["r1", "r9"]}).code == "requests.not_less"
    done = town.type("requests", "approve", id, "--yes", "--narrow", "--only", "r1", user="bob")
    assert done.returncode == 0, done.stderr
    assert "only r1" in done.stdout
    reply = _ask(town, tickets, "delete", body)
    assert reply.status == 200, reply.json
    assert reply.headers["vecgate-narrowed"] == "some of the records"
    assert tickets.ids() == ["r0", "r2", "r3"]


def test_all_but_one_as_typed(town: Town, tickets: Collection) -> None:
    body = {"ids": ["r0", "r1", "r2"]}
    id = held_as(_ask(town, tickets, "delete", body))
    assert "--only or --without r0, r1, r2" in town.type("requests", "show", id, user="bob").stdout
    wrong = town.type("requests", "approve", id, "--yes", "--narrow", "--without", "r7", user="bob")
    assert (wrong.returncode, "r7 is none of the records" in wrong.stderr) == (1, True)
    assert town.type("requests", "approve", id, "--yes", "--narrow", "--without", "r2", user="bob").returncode == 0
    assert _ask(town, tickets, "delete", body).status == 200
    assert tickets.ids() == ["r2", "r3"]


@pytest.mark.parametrize(
    "body", [{"points": [1, 2]}, {"filter": {"must": [{"has_id": [1, 2]}]}}], ids=["ids", "filter"]
)
def test_of_the_other_database_as_well(town: Town, body: Any) -> None:
    name = f"n-{'filter' if 'filter' in body else 'ids'}"
    town.points(name, 4)
    call = "POST", f"/collections/{name}/points/delete", body
    id = held_as(town.qdrant(*call))
    assert town.shown(id)["narrowable"]["ids"] == ["1", "2"]
    assert _agree(town, id, {"ids": ["2"]}).status == 200
    assert town.qdrant(*call).status == 200
    assert town.count(name) == 3
    search = "POST", f"/collections/{name}/points/scroll", {"limit": 3}
    id = held_as(town.qdrant(*search))
    assert _agree(town, id, {"results": 1}).status == 200
    found = town.qdrant(*search)
    assert [one["id"] for one in found.json["result"]["points"]] == [0]
    assert found.headers["vecgate-narrowed"] == "at most 1 results"


def test_a_write_is_agreed_to_whole_or_not_at_all(town: Town, tickets: Collection) -> None:
    id = held_as(_ask(town, tickets, "update", {"ids": ["r0", "r1"], "metadatas": [{"status": "open"}] * 2}))
    assert town.shown(id)["narrowable"] == {"results": None, "mask": "", "masks": [], "ids": []}
    assert "cannot be chosen" in _agree(town, id, {"ids": ["r0"]}).json["message"]


def test_a_mask_under_which_a_filter_would_guess_is_no_way_round(town: Town, tickets: Collection) -> None:
    read = {"limit": 3, "where_document": {"$contains": "Gonzalez"}}
    id = held_as(_ask(town, tickets, "get", read))
    assert _agree(town, id, {"mask": "strict"}).status == 200
    refused = _ask(town, tickets, "get", read)
    assert (refused.status, refused.code.partition(".")[0]) == (403, "oracle"), refused.json
    assert town.shown(id)["state"] == "approved"
