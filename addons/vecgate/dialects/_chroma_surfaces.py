"""Where does text stand in Chroma's bodies? One surface per shape, for requests and for answers."""

from typing import Final

from vecgate.surface import Surface

#: Every answer may turn out to be an error: `error` is its type, `message` may repeat what was stored.
_ERROR: Final = ("/error",)
_ONE: Final = ("/id", "/name", "/tenant", "/database", "/configuration_json/**/type", "/configuration_json/*/space")
_ONE_LOOSE: Final = ("/configuration_json/**", "/schema/**")
_MANY: Final = tuple(f"/*{pointer}" for pointer in _ONE)
_MANY_LOOSE: Final = tuple(f"/*{pointer}" for pointer in _ONE_LOOSE)
_FUNCTION: Final = (
    "id",
    "name",
    "function_name",
    "input_collection_id",
    "output_collection",
    "output_collection_id",
    "tenant_id",
    "database_id",
)

_collection: Final = Surface(keep=(*_ERROR, *_ONE, "/metadata/hnsw:space"), patterns=_ONE_LOOSE)
_records: Final = Surface(
    keep=(*_ERROR, "/include/*", "/select/**", "/embeddings/**", "/distances/**", "/scores/**"),
    patterns=("/ids/**", "/uris/**"),
)
_function: Final = Surface(keep=(*_ERROR, *(f"/attached_function/{member}" for member in _FUNCTION)))
_place: Final = Surface(keep=(*_ERROR, "/id", "/name", "/tenant", "/resource_name"))
_plain: Final = Surface(keep=_ERROR)

ANSWERS: Final[dict[str, Surface]] = {
    "get_tenant": _place,
    "get_database": _place,
    "list_databases": Surface(keep=(*_ERROR, "/*/id", "/*/name", "/*/tenant")),
    "list_collections": Surface(keep=(*_ERROR, *_MANY, "/*/metadata/hnsw:space"), patterns=_MANY_LOOSE),
    "create_collection": _collection,
    "get_collection": _collection,
    "get_collection_by_id": _collection,
    "fork_collection": _collection,
    "collection_get": _records,
    "collection_query": _records,
    "collection_search": _records,
    "attach_function": _function,
    "get_attached_function": _function,
    "get_user_identity": Surface(keep=(*_ERROR, "/tenant", "/databases/*"), patterns=("/user_id",)),
    "version": Surface(keep=("", *_ERROR)),
}

_writes: Final = Surface(keep=("/embeddings/**",), patterns=("/ids/*", "/uris/*"))
_reads: Final = Surface(keep=("/include/*", "/query_embeddings/**"), patterns=("/ids/*",))
#: A name in a request is the client's own text until the database has taken it: it may be an address or a token.
_named: Final = Surface(patterns=("/name", "/resource_name"))

REQUESTS: Final[dict[str, Surface]] = {
    "create_tenant": _named,
    "update_tenant": _named,
    "create_database": _named,
    "create_collection": Surface(keep=("/metadata/hnsw:space",), patterns=("/name", "/configuration/**", "/schema/**")),
    "update_collection": Surface(keep=("/new_metadata/hnsw:space",), patterns=("/new_name", "/new_configuration/**")),
    "fork_collection": Surface(patterns=("/new_name",)),
    "attach_function": Surface(patterns=("/name", "/function_id", "/output_collection")),
    "collection_get": _reads,
    "collection_query": _reads,
    "collection_delete": _reads,
    "collection_search": Surface(
        keep=("/read_level",), patterns=("/searches/*/filter/query_ids/*", "/searches/*/select/keys/*")
    ),
    "collection_add": _writes,
    "collection_upsert": _writes,
    "collection_update": _writes,
}


def surface(name: str, answer: bool) -> Surface:
    """The surface of an operation's request or answer; where none is written, all strings are text."""
    return ANSWERS.get(name, _plain) if answer else REQUESTS.get(name, Surface())
