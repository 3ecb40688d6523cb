"""What of a body is refused by name, where it has a meaning at the vendor's that cannot be kept to anybody's?"""

from typing import Any

from dialects.pinecone.asked import HERE, refused
from support.tools.every import every


@every(
    ("path", "tree", "named"),
    [
        ("/namespaces/ns/documents/update", {"filter": {"a": 1}, "remove_fields": ["tenant"]}, "remove_fields"),
        ("/namespaces/ns/documents/upsert", {"documents": [{"_id": "a", "x": {"y": 1}}]}, "documents[0].x"),
        ("/namespaces/ns/documents/upsert", {"documents": [{"x": 1}]}, "documents[0]._id"),
        ("/namespaces", {"name": "ns", "schema": {}}, "schema"),
        ("/bulk/imports", {"uri": "file:///etc/passwd"}, "uri"),
        ("/records/namespaces/ns/search", {"query": {"top_k": 1, "id": "a"}, "rerank": {"model": "m", "rank_fields": ["a"], "parameters": {}}}, "rerank.parameters"),
    ],
    ids=str,
)  # fmt: skip
def test_it_is_refused_by_name(path: str, tree: Any, named: str) -> None:
    said = refused("POST", HERE + path, tree)
    assert said.startswith("body.unreadable")
    assert named in said
