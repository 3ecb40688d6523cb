"""Is a collection set up within bounds, and does it send nobody's texts elsewhere?"""

import pytest
from chromadb import Schema

from support.tools.every import every
from vecgate.dialects.chroma.routes import ROUTES
from vecgate.dialects.chroma.settings import points_elsewhere
from vecgate.domain.call import Json
from vecgate.refusals.errors import CallRefused

BODIES = {route.name: route.body for route in ROUTES if route.body is not None}


def _function(**config: Json) -> Json:
    return {
        "name": "abc",
        "configuration": {"embedding_function": {"type": "known", "name": "openai", "config": config}},
    }


HARMFUL: list[tuple[str, Json]] = [("create_collection", _function(kwargs={"trust_remote_code": True}))]

ELSEWHERE: list[tuple[str, Json]] = [
    # what sends other people's texts and keys elsewhere
    *(
        ("create_collection", _function(**{key: value}))
        for key in (
            "api_base",
            "base_url",
            "url",
            "endpoint",
            "azureEndpoint",
            "apiBaseUrl",
            "anything",
            "default_headers",
            "proxies",
        )
        for value in ("https://evil.example/v1", {"X-To": "//evil.example"}, ["http://localhost.evil.example"])
    ),
    *(
        ("create_collection", _function(api_base=value))
        for value in (
            "evil.example",
            "//evil.example",
            "http://localhost@evil.example",
            "http://evil.example\\@localhost",
            "HTTPS://evil.example",
            " https://evil.example",
        )
    ),
    (
        "update_collection",
        {
            "new_configuration": {
                "embedding_function": {"type": "known", "name": "x", "config": {"url": "http://a.example"}}
            }
        },
    ),
    (
        "create_collection",
        {
            "name": "abc",
            "schema": {
                "defaults": {
                    "float_list": {
                        "vector_index": {
                            "config": {"embedding_function": {"type": "known", "config": {"host": "a.example"}}}
                        }
                    }
                }
            },
        },
    ),
]


@pytest.mark.parametrize(("name", "tree"), HARMFUL)
def test_what_harms_readers_is_refused_by_name(name: str, tree: Json) -> None:
    with pytest.raises(CallRefused, match=r"body\.harmful: .*nothing was sent"):
        BODIES[name].read(tree, "")


@every(("name", "tree"), ELSEWHERE)
def test_what_sends_texts_elsewhere_is_read_and_told(name: str, tree: dict[str, Json]) -> None:
    BODIES[name].read(tree, "")
    assert any(map(points_elsewhere, tree.values()))


UNBOUNDED: list[tuple[str, Json]] = [
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
]


@every(("name", "tree"), UNBOUNDED)
def test_a_number_is_a_number_within_bounds(name: str, tree: Json) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        BODIES[name].read(tree, "")


def test_nothing_of_what_official_clients_write_points_elsewhere() -> None:
    for config in (
        {},
        {"model_name": "all-MiniLM-L6-v2"},
        {"api_base": None},
        {"url": "http://localhost:11434/api/embed"},
    ):
        assert not points_elsewhere(_function(**config)["configuration"])  # type: ignore[index,call-overload]
    assert not points_elsewhere({"hnsw": {"space": "cosine"}, "url": "http://a.example"})  # of no embedding function
    assert not points_elsewhere(Schema().serialize_to_json())


def test_what_official_clients_write_into_a_configuration_is_taken() -> None:
    for config in ({}, {"model_name": "all-MiniLM-L6-v2", "kwargs": {}, "device": "cpu"}, {"api_base": None, "api_key_env_var": "OPENAI_API_KEY", "default_headers": None}, {"url": "http://localhost:11434/api/embed"}):  # fmt: skip
        BODIES["create_collection"].read(_function(**config), "")
    for index in ({"hnsw": {"space": "cosine", "ef_construction": 100, "max_neighbors": 16, "num_threads": 8, "resize_factor": 1.2}}, {"hnsw": None, "spann": None, "embedding_function": {"type": "legacy"}}):  # fmt: skip
        BODIES["create_collection"].read({"name": "abc", "configuration": index, "metadata": {"hnsw:space": "cosine", "hnsw:M": 16}}, "")  # fmt: skip
    BODIES["create_collection"].read({"name": "abc", "schema": Schema().serialize_to_json()}, "")
