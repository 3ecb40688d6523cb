"""Where does text stand in the bodies of OpenSearch and Elasticsearch? One surface per shape, for requests and for answers.

Records are text, whatever their fields are called, and so is every value beside them: keys of buckets, values that
records were sorted by, and errors, which repeat what was sent.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.base.lucene.results import RECORDS
from vecgate.domain.surface import Surface

_NAME: Final = r"[\w.+-]{1,255}"
_VERSION: Final = r"[0-9]{1,4}(?:\.[0-9A-Za-z-]{1,16}){0,4}"
_COUNTED: Final = ("/took", "/status", "/_shards/total", "/_shards/successful", "/_shards/skipped", "/_shards/failed")
_NUMBERED: Final = (
    "/_version",
    "/_seq_no",
    "/_primary_term",
    "/_shards/total",
    "/_shards/successful",
    "/_shards/failed",
)


def _each(at: str, members: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{at}{member}" for member in members)


def _records(at: str, above: str = "") -> Surface:
    """Records, and the answer around them."""
    return Surface(
        forms=((f"{at}/_index", _NAME), (f"{above}/hits/total/relation", "eq|gte")),
        numbers=(
            *_each(above, _COUNTED), f"{above}/hits/total/value", f"{above}/hits/max_score",
            *_each(at, (*_NUMBERED, "/_score")),
        ),
        ids=(f"{at}/_id",),
    )  # fmt: skip


def _done(at: str) -> Surface:
    """What became of a write."""
    return Surface(
        forms=((f"{at}/_index", _NAME), (f"{at}/result", "created|updated|deleted|not_found|noop")),
        numbers=(*_each(at, (*_NUMBERED, "/status")), "/took", "/ingest_took"),
        ids=(f"{at}/_id",),
    )


_plain: Final = Surface(numbers=_COUNTED)
#: What a mapping says of a field beside what may be values of it (`null_value`, `meta`).
_OF_FIELDS: Final = (
    *("type", "index", "dims", "dimension", "similarity", "analyzer", "search_analyzer", "format", "ignore_above"),
    *("doc_values", "store", "norms", "enabled", "dynamic", "element_type", "space_type", "data_type", "mode"),
    *("index_options", "index_options/**", "method", "method/**", "coerce", "eager_global_ordinals", "scaling_factor"),
)
#: What the server tells of itself and of indices: names, settings and types.
_technical: Final = Surface(
    numbers=_COUNTED, patterns=("/**",), schema=tuple(f"/*/mappings/**/{one}" for one in _OF_FIELDS)
)


def info(distribution: str, tagline: str) -> Surface:
    """What a server says of itself. `distribution` empty: it says none."""
    said = (("/version/distribution", distribution),) if distribution else ()
    return Surface(
        forms=(
            ("/version/number", _VERSION), ("/version/lucene_version", _VERSION), *said,
            ("/version/minimum_wire_compatibility_version", _VERSION),
            ("/version/minimum_index_compatibility_version", _VERSION),
            ("/tagline", tagline),
        ),
        patterns=("/name", "/cluster_name", "/cluster_uuid", "/version/build_type", "/version/build_hash",
                  "/version/build_date", "/version/build_flavor"),
    )  # fmt: skip


_counts: Final = Surface(
    numbers=(*_COUNTED, *(f"/{key}" for key in ("total", "deleted", "updated", "batches", "version_conflicts", "noops",
                                               "retries/bulk", "retries/search", "count", "throttled_millis",
                                               "requests_per_second", "throttled_until_millis"))),
)  # fmt: skip
#: What clients go on with: a handle of the gateway's own, which tells nothing.
_HANDLE: Final = r"vgc1[\w-]{40,1000000}"
_cursors: Final = Surface(
    forms=tuple((at, _HANDLE) for at in ("/pit_id", "/id", "/pits/*/pit_id")),
    numbers=(*_COUNTED, "/creation_time", "/num_freed"),
)


def _going_on(found: Surface) -> Surface:
    return replace(found, forms=(*found.forms, ("/_scroll_id", _HANDLE), ("/pit_id", _HANDLE)))


#: Of what stands at the server beside indices (forms/standing.py): names, settings, states and counts.
STANDING: Final = (
    *("snapshot_get_repository", "snapshot_get", "snapshot_status", "snapshot_create", "snapshot_restore"),
    *("indices_get_index_template", "cluster_get_component_template", "ingest_get_pipeline", "search_pipeline_get"),
)
ANSWERS: Final[Mapping[str, Surface]] = {
    "search": _going_on(_records("/hits/hits/*")),
    **dict.fromkeys(("clear_scroll", "create_pit", "delete_pit", "open_point_in_time", "close_point_in_time"), _cursors),
    "msearch": _records("/responses/*/hits/hits/*", "/responses/*"),
    "mget": _records("/docs/*"),
    "get": _records(""),
    **dict.fromkeys(("index", "create", "update", "delete"), _done("")),
    "bulk": _done("/items/*/*"),
    **dict.fromkeys(("count", "delete_by_query"), _counts),
    **dict.fromkeys(("indices_get", "indices_get_mapping", "indices_get_settings", "indices_get_alias", "indices_get_data_stream", "indices_resolve_index", "cluster_health",
                     *STANDING),
                    _technical),
}  # fmt: skip

_IDS: Final = ("/items/*/*/_id", "/ids/*", "/docs/*/_id")
#: What a request is made of, where it stores or looks for something.
STORED: Final = Surface(ids=_IDS)
_SCHEMA: Final = Surface(
    patterns=("/**",),
    schema=tuple(f"{at}/**/{one}" for at in ("/mappings", "/properties", "/template/mappings") for one in _OF_FIELDS),
)
REQUESTS: Final[Mapping[str, Surface]] = dict.fromkeys(
    (
        *("indices_create", "indices_put_mapping", "indices_put_settings", "indices_update_aliases"),
        *("snapshot_create", "snapshot_restore", "indices_put_index_template", "cluster_put_component_template"),
        *("ingest_put_pipeline", "search_pipeline_put"),
    ),
    _SCHEMA,
)


def surface(name: str, answer: bool) -> Surface:
    """The surface of an operation's request or answer; where none is written, all strings are text."""
    return ANSWERS.get(name, _plain) if answer else REQUESTS.get(name, STORED)


