"""Where does text stand in bodies of Weaviate? One surface per shape, for requests and for answers.

Properties are text, whatever they are called. Documents name what their answers hold, so below `data` all is text but for
what the server tells of a record; errors repeat filters, values, ids and names of the request.
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.weaviate.sites import GRAPHQL, SEARCHES
from vecgate.domain.surface import Surface

_CLASS: Final = r"[A-Za-z][A-Za-z0-9_]{0,254}"
_KEY: Final = r"[A-Za-z_][A-Za-z0-9_]{0,230}"
_TENANT: Final = r"[A-Za-z0-9_-]{1,64}"
_WORD: Final = r"[A-Za-z0-9_.-]{1,64}"
_UUID: Final = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_BEACON: Final = rf"weaviate://localhost/(?:{_CLASS}/)?{_UUID}"
_HREF: Final = rf"/v1/objects/(?:{_CLASS}/)?{_UUID}"
_TIMES: Final = ("creationTimeUnix", "lastUpdateTimeUnix")


def _object(at: str = "") -> Surface:
    """One object, or each below a place."""
    return Surface(
        numbers=(
            *(f"{at}/{time}" for time in _TIMES), *(f"{at}/properties/_{time}" for time in _TIMES),
            f"{at}/vector/*", f"{at}/vectors/*/*", f"{at}/vectors/*/*/*", f"{at}/deprecations", "/totalResults",
        ),
        forms=(
            (f"{at}/class", _CLASS), (f"{at}/tenant", _TENANT), (f"{at}/properties/*/*/beacon", _BEACON),
            (f"{at}/properties/*/*/href", _HREF), (f"{at}/result/status", "SUCCESS|FAILED"),
        ),
        ids=(f"{at}/id",),
    )  # fmt: skip


_BESIDE: Final = "/data/Get/*/*/_additional"
_HITS: Final = f"{_BESIDE}/group/hits/*/_additional"
_VECTORS: Final = tuple(
    f"{at}{below}" for at in (_BESIDE, _HITS) for below in ("/vector/*", "/vectors/*/*", "/vectors/*/*/*")
)
_SCORES: Final = ("distance", "certainty", "score")
_FARTHEST: Final = ("maxDistance", "minDistance")
_document: Final = Surface(
    numbers=(
        *_VECTORS, *(f"{at}/{score}" for at in (_BESIDE, _HITS) for score in (*_SCORES, "isConsistent")),
        "/data/Aggregate/*/*/meta/count", "/data/Aggregate/*/*/*/count", "/data/Aggregate/*/*/*/topOccurrences/*/occurs",
        "/errors/*/locations/*/*", f"{_BESIDE}/group/count", f"{_BESIDE}/group/id",
        *(f"{_BESIDE}/group/{key}" for key in _FARTHEST),
    ),
    forms=(
        *((f"{at}/{time}", r"[0-9]{1,16}") for at in (_BESIDE, _HITS) for time in _TIMES),
        (f"{_BESIDE}/score", r"[0-9.e-]{1,32}"), (f"{_HITS}/score", r"[0-9.e-]{1,32}"),
        ("/data/Aggregate/*/*/*/type", r"[A-Za-z]{1,20}(?:\[\])?"), ("/data/Aggregate/*/*/groupedBy/path/*", _KEY),
        (f"{_BESIDE}/group/groupedBy/path/*", _KEY), ("/errors/*/path/*", r"Get|Aggregate"),
    ),
    ids=(f"{_BESIDE}/id", f"{_HITS}/id"),
)  # fmt: skip
_found: Final = Surface(
    numbers=(*(f"/results/*/metadata/{one}" for one in (*_SCORES, *_TIMES)), "/tookMs"), ids=("/results/*/id",)
)
_counted: Final = Surface(
    numbers=("/count", "/tookMs", "/groups/*/count"), forms=(("/groups/*/groupedBy/path/*", _KEY),)
)
_deleted: Final = Surface(
    numbers=("/deletionTimeUnixMilli", "/results/failed", "/results/limit", "/results/matches", "/results/successful"),
    forms=(
        ("/output", "minimal|verbose"), ("/match/class", _CLASS), ("/results/objects/*/status", "SUCCESS|DRYRUN|FAILED"),
        ("/match/where/operator", r"[A-Za-z]{1,20}"), ("/match/where/path/*", _KEY),
    ),
    ids=("/results/objects/*/id",),
)  # fmt: skip


def _class(at: str = "") -> Surface:
    """What describes a class: names and settings are structure, descriptions are text."""
    properties = f"{at}/properties/*"
    return Surface(
        forms=(
            (f"{at}/class", _CLASS), (f"{at}/vectorizer", _WORD), (f"{at}/vectorIndexType", _WORD),
            (f"{properties}/name", _KEY), (f"{properties}/dataType/*", r"[A-Za-z0-9_]{1,255}(?:\[\])?"),
            (f"{properties}/tokenization", _WORD), (f"{at}/shardingConfig/*", _WORD),
            (f"{at}/vectorIndexConfig/**", _WORD), (f"{at}/vectorConfig/**", _WORD), (f"{at}/invertedIndexConfig/**", _WORD),
        ),
        patterns=(f"{at}/moduleConfig/**", f"{properties}/moduleConfig/**"),
    )  # fmt: skip


_alias: Final = (("alias", _CLASS), ("class", _CLASS))
_tenants: Final = Surface(
    forms=(
        ("/*/name", _TENANT),
        ("/*/activityStatus", "[A-Z]{1,16}"),
        ("/name", _TENANT),
        ("/activityStatus", "[A-Z]{1,16}"),
    )
)
_settings: Final = Surface(patterns=("/**",))
ANSWERS: Final[Mapping[str, Surface]] = {
    **dict.fromkeys(("objects_get", "objects_create", "objects_replace"), _object()),
    "objects_list": _object("/objects/*"),
    "batch_objects": _object("/*"),
    GRAPHQL: _document,
    **dict.fromkeys(SEARCHES, _found),
    "aggregate": _counted,
    "batch_delete": _deleted,
    "batch_references": Surface(
        forms=(("/*/from", rf"{_BEACON}/{_KEY}"), ("/*/to", _BEACON), ("/*/result/status", "SUCCESS|FAILED"), ("/*/tenant", _TENANT))
    ),
    "schema_list": _class("/classes/*"),
    **dict.fromkeys(("schema_get", "schema_create", "schema_alter"), _class()),
    **dict.fromkeys(("tenants_list", "tenant_get", "tenants_get", "tenants_add", "tenants_alter"), _tenants),
    "aliases_list": Surface(forms=tuple((f"/aliases/*/{key}", form) for key, form in _alias)),
    **dict.fromkeys(("alias_get", "alias_create", "alias_alter"), Surface(forms=tuple((f"/{key}", form) for key, form in _alias))),
    **dict.fromkeys(
        ("root", "meta", "openid", "nodes", "nodes_class", "cluster_statistics", "sharding_state", "shards_list", "shard_alter",
         "tasks", "replications_list", "replication_get", "backup_create", "backups_list", "backup_status", "backup_restore",
         "restore_status", "indexes_list", "user_create", "user_rotate", "roles_list", "role_get", "user_roles", "user_roles_of",
         "group_roles"), _settings,
    ),
}  # fmt: skip

_PLACE: Final = ("/class", "/tenant", "/consistencyLevel", "/returnProperties/*", "/returnMetadata/*", "/queryProperties/*",
                 "/fusionType", "/targetVector")  # fmt: skip
STORED: Final = Surface(
    keep=("/class", "/tenant", "/objects/*/class", "/objects/*/tenant", "/fields/*"),
    numbers=tuple(f"{at}{below}" for at in ("", "/objects/*") for below in ("/vector/*", "/vectors/*/*", "/vectors/*/*/*")),
    ids=("/id", "/objects/*/id"),
    forms=tuple((f"{at}/properties/*/*/beacon", _BEACON) for at in ("", "/objects/*")),
)  # fmt: skip
_searched: Final = Surface(keep=_PLACE, ids=("/id",))
REQUESTS: Final[Mapping[str, Surface]] = {
    **dict.fromkeys(("objects_create", "objects_replace", "objects_patch", "objects_validate", "batch_objects"), STORED),
    **dict.fromkeys((*SEARCHES, "aggregate"), _searched),
    "batch_delete": Surface(keep=("/match/class", "/output", "/match/where/operator")),
    **dict.fromkeys(("schema_create", "schema_alter"), _class()),
    **dict.fromkeys(("tenants_add", "tenants_alter", "tenants_drop", "tenants_get"), Surface(forms=(("/*", _TENANT), ("/*/name", _TENANT), ("/*/activityStatus", "[A-Z]+")))),
    **dict.fromkeys(("alias_create", "alias_alter"), Surface(keep=("/alias", "/class", "/collection"))),
}  # fmt: skip

#: One for all of them: what is done with its places is remembered by its identity.
_unwritten: Final = Surface()


def surface(name: str, answer: bool) -> Surface:
    """The surface of an operation's request or answer; where none is written, all strings are text."""
    return (ANSWERS if answer else REQUESTS).get(name, _unwritten)


