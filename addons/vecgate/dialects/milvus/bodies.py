"""What may each body of Milvus hold that reads or writes entities? A member that is not here is refused by name.

The server folds names as Go does (U+017F is an `s`), merges what stands twice, and reads `id`, `data` and `search` in
another way than the rest: so names have one spelling here and stand once, and what goes out is printed anew.
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.milvus.values import (
    BEGINS,
    BOOL,
    COUNT,
    DATABASE,
    DECIMALS,
    FIELD,
    IDS,
    LEVEL,
    METRIC,
    NAME,
    NUMBER,
    OFFSET,
    OUTPUT,
    PART,
    PARTITIONS,
    ROWS,
    VECTOR,
    VECTORS,
    WINDOW,
    WORD,
    Filtered,
)
from vecgate.parsing.forms import Elsewhere, Form, Left, ListOf, Members, Shape

PLACE: Final[Mapping[str, Form]] = {"dbName": Left(DATABASE), "collectionName": NAME}
NEEDS: Final = ("collectionName",)
_OVERLOOKED: Final = Elsewhere("is overlooked by the server here")
_UNSEEN: Final = Elsewhere("would rank by a filter that nobody looks into")
_LATER: Final = Elsewhere("is read over gRPC alone")
_RAW: Final = Elsewhere("would be taken in the place of what stands beside it")
#: What an index may want to know of a search; raw options of other names replace limit, offset or field.
_TUNING: Final = (
    "nprobe", "ef", "search_list", "drop_ratio_search", "reorder_k", "itopk_size", "search_width", "min_iterations",
    "max_iterations", "team_size", "level", "radius", "range_filter", "dim_max_score_ratio", "drop_ratio_build",
    "search_k", "refine_k", "rbq_bits_query",
)  # fmt: skip
#: Whether a filter is looked at before a search or while it goes on; it counts either way.
_HINTS: Final = Shape(
    "'iterative_filter' or 'disable'", lambda value: value in ("iterative_filter", "disable"), ("disable",)
)
_TUNED: Final[Mapping[str, Form]] = {
    **dict.fromkeys(_TUNING, NUMBER), "analyzer_name": WORD, "hints": _HINTS, "page_retain_order": BOOL,
}  # fmt: skip
_PARAMS: Final = Members(_TUNED)
_OPTIONS: Final = (
    "topk", "limit", "offset", "anns_field", "group_by_field", "group_size", "strict_group_size", "iterator", "expr",
    "filter", "dsl",
)  # fmt: skip
_SEARCH_PARAMS: Final = Members(
    {
        **dict.fromkeys(_OPTIONS, _RAW),
        **_TUNED,
        "metric_type": METRIC,
        "metricType": METRIC,
        "round_decimal": DECIMALS,
        "ignore_growing": BOOL,
        BEGINS: _LATER,
        "params": _PARAMS,
    },
    apart=(("metric_type", "metricType"),),
)
_LIMITS: Final[Mapping[str, Form]] = {"limit": Left(COUNT), "offset": Left(OFFSET)}
#: 0 is no limit at all; only a count may say so, as the older routes want it.
_LIMIT_OR_NONE: Final = Shape(
    f"a whole number from 1 to {WINDOW}, or 0 beside 'count(*)'",
    lambda value: type(value) is int and 0 <= value <= WINDOW,
    (5,),
)
_SHOWN: Final[Mapping[str, Form]] = {"outputFields": Left(OUTPUT)}
_WHERE: Final[Mapping[str, Form]] = {"partitionNames": Left(PARTITIONS), "partitionName": _OVERLOOKED}
_GROUPS: Final[Mapping[str, Form]] = {
    "groupingField": Left(FIELD),
    "groupSize": Left(COUNT),
    "strictGroupSize": Left(BOOL),
}

QUERY: Final = Filtered(
    {**PLACE, **_LIMITS, **_SHOWN, **_WHERE, "consistencyLevel": Left(LEVEL), "limit": Left(_LIMIT_OR_NONE)}, NEEDS
)
GET: Final = Members(
    {**PLACE, **_SHOWN, **_WHERE, "id": IDS, "consistencyLevel": Left(LEVEL)}, ("collectionName", "id")
)
SEARCH: Final = Filtered(
    {
        **PLACE, **_LIMITS, **_SHOWN, **_WHERE, **_GROUPS, "data": VECTORS, "annsField": Left(FIELD),
        "consistencyLevel": Left(LEVEL), "searchParams": Left(_SEARCH_PARAMS), "params": Left(_PARAMS),
        "functionScore": _UNSEEN,
    },
    ("collectionName", "data"),
)  # fmt: skip
_SUB: Final = Filtered(
    {
        **_LIMITS, "data": VECTORS, "annsField": FIELD, "params": Left(_SEARCH_PARAMS), "metricType": _OVERLOOKED,
        "outputFields": _OVERLOOKED, "groupingField": _OVERLOOKED, "searchParams": _OVERLOOKED,
    },
    ("data", "annsField"),
)  # fmt: skip
_STRATEGY: Final = Shape("one of rrf, weighted, ws", lambda value: value in ("rrf", "weighted", "ws"), ("rrf",))
_WEIGHTS: Final = Members({"k": NUMBER, "weights": VECTOR, "norm_score": BOOL})
HYBRID: Final = Members(
    {
        **PLACE, **_SHOWN, **_WHERE, **_GROUPS, **_LIMITS, "search": ListOf(_SUB, least=1),
        "rerank": Left(Members({"strategy": _STRATEGY, "params": Left(_WEIGHTS)}, ("strategy",))),
        "consistencyLevel": Left(LEVEL), "functionScore": _UNSEEN, "filter": _OVERLOOKED, "exprParams": _OVERLOOKED,
    },
    ("collectionName", "search"),
)  # fmt: skip
DELETE: Final = Filtered(
    {**PLACE, "partitionName": Left(PART), "partitionNames": _OVERLOOKED, "id": _OVERLOOKED}, NEEDS, needed=True
)
INSERT: Final = Members(
    {**PLACE, "partitionName": Left(PART), "partitionNames": _OVERLOOKED, "data": ROWS}, ("collectionName", "data")
)
UPSERT: Final = Members(
    {**INSERT.members, "partialUpdate": Left(BOOL)},
    ("collectionName", "data"),
)

V1_QUERY: Final = Filtered(
    {**PLACE, **_LIMITS, **_SHOWN, "limit": Left(_LIMIT_OR_NONE)}, NEEDS, needed=True, templates=False
)
V1_GET: Final = Members({**PLACE, **_SHOWN, "id": IDS}, ("collectionName", "id"))
V1_SEARCH: Final = Filtered(
    {
        **PLACE, **_LIMITS, **_SHOWN, "vector": VECTOR,
        "params": Left(Members({"radius": NUMBER, "range_filter": NUMBER}, ("radius",))),
    },
    ("collectionName", "vector"),
    templates=False,
)  # fmt: skip
V1_DELETE: Final = Filtered({**PLACE, "id": IDS}, NEEDS, templates=False, one_of=(("filter", "id"),))
V1_ROWS: Final = Members({**PLACE, "data": ROWS}, ("collectionName", "data"))
