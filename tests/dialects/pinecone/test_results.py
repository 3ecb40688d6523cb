"""How many records does an answer hold; what is left of it without vectors, or cut?"""

from typing import Any

import pytest

from dialects.pinecone.asked import HERE, told
from support.tools.every import every
from vecgate.dialects.pinecone import results
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused

MATCHES: Any = {"matches": [{"id": "a", "score": 0.5, "values": [0.1, 0.2], "sparseValues": {"indices": [1], "values": [0.5]}},
                            {"id": "b", "score": 0.4, "values": []}], "namespace": ""}  # fmt: skip
VECTORS: Any = {"vectors": {"a": {"id": "a", "values": [0.1, 0.2]}, "b": {"id": "b", "values": [0.3, 0.4]}}}
DOCUMENTS: Any = {
    "documents": {
        "d": {
            "_id": "d",
            "name": "x",
            "_values": [0.1, 0.2],
            "tags": ["a"],
            "near": [0.5],
            "sparse": {"sparse_indices": [1], "sparse_values": [0.5]},
            "words": {"indices": [1], "values": [0.5]},
        }
    }
}


def test_vectors_go_and_their_members_stay() -> None:
    """N-42"""
    bare: Any = results.stripped("query", MATCHES, zeros=False)
    assert [one["values"] for one in bare["matches"]] == [[], []]
    assert bare["matches"][0]["sparseValues"] == {"indices": [], "values": []}
    zero: Any = results.stripped("fetch", VECTORS, zeros=True)
    assert [one["values"] for one in zero["vectors"].values()] == [[0.0, 0.0], [0.0, 0.0]]
    document: Any = results.stripped("fetch_documents", DOCUMENTS, zeros=False)["documents"]["d"]  # type: ignore[index, call-overload]
    assert document == {
        "_id": "d",
        "name": "x",
        "_values": [],
        "tags": ["a"],
        "near": [],
        "sparse": {"sparse_indices": [], "sparse_values": []},
        "words": {"indices": [], "values": []},
    }


@every("name", ["fetch", "fetch_by_metadata"])
def test_a_fetched_record_has_sparse_values_of_none_beside_no_values(name: str) -> None:
    """N-44: pinecone 10 raises "Vector must have either values or sparse_values" otherwise"""
    bare: Any = results.stripped(name, VECTORS, zeros=False)
    assert bare["vectors"]["a"] == {"id": "a", "values": [], "sparseValues": {"indices": [], "values": []}}
    both = {"vectors": {"a": {"id": "a", "values": [0.5], "sparseValues": {"indices": [1], "values": [0.5]}}}}
    assert results.stripped(name, both, zeros=False) == {"vectors": {"a": bare["vectors"]["a"]}}  # type: ignore[arg-type]
    assert "sparseValues" not in str(results.stripped(name, VECTORS, zeros=True))


def test_what_has_none_is_given_back_as_it_is() -> None:
    for name, tree in (
        ("list", {"vectors": [{"id": "a"}]}),
        ("query", {"matches": []}),
        ("upsert", {"upsertedCount": 1}),
    ):
        assert results.stripped(name, tree, zeros=False) is tree  # type: ignore[arg-type]


def test_records_are_counted_and_cut() -> None:
    assert (results.held("query", MATCHES), results.held("fetch", VECTORS), results.held("query", {})) == (2, 2, None)
    first: Any = results.cut("fetch", VECTORS, 1)
    assert [*first["vectors"]] == ["a"]
    assert len(results.cut("query", MATCHES, 1)["matches"]) == 1  # type: ignore[index, call-overload, arg-type]
    assert results.cut("query", MATCHES, 2) is MATCHES


def test_what_is_stored_comes_back_as_a_fetch_gives_it() -> None:
    for name, tree, wanted in (
        ("upsert", {"vectors": [{"id": "a", "values": [0.1], "metadata": {"x": 1}}]}, {"x": 1}),
        ("upsert_records", {"records": [{"_id": "a", "x": 1}]}, {"x": 1}),
    ):
        read = results.stored(Operation("pinecone", name, "upsert", 3), tree)  # type: ignore[arg-type]
        assert read is not None
        assert [*read.records] == [{"vectors": {"a": {"id": "a", "metadata": wanted}}}]
        assert read.operation.name == "fetch"


def test_a_read_without_a_number_asks_for_one_more_than_is_allowed() -> None:
    call, operation = told("GET", HERE + "/vectors/list?namespace=ns")
    assert results.bounded(call, operation.name, 3, "r").query == (("limit", "4"), ("namespace", "ns"))
    call, operation = told("POST", HERE + "/vectors/fetch_by_metadata", {"filter": {"a": 1}})
    assert results.bounded(call, operation.name, 3, "r").tree == {"filter": {"a": {"$eq": 1}}, "limit": 4}
    assert results.bounded(call, operation.name, 100, "r") is call
    for path, tree in (
        ("/query", {"topK": 4, "vector": [0.1]}),
        ("/vectors/fetch_by_metadata", {"filter": {"a": 1}, "limit": 4}),
    ):
        call, operation = told("POST", HERE + path, tree)
        assert results.bounded(call, operation.name, 4, "r") is call
        with pytest.raises(CallRefused, match=r"limit\.results"):
            results.bounded(call, operation.name, 3, "r")
    call, operation = told("GET", HERE + "/vectors/fetch?ids=a&ids=b")
    with pytest.raises(CallRefused, match=r"limit\.results"):
        results.bounded(call, operation.name, 1, "r")
