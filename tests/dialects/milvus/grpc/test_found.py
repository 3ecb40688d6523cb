"""Is what a search or a query found told as REST tells it, and printed from what may be seen of it?"""

import json
import math
from typing import Any, Final

import pytest

from dialects.milvus.grpc.asked import MESSAGES, classified, message, read, tree
from dialects.milvus.grpc.test_columns import KINDS
from dialects.milvus.grpc.test_reading import query, search
from vecgate.dialects.base.grpc.protocol import Heard, Reply
from vecgate.dialects.base.grpc.wire import Bounds
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.grpc.columns import put_records
from vecgate.domain.call import Answer, Call
from vecgate.parsing import strict_json
from vecgate.refusals.errors import AnswerTooLarge

ROWS: Final = [
    {"name": "Alma", "vec": [0.5, 1.0]},
    {"name": "Bo", "vec": [0.25, 1.0]},
    {"name": "Cy", "vec": [0.0, 1.0]},
]
COLUMNS: Final = {"name": KINDS["tenant"].__class__("name", "VarChar", 102), "vec": KINDS["vec"]}


def hits(scores: tuple[float, ...] = (0.9, 0.8, 0.7), tops: tuple[int, ...] = (2, 1), **more: Any) -> Any:
    made = message("SearchResults", collection_name="people", session_ts=9)
    made.status.SetInParent()
    results = made.results
    put_records(results.fields_data, ROWS, COLUMNS, shown=True)
    results.ids.int_id.data.extend([1, 2, 3])
    results.scores.extend(scores)
    results.topks.extend(tops)
    results.top_k, results.num_queries = 5, len(tops)
    results.output_fields.extend(["name", "vec"])
    for key, value in more.items():
        setattr(results, key, value)
    return made


def heard(came: Any, made: Any = None, method: str = "Search") -> tuple[Milvus, Call, Heard]:
    dialect = Milvus()
    call = read(dialect, method, made or search(output_fields=["name", "vec"]))
    classified(dialect, call)
    return dialect, call, dialect.grpc.answer(call, Reply(came.SerializeToString()))


def given(dialect: Milvus, call: Call, said: Any, kept: object) -> Any:
    reply = dialect.grpc.given(call, Answer(200, body=json.dumps(said).encode()), kept)
    return MESSAGES.read(dialect.grpc.methods[dialect.grpc.message(call).method].gives, reply.message)


def test_an_answer_is_held_against_no_bound_of_requests() -> None:
    strict_json.bound(strict_json.Bounds(containers=1, values=1))
    try:
        dialect, call, got = heard(hits())
        assert len(given(dialect, call, json.loads(got.answer.body), got.kept).results.ids.int_id.data) == 3
    finally:
        strict_json.bound(strict_json.Bounds())


def test_an_answer_of_more_values_than_a_message_may_hold_is_too_large() -> None:
    came = hits()
    came.results.output_fields.extend(["n"] * (Bounds().values + 1))
    with pytest.raises(AnswerTooLarge) as e:
        heard(came)
    assert e.value.limit == "500000 values"


def test_every_hit_is_a_record_with_its_id_and_distance() -> None:
    _, _, got = heard(hits())
    said = tree(got.answer)
    assert [(one["id"], one["name"], round(one["distance"], 4)) for one in said["data"]] == [
        (1, "Alma", 0.9), (2, "Bo", 0.8), (3, "Cy", 0.7)
    ]  # fmt: skip
    assert said["topks"] == [2, 1]


def test_what_may_not_be_seen_does_not_leave() -> None:
    """A record that was cut, a text that was hidden, vectors that were taken out, and scores."""
    dialect, call, got = heard(hits())
    said = tree(got.answer)
    shown = [{"id": one["id"], "name": "[PERSON]"} for one in said["data"][:2]]
    out = given(dialect, call, {**said, "data": shown, "topks": [1, 1]}, got.kept)
    assert [one.field_name for one in out.results.fields_data] == ["name"]
    assert [*out.results.fields_data[0].scalars.string_data.data] == ["[PERSON]", "[PERSON]"]
    assert [*out.results.output_fields] == ["name"]  # Node's client looks for each, and fails where one is not there
    assert ([*out.results.ids.int_id.data], [*out.results.topks]) == ([1, 2], [1, 1])
    assert all(map(math.isnan, out.results.scores))
    assert not {b"Alma", b"Bo", b"Cy"} & {word for word in (b"Alma", b"Bo", b"Cy") if word in out.SerializeToString()}


