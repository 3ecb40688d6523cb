"""How often, with what and how deep does a call search, and what in it would tell exact scores?"""

from typing import Any

from support.tools.every import every
from support.weaviate.asked import ANNA, read
from vecgate.dialects.weaviate.guards import searching


def of(body: str) -> Any:
    return {"query": f"{{Get{{Person{body}}}}}"}


B = "/search/Person/bm25"
H = "/search/Person/hybrid"
#: (path, name, body, what tells scores: dropped, rounded)
EXACT: list[tuple[str, str, Any, str | None, str | None]] = [
    ("/graphql", "graphql", of("(nearVector:{vector:[1]}){name}"), None, None),
    ("/graphql", "graphql", of("(nearVector:{vector:[1],distance:0.1}){name}"), "distance", "distance"),
    ("/graphql", "graphql", of(f'(nearObject:{{id:"{ANNA}",certainty:0.1}}){{name}}'), "certainty", "certainty"),
    ("/graphql", "graphql", of('(hybrid:{query:"a",alpha:0.5}){name}'), None, "alpha"),
    ("/graphql", "graphql", of('(hybrid:{query:"a",vector:[1],maxVectorDistance:0.5}){name}'), "maxVectorDistance", "maxVectorDistance"),
    ("/graphql", "graphql", of('(bm25:{query:"a",properties:["name^1000"]}){name}'), None, "properties"),
    ("/graphql", "graphql", of('(bm25:{query:"a"}){name _additional{explainScore}}'), "explainScore", "explainScore"),
    ("/graphql", "graphql", of('(groupBy:{path:["name"],groups:2,objectsPerGroup:2}){_additional{group{hits{name _additional{explainScore}}}}}'), "explainScore", "explainScore"),
    (B, "search_bm25", {"query": "a"}, None, None),
    (B, "search_bm25", {"query": "a", "returnMetadata": ["explainScore"]}, "explainScore", "explainScore"),
    (H, "search_hybrid", {"query": "a", "alpha": 0.5}, None, "alpha"),
    ("/search/Person/near-object", "search_near_object", {"id": ANNA, "distance": 0.3}, "distance", "distance"),
]  # fmt: skip


@every(("path", "name", "body", "dropped", "rounded"), EXACT)
def test_what_tells_exact_scores_is_told(
    path: str, name: str, body: Any, dropped: str | None, rounded: str | None
) -> None:
    tree: Any = read(path, body).tree
    assert searching.exact(name, tree, rounded=False) == dropped
    assert searching.exact(name, tree, rounded=True) == rounded


#: (path, name, body, searches, vectors, how far it goes)
COUNTED: list[tuple[str, str, Any, int, list[Any], int | None]] = [
    ("/graphql", "graphql", of("{name}"), 1, [], 100),
    ("/graphql", "graphql", of("(limit:5,offset:3){name}"), 1, [], 8),
    ("/graphql", "graphql", of(f'(limit:5,after:"{ANNA}"){{name}}'), 1, [], None),
    ("/graphql", "graphql", of('(limit:2,groupBy:{path:["name"],groups:4,objectsPerGroup:5}){_additional{group{hits{name}}}}'), 1, [], 20),
    ("/graphql", "graphql", {"query": "{Get{a:Person(nearVector:{vector:[1]}){name} b:Person(nearVector:{vector:[2]}){name}}}"}, 2, [[1], [2]], 100),
    ("/graphql", "graphql", {"query": "{Aggregate{Person(nearVector:{vector:[1],distance:0.5}){meta{count}}}}"}, 1, [[1]], 0),
    (B, "search_bm25", {"query": "a", "limit": 7}, 1, [], 7),
    (H, "search_hybrid", {"query": "a"}, 1, [], 10),
]  # fmt: skip


@every(("path", "name", "body", "searches", "vectors", "reach"), COUNTED)
def test_searches_are_counted_and_their_depth(
    path: str, name: str, body: Any, searches: int, vectors: list[Any], reach: int | None
) -> None:
    tree: Any = read(path, body).tree
    assert searching.searches(name, tree) == searches
    assert searching.vectors(name, tree) == vectors
    assert searching.reach(name, tree, {}) == reach


def test_a_list_goes_as_far_as_it_says() -> None:
    assert searching.reach("objects_list", {}, {"limit": "5", "offset": "2"}) == 7
    assert searching.reach("objects_list", {}, {}) == 10
    assert searching.reach("objects_list", {}, {"limit": "5", "after": ANNA}) is None
