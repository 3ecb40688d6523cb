"""What is each call: kind, danger, index, namespace, numbers of records, and what it does besides?"""

from typing import Any

from dialects.pinecone.asked import HERE, refused, told
from support.tools.every import every

V = [0.1, 0.2]
MEANT: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("POST", "/query", {"topK": 3, "vector": V}, {"kind": "search", "tenant": "__default__", "limit": 3, "wants_vectors": False}),
    ("POST", "/query", {"topK": 3, "vector": V, "namespace": ""}, {"tenant": "__default__"}),
    ("POST", "/query", {"topK": 3, "vector": V, "namespace": "__default__"}, {"tenant": "__default__"}),
    ("POST", "/query", {"topK": 3, "id": "r1", "namespace": "ns", "includeValues": True}, {"tenant": "ns", "wants_vectors": True}),
    ("GET", "/vectors/fetch?ids=a&ids=b&namespace=ns", None, {"kind": "read_ids", "tenant": "ns", "limit": 2}),
    ("GET", "/vectors/fetch?namespace=n%20s&ids=%C3%BC%2F%252F", None, {"tenant": "n s", "limit": 1}),
    ("GET", "/vectors/list", None, {"kind": "list_scan", "tenant": "__default__", "limit": None}),
    ("GET", "/vectors/list?limit=7&prefix=p", None, {"limit": 7}),
    ("POST", "/vectors/fetch_by_metadata", {"filter": {"a": 1}}, {"kind": "list_scan", "limit": None, "danger": 2}),
    ("POST", "/vectors/upsert", {"vectors": [{"id": "a", "values": V}], "namespace": "ns"}, {"kind": "upsert", "records": 1, "danger": 3}),
    ("POST", "/vectors/update", {"id": "a", "values": V}, {"kind": "update", "records": 1}),
    ("POST", "/vectors/update", {"filter": {"a": 1}, "setMetadata": {"b": 2}}, {"kind": "update_filter", "records": None}),
    ("POST", "/vectors/delete", {"ids": ["a", "b"]}, {"kind": "delete_ids", "records": 2, "danger": 3}),
    ("POST", "/vectors/delete", {"filter": {"a": 1}}, {"kind": "delete_filter", "danger": 3}),
    ("POST", "/vectors/delete", {"deleteAll": True, "namespace": "ns"}, {"kind": "delete_filter", "danger": 4, "tenant": "ns"}),
    ("POST", "/describe_index_stats", {}, {"kind": "count", "tenant": None}),
    ("POST", "/records/namespaces/ns/search", {"query": {"top_k": 2, "id": "a"}}, {"kind": "search", "limit": 2, "also": ()}),
    ("POST", "/namespaces/ns/documents/fetch", {"ids": ["a"]}, {"kind": "read_ids", "tenant": "ns", "limit": 1}),
    ("POST", "/namespaces/ns/documents/delete", {"delete_all": True}, {"kind": "delete_filter", "danger": 4}),
    ("POST", "/namespaces/ns/documents/update", {"documents": [{"_id": "a", "x": 1}]}, {"kind": "update", "records": 1}),
    ("DELETE", "/namespaces/ns", None, {"kind": "tenant_admin", "danger": 4, "tenant": "ns"}),
    ("POST", "/namespaces", {"name": "ns"}, {"kind": "tenant_admin", "tenant": "ns"}),
    ("POST", "/bulk/imports", {"uri": "s3://bucket/x"}, {"kind": "import", "danger": 4, "tenant": None}),
]  # fmt: skip


@every(("method", "path", "tree", "wanted"), MEANT, ids=str)
def test_a_call_of_an_index_is_told(method: str, path: str, tree: Any, wanted: dict[str, Any]) -> None:
    """N-11, N-14, N-17, N-21"""
    _, operation = told(method, HERE + path, tree)
    assert operation.collections == ("people",)
    assert {key: getattr(operation, key) for key in wanted} == wanted
    _, bare = told(method, path, tree)
    assert bare == operation, "a call without an index means the only one there is"


INFERRING = [
    ("/records/namespaces/ns/search", {"query": {"top_k": 2, "inputs": {"text": "x"}}}),
    (
        "/records/namespaces/ns/search",
        {"query": {"top_k": 2, "id": "a"}, "rerank": {"model": "m", "rank_fields": ["t"]}},
    ),
    ("/namespaces/ns/documents/search", {"top_k": 2, "score_by": [{"type": "text", "query": "x", "fields": ["t"]}]}),
    ("/records/namespaces/ns/upsert", {"_id": "a", "text": "x"}),
]


