"""Is a collection made and described over gRPC as over REST, and is nothing printed that nobody looked at?"""

import json
from typing import Any, Final

import pytest

from dialects.milvus.grpc.asked import MESSAGES, classified, described, message, pairs, read, tree
from support.tools.every import every
from vecgate.dialects.base.grpc.protocol import Reply
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.domain.call import Answer
from vecgate.refusals.errors import CallRefused


def schema(**fields: Any) -> Any:
    made = message("CollectionSchema", name="people", enable_dynamic_field=True, **fields)
    made.fields.add(name="id", data_type=5, is_primary_key=True)
    one = made.fields.add(name="tags", data_type=22, element_type=21, description="labels", nullable=True)
    pairs(one.type_params, max_capacity="8", max_length="64")
    made.fields.add(name="age", data_type=5).default_value.long_data = 7
    pairs(made.fields.add(name="vec", data_type=101).type_params, dim="4")
    return made


def create(made: Any = None, **fields: Any) -> Any:
    one = message("CreateCollectionRequest", collection_name="people", consistency_level=2, **fields)
    one.schema = (made or schema()).SerializeToString()
    return one


def test_a_collection_is_made_as_rest_makes_one_and_sent_as_it_was_read() -> None:
    made = create(shards_num=2)
    pairs(made.properties, **{"collection.ttl.seconds": "3600"})
    dialect = Milvus()
    call = read(dialect, "CreateCollection", made)
    assert call.tree == {
        "collectionName": "people", "consistencyLevel": "Bounded",
        "params": {"shardsNum": 2, "collection.ttl.seconds": "3600"},
        "schema": {"enableDynamicField": True, "fields": [
            {"fieldName": "id", "dataType": "Int64", "isPrimary": True},
            {"fieldName": "tags", "dataType": "Array", "elementDataType": "VarChar", "description": "labels", "nullable": True,
             "elementTypeParams": {"max_capacity": "8", "max_length": "64"}},
            {"fieldName": "age", "dataType": "Int64", "defaultValue": 7},
            {"fieldName": "vec", "dataType": "FloatVector", "elementTypeParams": {"dim": "4"}},
        ]},
    }  # fmt: skip
    out = MESSAGES.read("milvus.CreateCollectionRequest", dialect.grpc.message(call).message)
    assert MESSAGES.read("milvus.CollectionSchema", out.schema) == schema()
    assert (out.shards_num, out.consistency_level, [*out.properties]) == (2, 2, [*made.properties])


REFUSED: Final = {
    "another name": (lambda: create(message("CollectionSchema", name="pay")), "another name"),
    "a field of no function": (lambda: create(_made_by_nobody()), "none is said to make it"),
    "a file outside": (lambda: create(schema(external_source="s3://x")), "'external_source'"),
    "a type nobody knows": (lambda: create(_of(77)), "type of number 77"),
    "no schema": (lambda: message("CreateCollectionRequest", collection_name="people"), "fields"),
    "a schema that is none": (
        lambda: message("CreateCollectionRequest", collection_name="people", schema=b"\xff"),
        "cut off",
    ),
}


def _made_by_nobody() -> Any:
    made = schema()
    made.fields[3].is_function_output = True
    return made


def _of(kind: int) -> Any:
    made = message("CollectionSchema", name="people")
    made.fields.add(name="id", data_type=kind)
    return made


