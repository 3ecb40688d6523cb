"""What does a call compare with, order by and name records by, and what stands for each value? Each is put through a function."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.lucene import aggregations, query, results
from vecgate.dialects.base.lucene.forms.analysed import Found
from vecgate.dialects.base.lucene.inward import filters
from vecgate.dialects.base.lucene.values import ORDERS, Tree, list_of, members_of, order_of, steps
from vecgate.domain.call import Json
from vecgate.domain.inlets import AnyOf, Condition, Each, Home, How, Path, Site


def rewritten(name: str, tree: Tree, each: Each) -> Tree:
    """The body with every value of its queries put through `each`; what is ordered or told apart by is shown to it."""

    def site(one: Site) -> Json | None:
        if not isinstance(one.filter, dict):
            return one.filter
        at = one.at.strip("/").replace("/", ".")
        return query.mapped(one.filter, lambda leaf: _compared(leaf, at, each))

    new = _named(tree, each) if name == "mget" else filters(name, tree, site)
    turn = iter(range(len(results.searches(name, tree))))

    def ordered(search: Tree) -> Tree:
        at = f"searches.{next(turn)}.body." if name == "msearch" else ""
        _grouped(search, at, each)
        return _ordered(search, at, each)

    return results.with_searches(name, new, ordered)


def _named(tree: Tree, each: Each) -> Tree:
    """What reads by ids, with each id put through `each`; where several stand for one, all of them are read."""
    if "ids" in tree:
        return {**tree, "ids": _ids(tree["ids"], "ids", each)}
    docs = [members_of(one) for one in list_of(tree.get("docs"))]
    return {**tree, "docs": [{**one, "_id": id} for one in docs for id in _ids([one["_id"]], "docs._id", each)]}


def _ids(values: Json, at: str, each: Each) -> list[Json]:
    return [
        new for one in list_of(values) for new in _each_of(each(Condition(at, ("ids", 0), "equal", str(one), ("_id",))))
    ]


def _ordered(search: Tree, at: str, each: Each) -> Tree:
    """A search whose order was shown to `each`; an id at which a page begins is the one that stands for it."""
    after, missing = [*list_of(search.get("search_after"))], _missing(search)
    for turn, name in enumerate(order_of(search)):
        start, path = after[turn] if turn < len(after) else None, steps(name)
        if name == "_id" and isinstance(start, str):
            found = each(Condition(f"{at}search_after", ("docs", 0, "_id"), "equal", start, path))
            after[turn] = start if isinstance(found, AnyOf) else found
        if name in ORDERS:
            continue
        each(Condition(f"{at}sort", _home(path), "field", name, path))
        for place, value in (("search_after", start), ("sort", missing.get(name))):
            if isinstance(value, str | int | float):
                each(Condition(f"{at}{place}", _home(path), "order", value, path, begins=place == "search_after"))
    return {**search, "search_after": after} if after else search


def _grouped(search: Tree, at: str, each: Each) -> None:
    """Fields and values of aggregations, shown to `each`."""
    for said in aggregations.shown(search.get("aggs")):
        each(Condition(f"{at}aggs", _home(said.path), "field", ".".join(said.path), said.path))
    for one in aggregations.compared(search.get("aggs")):
        if isinstance(one.value, str | int | float):
            how: How = "order" if one.ordered else "equal"
            each(Condition(f"{at}aggs", _home(one.path), how, one.value, one.path, begins=one.begins))


def _missing(search: Tree) -> Tree:
    """In the place of which value records without a field are sorted in, by the name of that."""
    told = (members_of(one).items() for one in [search.get("sort"), *list_of(search.get("sort"))])
    said = {name: members_of(how).get("missing") for some in told for name, how in some}
    return {name: value for name, value in said.items() if value not in ("_first", "_last")}


def _home(path: tuple[str, ...]) -> Home:
    """Where such a value stands in what is stored."""
    return ("items", 0, "doc", *path)


def at_home(one: Condition, path: Path, found: frozenset[Found]) -> Condition:
    """A comparison as one with the field of records that it is about. `found`: how that is found, in each index."""
    if one.how == "field":
        value: str | float | bool = ".".join(map(str, path))
        return one if path == one.path else replace(one, path=path, home=_home(tuple(map(str, path))), value=value)
    if one.home[0] == "items" and not found <= _AS_A_WHOLE.get(one.how, _WHOLE):
        one = replace(one, how="part" if one.how == "equal" and "pieces" in found else one.how, by_words=True)
        one = one if isinstance(one.value, bool) else replace(one, value=str(one.value))
    return one if path == one.path else replace(one, path=path, home=_home(tuple(map(str, path))))


_WHOLE: Final[frozenset[Found]] = frozenset({"whole"})
#: How a field is found by whose values alone it is compared with. What orders by one that is not there finds nothing.
_AS_A_WHOLE: Final[Mapping[How, frozenset[Found]]] = {"order": frozenset({"whole", "unknown"})}


_HOW: Final[Mapping[str, How]] = {
    "term": "equal",
    "match": "part",
    "match_phrase": "part",
    "match_phrase_prefix": "part",
    "match_bool_prefix": "part",
    "prefix": "expression",
    "wildcard": "expression",
    "regexp": "expression",
    "fuzzy": "expression",
}
#: What is an operator in the expressions of Lucene, and a letter in those of others: any text, all but it, a range.
_OPERATORS: Final = frozenset('~@&#<>"')


def _compared(leaf: Tree, at: str, each: Each) -> Tree:
    """One clause with its values put through `each`."""
    kind = query.kind_of(leaf)
    said = members_of(leaf.get(kind))
    if kind == "multi_match":
        return {kind: _worded(leaf, said, f"{at}.{kind}", each)}
    if kind == "ids" or "_id" in said:
        key = "values" if kind == "ids" else "_id"
        return {kind: {**said, key: _ids(said[key], f"{at}.{kind}", each)}}
    if kind in ("match_all", "match_none", "knn"):
        return leaf
    if kind == "exists":
        path = steps(str(said["field"]))
        each(Condition(f"{at}.{kind}", _home(path), "field", str(said["field"]), path))
        return leaf
    field, value = next(iter(said.items()))
    path, place = steps(field), f"{at}.{kind}"
    if kind == "range":
        return {kind: {field: _bounds(members_of(value), place, path, each)}}
    if kind == "terms":
        flat = [
            new
            for one in list_of(value)
            for new in _each_of(each(Condition(place, _home(path), "equal", _scalar(one), path)))
        ]
        return {kind: {field: flat}}
    return _one(kind, field, value, place, each)


def _worded(leaf: Tree, said: Tree, at: str, each: Each) -> Tree:
    """What looks for the same words in several fields."""
    for one in query.clauses(leaf):
        new = each(Condition(at, _home(one.path), "part", _scalar(one.value), one.path))
        if new != one.value:  # fields differ in what stands for a value
            said = {**said, "query": new.values[0] if isinstance(new, AnyOf) else new}
    return said


def _bounds(said: Tree, at: str, path: tuple[str, ...], each: Each) -> Tree:
    new = dict(said)
    for key in ("gt", "gte", "lt", "lte"):
        if isinstance(bound := said.get(key), str | int | float):
            found = each(Condition(at, _home(path), "order", bound, path))
            new[key] = bound if isinstance(found, AnyOf) else found
    return new


def _each_of(found: Json | AnyOf) -> tuple[Json, ...]:
    return found.values if isinstance(found, AnyOf) else (found,)


def _scalar(value: Json) -> str | float | bool:
    return value if isinstance(value, str | int | float) else str(value)


def _one(kind: str, field: str, value: Json, at: str, each: Each) -> Tree:
    """A clause on one field with one value; where several stand for it, either will do."""
    key = "value" if kind in ("term", "prefix", "wildcard", "regexp", "fuzzy") else "query"
    bare = members_of(value)[key] if isinstance(value, dict) else value
    path = steps(field)
    if kind == "regexp" and not _OPERATORS.isdisjoint(str(bare)):
        each(Condition(at, _home(path), "expression", ".*", path))
    found = _each_of(each(Condition(at, _home(path), _HOW[kind], _scalar(bare), path)))
    made: list[Json] = [{kind: {field: {**value, key: one} if isinstance(value, dict) else one}} for one in found]
    return members_of(made[0]) if len(made) == 1 else {"bool": {"should": made, "minimum_should_match": 1}}
