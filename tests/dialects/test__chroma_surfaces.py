"""Is every text of Chroma's bodies masked, and everything a client needs left alone?"""

import pytest

from support.surfaces import written
from vecgate.dialects import _chroma_surfaces as surfaces
from vecgate.dialects._chroma_routes import ROUTES

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


@pytest.mark.parametrize(("name", "path", "kind"), ANSWERS)
def test_answers(name: str, path: tuple[str | int, ...], kind: str) -> None:
    assert surfaces.surface(name, answer=True).kind_at(written(*path)) == kind


@pytest.mark.parametrize(("name", "path", "kind"), REQUESTS)
def test_requests(name: str, path: tuple[str | int, ...], kind: str) -> None:
    assert surfaces.surface(name, answer=False).kind_at(written(*path)) == kind


def test_no_surface_is_written_for_an_operation_that_is_not_there() -> None:
    names = {route.name for route in ROUTES}
    assert surfaces.ANSWERS.keys() | surfaces.REQUESTS.keys() <= names
