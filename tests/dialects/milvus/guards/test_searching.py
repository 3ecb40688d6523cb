"""How often, with what and how deep does a call search, and what in it would tell exact scores?"""

from typing import Any

from support.milvus.asked import V1, V2, read
from support.tools.every import every
from vecgate.dialects.milvus.guards import searching

P = {"collectionName": "people"}
NEAR: Any = {"data": [[1.0, 2.0]], "annsField": "vec"}
S = f"{V2}/entities/search"
H = f"{V2}/entities/hybrid_search"
Q = f"{V2}/entities/query"

#: (path, name, body, searches, vectors, what tells scores: dropped, rounded; how far it goes)
ASKED: list[tuple[str, str, Any, int, int, str | None, str | None, int | None]] = [
    (S, "entities_search", {**NEAR, "limit": 5}, 1, 1, None, None, 5),
    (S, "entities_search", {"data": [[1.0], [2.0], "a text"], "annsField": "vec", "limit": 5, "offset": 7}, 3, 2, None, None, 12),
    (S, "entities_search", {**NEAR, "searchParams": {"params": {"radius": 0.1}}}, 1, 1, "radius", "radius", 100),
    (S, "entities_search", {**NEAR, "params": {"range_filter": 1}}, 1, 1, "range_filter", "range_filter", 100),
    (H, "entities_hybrid_search", {"search": [{**NEAR, "limit": 9}, NEAR], "limit": 3}, 2, 2, None, None, 100),
    (H, "entities_hybrid_search", {"search": [NEAR], "rerank": {"strategy": "weighted", "params": {"weights": [1]}}}, 1, 1, None, "rerank", 100),
    (H, "entities_hybrid_search", {"search": [NEAR], "rerank": {"strategy": "rrf"}}, 1, 1, None, None, 100),
    (f"{V1}/search", "v1_search", {"vector": [1.0], "params": {"radius": 0.5}, "limit": 2}, 1, 1, "radius", "radius", 2),
    (Q, "entities_query", {"filter": "age > 3", "limit": 7, "offset": 2}, 1, 0, None, None, 9),
    (Q, "entities_query", {"filter": "id > 3", "limit": 7}, 1, 0, None, None, None),
    (Q, "entities_query", {"filter": "3 < id < 9", "limit": 7}, 1, 0, None, None, None),
    (Q, "entities_query", {"filter": "id + 1 > 9", "limit": 7}, 1, 0, None, None, None),
    (Q, "entities_query", {"filter": "id in [1, 2]", "limit": 7}, 1, 0, None, None, 7),
    (Q, "entities_query", {"outputFields": ["count(*)"]}, 1, 0, None, None, 0),
    (f"{V2}/entities/get", "entities_get", {"id": [1, 2]}, 1, 0, None, None, 0),
]  # fmt: skip


@every(("path", "name", "body", "searches", "vectors", "dropped", "rounded", "reach"), ASKED)
def test_a_call_is_told(
    path: str,
    name: str,
    body: Any,
    searches: int,
    vectors: int,
    dropped: str | None,
    rounded: str | None,
    reach: int | None,
) -> None:
    tree: Any = read(path, {**P, **body}).tree
    assert searching.searches(name, tree) == searches
    assert len(searching.vectors(name, tree)) == vectors
    assert searching.exact(name, tree, rounded=False) == dropped
    assert searching.exact(name, tree, rounded=True) == rounded
    assert searching.reach(name, tree, "id") == reach
