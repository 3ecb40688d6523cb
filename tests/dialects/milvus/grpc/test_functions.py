"""Are the functions of a collection read and printed over gRPC as over REST? Those of a search stand in `test_reading`."""

from typing import Any

import pytest

from dialects.milvus.grpc.asked import MESSAGES, message, pairs, read
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.refusals.errors import CallRefused


def schema() -> Any:
    made = message("CollectionSchema", name="words")
    made.fields.add(name="id", data_type=5, is_primary_key=True)
    pairs(made.fields.add(name="text", data_type=21).type_params, max_length="9", analyzer_params='{"type":"english"}')
    made.fields.add(name="sparse", data_type=104, is_function_output=True)
    one = made.functions.add(
        name="f", type=1, description="d", input_field_names=["text"], output_field_names=["sparse"]
    )
    pairs(one.params, k="1")
    return made


def create(made: Any) -> Any:
    return message("CreateCollectionRequest", collection_name="words", schema=made.SerializeToString())


def test_a_function_is_made_as_over_rest_and_sent_as_it_was_read() -> None:
    dialect = Milvus()
    call = read(dialect, "CreateCollection", create(schema()))
    one = {"name": "f", "type": "BM25", "description": "d", "inputFieldNames": ["text"], "outputFieldNames": ["sparse"]}
    assert call.tree["schema"]["functions"] == [{**one, "params": {"k": "1"}}]
    out = MESSAGES.read("milvus.CreateCollectionRequest", dialect.grpc.message(call).message)
    assert MESSAGES.read("milvus.CollectionSchema", out.schema) == schema()


def test_an_output_that_is_not_said_to_be_one_is_one() -> None:
    dialect, plain = Milvus(), schema()
    plain.fields[2].is_function_output = False
    call = read(dialect, "CreateCollection", create(plain))
    out = MESSAGES.read("milvus.CreateCollectionRequest", dialect.grpc.message(call).message)
    assert MESSAGES.read("milvus.CollectionSchema", out.schema) == schema()


def test_what_rest_could_not_say_of_a_function_is_refused() -> None:
    for kind, words in ((3, "make those at the database itself"), (0, "make those at the database itself")):
        made = schema()
        made.functions[0].type = kind
        with pytest.raises(CallRefused, match=words):
            read(Milvus(), "CreateCollection", create(made))
    made = schema()
    made.functions[0].input_field_ids.append(101)
    with pytest.raises(CallRefused, match="'input_field_ids'"):
        read(Milvus(), "CreateCollection", create(made))
