"""Which routes does Chroma's API v2 have, and what may each body hold? All 35 of server 1.5.9, and its old heartbeat.

A member or route that is not written here is refused: the server ignores what it does not know
today, and may give it a meaning tomorrow.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote, unquote_plus

from vecgate.dialects.base.routing import Route
from vecgate.dialects.chroma import filters
from vecgate.dialects.chroma.records import METADATAS, OF_COLLECTION
from vecgate.dialects.chroma.search import BOOL, COUNT, SEARCH, is_numbers
from vecgate.dialects.chroma.settings import CONFIGURATION, SCHEMA
from vecgate.domain.call import Json
from vecgate.domain.exchange import Raw
from vecgate.parsing import paths
from vecgate.parsing.forms import Checked, Form, ListOf, Members, OrNull, Shape
from vecgate.refusals.errors import CallRefused

INCLUDES: Final = frozenset({"distances", "documents", "embeddings", "metadatas", "uris"})
READ_LEVELS: Final = frozenset({"index_and_wal", "index_only", "index_and_bounded_wal"})
#: The server's own rule for a new name; its other two (no "..", no IPv4 address) it checks itself.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,510}[A-Za-z0-9]")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_LONGEST_PLACE: Final = 512


def _list_of(fits: Callable[[Json], bool]) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_vector(value: Json) -> bool:
    # Vectors are recorded as they are, so nothing but numbers, or base64 of them, may stand in their place.
    if isinstance(value, list):
        return is_numbers(value)
    return value is None or (isinstance(value, str) and _BASE64.fullmatch(value) is not None)


def _is_place(value: Json) -> bool:
    """Whether a tenant or database of that name can be addressed afterwards: the server takes any text."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_PLACE:
        return False
    try:
        paths.join([value])
    except CallRefused:
        return False
    return True


_ANY: Final = Shape("any JSON", lambda _: True, ({"a": 1},))
_INCLUDE: Final = Shape(
    f"a list of {', '.join(sorted(INCLUDES))}",
    _list_of(lambda v: isinstance(v, str) and v in INCLUDES),
    (["documents"],),
)
_LEVEL: Final = Shape(
    f"one of {', '.join(sorted(READ_LEVELS))}", lambda v: isinstance(v, str) and v in READ_LEVELS, ("index_only",)
)
_NAMED: Final = Shape(
    "a collection name (3 to 512 of 'A-Za-z0-9._-', beginning and ending with a letter or digit)",
    lambda v: isinstance(v, str) and _NAME.fullmatch(v) is not None,
    ("articles",),
)
_PLACE: Final = Shape(
    "a name that a path can hold (no '/', '\\', ';', '%', control characters, '.' or '..')", _is_place, ("acme",)
)
_STRINGS: Final = Shape("a list of strings", _list_of(_is_text), (["a"],))
_TEXT: Final = Shape("a string", lambda value: isinstance(value, str) and value.isprintable() and value != "", ("a",))
_TEXTS: Final = Shape("a list of strings or nulls", _list_of(lambda v: v is None or _is_text(v)), ([None, "a"],))
_VECTORS: Final = Shape("a list of vectors (numbers, or base64 of 32-bit floats)", _list_of(_is_vector), ([[0.5]],))
_QUERIES: Final = Shape("a list of vectors (lists of numbers)", _list_of(is_numbers), ([[0.5]],))