_ERRORS: Final = ("/error", "/error/reason", "/error/root_cause/*/reason", "/error/caused_by/reason")
_SCORES: Final[Mapping[str, tuple[str, ...]]] = {
    "search": ("/hits/hits/*/_score", "/hits/max_score"),
    "msearch": ("/responses/*/hits/hits/*/_score", "/responses/*/hits/max_score"),
}


#: Vectors are fields of records, under any name.
_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    name: ("/**",) if name == "get_source" else (f"{''.join(f'/{step}' for step in path)}/_source/**",)
    for name, path in RECORDS.items()
}


def marks(name: str) -> Marks:
    """Where vectors, scores and errors stand in an operation's answer."""
    return Marks(scores=_SCORES.get(name, ()), errors=_ERRORS, numbers=_NUMBERS.get(name, ()))


#: The keys above a record's own fields, in answers, and in what is stored.
_ABOVE: Final = (
    ("hits", "hits", "_source"), ("responses", "hits", "hits", "_source"), ("docs", "_source"), ("_source",), (),
    ("items", "doc"), ("items", "doc", "doc"), ("items", "doc", "upsert"), ("doc",), ("upsert",),
)  # fmt: skip


def shown_at(path: tuple[str | int | None, ...]) -> tuple[tuple[str, ...], ...]:
    """By which keys answers show a field of a record."""
    keys = tuple([step for step in path if isinstance(step, str)])
    return tuple([(*above, *keys) for above in _ABOVE])


__all__ = ["ANSWERS", "RECORDS", "REQUESTS", "STORED", "marks", "shown_at", "surface"]
