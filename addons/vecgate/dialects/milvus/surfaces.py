"""Where does text stand in bodies of Milvus? One surface per shape, for requests and for answers.

An answer is `code` and `data`, or `code` and `message`, which repeats filters, values and ids. In records everything but
their key is text, whatever it is called: JSON stands in texts (in base64 at the older routes), lists in objects by their
type, and dynamic fields beside the others.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.milvus.sites import GETS, QUERIES, READS, SEARCHES, WRITES
from vecgate.domain.surface import Surface, token

_NAME: Final = r"[A-Za-z_$][A-Za-z0-9_$]{0,254}"
_TYPE: Final = r"[A-Za-z0-9]{1,32}(?:\([0-9A-Za-z,]{0,64}\))?"
_STATE: Final = r"[A-Za-z]{1,32}"
_ENVELOPE: Final = ("/code", "/cost", "/topks/*")
_plain: Final = Surface(numbers=_ENVELOPE)
_read: Final = Surface(numbers=(*_ENVELOPE, "/data/*/distance"))
_wrote: Final = Surface(
    numbers=(*_ENVELOPE, "/data/insertCount", "/data/upsertCount", "/data/deleteCount"),
    ids=("/data/insertIds/*", "/data/upsertIds/*"),
)
_names: Final = Surface(numbers=_ENVELOPE, forms=(("/data/*", _NAME),))
_FIELDS: Final = "/data/fields/*"
_FUNCTIONS: Final = "/data/functions/*"
_collection: Final = Surface(
    numbers=(*_ENVELOPE, "/data/collectionID", "/data/shardsNum", "/data/partitionsNum", f"{_FIELDS}/id",
             f"{_FUNCTIONS}/id", f"{_FUNCTIONS}/type"),
    forms=(
        ("/data/collectionName", _NAME), ("/data/aliases/*", _NAME), ("/data/consistencyLevel", _STATE),
        ("/data/load", _STATE), (f"{_FIELDS}/name", _NAME), (f"{_FIELDS}/type", _TYPE),
        (f"{_FIELDS}/elementType", _TYPE), (f"{_FIELDS}/params/*/key", r"[a-z_.]{1,64}"),
        (f"{_FIELDS}/params/*/value", r"[0-9]{1,10}|true|false"), ("/data/indexes/*/fieldName", _NAME),
        ("/data/indexes/*/indexName", _NAME), ("/data/indexes/*/metricType", r"[A-Z0-9_]{1,32}"),
        (f"{_FUNCTIONS}/name", _NAME), (f"{_FUNCTIONS}/inputFieldNames/*", _NAME), (f"{_FUNCTIONS}/outputFieldNames/*", _NAME),
    ),
    patterns=("/data/properties/**",),
)  # fmt: skip
_index: Final = Surface(
    numbers=_ENVELOPE,
    forms=(
        ("/data/*/fieldName", _NAME), ("/data/*/indexName", _NAME), ("/data/*/indexState", _STATE),
        ("/data/*/indexType", r"[A-Za-z0-9_]{1,32}"), ("/data/*/metricType", r"[A-Z0-9_]{0,32}"),
    ),
    patterns=("/data/*/indexParams/**",),
)  # fmt: skip

ANSWERS: Final[Mapping[str, Surface]] = {
    **dict.fromkeys((*WRITES, "entities_delete"), _wrote),
    **dict.fromkeys(
        ("collections_list", "v1_collections", "aliases_list", "partitions_list", "databases_list", "indexes_list",
         "users_list", "roles_list", "users_describe", "resource_groups_list"), _names,
    ),
    **dict.fromkeys(("collections_describe", "v1_describe"), _collection),
    "indexes_describe": _index,
    "aliases_describe": Surface(
        numbers=_ENVELOPE,
        forms=(("/data/aliasName", _NAME), ("/data/collectionName", _NAME), ("/data/dbName", f"|{_NAME}")),
    ),
    "collections_get_load_state": Surface(
        numbers=(*_ENVELOPE, "/data/loadProgress"), forms=(("/data/loadState", _STATE),)
    ),
    **dict.fromkeys(("collections_get_stats", "partitions_get_stats"), Surface(numbers=(*_ENVELOPE, "/data/rowCount"))),
    "roles_describe": Surface(
        numbers=_ENVELOPE,
        forms=tuple((f"/data/*/{key}", rf"\*|{_NAME}") for key in ("dbName", "grantor", "objectName", "objectType", "privilege")),
    ),
    "jobs_import_list": Surface(
        numbers=(*_ENVELOPE, "/data/records/*/progress"),
        forms=(("/data/records/*/collectionName", _NAME), ("/data/records/*/state", _STATE),
               ("/data/records/*/jobId", "[0-9]{1,20}")),
    ),
    "quotacenter_describe": Surface(numbers=_ENVELOPE, patterns=("/data", "/data/**")),
}  # fmt: skip

_PLACE: Final = ("/outputFields/*", "/consistencyLevel", "/annsField", "/groupingField", "/partitionNames/*")
_ids: Final = Surface(keep=_PLACE, ids=("/id", "/id/*"))
_searched: Final = Surface(
    keep=(*_PLACE, "/searchParams/**", "/params/**", "/rerank/**", "/search/*/annsField", "/search/*/params/**"),
    numbers=("/data/*/*", "/vector/*", "/search/*/data/*/*"),
)
STORED: Final = Surface(numbers=tuple(f"/data/*/{key}/*" for key in ("vector", "vec", "embedding")))
REQUESTS: Final[Mapping[str, Surface]] = {
    **dict.fromkeys(GETS, _ids),
    "v1_delete": _ids,
    **dict.fromkeys(QUERIES, Surface(keep=_PLACE)),
    **dict.fromkeys(SEARCHES, _searched),
}

#: One for all of them: what is done with its places is remembered by its identity.
_unwritten: Final = Surface()


def surface(name: str, answer: bool, key: str) -> Surface:
    """The surface of an operation's request or answer; where none is written, all strings are text.

    `key`: what ids are called in the collection.
    """
    if name in WRITES and not answer:
        return _keyed(STORED, key)
    if name in READS and answer:
        return _keyed(_read, key)
    return ANSWERS.get(name, _plain) if answer else REQUESTS.get(name, _unwritten)


@lru_cache(maxsize=256)
def _keyed(one: Surface, key: str) -> Surface:
    return replace(one, ids=(f"/data/*{token(key)}",))


@lru_cache(maxsize=256)
def stored(key: str) -> Surface:
    """What is stored, as a write sends it: ids stay different from each other."""
    return replace(STORED, names=(f"/data/*{token(key)}",))


_ERRORS: Final = ("/message",)
_NUMBERS: Final = ("/data/*/*",)
_failed: Final = Marks(errors=_ERRORS)
_listed: Final = Marks(errors=_ERRORS, numbers=_NUMBERS)
_ranked: Final = Marks(scores=("/data/*/distance",), errors=_ERRORS, numbers=_NUMBERS)


def marks(name: str) -> Marks:
    """Where vectors, scores and errors stand in an operation's answer."""
    if name in SEARCHES:
        return _ranked
    return _listed if name in (*GETS, *QUERIES) else _failed