_WHERE: Final = OrNull(Checked(filters.check_where, ({"a": {"$eq": 1}}, {"$and": [{"a": 1}, {"b": {"$in": ["x"]}}]})))
_DOCUMENT: Final = OrNull(Checked(filters.check_document, ({"$contains": "x"},)))
_FILTER: Final[Mapping[str, Form]] = {
    "ids": _STRINGS.or_null(),
    "where": _WHERE,
    "where_document": _DOCUMENT,
    "limit": COUNT.or_null(),
}
_RECORDS: Final[Mapping[str, Form]] = {
    "ids": _STRINGS,
    "embeddings": _VECTORS.or_null(),
    "documents": _TEXTS.or_null(),
    "metadatas": OrNull(METADATAS),
    "uris": _TEXTS.or_null(),
}
_CREATE: Final[Mapping[str, Form]] = {
    "name": _NAMED,
    "metadata": OF_COLLECTION,
    "configuration": CONFIGURATION,
    "schema": SCHEMA,
    "get_or_create": BOOL,
}
_ALTER: Final[Mapping[str, Form]] = {
    "new_name": _NAMED.or_null(),
    "new_metadata": OF_COLLECTION,
    "new_configuration": CONFIGURATION,
}
_QUERY: Final[Mapping[str, Form]] = {
    "ids": _STRINGS.or_null(),
    "where": _WHERE,
    "where_document": _DOCUMENT,
    "query_embeddings": _QUERIES,
    "n_results": COUNT.or_null(),
    "include": _INCLUDE,
}
_GET: Final[Mapping[str, Form]] = {**_FILTER, "offset": COUNT.or_null(), "include": _INCLUDE}
_ATTACH: Final[Mapping[str, Form]] = {"name": _TEXT, "function_id": _TEXT, "output_collection": _NAMED, "params": _ANY}
_DETACH: Final[Mapping[str, Form]] = {"delete_output": BOOL}
_SEARCH: Final[Mapping[str, Form]] = {"searches": ListOf(SEARCH), "read_level": _LEVEL}

_V2: Final = "/api/v2"
_T: Final = f"{_V2}/tenants/{{tenant}}"
_D: Final = f"{_T}/databases/{{database}}"
_C: Final = f"{_D}/collections/{{collection_id}}"
_DOC: Final = "https://docs.trychroma.com/reference/chroma-api"
_FUNCTIONS: Final = "https://docs.trychroma.com/api-reference/function"
_OTHER: Final = "https://docs.trychroma.com/api-reference"
_PAGES: Final = ("limit", "offset")

