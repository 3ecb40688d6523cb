"""Is what REST says of a call, and answers to it, what messages say? By all that a real server was recorded with over REST."""

import json
import re
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import text_format

from dialects.qdrant.grpc.recorded import spoken
from dialects.qdrant.grpc.said import twin
from dialects.qdrant.test_recorded import SERVERS, raw, taken
from support.tools.every import every
from support.tools.replayed import Row, rows
from vecgate import dialects
from vecgate.dialects.base.grpc.messages import printed
from vecgate.dialects.base.grpc.protocol import NOT_FOUND, PERMISSION_DENIED, Reply
from vecgate.dialects.qdrant.grpc.methods import BY_ROUTE
from vecgate.domain.call import Answer, Call
from vecgate.refusals.errors import CallRefused

#: Numbers of eight bytes: over gRPC those of vectors and scores have four.
type Json = Any


def four(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0]) if abs(value) < 3e38 else value


def alike(value: Json) -> Json:
    """Without what says nothing, in numbers of four bytes, and each wish in its longer form."""
    if isinstance(value, dict):
        told = ((key, alike(one)) for key, one in value.items())
        tree = {key: one for key, one in told if one not in (None, [], {})}
        if isinstance(tree.get("with_payload"), list):
            tree["with_payload"] = {"include": tree["with_payload"]}
        for key, longer in (("order_by", "key"), ("with_lookup", "collection")):
            if isinstance(tree.get(key), str):
                tree[key] = {longer: tree[key]}
        if isinstance(tree.get("stopwords"), str):
            tree["stopwords"] = {"languages": [tree["stopwords"]]}
        query = tree.get("query")
        if query is not None and (not isinstance(query, dict) or query.keys() & {"indices", "model"}):
            tree["query"] = {"nearest": tree["query"]}
        return tree
    if isinstance(value, list):
        return [alike(one) for one in value]
    return four(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def told() -> Iterator[tuple[Row, Call]]:
    dialect, seen = dialects.load("qdrant"), set[tuple[str, bytes]]()
    for row in (row for server in SERVERS for row in rows(server) if taken(row)):
        try:
            call = dialect.read(raw(row))
        except CallRefused:
            continue
        if (call.path, call.body) not in seen and dialect.match(call).route.name in BY_ROUTE:
            seen.add((call.path, call.body))
            yield row, call


@pytest.fixture(scope="module")
def calls() -> list[tuple[Row, Call]]:
    return list(told())


#: What REST knows and no message has a place for.
NO_PLACE = ('"batch":', '"limit":9223372036854775808', '"limit":18446744073709551615', "1e39", "1e+39", "resharding")


def test_calls_of_rest_are_messages_and_the_same_calls_again(calls: list[tuple[Row, Call]]) -> None:
    assert len(calls) > 400
    grpc, lost = spoken(), 0
    for row, call in calls:
        try:
            sent = grpc.message(call)
            again = grpc.read(sent.method, sent.message)
        except CallRefused:
            assert any(one in call.body.decode().replace(" ", "") for one in NO_PLACE), (row.number, call.body[:200])
            lost += 1
            continue
        assert alike(again.tree) == alike(call.tree), (row.number, call.body[:200])
        assert again.path == call.path or call.path in ("/readyz", "/livez", "/healthz")
        assert [pair for pair in again.query if pair[0] != "wait"] == [pair for pair in call.query if pair[0] != "wait"]
    assert lost < 20


def test_answers_of_rest_are_messages_and_the_same_answers_again(calls: list[tuple[Row, Call]]) -> None:
    grpc, tried = spoken(), 0
    for row, call in calls:
        said = (row.told.get("answer") or {}).get("json")
        if said is None:
            continue
        reply = grpc.given(call, Answer(200, body=json.dumps(said).encode()))
        heard = grpc.answer(call, reply)
        again = json.loads(heard.answer.body)
        again.pop("time", None)
        # A moment without a zone is one of UTC.
        said = json.loads(re.sub(r'(creation_time": "[^"]+[0-9])"', r'\1Z"', json.dumps(said)))
        assert alike(again) == alike({key: one for key, one in said.items() if key != "time"}), row.number
        tried += 1
    assert tried > 400


SHOWN = [
    ("Query", "result { id { uuid: 'x' } score: 0.5 version: 3 payload { key: 'a' value { string_value: 's' } } order_value { float: 2 } shard_key { keyword: 'k' } }",
     {"result": {"points": [{"id": "x", "score": 0.5, "version": 3, "payload": {"a": "s"}, "order_value": 2.0, "shard_key": "k"}]}}),
    ("Query", "", {"result": {"points": []}}),
    ("Get", "result { id { num: 18446744073709551615 } vectors { vectors { vectors { key: 's' value { sparse { indices: 1 values: 2 } } } vectors { key: 'm' value { data: [1, 2] vectors_count: 2 } } } } }",
     {"result": [{"id": 2**64 - 1, "vector": {"s": {"indices": [1], "values": [2.0]}, "m": [[1.0], [2.0]]}}]}),
    ("Scroll", "result { id { num: 1 } } next_page_offset { num: 2 }", {"result": {"points": [{"id": 1}], "next_page_offset": 2}}),
    ("Count", "result { count: 7 } usage { hardware { cpu: 3 } }", None),
    ("Facet", "hits { value { bool_value: true } count: 2 } hits { value { integer_value: -1 } count: 1 }",
     {"result": {"hits": [{"value": True, "count": 2}, {"value": -1, "count": 1}]}}),
    ("QueryGroups", "result { groups { id { integer_value: -7 } hits { id { num: 1 } score: 0.5 } lookup { id { num: 2 } } } }",
     {"result": {"groups": [{"id": -7, "hits": [{"id": 1, "score": 0.5, "version": 0}], "lookup": {"id": 2}}]}}),
    ("QueryBatch", "result { result { id { num: 1 } score: 1 } } result {}",
     {"result": [{"points": [{"id": 1, "score": 1.0, "version": 0}]}, {"points": []}]}),
    ("SearchBatch", "result { result { id { num: 1 } score: 1 } }", {"result": [[{"id": 1, "score": 1.0, "version": 0}]]}),
    ("Upsert", "result { operation_id: 7 status: Acknowledged }", {"result": {"operation_id": 7, "status": "acknowledged"}}),
]  # fmt: skip


@every(("method", "text", "said"), SHOWN, ids=[f"{one[0]} {i}" for i, one in enumerate(SHOWN)])
def test_an_answer_is_what_rest_would_answer(method: str, text: str, said: Any) -> None:
    grpc = spoken()
    path = f"/qdrant.Points/{method}"
    searching = {"Facet": "key: 'a'", "QueryGroups": "group_by: 'a'", "QueryBatch": "query_points {}",
                 "SearchBatch": "search_points { vector: 1 }",
                 "Upsert": "points { id { num: 1 } vectors { vectors {} } }"}  # fmt: skip
    call = twin(path, searching.get(method, ""))
    answer = text_format.Parse(text, grpc.messages.new(grpc.methods[path].gives), descriptor_pool=grpc.messages.pool)
    heard = grpc.answer(call, Reply(printed(answer)))
    tree = json.loads(heard.answer.body)
    assert (tree.pop("status"), tree.pop("time")) == ("ok", 0.0)
    if said is not None:
        assert alike(tree) == alike(said)
    back = grpc.answer(call, grpc.given(call, heard.answer))
    assert back.answer.body == heard.answer.body


def test_a_value_that_is_masked_is_said_where_a_message_can_say_it() -> None:
    """Ids and values are texts by then; a place in an order is a number or not there."""
    grpc = spoken()
    call = twin("/qdrant.Points/Query", "")
    point = {
        "id": "<ID 7>",
        "version": 1,
        "score": 0.5,
        "payload": {"age": "<AGE>"},
        "vector": None,
        "order_value": "<AGE>",
    }
    reply = grpc.given(call, Answer(200, body=json.dumps({"result": {"points": [point]}, "time": 0.1}).encode()))
    told = grpc.messages.heard("qdrant.QueryResponse", reply.message or b"").result[0]
    assert (told.id.uuid, told.payload["age"].string_value) == ("<ID 7>", "<AGE>")
    assert not told.HasField("vectors")
    assert not told.HasField("order_value")


def test_a_score_that_is_no_number_is_null_as_over_rest_and_none_again() -> None:
    grpc, call = spoken(), twin("/qdrant.Points/Query", "")
    answer = grpc.messages.new("qdrant.QueryResponse")
    answer.result.add().score = float("nan")
    answer.result[0].id.num = 1
    heard = grpc.answer(call, Reply(printed(answer)))
    assert json.loads(heard.answer.body)["result"]["points"][0]["score"] is None
    again = grpc.messages.heard("qdrant.QueryResponse", grpc.given(call, heard.answer).message or b"")
    assert str(again.result[0].score) == "nan"


def test_an_error_keeps_its_status_and_its_text_can_be_masked() -> None:
    grpc, call = spoken(), twin("/qdrant.Points/Count", "")
    heard = grpc.answer(call, Reply(None, NOT_FOUND, "Not found: Collection `people` doesn't exist!"))
    assert heard.answer.status == 404
    assert json.loads(heard.answer.body)["status"]["error"].startswith("Not found")
    masked = Answer(404, body=b'{"status":{"error":"masked"},"time":0.0}')
    assert grpc.given(call, masked, heard.kept) == Reply(None, NOT_FOUND, "masked")
    assert grpc.given(call, Answer(403, body=b'{"status":{"error":"no"}}')) == Reply(None, PERMISSION_DENIED, "no")


@pytest.mark.parametrize("raw", [b"\xff", b"\x0a\xff"])
def test_an_answer_that_is_none_of_its_messages_is_told(raw: bytes) -> None:
    with pytest.raises(ValueError, match="CountResponse"):
        spoken().answer(twin("/qdrant.Points/Count", ""), Reply(raw))