def test_ids_that_are_tokens_are_texts() -> None:
    dialect, call, got = heard(hits())
    said = tree(got.answer)
    said["data"][0]["id"] = "tok_1"
    out = given(dialect, call, said, got.kept)
    assert [*out.results.ids.str_id.data] == ["tok_1", "2", "3"]


def test_groups_are_told_by_the_records_and_hidden_with_them() -> None:
    came = hits(tops=(3,))
    group = came.results.group_by_field_value
    group.type, group.field_name = 21, "tenant"
    group.scalars.string_data.data.extend(["t1", "t2", "t3"])
    dialect, call, got = heard(came)
    said = tree(got.answer)
    assert [one["tenant"] for one in said["data"]] == ["t1", "t2", "t3"]
    for one in said["data"]:
        one["tenant"] = "x"
    out = given(dialect, call, said, got.kept)
    assert [*out.results.group_by_field_value.scalars.string_data.data] == ["x", "x", "x"]
    assert "tenant" not in [one.field_name for one in out.results.fields_data]


def test_an_answer_that_does_not_fit_itself_is_none() -> None:
    for came in (hits(scores=(0.9,)), hits(tops=(2, 2)), hits(scores=(0.9, 0.8, float("nan")))):
        with pytest.raises(ValueError, match=r"an answer|a score"):
            heard(came)
    unknown = hits().SerializeToString() + b"\xfa\xff\x07\x00"
    dialect = Milvus()
    call = read(dialect, "Search", search())
    with pytest.raises(ValueError, match="not known in full"):
        dialect.grpc.answer(call, Reply(unknown))


def test_a_query_that_named_no_fields_is_answered_with_the_key_alone() -> None:
    came = message("QueryResults", collection_name="people", output_fields=["id"])
    came.status.SetInParent()
    put_records(came.fields_data, [{"id": 1, "tenant": "t1"}], KINDS, shown=True)
    dialect, call, got = heard(came, query(), "Query")
    out = given(dialect, call, tree(got.answer), got.kept)
    assert [one.field_name for one in out.fields_data] == ["id"]


def test_a_field_that_was_asked_for_beside_is_not_named_once_it_is_taken_out() -> None:
    came = message("QueryResults", collection_name="people", output_fields=["id", "tenant"])
    came.status.SetInParent()
    two = {name: KINDS[name] for name in ("id", "tenant")}
    put_records(came.fields_data, [{"id": 1, "tenant": "t1"}], two, shown=True)
    dialect, call, got = heard(came, query({}, output_fields=["id"]), "Query")
    out = given(dialect, call, {"code": 0, "data": [{"id": 1}]}, got.kept)
    assert ([one.field_name for one in out.fields_data], [*out.output_fields]) == (["id"], ["id"])


def test_a_count_is_a_count() -> None:
    came = message("QueryResults", collection_name="people")
    came.status.SetInParent()
    put_records(
        came.fields_data, [{"count(*)": 7}], {"count(*)": KINDS["id"].__class__("count(*)", "Int64")}, shown=True
    )
    dialect, call, got = heard(came, query({}, output_fields=["count(*)"]), "Query")
    assert tree(got.answer) == {"code": 0, "data": [{"count(*)": 7}]}
    assert given(dialect, call, tree(got.answer), got.kept).fields_data[0].scalars.long_data.data == [7]


def test_no_records_left_are_columns_without_values() -> None:
    dialect, call, got = heard(hits())
    out = given(dialect, call, {"code": 0, "data": [], "topks": [0, 0]}, got.kept)
    assert ([one.field_name for one in out.results.fields_data], len(out.results.scores)) == (["name", "vec"], 0)
    assert [one.WhichOneof("field") for one in out.results.fields_data] == [
        "scalars",
        "vectors",
    ]  # as clients look at it
    assert out.results.fields_data[1].vectors.WhichOneof("data") == "float_vector"  # as the server says it
    with pytest.raises(ValueError, match="another number of records"):
        given(dialect, call, {"code": 0, "data": [], "topks": [2, 1]}, got.kept)