# fmt: off
ROUTES: Final[tuple[Route, ...]] = (
    # the server
    # Not in the server's own list; the official client's asynchronous half asks it.
    Route("GET", _V2, "root_heartbeat", "health", 0, f"{_DOC}/system/heartbeat"),
    Route("GET", f"{_V2}/healthcheck", "healthcheck", "health", 0, f"{_DOC}/system/healthcheck"),
    Route("GET", f"{_V2}/heartbeat", "heartbeat", "health", 0, f"{_DOC}/system/heartbeat"),
    Route("GET", f"{_V2}/pre-flight-checks", "pre_flight_checks", "health", 0, f"{_DOC}/system/pre-flight-checks"),
    Route("GET", f"{_V2}/version", "version", "health", 0, f"{_DOC}/system/get-version"),
    Route("GET", f"{_V2}/auth/identity", "get_user_identity", "auth_read", 1, f"{_DOC}/authentication/get-user-identity"),
    Route("POST", f"{_V2}/reset", "reset", "collection_drop", 4, "https://docs.trychroma.com/reference/python/client"),
    # tenants and databases
    Route("POST", f"{_V2}/tenants", "create_tenant", "tenant_admin", 3, f"{_DOC}/tenant/create-tenant", body=Members({"name": _PLACE}, ("name",))),
    Route("GET", _T, "get_tenant", "tenant_read", 1, f"{_DOC}/tenant/get-tenant"),
    Route("PATCH", _T, "update_tenant", "tenant_admin", 3, f"{_DOC}/tenant/update-tenant", body=Members({"resource_name": _TEXT}, ("resource_name",))),
    Route("GET", f"{_T}/databases", "list_databases", "tenant_read", 1, f"{_DOC}/database/list-databases", query=_PAGES),
    Route("POST", f"{_T}/databases", "create_database", "tenant_admin", 3, f"{_DOC}/database/create-database", body=Members({"name": _PLACE}, ("name",))),
    Route("GET", _D, "get_database", "tenant_read", 1, f"{_DOC}/database/get-database"),
    Route("DELETE", _D, "delete_database", "collection_drop", 4, f"{_DOC}/database/delete-database"),
    # collections
    Route("GET", f"{_D}/collections", "list_collections", "collection_read", 1, f"{_DOC}/collection/list-collections", query=_PAGES),
    Route("GET", f"{_D}/collections_count", "count_collections", "collection_read", 0, f"{_DOC}/collection/get-number-of-collections"),
    Route("POST", f"{_D}/collections", "create_collection", "collection_create", 3, f"{_DOC}/collection/create-collection", body=Members(_CREATE, ("name",))),
    Route("GET", f"{_D}/collections/by-id/{{collection_id}}", "get_collection_by_id", "collection_read", 1, f"{_DOC}/collection/get-collection-by-id"),
    Route("GET", f"{_D}/collections/{{collection_name}}", "get_collection", "collection_read", 1, f"{_DOC}/collection/get-collection"),
    Route("PUT", _C, "update_collection", "collection_alter", 3, f"{_DOC}/collection/update-collection", body=Members(_ALTER)),
    Route("DELETE", f"{_D}/collections/{{collection_name}}", "delete_collection", "collection_drop", 4, f"{_DOC}/collection/delete-collection"),
    Route("GET", f"{_V2}/collections/{{crn}}", "get_collection_by_crn", "collection_read", 3, f"{_OTHER}/retrieves-a-collection-by-chroma-resource-name", refused="it names a collection by something that no policy knows, and the server drops the connection"),
    Route("POST", f"{_C}/fork", "fork_collection", "collection_create", 3, f"{_OTHER}/collection/fork-collection", body=Members({"new_name": _NAMED}, ("new_name",))),
    Route("GET", f"{_C}/fork_count", "fork_count", "collection_read", 1, f"{_DOC}/collection/get-fork-count"),
    Route("GET", f"{_C}/indexing_status", "indexing_status", "collection_read", 0, f"{_DOC}/record/get-indexing-status"),
    # functions
    Route("POST", f"{_C}/functions/attach", "attach_function", "collection_alter", 3, f"{_FUNCTIONS}/attach-function", body=Members(_ATTACH, ("name", "function_id", "output_collection"))),
    Route("GET", f"{_C}/functions/{{function}}", "get_attached_function", "collection_read", 1, f"{_FUNCTIONS}/get-attached-function"),
    Route("POST", f"{_C}/attached_functions/{{function}}/detach", "detach_function", "collection_alter", 3, f"{_FUNCTIONS}/detach-function", body=Members(_DETACH)),
    # records
    Route("POST", f"{_C}/get", "collection_get", "list_scan", 2, f"{_DOC}/record/get-records", body=Members(_GET)),
    Route("POST", f"{_C}/query", "collection_query", "search", 1, f"{_DOC}/record/query-collection", body=Members(_QUERY, ("query_embeddings",))),
    Route("POST", f"{_C}/search", "collection_search", "search", 1, f"{_DOC}/record/search-records", body=Members(_SEARCH, ("searches",))),
    Route("GET", f"{_C}/count", "collection_count", "count", 1, f"{_DOC}/record/get-number-of-records", query=("read_level",)),
    Route("POST", f"{_C}/add", "collection_add", "upsert", 2, f"{_DOC}/record/add-records", body=Members(_RECORDS, ("ids", "embeddings"))),
    Route("POST", f"{_C}/upsert", "collection_upsert", "upsert", 3, f"{_DOC}/record/upsert-records", body=Members(_RECORDS, ("ids", "embeddings"))),
    Route("POST", f"{_C}/update", "collection_update", "update", 3, f"{_DOC}/record/update-records", body=Members(_RECORDS, ("ids",))),
    Route("POST", f"{_C}/delete", "collection_delete", "delete_filter", 3, f"{_DOC}/record/delete-records", body=Members(_FILTER)),
)
# fmt: on

QUERY_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "limit": re.compile(r"[0-9]{1,9}"),
    "offset": re.compile(r"[0-9]{1,9}"),
    "read_level": re.compile("|".join(sorted(READ_LEVELS))),
}
_DATABASE: Final = re.compile(r"/api/v2/tenants/([^/]+)/databases/[^/]+")


def without_tenant(raw: Raw) -> Raw:
    """The official asynchronous client names the tenant of a database once more behind `?`; the server looks at neither.

    Raises CallRefused (`path.odd`) for another tenant than the path's.
    """
    path, mark, said = raw.target.partition("?tenant=")
    found = _DATABASE.fullmatch(path) if mark and raw.method == "GET" else None
    if found is None:
        return raw
    if unquote_plus(said) != unquote(found[1]):
        paths.odd_query("'tenant' must be the tenant of the path")
    return replace(raw, target=path)
