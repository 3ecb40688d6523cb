"""Does each body hold only what the route knows, in the shape the server knows?"""

import pytest
from chromadb import Schema

from vecgate import strict_json
from vecgate.dialects._chroma_routes import ROUTES
from vecgate.errors import CallRefused
from vecgate.terms import Json

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
    # text where numbers are expected, and numbers that nothing survives
    *(
        ("create_collection", {"name": "abc", "configuration": {"hnsw": {key: value}}})
        for key in ("max_neighbors", "ef_construction", "ef_search", "batch_size", "sync_threshold", "num_threads")
        for value in ("16", -1, 10**9, 1.5, True)
    ),
    *(
        ("create_collection", {"name": "abc", "configuration": {kind: {"max_neighbors": n}}})
        for kind in ("hnsw", "spann")
        for n in (0, 1)
    ),
    ("create_collection", {"name": "abc", "configuration": {"hnsw": {"space": "l3"}}}),
    ("create_collection", {"name": "abc", "configuration": {"hnsw": {"resize_factor": 1e300}}}),
    ("update_collection", {"new_configuration": {"hnsw": {"max_neighbors": 0}}}),
    *(("create_collection", {"name": "abc", "metadata": {"hnsw:M": n}}) for n in (0, 1, "16", 16.0, 10**6)),
    ("update_collection", {"new_metadata": {"hnsw:M": 0}}),
    (
        "create_collection",
        {
            "name": "abc",
            "schema": {
                "keys": {"#embedding": {"float_list": {"vector_index": {"config": {"hnsw": {"max_neighbors": 0}}}}}}
            },
        },
    ),
    # searches
    ("collection_search", {"searches": [{"rank": {"$knn": [[1, 0], "#embedding", 10, None, False]}}]}),
    ("collection_search", {"searches": [{"rank": {"$knn": {"query": [1], "filter": {}}}}]}),
    ("collection_search", {"searches": [{"rank": {"$knn": {"query": [[1, 5], [0.5, 0.2]]}}}]}),
    ("collection_search", {"searches": [{"rank": {"$knn": {"query": [1], "limit": "10"}}}]}),
    ("collection_search", {"searches": [{"rank": {"$sub": [{"$val": 1}, {"$val": 2}]}}]}),
    ("collection_search", {"searches": [{"rank": {"$sum": {"$val": 1}}}]}),
    ("collection_search", {"searches": [{"rank": {"$val": "1"}}]}),
    ("collection_search", {"searches": [{"rank": {"$val": 1, "$abs": {"$val": 1}}}]}),
    ("collection_search", {"searches": [{"rank": {"$abs": {"$rrf": {}}}}]}),
    ("collection_search", {"searches": [{"group_by": [["email"], {"$min_k": [["#score"], 1]}]}]}),
    ("collection_search", {"searches": [{"group_by": {"keys": ["a"], "aggregate": {"$min_k": [["#score"], 1]}}}]}),
    ("collection_search", {"searches": [{"group_by": {"keys": ["a"], "having": {}}}]}),
    ("collection_search", {"searches": [{"limit": {"limit": 3, "other": 1}}]}),
    ("collection_search", {"searches": [{"limit": [0, 5]}]}),
    ("collection_search", {"searches": [{"select": {"keys": [], "other": 1}}]}),
    ("collection_search", {"searches": [[{"a": 1}]]}),
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
    assert BODIES[name].check(strict_json.parse(strict_json.dump(tree))) == tree


@pytest.mark.parametrize(("name", "tree"), NOT_TAKEN)
def test_any_other_body_is_refused(name: str, tree: Json) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        BODIES[name].check(tree)


def _record(metadata: Json) -> Json:
    return {"ids": ["1"], "embeddings": [[1]], "metadatas": [None, metadata]}


def _function(**config: Json) -> Json:
    return {
        "name": "abc",
        "configuration": {"embedding_function": {"type": "known", "name": "openai", "config": config}},
    }