@every(("path", "tree"), INFERRING, ids=str)
def test_texts_that_go_to_a_model_are_told_besides(path: str, tree: Any) -> None:
    """N-36"""
    _, operation = told("POST", HERE + path, tree)
    assert [(one.kind, one.collections) for one in operation.also] == [("inference", ("people",))]


def test_a_restore_job_is_of_its_index_and_a_collection_goes_by_its_own_name() -> None:
    assert told("GET", "/restore-jobs/j1")[1].collections == ("people",)
    assert told("GET", "/collections/old-people")[1].collections == ("old-people",)
    assert told("DELETE", "/collections/old-people")[1].collections == ("old-people",)


def test_copies_are_reads_besides_and_a_backup_is_of_its_index() -> None:
    _, copied = told("POST", "/collections", {"name": "c1", "source": "people"})
    _, backed = told("POST", "/indexes/people/backups", {"name": "b"})
    _, restored = told("POST", "/backups/b1/create-index", {"name": "other"})
    for one in (copied, backed, restored):
        assert [(also.kind, also.collections) for also in one.also] == [("list_scan", ("people",))]
    assert restored.collections == ("other", "people")
    assert (restored.kind, restored.danger) == ("snapshot_restore", 4)
    assert told("DELETE", "/backups/b1")[1].collections == ("people",)


def test_whoever_changes_the_protection_from_deletion_is_as_dangerous_as_a_deletion() -> None:
    """N-37"""
    for said in ("enabled", "disabled"):
        assert told("PATCH", "/indexes/people", {"deletion_protection": said})[1].danger == 4
    assert told("PATCH", "/indexes/people", {"tags": {"a": "b"}})[1].danger == 3
    assert told("DELETE", "/indexes/people")[1].danger == 4


REFUSED = [
    ("POST", "/query", {"topK": 3}, "must have 'vector'"),
    ("POST", "/query", {"topK": 3, "vector": V, "id": "a"}, "stand together"),
    ("POST", "/query", {"topK": 3, "vector": V, "queries": [{"values": V, "namespace": "other"}]}, "'queries' holds searches"),
    ("POST", "/query", {"top_k": 3, "vector": V}, "unknown member"),
    ("POST", "/query", {"topK": 0, "vector": V}, "topK"),
    ("POST", "/query", {"topK": 10001, "vector": V}, "topK"),
    ("POST", "/query", {"topK": 3, "vector": V, "Namespace": "x"}, "written like 'namespace'"),
    ("POST", "/vectors/delete", {}, "is missing"),
    ("POST", "/vectors/delete", {"deleteAll": False}, "deleteAll"),
    ("POST", "/vectors/delete", {"ids": []}, "must not be empty"),
    ("POST", "/vectors/delete", {"filter": {}}, "no filter"),
    ("POST", "/vectors/delete", {"ids": ["a"], "deleteAll": True}, "stand together"),
    ("POST", "/vectors/update", {"id": "a"}, "must have one of"),
    ("POST", "/vectors/update", {"id": "a", "filter": {"a": 1}, "setMetadata": {"a": 1}}, "stand together"),
    ("POST", "/vectors/update", {"filter": {"a": 1}, "values": V}, "stand together"),
    ("POST", "/vectors/upsert", {"vectors": [{"id": "a", "metadata": {"a": {"b": 1}}}]}, "must hold texts"),
    ("POST", "/vectors/upsert", {"vectors": [{"id": "a", "metadata": {"$and": 1}}]}, "begins with '$'"),
    ("GET", "/vectors/fetch?namespace=ns", None, "must name ids"),
    ("GET", "/vectors/fetch?ids=a&ids=a", None, "there twice"),
    ("GET", "/vectors/fetch?ids=a&namespace=x&namespace=y", None, "twice"),
    ("GET", "/vectors/fetch?ids=a;b", None, "all else escaped"),
    ("POST", "/records/namespaces/ns/search", {"query": {"topK": 2, "id": "a"}}, "unknown member"),
    ("POST", "/records/namespaces/ns/search", {"query": {"top_k": 2, "id": "a", "match_terms": {"terms": ["x"]}}}, "match_terms"),
    ("POST", "/records/namespaces/ns/upsert", {"_id": "a", "id": "b"}, "one of '_id' and 'id'"),
    ("POST", "/namespace-aliases", {"name": "x"}, "route.refused"),
    ("POST", "/assistants", {"name": "x"}, "route."),
]  # fmt: skip


@every(("method", "path", "tree", "words"), REFUSED, ids=str)
def test_what_could_mean_two_things_is_refused_by_name(method: str, path: str, tree: Any, words: str) -> None:
    """N-13, N-15, N-20, N-21, N-22"""
    assert words in refused(method, HERE + path, tree)
