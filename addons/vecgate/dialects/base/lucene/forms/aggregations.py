"""What may an aggregation say? An allow-list, read as one tree.

Never: one over everything (`global`), terms of records that are not found (`min_doc_count: 0`), of records that are
joined, by scripts, or against a background of all records.
https://docs.opensearch.org/latest/aggregations/
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.lucene.values import FIELD, NUMBER, SCALAR, TEXT, Single, matching, whole, word
from vecgate.parsing.forms import ByType, Elsewhere, Form, Later, Left, ListOf, MapOf, Members, Shape

_SIZE: Final = Left(whole(1, 65_536))
#: Of none there is no bucket: values of records that are not found are listed with a count of 0.
_LEAST: Final = Left(whole(1))
_TURN: Final = word("asc", "desc")
NAME: Final = matching("the name of an aggregation", r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,63}", "cities")
_ORDER: Final = ByType("an order", {dict: Single(_TURN, TEXT), list: ListOf(Single(_TURN, TEXT))})
_VALUE: Final = Members({"field": FIELD, "missing": Left(SCALAR)}, ("field",))
_RANGES: Final = ListOf(Members({"from": Left(SCALAR), "to": Left(SCALAR), "key": Left(TEXT)}), least=1)
_INTERVAL: Final = matching("an interval", r"[0-9]{0,6}[a-zA-Z]{1,8}", "month")
_DATES: Final[dict[str, Form]] = {
    "field": FIELD,
    **dict.fromkeys(("interval", "calendar_interval", "fixed_interval"), Left(_INTERVAL)),
    **dict.fromkeys(("format", "time_zone", "offset"), Left(TEXT)),
}
_SOURCE: Final = Members(
    {
        "terms": Members({"field": FIELD, "order": Left(_TURN)}, ("field",)),
        "histogram": Members({"field": FIELD, "interval": NUMBER, "order": Left(_TURN)}, ("field", "interval")),
        "date_histogram": Members({**_DATES, "order": Left(_TURN)}, ("field",)),
    },
    one_of=(("terms", "histogram", "date_histogram"),),
)
#: One number of a field, and several.
METRICS: Final = ("avg", "sum", "min", "max", "value_count", "cardinality", "stats", "extended_stats", "percentiles")
_KINDS: Final[dict[str, Form]] = {
    "terms": Members(
        {"field": FIELD, "size": _SIZE, "shard_size": _SIZE, "min_doc_count": _LEAST, "order": Left(_ORDER),
         "missing": Left(SCALAR), "include": Left(ListOf(SCALAR)), "exclude": Left(ListOf(SCALAR))},
        ("field",),
    ),
    **dict.fromkeys(METRICS, _VALUE),
    "missing": Members({"field": FIELD}, ("field",)),
    "histogram": Members({"field": FIELD, "interval": NUMBER, "min_doc_count": _LEAST, "order": Left(_ORDER)}, ("field", "interval")),
    "date_histogram": Members({**_DATES, "min_doc_count": _LEAST, "order": Left(_ORDER)}, ("field",)),
    "range": Members({"field": FIELD, "ranges": _RANGES}, ("field", "ranges")),
    "date_range": Members({"field": FIELD, "ranges": _RANGES, "format": Left(TEXT)}, ("field", "ranges")),
    "nested": Members({"path": FIELD}, ("path",)),
    "reverse_nested": Members({"path": Left(FIELD)}),
    "composite": Members(
        {"sources": ListOf(Single(_SOURCE, NAME), least=1), "size": _SIZE,
         "after": Left(MapOf(Shape("a value or null", lambda v: v is None or isinstance(v, str | int | float), ("a",)), NAME))},
        ("sources",),
    ),
}  # fmt: skip
_ELSE: Final = "is no aggregation that is read here: "
_REFUSED: Final[Mapping[str, str]] = {
    "global": "it counts all records, whatever the query finds",
    **dict.fromkeys(("children", "parent"), "it reaches records of others by what they are joined to"),
    **dict.fromkeys(("significant_terms", "significant_text"), "it compares with all records, whatever the query finds"),
    **dict.fromkeys(("scripted_metric", "bucket_script", "bucket_selector"), "it runs a program"),
    **dict.fromkeys(("top_hits", "top_metrics"), "it shows records where nobody looks at them one by one"),
    **dict.fromkeys(("multi_terms", "rare_terms", "sampler", "diversified_sampler", "adjacency_matrix", "geo_distance",
                     "geohash_grid", "geotile_grid", "geohex_grid", "geo_bounds", "geo_centroid", "ip_range",
                     "percentile_ranks", "weighted_avg", "median_absolute_deviation", "matrix_stats",
                     "variable_width_histogram", "auto_date_histogram", "bucket_sort", "cumulative_sum", "derivative",
                     "avg_bucket", "max_bucket", "min_bucket", "sum_bucket", "stats_bucket", "extended_stats_bucket",
                     "percentiles_bucket", "moving_avg", "moving_fn", "serial_diff"), "it is not known here yet"),
}  # fmt: skip
#: What an aggregation may be.
KINDS: Final = (*_KINDS, "filter", "filters")


def aggregations(query: Form) -> Form:
    """Aggregations by their names, whose filters are such queries."""
    kinds = {**_KINDS, "filter": query, "filters": Members({"filters": MapOf(query, NAME)}, ("filters",))}
    one: Form = Members(
        {
            **kinds,
            "aggs": Left(Later(lambda: several)),
            **{name: Elsewhere(_ELSE + why) for name, why in _REFUSED.items()},
            "meta": Elsewhere("would come back as it is"),
        },
        also={"aggregations": "aggs"},
        one_of=(tuple(kinds),),
    )
    several: Form = MapOf(one, NAME)
    return several
