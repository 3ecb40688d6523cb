"""What of a body is refused by name, where it has a meaning at the vendor's that cannot be kept to anybody's?"""

from typing import Any

from dialects.pinecone.asked import HERE, refused, told
from support.tools.every import every


@every(
    ("path", "tree", "named"),
    [
        ("/namespaces/ns/documents/update", {"filter": {"a": 1}, "remove_fields": ["tenant"]}, "remove_fields"),
        ("/namespaces/ns/documents/upsert", {"documents": [{"_id": "a", "x": {"y": 1}}]}, "documents[0].x"),
        ("/namespaces/ns/documents/upsert", {"documents": [{"_id": "a", "x": {"indices": [1], "values": [1], "y": "z"}}]}, "documents[0].x"),
        ("/namespaces/ns/documents/upsert", {"documents": [{"x": 1}]}, "documents[0]._id"),
        ("/namespaces", {"name": "ns", "schema": {}}, "schema"),
        ("/namespaces/ns/documents/search", {"score_by": [{"type": "query_string", "query": "a:x"}], "top_k": 1}, "a language that nothing here reads"),
        ("/namespaces/ns/documents/search", {"score_by": [{"type": "sparse_embed", "field": "a", "query": "x"}], "top_k": 1}, "hands a text to a model"),
        ("/namespaces/ns/documents/search", {"score_by": [{"type": "text", "query": "x"}], "top_k": 1}, "in which fields"),
        ("/namespaces/ns/documents/search", {"score_by": [{"type": "text", "query": "x", "field": "a", "fields": ["b"]}], "top_k": 1}, "in which fields"),
        ("/bulk/imports", {"uri": "file:///etc/passwd"}, "uri"),
        ("/records/namespaces/ns/search", {"query": {"top_k": 1, "id": "a"}, "rerank": {"model": "m", "rank_fields": ["a"], "parameters": {"max": 1}}}, "rerank.parameters"),
    ],
    ids=str,
)  # fmt: skip
def test_it_is_refused_by_name(path: str, tree: Any, named: str) -> None:
    said = refused("POST", HERE + path, tree)
    assert said.startswith("body.unreadable")
    assert named in said


@every(
    ("method", "path", "tree"),
    [
        ("POST", f"{HERE}/query", {"topK": 3, "vector": [0.1], "scanFactor": 2.0, "maxCandidates": 1000}),
        ("POST", f"{HERE}/records/namespaces/ns/search", {"query": {"top_k": 1, "inputs": {"text": "x"}}, "rerank": {"model": "m", "rank_fields": ["a"], "parameters": {"truncate": "END"}}}),
        ("POST", f"{HERE}/namespaces/ns/documents/upsert", {"documents": [{"_id": "a", "near": [0.5], "words": {"indices": [1], "values": [0.5]}}]}),
        ("POST", f"{HERE}/namespaces", {"name": "ns", "schema": {"fields": {"genre": {"filterable": True}}}}),
        ("GET", f"{HERE}/namespaces?prefix=a&limit=5", None),
        ("GET", "/indexes/people/backups?include_deleted=true", None),
        ("POST", "/indexes/create-for-model", {"name": "p", "cloud": "aws", "region": "us-east-1", "embed": {"model": "m", "field_map": {"text": "t"}, "read_parameters": {"input_type": "query"}}}),
        ("POST", "/indexes", {"name": "p", "dimension": 2, "spec": {"serverless": {"cloud": "aws", "region": "us-east-1", "schema": {"fields": {"genre": {"filterable": True}}}}}}),
    ],
    ids=str,
)  # fmt: skip
def test_what_clients_may_say_besides_is_taken(method: str, path: str, tree: Any) -> None:
    told(method, path, tree)


@every(
    "path",
    [
        "/assistants",
        "/assistant/assistants",
        "/assistant/chat/a",
        "/indexes/people/backup-schedules",
        "/admin/service-accounts/s/rotate-secret",
    ],
)
def test_what_is_never_let_through_is_named(path: str) -> None:
    said = [refused(method, path, {} if method == "POST" else None) for method in ("GET", "POST")]
    assert any(one.startswith("route.refused") for one in said), said
