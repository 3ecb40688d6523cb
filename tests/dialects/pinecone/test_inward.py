"""Where does what goes in stand: texts, ids, values compared with, fields named?"""

from typing import Any

from dialects.pinecone.asked import HERE, told
from support.tools.every import every
from vecgate import dialects
from vecgate.domain.inlets import AnyOf, Condition, cut

VECTOR: Any = {
    "id": "alma@example.org",
    "values": [0.1],
    "metadata": {"name": "Alma", "_node_content": '{"text": "Alma"}'},
}


def test_metadata_is_stored_and_ids_are_names() -> None:
    """N-23"""
    dialect = dialects.load("pinecone")
    call, operation = told("POST", HERE + "/vectors/upsert", {"vectors": [VECTOR]})
    inlets = dialect.inlets(operation)
    assert cut(call.tree, inlets.payload) == {"vectors": [{"metadata": VECTOR["metadata"]}]}
    assert cut(call.tree, inlets.names) == {"vectors": [{"id": "alma@example.org"}]}
    assert inlets.surface.kind_at("/vectors/*/metadata/_node_content") == "text"
    assert [*dialect.ids(call, operation)] == [("/vectors/0/id", "alma@example.org")]
    after: Any = {"vectors": [{**VECTOR, "metadata": {"name": "*"}}]}
    assert dialect.unclean_vectors(operation, call.tree, after) == 1  # type: ignore[arg-type]


@every("vector", [[0.1], {"indices": [1], "values": [0.1]}, {"sparse_indices": [1], "sparse_values": [0.1]}])
def test_a_vector_that_a_document_brings_in_any_field_is_beside_what_is_masked(vector: Any) -> None:
    dialect = dialects.load("pinecone")
    tree: Any = {"documents": [{"_id": "a", "name": "Alma", "near": vector}, {"_id": "b", "name": "Alma"}]}
    call, operation = told("POST", HERE + "/namespaces/ns/documents/upsert", tree, "2026-07")
    after: Any = {"documents": [{**one, "name": "*"} for one in tree["documents"]]}
    assert dialect.unclean_vectors(operation, call.tree, after) == 1  # type: ignore[arg-type]


def test_texts_that_are_searched_for_are_told() -> None:
    """N-36"""
    dialect = dialects.load("pinecone")
    tree = {"query": {"top_k": 1, "inputs": {"text": "Alma"}, "filter": {"name": "Alma"}}, "fields": ["name"]}
    call, operation = told("POST", HERE + "/records/namespaces/ns/search", tree)
    assert cut(call.tree, dialect.inlets(operation).query) == {"query": {"inputs": {"text": "Alma"}}}
    assert [(one.path, one.how) for one in dialect.fields(call, operation)] == [
        (("name",), "filter"),
        (("name",), "show"),
    ]


@every(
    ("path", "tree", "told_fields"),
    [
        ("/vectors/upsert", {"vectors": [VECTOR, {"id": "b", "values": [1], "metadata": {"age": 3, "name": "x"}}]}, [("name", "write"), ("_node_content", "write"), ("age", "write")]),
        ("/namespaces/ns/documents/upsert", {"documents": [{"_id": "a", "name": "x", "_values": [1]}]}, [("name", "write")]),
        ("/namespaces/ns/documents/search", {"score_by": [{"type": "text", "query": "x", "field": "name"}], "top_k": 1}, [("name", "text")]),
        ("/namespaces/ns/documents/search", {"score_by": [{"type": "dense_vector", "field": "v", "values": [1]}], "top_k": 1}, [("v", "formula")]),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_written_and_looked_into_is_told(path: str, tree: Any, told_fields: list[tuple[str, str]]) -> None:
    """N-23, N-36"""
    dialect = dialects.load("pinecone")
    call, operation = told("POST", HERE + path, tree)
    assert [(one.path[0], one.how) for one in dialect.fields(call, operation)] == told_fields


def test_every_value_of_a_filter_is_told_with_its_home() -> None:
    dialect, found = dialects.load("pinecone"), list[Condition]()
    call, operation = told(
        "POST", HERE + "/query", {"topK": 1, "vector": [0.1], "filter": {"name": "Alma", "age": {"$gt": 3}}}
    )

    def note(condition: Condition) -> Any:
        found.append(condition)
        return "*" if condition.value == "Alma" else condition.value

    new: Any = dialect.rewritten(operation, call.tree, note)  # type: ignore[arg-type]
    assert new["filter"] == {"$and": [{"name": {"$eq": "*"}}, {"age": {"$gt": 3}}]}
    assert [(one.home, one.how) for one in found] == [
        (("vectors", 0, "metadata", "name"), "equal"),
        (("vectors", 0, "metadata", "age"), "order"),
    ]


def test_words_are_compared_with_what_is_stored_of_them_in_each_field() -> None:
    """N-24"""
    dialect, found = dialects.load("pinecone"), list[Condition]()
    scores: Any = [
        {"type": "text", "query": "Alma", "fields": ["name", "note"]},
        {"type": "dense_vector", "field": "v", "values": [1]},
        {"type": "text", "query": "Alma", "field": "note"},
    ]
    call, operation = told("POST", HERE + "/namespaces/ns/documents/search", {"score_by": scores, "top_k": 1})

    def each(one: Condition) -> Any:
        found.append(one)
        return AnyOf(("<A>", "<B>")) if one.path == ("name",) else one.value

    new: Any = dialect.rewritten(operation, call.tree, each)  # type: ignore[arg-type]
    assert new == {"score_by": [{**scores[0], "query": "<A> <B>"}, *scores[1:]], "top_k": 1}
    assert found == [
        Condition("score_by[0].query", ("documents", 0, "name"), "part", "Alma", ("name",)),
        Condition("score_by[0].query", ("documents", 0, "note"), "part", "Alma", ("note",)),
        Condition("score_by[2].query", ("documents", 0, "note"), "part", "Alma", ("note",)),
    ]


def test_the_record_that_a_search_starts_from_is_told() -> None:
    call, operation = told("POST", HERE + "/query", {"topK": 1, "id": "r1"})
    assert [(one.at, one.id) for one in dialects.load("pinecone").examples(call, operation)] == [("/id", "r1")]
