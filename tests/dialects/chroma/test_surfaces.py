"""Is every text of Chroma's bodies masked, and everything a client needs left alone?"""

from base64 import b64encode
from typing import Any

import pytest

from support.tools.every import every
from support.tools.surfaces import written
from vecgate.dialects.chroma import surfaces
from vecgate.dialects.chroma.routes import ROUTES
from vecgate.masking.apply.places import Places
from vecgate.masking.apply.walk import Walk

ANSWERS = [
    # errors, whatever was asked
    ("collection_get", ("error",), "keep"),
    ("collection_get", ("message",), "text"),
    ("heartbeat", ("message",), "text"),
    ("delete_collection", ("error",), "keep"),
    # records
    ("collection_get", ("documents", 0), "text"),
    ("collection_get", ("metadatas", 0, "email"), "text"),
    ("collection_get", ("ids", 0), "patterns"),
    ("collection_get", ("uris", 0), "patterns"),
    ("collection_get", ("include", 0), "keep"),
    ("collection_get", ("embeddings", 0), "keep"),
    ("collection_query", ("documents", 0, 1), "text"),
    ("collection_query", ("metadatas", 0, 1, "tags", 0), "text"),
    ("collection_query", ("ids", 0, 1), "patterns"),
    ("collection_search", ("select", 0, 0), "keep"),
    # collections
    ("get_collection", ("id",), "keep"),
    ("get_collection", ("name",), "keep"),
    ("get_collection", ("metadata", "owner"), "text"),
    ("get_collection", ("metadata", "hnsw:space"), "keep"),
    ("get_collection", ("configuration_json", "embedding_function", "name"), "patterns"),
    ("list_collections", (0, "name"), "keep"),
    ("list_collections", (0, "metadata", "name"), "text"),
    ("create_collection", ("database",), "keep"),
    ("get_database", ("tenant",), "keep"),
    ("list_databases", (1, "id"), "keep"),
    # the rest
    ("version", (), "keep"),
    ("get_user_identity", ("user_id",), "patterns"),
    ("get_attached_function", ("attached_function", "output_collection"), "keep"),
    ("get_attached_function", ("attached_function", "params"), "text"),
]

REQUESTS = [
    ("collection_add", ("documents", 0), "text"),
    ("collection_add", ("metadatas", 0, "k"), "text"),
    ("collection_add", ("ids", 0), "patterns"),
    ("collection_add", ("embeddings", 0), "keep"),
    ("collection_upsert", ("embeddings", 0), "keep"),
    ("collection_update", ("embeddings", 0), "keep"),
    ("collection_query", ("query_embeddings", 0, 0), "keep"),
    ("collection_query", ("where", "name", "$eq"), "text"),
    ("collection_query", ("where_document", "$contains"), "text"),
    ("collection_get", ("include", 0), "keep"),
    ("collection_delete", ("ids", 0), "patterns"),
    ("create_collection", ("name",), "patterns"),
    ("create_collection", ("metadata", "name"), "text"),
    ("update_collection", ("new_name",), "patterns"),
    ("detach_function", ("whatever",), "text"),
]


@every(("name", "path", "kind"), ANSWERS)
def test_answers(name: str, path: tuple[str | int, ...], kind: str) -> None:
    assert surfaces.surface(name, answer=True).kind_at(written(*path)) == kind


@pytest.mark.parametrize(("name", "path", "kind"), REQUESTS)
def test_requests(name: str, path: tuple[str | int, ...], kind: str) -> None:
    assert surfaces.surface(name, answer=False).kind_at(written(*path)) == kind


def test_no_surface_is_written_for_an_operation_that_is_not_there() -> None:
    names = {route.name for route in ROUTES}
    assert surfaces.ANSWERS.keys() | surfaces.REQUESTS.keys() <= names


class NoFields:
    """A plan without field policies."""

    has_fields = False

    def field(self, _dotted: str) -> None:
        return None


