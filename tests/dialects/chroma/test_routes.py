"""Does each body hold only what the route knows, in the shape the server knows?"""

import pytest

from support.tools.every import every
from vecgate.dialects.chroma.routes import ROUTES
from vecgate.domain.call import Json
from vecgate.parsing import strict_json
from vecgate.refusals.errors import CallRefused

BODIES = {route.name: route.body for route in ROUTES if route.body is not None}

TAKEN: list[tuple[str, Json]] = [
    # nothing asked
    ("collection_get", {}),
    ("detach_function", {}),
    # as the official client sends it
    (
        "collection_get",
        {"ids": None, "where": None, "limit": None, "offset": None, "where_document": None, "include": ["documents"]},
    ),
    ("collection_delete", {"ids": ["1"], "where": None, "where_document": None}),
    (
        "collection_add",
        {"ids": ["1"], "embeddings": ["AACAPwAAAEA="], "metadatas": None, "documents": ["x"], "uris": None},
    ),
    ("collection_update", {"ids": ["1"], "embeddings": None, "metadatas": [{"k": 1}], "documents": None, "uris": None}),
    (
        "collection_upsert",
        {"ids": ["1"], "embeddings": [[1, 2.5]], "metadatas": [None], "documents": [None], "uris": [None]},
    ),
    (
        "create_collection",
        {"name": "abc", "metadata": None, "configuration": None, "schema": None, "get_or_create": False},
    ),
    ("update_collection", {"new_metadata": None, "new_name": "abc", "new_configuration": None}),
    (
        "collection_search",
        {
            "searches": [
                {"filter": None, "rank": None, "group_by": {}, "limit": {"offset": 0}, "select": {"keys": []}}
            ],
            "read_level": "index_only",
        },
    ),
]

NOT_TAKEN: list[tuple[str, Json]] = [
    # unknown members
    ("collection_get", {"filter": {}}),
    ("collection_get", {"IDS": ["1"]}),
    ("collection_get", {"n_results": 1}),
    ("collection_delete", {"include": []}),
    # another shape
    ("collection_get", {"ids": "1"}),
    ("collection_get", {"ids": [1]}),
    ("collection_get", {"ids": [None]}),
    ("collection_get", {"where": "x"}),
    ("collection_get", {"where": []}),
    ("collection_get", {"limit": -1}),
    ("collection_get", {"limit": 1.0}),
    ("collection_get", {"limit": True}),
    ("collection_get", {"limit": 2**32}),
    ("collection_get", {"include": ["data"]}),
    ("collection_get", {"include": None}),
    ("collection_get", {"include": [["embeddings"]]}),
    ("collection_query", {}),
    ("collection_query", {"query_embeddings": None}),
    ("collection_add", {"ids": ["1"]}),
    ("create_collection", {"name": "abc", "get_or_create": None}),
    ("create_collection", {"name": "abc", "get_or_create": "true"}),
    ("update_tenant", {}),
    # no name a collection can have
    ("create_collection", {"name": "ab"}),
    ("create_collection", {"name": ".."}),
    ("create_collection", {"name": "a/b"}),
    ("create_collection", {"name": "abc\n"}),
    ("create_collection", {"name": "a*c"}),
    ("update_collection", {"new_name": ""}),
    ("fork_collection", {"new_name": "äbc"}),
    ("attach_function", {"name": "f", "function_id": "g", "output_collection": "../x"}),
    ("create_tenant", {"name": ""}),
    ("create_tenant", {"name": "a\n"}),
    # text in the place of vectors, which are recorded as they are
    ("collection_add", {"ids": ["1"], "embeddings": ["alice@example.com"]}),
    ("collection_add", {"ids": ["1"], "embeddings": ["Alice Example"]}),
    ("collection_add", {"ids": ["1"], "embeddings": [["1.0"]]}),
    ("collection_add", {"ids": ["1"], "embeddings": [[True]]}),
    ("collection_add", {"ids": ["1"], "embeddings": [[[1.0]]]}),
    ("collection_query", {"query_embeddings": [{"a": 1}]}),
    # vectors of a query are lists of numbers
    ("collection_query", {"query_embeddings": ["AACAPwAAAEA="]}),
    ("collection_query", {"query_embeddings": [None]}),
    # tenants and databases that no path could name
    *(
        ("create_tenant", {"name": name})
        for name in ("../x", "a/b c", "..", "a\\b", "a;b", "50%", "a\u0000b", "x" * 513)
    ),
    ("create_database", {"name": "a/b"}),
    # an array, where the server knows an object by its places
    *(
        (name, [])
        for name in ("create_tenant", "create_collection", "update_collection", "collection_add", "fork_collection")
    ),
    ("create_collection", {"name": "abc", "configuration": [{"space": "l2"}]}),
    ("create_collection", {"name": "abc", "configuration": {"hnsw": ["l2"]}}),
    ("create_collection", {"name": "abc", "schema": [{}, {}]}),
    ("collection_add", {"ids": ["1"], "embeddings": [[1]], "metadatas": [["a"]]}),
    ("collection_add", {"ids": ["1"], "embeddings": [[1]], "metadatas": [{"v": [[1], [0.5]]}]}),
    # members that are not known, at any depth
    ("create_collection", {"name": "abc", "configuration": {"foo": 1}}),
    ("create_collection", {"name": "abc", "configuration": {"hnsw": {"M": 1}}}),
    ("create_collection", {"name": "abc", "configuration": {"embedding_function": {"type": "known", "kwargs": {}}}}),
    ("create_collection", {"name": "abc", "schema": {"default": {}}}),
    ("create_collection", {"name": "abc", "schema": {"keys": {"k": {"strings": {}}}}}),
    (
        "create_collection",
        {"name": "abc", "schema": {"defaults": {"int": {"int_inverted_index": {"config": {"a": 1}}}}}},
    ),
    (
        "collection_add",
        {"ids": ["1"], "embeddings": [[1]], "metadatas": [{"v": {"indices": [1], "values": [1], "x": 1}}]},
    ),
    ("collection_search", {"searches": {}}),
    ("collection_search", {"searches": [{"Limit": {}}]}),
    ("collection_search", {"searches": [{"limit": {"limit": "9"}}]}),
    ("collection_search", {"searches": [{"limit": 9}]}),
    ("collection_search", {"searches": [{"select": {"keys": "#embedding"}}]}),
    ("collection_search", {"searches": [{"select": ["#embedding"]}]}),
    ("collection_search", {"searches": [{}], "read_level": "all"}),
]


@pytest.mark.parametrize(("name", "tree"), TAKEN)
def test_a_documented_body_is_taken(name: str, tree: Json) -> None:
    assert BODIES[name].read(strict_json.parse(strict_json.dump(tree)), "") == tree


@every(("name", "tree"), NOT_TAKEN)
def test_any_other_body_is_refused(name: str, tree: Json) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        BODIES[name].read(tree, "")


def test_there_are_36_routes_and_one_is_always_refused() -> None:
    assert len(ROUTES) == len({(r.method, r.path) for r in ROUTES}) == len({r.name for r in ROUTES}) == 36
    assert [r.path for r in ROUTES if r.refused] == ["/api/v2/collections/{crn}"]
