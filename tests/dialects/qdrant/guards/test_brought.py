"""What a write brings, and what is written beside it, in every shape of a write (Q-110, Q-111)."""

from typing import Any

import pytest

from vecgate import dialects
from vecgate.dialects import Dialect
from vecgate.dialects.qdrant.guards import brought
from vecgate.domain import guards
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import CallRefused

V = [1.0, 0.0]
S = {"_vecgate_who": "ana"}
BASE = "/collections/people/points"
DIALECT: Dialect = dialects.load("qdrant")


def read(method: str, path: str, body: Any) -> Call:
    typed = (("content-type", "application/json"),)
    return DIALECT.read(Raw(method, f"{BASE}{path}", typed, dump(body)))


CARRIED: list[tuple[str, Any, list[tuple[str | None, Any, bool, bool]]]] = [
    # (operation, body, its records: id, payload, whole, placed)
    ("upsert_points", {"points": [{"id": 1, "vector": V, "payload": {"a": 1}}, {"id": 2, "vector": V}]}, [("1", {"a": 1}, True, True), ("2", None, True, True)]),
    ("upsert_points", {"batch": {"ids": [1, 2], "vectors": [V, V], "payloads": [None, {"b": 1}]}}, [("1", None, True, True), ("2", {"b": 1}, True, True)]),
    ("upsert_points", {"batch": {"ids": [1], "vectors": [V]}}, [("1", None, True, True)]),
    ("set_payload", {"payload": {"a": 1}, "points": [1, 2]}, [("1", {"a": 1}, False, True), ("2", {"a": 1}, False, True)]),
    ("set_payload", {"payload": {"a": 1}, "filter": {}}, [(None, {"a": 1}, False, True)]),
    ("set_payload", {"payload": {"a": 1}, "points": [1], "key": "x.y"}, [("1", {"a": 1}, False, False)]),
    ("overwrite_payload", {"payload": {"a": 1}, "points": [1]}, [("1", {"a": 1}, False, True)]),
    ("clear_payload", {"points": [1]}, []),
    ("delete_payload", {"points": [1], "keys": ["a"]}, []),
    ("update_vectors", {"points": [{"id": 1, "vector": V}]}, []),
    ("batch_update", {"operations": [{"delete": {"points": [1]}}, {"set_payload": {"payload": {"a": 1}, "points": [3]}}]}, [("3", {"a": 1}, False, True)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tree", "records"), CARRIED)
def test_what_a_write_brings(name: str, tree: Any, records: list[Any]) -> None:
    found = brought.carried(name, tree)
    assert found is not None
    assert [(one.id, one.metadata, one.whole, one.placed) for one in found.listed] == records
    assert found.described([None] * len(records)) == tree


def test_deletes_bring_nothing() -> None:
    assert brought.carried("delete_points", {"points": [1]}) is None
    assert brought.carried("batch_update", {"operations": [{"delete": {"points": [1]}}]}) is None


def test_marks_stand_beside_what_is_written() -> None:
    tree: Any = {"operations": [
        {"upsert": {"points": [{"id": 1, "vector": V}, {"id": 2, "vector": V, "payload": {"a": 1}}]}},
        {"upsert": {"batch": {"ids": [5, 6], "vectors": [V, V]}}},
        {"set_payload": {"payload": {"b": 1}, "points": [3, 4]}},
        {"delete": {"points": [9]}},
    ]}  # fmt: skip
    found = brought.carried("batch_update", tree)
    assert found is not None
    made: Any = found.described([None, {"a": 1, "m": 1}, {"m": 2}, None, None, {"b": 1, "m": 3}])
    first, second, third, fourth = made["operations"]
    assert [one.get("payload") for one in first["upsert"]["points"]] == [None, {"a": 1, "m": 1}]
    assert second["upsert"]["batch"]["payloads"] == [{"m": 2}, None]
    assert third["set_payload"]["payload"] == {"b": 1, "m": 3}
    assert fourth == {"delete": {"points": [9]}}


def test_columns_of_two_lengths_are_no_records() -> None:
    with pytest.raises(CallRefused, match="one for each"):
        brought.carried("upsert_points", {"batch": {"ids": [1, 2], "vectors": [V, V], "payloads": [{}]}})


ID, WHERE = {"points": [1]}, {"filter": {"must": [{"key": "a", "match": {"value": 1}}]}}
OWN = {"set_payload": {"points": [1], "payload": S}}
LAID: list[tuple[str, str, Any, str, str, Any]] = [
    # (what is asked, what is sent)
    ("PUT", "", {"points": [{"id": 1, "vector": V}]}, "PUT", "", {"points": [{"id": 1, "vector": V, "payload": S}]}),
    ("PUT", "", {"batch": {"ids": [1], "vectors": [V]}}, "PUT", "", {"batch": {"ids": [1], "vectors": [V], "payloads": [S]}}),
    ("POST", "/payload", {"payload": {"b": 1}, **WHERE}, "POST", "/payload", {"payload": {"b": 1, **S}, **WHERE}),
    ("PUT", "/payload", {"payload": {"b": 1}, **ID}, "PUT", "/payload", {"payload": {"b": 1, **S}, **ID}),
    ("POST", "/payload/clear", ID, "PUT", "/payload", {**ID, "payload": S}),
    ("POST", "/payload", {"payload": {"b": 1}, "key": "x", **ID}, "POST", "/batch", {"operations": [{"set_payload": {"payload": {"b": 1}, "key": "x", **ID}}, OWN]}),
    ("POST", "/payload", {"payload": {"b": 1}, "key": "x", **WHERE}, "POST", "/batch", {"operations": [{"set_payload": {**WHERE, "payload": S}}, {"set_payload": {"payload": {"b": 1}, "key": "x", **WHERE}}]}),
    ("POST", "/payload/delete", {"keys": ["b"], **ID}, "POST", "/batch", {"operations": [{"delete_payload": {"keys": ["b"], **ID}}, OWN]}),
    ("POST", "/payload/delete", {"keys": ["b"], "shard_key": "k", **ID}, "POST", "/batch", {"operations": [{"delete_payload": {"keys": ["b"], "shard_key": "k", **ID}}, {"set_payload": {"shard_key": "k", "points": [1], "payload": S}}]}),
    ("PUT", "/vectors", {"points": [{"id": 1, "vector": V}]}, "POST", "/batch", {"operations": [{"update_vectors": {"points": [{"id": 1, "vector": V}]}}, OWN]}),
    ("PUT", "/vectors", {"points": [{"id": 1, "vector": V}], "update_filter": {"must": []}}, "POST", "/batch", {"operations": [
        {"set_payload": {"filter": {"must": [{"must": [{"must": [{"has_id": [1]}]}]}, {"must": []}]}, "payload": S}},
        {"update_vectors": {"points": [{"id": 1, "vector": V}], "update_filter": {"must": []}}}]}),
    ("POST", "/vectors/delete", {"vector": ["a"], **ID}, "POST", "/batch", {"operations": [{"delete_vectors": {"vector": ["a"], **ID}}, OWN]}),
    ("POST", "/batch", {"operations": [{"delete": ID}, {"clear_payload": ID}, {"delete_payload": {"keys": ["b"], **ID}}]}, "POST", "/batch", {"operations": [
        {"delete": ID}, {"overwrite_payload": {**ID, "payload": S}}, {"delete_payload": {"keys": ["b"], **ID}}, OWN]}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "to", "at", "sent"), LAID)
def test_every_write_is_stamped(method: str, path: str, body: Any, to: str, at: str, sent: Any) -> None:
    call = read(method, path, body)
    laid = DIALECT.laid(call, S)
    assert laid is not None
    made, untold = laid
    assert (made.method, made.path, made.tree) == (to, f"{BASE}{at}", sent)
    assert made.body == dump(made.tree)
    asked = DIALECT.match(call).route.name
    writes = len(body["operations"]) if asked == "batch_update" else 1
    done = [{"operation_id": n, "status": "completed"} for n in range(len(sent.get("operations", [0])))]
    given: Any = untold({"result": done if at == "/batch" else done[0], "status": "ok"})
    assert len(given["result"]) == writes if asked == "batch_update" else given["result"]["status"] == "completed"
    assert DIALECT.read(Raw(made.method, made.path, call.headers, made.body)).tree == made.tree


def test_an_answer_to_another_number_of_writes_is_none() -> None:
    laid = DIALECT.laid(read("POST", "/payload/delete", {"keys": ["b"], **ID}), S)
    assert laid is not None
    for result in ({"status": "completed"}, [{}], None):
        with pytest.raises(ValueError, match="as many answers"):
            laid[1]({"result": result})


async def test_what_the_gateway_wrote_and_a_write_would_lose_is_counted() -> None:
    asked = list[Any]()

    async def ask(call: Call) -> Answer:
        asked.append(call.tree)
        return Answer(200, body=b'{"result":{"count":2}}')

    batch: Any = {
        "operations": [{"clear_payload": ID}, {"overwrite_payload": {"payload": {}, **WHERE}}, {"upsert": {}}]
    }
    assert await brought.lost(ask, "batch_update", "people", batch, guards.OWN) == 4
    assert all(one["exact"] for one in asked)
    assert await brought.lost(ask, "overwrite_payload", "people", {"payload": {"a": 1, **S}, **ID}, guards.OWN) == 2
    assert "_vecgate_who" not in str(asked[-1])
    assert await brought.lost(ask, "set_payload", "people", {"payload": {}, **ID}, guards.OWN) == 0
    assert await brought.lost(ask, "clear_payload", "people", ID, [guards.QUARANTINE]) == 2
    assert "_vecgate_who" not in str(asked[-1])