HARMFUL: list[tuple[str, Json]] = [
    # the document and the uri under another name
    *(
        (name, _record({"a": 1, key: value}))
        for name in ("collection_add", "collection_upsert", "collection_update")
        for key in ("chroma:document", "chroma:uri", "chroma:", "chroma:anything")
        for value in (None, "text", 5, ["x"], {"#type": "sparse_vector", "indices": [1], "values": [1.0]})
    ),
    ("create_collection", {"name": "abc", "metadata": {"chroma:document": "x"}}),
    ("update_collection", {"new_metadata": {"chroma:uri": "x"}}),
    ("create_collection", {"name": "abc", "schema": {"keys": {"chroma:document": {}}}}),
    # more than a record may hold
    ("collection_update", _record({f"k{i}": i for i in range(4097)})),
    ("collection_upsert", _record({"l": list(range(4097))})),
    ("collection_add", _record({"a": list(range(2100)), "b": list(range(2100))})),
    ("collection_add", _record({"v": {"indices": list(range(4000)), "values": [0.5] * 4000}})),
    # lists in a collection's metadata
    *(("create_collection", {"name": "abc", "metadata": {"l": value}}) for value in (["a"], [], {}, {"a": 1})),
    ("update_collection", {"new_metadata": {"k": "w", "l": {"#type": "sparse_vector", "indices": [1], "values": [1]}}}),
    # what sends other people's texts and keys elsewhere
    *(
        ("create_collection", _function(**{key: value}))
        for key in ("api_base", "base_url", "url", "endpoint", "azureEndpoint", "apiBaseUrl", "anything", "default_headers", "proxies")
        for value in ("https://evil.example/v1", {"X-To": "//evil.example"}, ["http://localhost.evil.example"])
    ),
    *(
        ("create_collection", _function(api_base=value))
        for value in ("evil.example", "//evil.example", "http://localhost@evil.example", "http://evil.example\\@localhost", "HTTPS://evil.example", " https://evil.example")
    ),
    ("create_collection", _function(kwargs={"trust_remote_code": True})),
    ("update_collection", {"new_configuration": {"embedding_function": {"type": "known", "name": "x", "config": {"url": "http://a.example"}}}}),
    (
        "create_collection",
        {"name": "abc", "schema": {"defaults": {"float_list": {"vector_index": {"config": {"embedding_function": {"type": "known", "config": {"host": "a.example"}}}}}}}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tree"), HARMFUL)
def test_what_harms_others_is_refused_by_name(name: str, tree: Json) -> None:
    with pytest.raises(CallRefused, match=r"body\.harmful: .*nothing was sent"):
        BODIES[name].check(tree)


def test_what_official_clients_write_into_a_configuration_is_taken() -> None:
    for config in ({}, {"model_name": "all-MiniLM-L6-v2", "kwargs": {}, "device": "cpu"}, {"api_base": None, "api_key_env_var": "OPENAI_API_KEY", "default_headers": None}, {"url": "http://localhost:11434/api/embed"}):  # fmt: skip
        BODIES["create_collection"].check(_function(**config))
    for index in ({"hnsw": {"space": "cosine", "ef_construction": 100, "max_neighbors": 16, "num_threads": 8, "resize_factor": 1.2}}, {"hnsw": None, "spann": None, "embedding_function": {"type": "legacy"}}):  # fmt: skip
        BODIES["create_collection"].check({"name": "abc", "configuration": index, "metadata": {"hnsw:space": "cosine", "hnsw:M": 16}})  # fmt: skip
    BODIES["create_collection"].check({"name": "abc", "schema": Schema().serialize_to_json()})


def test_a_record_may_hold_as_much_as_the_server_takes_of_official_clients() -> None:
    BODIES["collection_add"].check(_record({"tags": ["a"] * 4000, "n": 1, "v": {"#type": "sparse_vector", "indices": [1], "values": [1]}}))  # fmt: skip


def test_there_are_36_routes_and_one_is_always_refused() -> None:
    assert len(ROUTES) == len({(r.method, r.path) for r in ROUTES}) == len({r.name for r in ROUTES}) == 36
    assert [r.path for r in ROUTES if r.refused] == ["/api/v2/collections/{crn}"]