@every(("made", "words"), list(REFUSED.values()), ids=list(REFUSED))
def test_what_rest_could_not_say_is_refused(made: Any, words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        read(Milvus(), "CreateCollection", made())


def test_a_field_and_an_index_are_added_as_over_rest() -> None:
    dialect = Milvus()
    made = message("AddCollectionFieldRequest", collection_name="people")
    made.schema = message("FieldSchema", name="mail", data_type=21, nullable=True).SerializeToString()
    call = read(dialect, "AddCollectionField", made)
    assert call.tree["schema"] == {"fieldName": "mail", "dataType": "VarChar", "nullable": True}
    assert MESSAGES.read("milvus.AddCollectionFieldRequest", dialect.grpc.message(call).message) == made
    index = message("CreateIndexRequest", collection_name="people", field_name="vec", index_name="by_vec")
    pairs(index.extra_params, index_type="HNSW", metric_type="COSINE", M="8")
    call = read(dialect, "CreateIndex", index)
    one = {"fieldName": "vec", "indexName": "by_vec", "indexType": "HNSW", "metricType": "COSINE", "params": {"M": "8"}}
    assert call.tree == {"collectionName": "people", "indexParams": [one]}
    assert MESSAGES.read("milvus.CreateIndexRequest", dialect.grpc.message(call).message) == index


def test_the_parameters_of_an_index_stay_where_its_maker_put_them() -> None:
    """Servers show them as they came, and older programs look for `params`."""
    dialect = Milvus()
    index = message("CreateIndexRequest", collection_name="people", field_name="vec")
    pairs(index.extra_params, index_type="HNSW", metric_type="L2", params='{"M":8,"efConstruction":64}', odd="1")
    call = read(dialect, "CreateIndex", index)
    assert call.tree["indexParams"][0]["params"] == {"M": 8, "efConstruction": 64, "odd": "1"}
    assert MESSAGES.read("milvus.CreateIndexRequest", dialect.grpc.message(call).message) == index
    index = message("CreateIndexRequest", collection_name="people", field_name="vec")
    pairs(index.extra_params, index_type="FLAT", params="{}")
    out = dialect.grpc.message(read(dialect, "CreateIndex", index)).message
    assert MESSAGES.read("milvus.CreateIndexRequest", out) == index


def told() -> Any:
    made = described()
    made.virtual_channel_names.append("by-dev-rootcoord")
    made.schema.description = "people of Alma Brandt"
    made.schema.fields[1].default_value.string_data = "Alma Brandt"
    pairs(made.schema.properties, owner="Alma Brandt")
    pairs(made.properties, owner="Alma Brandt")
    made.schema.fields.add(name="$meta", data_type=23, is_dynamic=True)
    return made


def test_a_description_is_printed_as_it_may_be_seen() -> None:
    dialect = Milvus()
    call = read(dialect, "DescribeCollection", message("DescribeCollectionRequest", collection_name="people"))
    classified(dialect, call)
    heard = dialect.grpc.answer(call, Reply(told().SerializeToString()))
    said = tree(heard.answer)
    assert (said["data"]["collectionName"], said["data"]["collectionID"], len(said["data"]["fields"])) == (
        "people",
        7,
        15,
    )
    assert "by-dev-rootcoord" not in str(said)
    masked = json.loads(json.dumps(said).replace("Alma Brandt", "[PERSON]"))
    out = dialect.grpc.given(call, Answer(200, body=json.dumps(masked).encode()), heard.kept).message
    assert b"Alma Brandt" not in out
    assert b"by-dev-rootcoord" not in out
    back = MESSAGES.read("milvus.DescribeCollectionResponse", out)
    assert (back.schema.description, back.schema.fields[-1].name, back.collectionID) == (
        "people of [PERSON]",
        "$meta",
        7,
    )
    assert back.schema.fields[1].default_value.string_data == "[PERSON]"
    masked["data"]["fields"].pop()
    with pytest.raises(ValueError, match="other fields"):
        dialect.grpc.given(call, Answer(200, body=json.dumps(masked).encode()), heard.kept)


def test_what_was_described_over_grpc_is_what_the_dialect_knows() -> None:
    dialect = Milvus()
    call = read(dialect, "DescribeCollection", message("DescribeCollectionRequest", collection_name="people"))
    classified(dialect, call)
    found = dialect.described(call)
    assert (found.key, found.types["tags"], found.elements, found.nullable) == (
        "id",
        "Array",
        {"tags": "VarChar", "nums": "Int64"},
        {"age"},
    )