_ERRORS: Final = ("/error/*/message", "/message", "/errors/*/message")
_MARKS: Final[Mapping[str, Marks]] = {
    **dict.fromkeys(("objects_get", "objects_create", "objects_replace"), Marks(("/vector", "/vectors"), errors=_ERRORS)),
    "objects_list": Marks(("/objects/*/vector", "/objects/*/vectors"), errors=_ERRORS),
    "batch_objects": Marks(("/*/vector", "/*/vectors"), errors=(*_ERRORS, "/*/result/errors/error/*/message")),
    GRAPHQL: Marks(
        tuple(f"{at}/{key}" for at in (_BESIDE, _HITS) for key in ("vector", "vectors")),
        (*(f"{at}/{key}" for at in (_BESIDE, _HITS) for key in _SCORES), *(f"{_BESIDE}/group/{key}" for key in _FARTHEST)),
        _ERRORS,
    ),
    "batch_references": Marks(errors=(*_ERRORS, "/*/result/errors/error/*/message")),
    "batch_delete": Marks(errors=(*_ERRORS, "/results/objects/*/errors/error/*/message")),
    **dict.fromkeys(SEARCHES, Marks(scores=tuple(f"/results/*/metadata/{one}" for one in _SCORES), errors=_ERRORS)),
}  # fmt: skip


def marks(name: str) -> Marks:
    """Where vectors, scores and errors stand in an operation's answer."""
    return _MARKS.get(name, Marks(errors=_ERRORS))
