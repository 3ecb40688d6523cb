"""Where does text stand in Chroma's bodies? One surface per shape, for requests and for answers."""

from typing import Final

from vecgate.dialects.base.answers import Marks
from vecgate.domain.surface import Surface

#: What stands where the server says something of its own. A server that lies, or another program in its place, could
#: put text there: what has another form is looked at like any text.
_KINDS: Final = (
    "AuthError", "AuthorizationError", "BatchSizeExceededError", "ChromaAuthError", "ChromaError", "DuplicateID",
    "IDAlreadyExists", "InternalError", "InvalidArgumentError", "InvalidDimension", "InvalidHTTPVersion",
    "InvalidUUID", "NotFoundError", "QuotaError", "RateLimitError", "UniqueConstraintError", "VersionMismatchError",
)  # fmt: skip
_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,510}[A-Za-z0-9]?"
_PLACE: Final = r"[\w.~ -]{1,512}"
_SPACE: Final = "l2|cosine|ip"
#: Every answer may turn out to be an error: `error` is its kind, `message` may repeat what was stored.
_ERROR: Final = (("/error", "|".join(_KINDS)),)
_ONE: Final = (
    ("/id", _UUID),
    ("/name", _NAME),
    ("/tenant", _PLACE),
    ("/database", _NAME),
    ("/configuration_json/embedding_function/type", "known|unknown|legacy"),
    ("/configuration_json/*/space", _SPACE),
    ("/metadata/hnsw:space", _SPACE),
)
_ONE_LOOSE: Final = ("/configuration_json/**", "/schema/**")
_MANY: Final = tuple((f"/*{pointer}", form) for pointer, form in _ONE)
_MANY_LOOSE: Final = tuple(f"/*{pointer}" for pointer in _ONE_LOOSE)
_FUNCTION: Final = {
    "id": _UUID,
    "name": _NAME,
    "function_name": _NAME,
    "input_collection_id": _UUID,
    "output_collection": _NAME,
    "output_collection_id": _UUID,
    "tenant_id": _PLACE,
    "database_id": _NAME,
}
_FIELDS: Final = "distances|documents|embeddings|metadatas|uris"
_KEYS: Final = "#(?:document|embedding|metadata|score|id|uri)"
_VECTORS: Final = ("/embeddings", "/embeddings/*", "/embeddings/*/*", "/embeddings/*/*/*")
_DISTANCES: Final = ("/distances", "/distances/*", "/distances/*/*", "/scores", "/scores/*", "/scores/*/*")

_collection: Final = Surface(forms=(*_ERROR, *_ONE), patterns=_ONE_LOOSE)
_records: Final = Surface(
    forms=(*_ERROR, ("/include/*", _FIELDS), ("/select/*", _KEYS), ("/select/*/*", _KEYS)),
    numbers=(*_VECTORS, *_DISTANCES),
    patterns=("/uris/**",),
    ids=("/ids/**",),
)
_function: Final = Surface(
    forms=(*_ERROR, *((f"/attached_function/{member}", form) for member, form in _FUNCTION.items()))
)
_place: Final = Surface(
    forms=(*_ERROR, ("/id", _UUID), ("/name", _PLACE), ("/tenant", _PLACE), ("/resource_name", _PLACE))
)
_plain: Final = Surface(forms=_ERROR)

_beat: Final = Surface(forms=_ERROR, numbers=("/nanosecond heartbeat",))

ANSWERS: Final[dict[str, Surface]] = {
    "heartbeat": _beat,
    "root_heartbeat": _beat,
    "get_tenant": _place,
    "get_database": _place,
    "list_databases": Surface(forms=(*_ERROR, ("/*/id", _UUID), ("/*/name", _NAME), ("/*/tenant", _PLACE))),
    "list_collections": Surface(forms=(*_ERROR, *_MANY), patterns=_MANY_LOOSE),
    "create_collection": _collection,
    "get_collection": _collection,
    "get_collection_by_id": _collection,
    "fork_collection": _collection,
    "collection_get": _records,
    "collection_query": _records,
    "collection_search": _records,
    "attach_function": _function,
    "get_attached_function": _function,
    "get_user_identity": Surface(forms=(*_ERROR, ("/tenant", _PLACE), ("/databases/*", _NAME)), patterns=("/user_id",)),
    "version": Surface(forms=(*_ERROR, ("", r"[0-9]{1,4}(?:\.[0-9A-Za-z-]{1,16}){0,4}"))),
}

_writes: Final = Surface(keep=("/embeddings/**",), patterns=("/uris/*",), ids=("/ids/*",))
_reads: Final = Surface(keep=("/include/*", "/query_embeddings/**"), ids=("/ids/*",))
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
        keep=("/read_level",), patterns=("/searches/*/select/keys/*",), ids=("/searches/*/filter/query_ids/*",)
    ),
    "collection_add": _writes,
    "collection_upsert": _writes,
    "collection_update": _writes,
}

#: One for all of them: what is done with its places is remembered by its identity.
_unwritten: Final = Surface()


def surface(name: str, answer: bool) -> Surface:
    """The surface of an operation's request or answer; where none is written, all strings are text."""
    return ANSWERS.get(name, _plain) if answer else REQUESTS.get(name, _unwritten)


_errors: Final = ("/error", "/message", "/detail", "/detail/**")
_got: Final = Marks(("/embeddings/*",), errors=_errors)
_ranked: Final = Marks(("/embeddings/*/*",), ("/distances/*/*", "/scores/*/*"), _errors)
_failed: Final = Marks(errors=_errors)


def marks(name: str) -> Marks:
    """Where vectors, scores and errors stand in an operation's answer."""
    if name == "collection_get":
        return _got
    return _ranked if name in ("collection_query", "collection_search") else _failed
