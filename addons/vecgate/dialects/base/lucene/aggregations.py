"""Which fields does an aggregation show, by values or numbers, and which queries are in it?

What an aggregation may say at all is a table (forms/aggregations.py).
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from vecgate.dialects.base.lucene.forms.aggregations import KINDS
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of, pairs, steps
from vecgate.domain.call import Json


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
                    path, by = steps(str(members_of(field)["field"])), next(iter(members_of(one)), "terms")
                    yield Shown(f"{at}/{name}/composite/sources/{i}", by, path, where)
        elif "field" in body:
            yield Shown(f"{at}/{name}/{kind}", kind, steps(str(body["field"])), _where(kind, place))
        elif kind == "nested":  # how many there are of it is told, and none of its values
            yield Shown(f"{at}/{name}/{kind}", kind, steps(str(body["path"])), ())
        for below in _below(kind, body, place):
            yield from shown(members_of(said).get("aggs"), f"{at}/{name}/aggs", below)


#: Whose buckets are one for each value that is found, so many as are asked for.
_SIZED: Final = ("terms", "composite")
_DEFAULT: Final = 10


def sized(aggs: Json, most: int) -> tuple[Tree, int]:
    """Aggregations that ask for at most `most` values where they say no number; and how many values all of them may show."""
    new: Tree = {}
    count = 0
    for name, said in pairs(aggs):
        tree = members_of(said)
        kind = kind_of(tree)
        body, below = members_of(tree.get(kind)), 0
        if "aggs" in tree:
            inner, below = sized(tree["aggs"], most)
            tree = {**tree, "aggs": inner}
        if kind in _SIZED:
            asked = body.get("size")
            each = asked if isinstance(asked, int) else min(_DEFAULT, most)
            new[name], count = {**tree, kind: {**body, "size": each}}, count + each * max(below, 1)
        else:
            listed = len(members_of(body.get("filters"))) or len(list_of(body.get("ranges"))) or 1
            new[name], count = tree, count + below * listed
    return new, count


def found(answer: Json) -> int:
    """How many values the buckets of an answer show; none by ranges, which the call named, or where no record is."""
    if isinstance(answer, dict):
        return sum(map(found, answer.values()))
    buckets = [one for one in map(members_of, list_of(answer)) if one.get("doc_count") != 0]
    return sum(
        max(found(one), not any(type(one.get(key)) in (int, float) for key in ("from", "to"))) for one in buckets
    )


def goes_on(aggs: Json) -> bool:
    """Whether any of them begins after a value, as a next page does."""
    listed = [members_of(one) for _, one in pairs(aggs)]
    return any("after" in members_of(one.get("composite")) or goes_on(one.get("aggs")) for one in listed)


class Compared(NamedTuple):
    """A value that an aggregation compares a field with. `ordered`: it tells what is more and what is less.

    `begins`: a page begins there.
    """

    path: tuple[str, ...]
    value: Json
    ordered: bool
    begins: bool = False


def compared(aggs: Json) -> Iterator[Compared]:
    """Every value that aggregations compare with, at any depth; what their queries do is none of these."""
    for said in map(members_of, members_of(aggs).values()):
        kind = kind_of(said)
        body = members_of(said.get(kind))
        if kind == "composite":
            after = members_of(body.get("after"))
            for label, one in (pair for source in list_of(body.get("sources")) for pair in members_of(source).items()):
                field = members_of(next(iter(members_of(one).values()), None)).get("field")
                yield Compared(steps(str(field)), after.get(label), True, begins=True)
        elif "field" in body:
            path, bounds = steps(str(body["field"])), map(members_of, list_of(body.get("ranges")))
            named = [body.get("missing"), *list_of(body.get("include")), *list_of(body.get("exclude"))]
            yield from (Compared(path, one, False) for one in named)
            yield from (Compared(path, one.get(key), True) for one in bounds for key in ("from", "to"))
        yield from compared(said.get("aggs"))


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
