"""Which records Chroma's writes replace, and how they are told to keep what is stored."""

import base64
import struct

import pytest

from vecgate.dialects.chroma.written import overwriting
from vecgate.domain.call import Json
from vecgate.domain.inlets import Kept
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import Unavailable

PLACE = ("t", "d")


def operation(name: str) -> Operation:
    return Operation("chroma", name, "update", 3, tenant="t", database="d", collections=("c",), things=("uuid",))


@pytest.mark.parametrize("name", ["collection_add", "collection_delete", "collection_get", "create_collection"])
def test_other_calls_replace_nothing(name: str) -> None:
    assert overwriting(operation(name), PLACE, {"ids": ["a"], "documents": ["x"]}) is None


def test_what_is_sent_is_told_record_by_record() -> None:
    tree: dict[str, Json] = {
        "ids": ["a", "b", "c"],
        "documents": ["x", None, None],
        "metadatas": [None, {"k": 1}, None],
        "embeddings": None,
    }
    over = overwriting(operation("collection_update"), PLACE, tree)
    assert over is not None
    assert over.sent == {0: Kept("a", {"documents": "x"}), 1: Kept("b", {"metadatas": {"k": 1}})}
    call, read = over.reading(["a"]), over.read
    assert (call.path, read.name) == ("/api/v2/tenants/t/databases/d/collections/uuid/get", "collection_get")
    assert call.tree == {"ids": ["a"], "include": ["documents", "metadatas", "uris"]}
    assert over.kept({"ids": ["a"], "documents": ["y"], "metadatas": None}) == [Kept("a", {"documents": "y"})]
    assert over.kept(None) == []
    with pytest.raises(Unavailable):
        over.kept({"error": "x"})
    assert over.put({0: Kept("a", {"documents": "y"})}) == {**tree, "documents": ["y", None, None]}
    assert tree["documents"] == ["x", None, None]


@pytest.mark.parametrize("sent", [[0.5, 1.0], base64.b64encode(struct.pack("<2f", 0.5, 1.0)).decode()])
def test_a_stored_vector_is_written_as_the_others_are(sent: Json) -> None:
    over = overwriting(operation("collection_upsert"), PLACE, {"ids": ["a"], "documents": ["x"], "embeddings": [sent]})
    assert over is not None
    assert "embeddings" in str(over.reading(["a"]).tree)
    put = over.put({0: Kept("a", {"documents": "y"}, [1.5, 2.0])})["embeddings"]
    assert put == (
        [[1.5, 2.0]] if isinstance(sent, list) else [base64.b64encode(struct.pack("<2f", 1.5, 2.0)).decode()]
    )


def test_a_collections_own_metadata_are_one_record() -> None:
    over = overwriting(operation("update_collection"), PLACE, {"new_metadata": {"a": 1}, "new_name": "n"})
    assert over is not None
    assert over.sent == {0: Kept("uuid", {"new_metadata": {"a": 1}})}
    assert over.reading(["uuid"]).path.endswith("/collections/by-id/uuid")
    assert over.kept({"metadata": {"a": 2}}) == [Kept("uuid", {"new_metadata": {"a": 2}})]
    assert over.put({0: Kept("uuid", {"new_metadata": {"a": 2}})}) == {"new_metadata": {"a": 2}, "new_name": "n"}
