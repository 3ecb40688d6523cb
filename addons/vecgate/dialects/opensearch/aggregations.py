"""What may an aggregation say, and which fields does it show, by values or numbers? An allow-list, read as one tree.

Never: one over everything (`global`), terms of records that are not found (`min_doc_count: 0`), of records that are
joined, by scripts, or against a background of all records.
https://docs.opensearch.org/latest/aggregations/
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from vecgate.dialects.opensearch.query import QUERY
from vecgate.dialects.opensearch.values import (
    FIELD,
    NUMBER,
    SCALAR,
    TEXT,
    Single,
    Tree,
    list_of,
    matching,
    members_of,
    steps,
    whole,
    word,
)
from vecgate.domain.call import Json
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
KINDS: Final[dict[str, Form]] = {
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
    "filter": Later(lambda: QUERY),
    "filters": Members({"filters": MapOf(Later(lambda: QUERY), NAME)}, ("filters",)),
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
AGGREGATION: Final[Form] = Members(
    {
        **KINDS,
        "aggs": Left(Later(lambda: AGGREGATIONS)),
        **{name: Elsewhere(_ELSE + why) for name, why in _REFUSED.items()},
        "meta": Elsewhere("would come back as it is"),
    },
    also={"aggregations": "aggs"},
    one_of=(tuple(KINDS),),
)
AGGREGATIONS: Final[Form] = MapOf(AGGREGATION, NAME)


class Shown(NamedTuple):
    """A field that an aggregation is about. `at`: where it is asked; `keys`: where its values stand in an answer, as steps."""

    at: str
    kind: str
    path: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]


def shown(aggs: Json, at: str = "/aggs", above: tuple[str, ...] = ("aggregations",)) -> Iterator[Shown]:
    """Every field that aggregations are about, at any depth."""
    for name, said in members_of(aggs).items():
        kind = kind_of(members_of(said))
        body, place = members_of(members_of(said).get(kind)), (*above, name)
        if kind == "composite":
            for i, source in enumerate(list_of(body.get("sources"))):
                for label, one in members_of(source).items():
                    field = next(iter(members_of(one).values()), None)
                    where = ((*place, "buckets", "*", "key", label), (*place, "after_key", label))
                    yield Shown(
                        f"{at}/{name}/composite/sources/{i}", "terms", steps(str(members_of(field)["field"])), where
                    )
        elif "field" in body:
            yield Shown(f"{at}/{name}/{kind}", kind, steps(str(body["field"])), _where(kind, place))
        for below in _below(kind, body, place):
            yield from shown(members_of(said).get("aggs"), f"{at}/{name}/aggs", below)


def _where(kind: str, place: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    if kind in _KEYED:
        return ((*place, "buckets", "*", "key"), (*place, "buckets", "*", "key_as_string"))
    return tuple(
        (*place, *above, f"{key}{text}") for *above, key in _NUMBERS.get(kind, ()) for text in ("", "_as_string")
    )


_SIMPLE: Final = ("min", "max", "avg", "sum")
_STATS: Final = tuple((one,) for one in _SIMPLE)
_BOUNDS: Final = ("upper", "lower", "upper_population", "lower_population", "upper_sampling", "lower_sampling")
#: Under which keys a metric shows its numbers, as steps. Of one record's, each is its value, or tells it.
_NUMBERS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    **dict.fromkeys(_SIMPLE, (("value",),)),
    "stats": _STATS,
    "extended_stats": (*_STATS, ("sum_of_squares",), *(("std_deviation_bounds", one) for one in _BOUNDS)),
    "percentiles": tuple(("values", one) for one in ("1.0", "5.0", "25.0", "50.0", "75.0", "95.0", "99.0")),
}


#: Whose buckets are called by what records hold.
_KEYED: Final = ("terms", "histogram", "date_histogram")


def _below(kind: str, body: Tree, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Where in an answer stands what is counted within it. Filters have no list of buckets, but one under each name."""
    if kind == "filters":
        yield from ((*place, "buckets", label) for label in members_of(body.get("filters")))
    else:
        yield place if kind in ("filter", "nested", "reverse_nested", "missing") else (*place, "buckets", "*")


def kind_of(said: Tree) -> str:
    """Which aggregation an object is."""
    return next((key for key in said if key in KINDS), "")


def queries(aggs: Json, at: str = "/aggs") -> Iterator[tuple[str, Tree]]:
    """Every query that aggregations filter by."""
    for name, said in members_of(aggs).items():
        tree, place = members_of(said), f"{at}/{name}"
        if "filter" in tree:
            yield f"{place}/filter", members_of(tree["filter"])
        for label, one in members_of(members_of(tree.get("filters")).get("filters")).items():
            yield f"{place}/filters/filters/{label}", members_of(one)
        yield from queries(tree.get("aggs"), f"{place}/aggs")


def every_query(search: Tree) -> list[Json]:
    """Every query of a search: what it finds, what is left of that, and what its aggregations count."""
    inner: list[Json] = [one for _, one in queries(search.get("aggs"))]
    return [search.get("query"), search.get("post_filter"), *inner]


def with_queries(aggs: Json, each: "Mapping[str, Tree]", at: str = "/aggs") -> Json:
    """The aggregations with other queries, by where they stand."""
    new: Tree = {}
    for name, said in members_of(aggs).items():
        tree, place = dict(members_of(said)), f"{at}/{name}"
        if "filter" in tree:
            tree["filter"] = each.get(f"{place}/filter", members_of(tree["filter"]))
        if "filters" in tree:
            labels = members_of(members_of(tree["filters"]).get("filters"))
            tree["filters"] = {
                "filters": {
                    label: each.get(f"{place}/filters/filters/{label}", members_of(one))
                    for label, one in labels.items()
                }
            }
        if "aggs" in tree:
            tree["aggs"] = with_queries(tree["aggs"], each, f"{place}/aggs")
        new[name] = tree
    return new
