"""What does a write go over, and how is it kept?"""

from typing import Any

import pytest

from dialects.pinecone.asked import HERE, told
from vecgate import dialects
from vecgate.domain.inlets import Kept
from vecgate.refusals.errors import Unavailable

V: Any = [{"id": "a", "values": [0.5], "metadata": {"text": "<PERSON>"}}, {"id": "b", "values": [0.5]}]
DIALECT = dialects.load("pinecone")


def test_vectors_are_read_by_their_ids_and_put_back() -> None:
    over = DIALECT.overwriting(*told("POST", f"{HERE}/vectors/upsert", {"vectors": V, "namespace": "ns"}))
    assert over is not None
    assert over.sent == {0: Kept("a", {"fields": {"text": "<PERSON>"}}, {"values": [0.5]})}
    question = over.reading(["a"])
    assert (question.path, question.query) == (f"{HERE}/vectors/fetch", (("ids", "a"), ("namespace", "ns")))
    assert list(over.kept({"vectors": {"a": {"id": "a", "metadata": {"text": "Anna"}}}})) == [
        Kept("a", {"fields": {"text": "Anna"}})
    ]
    both = {"values": [0.7], "sparseValues": {"indices": [1], "values": [0.2]}}
    assert [one.vector for one in over.kept({"vectors": {"a": {"id": "a", **both}}})] == [both]
    kept: Any = over.put({0: Kept("a", {"fields": {"text": "Anna"}})})
    assert kept["vectors"] == [{**V[0], "metadata": {"text": "Anna"}}, V[1]]
    kept = over.put({0: Kept("a", {"fields": {"text": "Anna"}}, both)})  # type: ignore[arg-type]
    assert kept["vectors"] == [{"id": "a", "metadata": {"text": "Anna"}, **both}, V[1]]
    assert list(over.kept(None)) == []
    with pytest.raises(Unavailable):
        over.kept({})


def test_a_change_goes_over_one_record_or_over_what_nobody_can_compare() -> None:
    one = DIALECT.overwriting(*told("POST", f"{HERE}/vectors/update", {"id": "a", "setMetadata": {"text": "<PERSON>"}}))
    assert one is not None
    assert (one.sent, one.blind) == ({0: Kept("a", {"fields": {"text": "<PERSON>"}})}, frozenset())
    assert one.put({0: Kept("a", {"fields": {"text": "Anna"}})})["setMetadata"] == {"text": "Anna"}
    many = DIALECT.overwriting(
        *told("POST", f"{HERE}/vectors/update", {"filter": {"a": 1}, "setMetadata": {"text": "x"}}, "2025-10")
    )
    assert many is not None
    assert many.blind == {0}
    bare = told("POST", f"{HERE}/vectors/update", {"id": "a", "values": [0.5]})
    assert DIALECT.overwriting(*bare) is None


def test_documents_are_read_and_kept_beside_their_ids() -> None:
    tree = {"documents": [{"_id": "a", "text": "<PERSON>"}]}
    over = DIALECT.overwriting(*told("POST", f"{HERE}/namespaces/ns/documents/upsert", tree, "2026-07"))
    assert over is not None
    assert over.reading(["a"]).path == f"{HERE}/namespaces/ns/documents/fetch"
    assert over.put({0: Kept("a", {"fields": {"text": "Anna"}})})["documents"] == [{"_id": "a", "text": "Anna"}]
    assert list(over.kept({"documents": {"a": {"_id": "a", "text": "Anna"}}})) == [
        Kept("a", {"fields": {"text": "Anna"}})
    ]


THEIRS, OURS = [0.5, 0.5], [0.7, 0.1]
SPARSE = {"sparse_values": [0.5], "sparse_indices": [1]}


def test_a_part_that_is_set_sets_no_vector_that_was_made_of_a_mask() -> None:
    change = {"id": "a", "values": THEIRS, "setMetadata": {"text": "<PERSON>"}}
    over = DIALECT.overwriting(*told("POST", f"{HERE}/vectors/update", change))
    assert over is not None
    assert over.sent[0].vector == {"values": THEIRS}
    both = {"values": OURS, "sparseValues": {"indices": [1], "values": [0.2]}}
    kept = Kept("a", {"fields": {"text": "Anna"}}, both)  # type: ignore[arg-type]
    assert over.put({0: kept}) == {"id": "a", "values": OURS, "setMetadata": {"text": "Anna"}}


def test_vectors_that_are_fields_of_a_document_stay_with_its_text() -> None:
    stored: Any = {"fields": {"text": "Anna", "near": OURS, "words": SPARSE, "state": "new"}}
    for name, brings, keeps in (
        ("upsert", {"near": THEIRS}, {"near": OURS, "words": SPARSE}),
        ("upsert", {}, {"near": OURS, "words": SPARSE}),
        ("update", {"near": THEIRS}, {"near": OURS}),
    ):
        tree = {"documents": [{"_id": "a", "text": "<PERSON>", **brings}]}
        over = DIALECT.overwriting(*told("POST", f"{HERE}/namespaces/ns/documents/{name}", tree, "2026-07"))
        assert over is not None
        assert over.within is not None
        sent, restored = over.sent[0].fields, {"fields": {"text": "Anna", **brings}}
        assert over.within(0, sent, restored, stored) == {"fields": {"text": "Anna", **keeps}}
        assert over.within(0, sent, sent, stored) == sent