WHO = "anna.schmidt@example.org"
CARD = 4111111111111111


def looked_at(name: str, tree: Any) -> str:
    walk = Walk(tree, Places(surfaces.surface(name, answer=True), NoFields()), "normal", lambda text, _rule: text)  # type: ignore[arg-type]
    for _ in walk.go():
        pass
    return " ".join(text.value for text in walk.texts)


LIES: list[tuple[str, Any]] = [
    # an error that is none
    *(
        (name, {"error": WHO, "message": "x"})
        for name in (
            "collection_get",
            "heartbeat",
            "version",
            "get_collection",
            "list_databases",
            "get_user_identity",
            "delete_collection",
            "collection_count",
        )
    ),
    ("collection_get", {"error": [WHO]}),
    ("collection_get", {"error": {"x": WHO}}),
    ("collection_get", {"error": {WHO: 1}}),
    ("version", WHO),
    # text in the place of vectors and distances
    ("collection_get", {"embeddings": [WHO]}),
    ("collection_get", {"embeddings": WHO}),
    ("collection_get", {"embeddings": [[1.0, WHO]]}),
    ("collection_get", {"embeddings": [{WHO: 1.0}]}),
    ("collection_get", {"embeddings": {"a": {"b": {"c": {"d": WHO}}}}}),
    ("collection_get", {"embeddings": [b64encode(WHO.encode()).decode()]}),
    ("collection_query", {"embeddings": [[WHO]], "distances": [[WHO]]}),
    ("collection_query", {"distances": [[WHO]]}),
    # in the place of words of the server's own
    ("collection_get", {"include": [WHO]}),
    ("collection_search", {"select": [[WHO]]}),
    ("get_collection", {"id": WHO, "name": "x"}),
    ("get_collection", {"name": WHO}),
    ("get_collection", {"tenant": WHO}),
    ("get_collection", {"database": WHO}),
    ("get_collection", {"metadata": {"hnsw:space": WHO}}),
    ("get_collection", {"configuration_json": {"hnsw": {"space": WHO}}}),
    ("get_collection", {"configuration_json": {"embedding_function": {"type": WHO}}}),
    ("list_collections", [{"name": WHO}]),
    ("list_collections", [{"id": WHO}]),
    ("list_databases", [{"name": WHO}]),
    ("get_user_identity", {"databases": [WHO]}),
    ("get_attached_function", {"attached_function": {"id": WHO}}),
]


@every(("name", "tree"), LIES)
def test_text_where_structure_stands_is_looked_at(name: str, tree: Any) -> None:
    assert WHO in looked_at(name, tree) or b64encode(WHO.encode()).decode() in looked_at(name, tree)


@pytest.mark.parametrize("tree", [{"error": CARD}, {"error": [CARD, CARD]}, {"include": [CARD]}, {"message": CARD}])
def test_a_number_where_a_word_stands_is_looked_at(tree: Any) -> None:
    assert str(CARD) in looked_at("collection_get", tree)


def test_what_the_server_says_is_left_alone() -> None:
    uuid = "2687e4e8-d546-4e70-a219-19361a27da60"
    told = {
        "id": uuid,
        "name": "tickets.v2",
        "tenant": "acme corp",
        "database": "main",
        "metadata": {"hnsw:space": "l2"},
    }
    assert looked_at("get_collection", told) == looked_at("list_collections", [told]) == ""
    assert looked_at("version", "1.0.0") == looked_at("collection_get", {"error": "NotFoundError"}) == ""
    records = {"include": ["documents"], "embeddings": [[4111111111111111.0, 1]], "distances": None, "documents": None}
    assert looked_at("collection_get", records) == ""
    assert looked_at("collection_query", {"distances": [[4155550134.0, 12345678.5]], "embeddings": [[[1e30]]]}) == ""
    assert "1795822000000000000" not in looked_at("heartbeat", {"nanosecond heartbeat": 1795822000000000000})
