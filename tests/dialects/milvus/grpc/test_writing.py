"""Are writes over gRPC records for all who look at them, and columns of their collection's types for the server?"""

import json
from typing import Any

import pytest

from dialects.milvus.grpc.asked import MESSAGES, classified, described, message, read, tree
from dialects.milvus.grpc.test_columns import KINDS, ROWS
from vecgate.dialects.base.grpc.protocol import Reply
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.grpc.columns import put_records
from vecgate.dialects.milvus.grpc.writing import put_ids
from vecgate.domain.call import Answer
from vecgate.refusals.errors import CallRefused


def insert(rows: Any = None, name: str = "InsertRequest", **fields: Any) -> Any:
    given = ROWS if rows is None else rows
    made = message(name, collection_name="people", **{"num_rows": len(given), **fields})
    put_records(made.fields_data, given, KINDS, shown=False)
    return made


@pytest.mark.parametrize("method", ["Insert", "Upsert"])
def test_a_write_of_every_type_goes_out_as_it_came_in(method: str) -> None:
    dialect, made = Milvus(), insert(name=f"{method}Request", partition_name="p1")
    call = read(dialect, method, made)
    assert call.path == f"/v2/vectordb/entities/{method.lower()}"
    assert call.tree == {"collectionName": "people", "partitionName": "p1", "data": ROWS}
    operation = classified(dialect, call)
    assert (operation.kind, operation.records, operation.collections) == ("upsert", 2, ("people",))
    out = dialect.grpc.message(call)
    assert MESSAGES.read(f"milvus.{method}Request", out.message) == made


def test_what_is_put_into_records_on_the_way_goes_out_in_the_types_of_the_collection() -> None:
    dialect = Milvus()
    call = read(dialect, "Insert", insert([{"id": 1, "vec": [0.5, 1.0]}]))
    classified(dialect, call)
    rows = [{"id": 1, "vec": [0.5, 1.0], "tenant": "t1", "stamp": "by"}]
    out = MESSAGES.read(
        "milvus.InsertRequest", dialect.grpc.message(dialect.rebuilt(call, {**call.tree, "data": rows})).message
    )
    assert {one.field_name: one.type for one in out.fields_data} == {"id": 5, "tenant": 21, "vec": 101, "$meta": 23}
    with pytest.raises(CallRefused, match="another type than its field"):
        dialect.grpc.message(dialect.rebuilt(call, {**call.tree, "data": [{**rows[0], "id": "[REDACTED]"}]}))


def test_a_collection_without_dynamic_fields_takes_none() -> None:
    dialect, made = Milvus(), described()
    made.schema.enable_dynamic_field = False
    call = read(dialect, "Insert", insert([{"id": 1, "phone": "555 0101"}]))
    classified(dialect, call, people=made)
    with pytest.raises(CallRefused, match="a field that the collection does not have"):
        dialect.grpc.message(call)


def test_what_does_not_fit_itself_is_refused() -> None:
    for made, words in (
        (insert(num_rows=3), "'num_rows'"),
        (insert([{"id": 1}], name="UpsertRequest", partial_update=True, num_rows=2), "'num_rows'"),
    ):
        with pytest.raises(CallRefused, match=words):
            read(Milvus(), made.DESCRIPTOR.name.removesuffix("Request"), made)
    twice = insert([{"id": 1}])
    twice.fields_data.extend([*twice.fields_data])
    with pytest.raises(CallRefused, match="do not fit each other"):
        read(Milvus(), "Insert", twice)


def test_a_part_of_a_record_stays_a_part() -> None:
    call = read(Milvus(), "Upsert", insert([{"id": 1}], name="UpsertRequest", partial_update=True))
    assert call.tree["partialUpdate"] is True


def test_a_delete_is_one_by_its_filter_and_none_without() -> None:
    dialect = Milvus()
    made = message("DeleteRequest", collection_name="people", expr="id in [1,2]", partition_name="p1", hash_keys=[1])
    call = read(dialect, "Delete", made)
    assert call.tree == {"collectionName": "people", "partitionName": "p1", "filter": "id in [1, 2]"}
    assert (classified(dialect, call).kind, classified(dialect, call).records) == ("delete_ids", 2)
    out = MESSAGES.read("milvus.DeleteRequest", dialect.grpc.message(call).message)
    assert (out.expr, out.partition_name, [*out.hash_keys]) == ("id in [1, 2]", "p1", [])
    for blank in ("", " ", "\t"):
        with pytest.raises(CallRefused, match="filter"):
            read(dialect, "Delete", message("DeleteRequest", collection_name="people", expr=blank))


def test_what_a_write_did_is_told_with_its_ids_as_they_may_be_seen() -> None:
    dialect = Milvus()
    call = read(dialect, "Insert", insert())
    classified(dialect, call)
    came = message("MutationResult", insert_cnt=2, acknowledged=True, timestamp=99, succ_index=[0, 1])
    came.IDs.int_id.data.extend([1, 2])
    heard = dialect.grpc.answer(call, Reply(came.SerializeToString()))
    assert tree(heard.answer) == {"code": 0, "data": {"insertCount": 2, "insertIds": [1, 2]}}
    shown = Answer(200, body=json.dumps({"code": 0, "data": {"insertCount": 2, "insertIds": ["tok_1", 2]}}).encode())
    given = MESSAGES.read("milvus.MutationResult", dialect.grpc.given(call, shown, heard.kept).message)
    assert (given.insert_cnt, given.timestamp, [*given.IDs.str_id.data]) == (2, 99, ["tok_1", "2"])


def test_ids_of_none_are_none() -> None:
    made = message("MutationResult")
    put_ids(made.IDs, [])
    assert made.IDs.HasField("int_id")
