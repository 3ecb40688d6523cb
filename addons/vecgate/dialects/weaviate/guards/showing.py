"""Which objects are in a Weaviate answer, of whatever shape? Taken apart one by one, and put together again.

A document's answer has properties beside `_additional`; in one by groups the objects are the hits of each group.
"""

from collections.abc import Callable, Sequence
from typing import Final

from vecgate.dialects.weaviate import results
from vecgate.dialects.weaviate.graphql.asked import GET
from vecgate.dialects.weaviate.sites import GRAPHQL
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Json
from vecgate.domain.records import Metadata, Record, Records

#: Given an object, the key of its search, and whether it is a hit of a group: what stands there now, or nothing.
type Each = Callable[[Tree, str, bool], Json | None]

_BESIDE: Final = "_additional"
_SCORES: Final = ("distance", "certainty", "score")
_FARTHEST: Final = ("maxDistance", "minDistance")


def mapped(name: str, tree: Json, each: Each) -> Json:
    """An answer with each object put through `each`, in order. Raises ValueError for one that lists none."""
    if name != GRAPHQL:
        return results.changed(name, tree, lambda one: each(as_tree(one), "", False))
    results.listed(name, tree)
    data = as_tree(as_tree(tree).get("data"))
    got = as_tree(data.get(GET))
    new = {key: None if many is None else _some(list_of(many), key, each) for key, many in got.items()}
    return {**as_tree(tree), "data": {**data, GET: {**new}}} if got else tree


def _some(many: list[Json], key: str, each: Each) -> list[Json]:
    return [new for one in map(as_tree, many) if (new := _one(one, key, each)) is not None]


def _one(record: Tree, key: str, each: Each) -> Json | None:
    """An object, or a group with what is left of it."""
    beside = as_tree(record.get(_BESIDE))
    group = as_tree(beside.get("group"))
    if "hits" not in group:
        return each(record, key, False)
    had = [as_tree(one) for one in list_of(group["hits"])]
    hits = [new for one in had if (new := each(one, key, True)) is not None]
    if had and not hits:
        return None
    return {**record, _BESIDE: {**beside, "group": {**group, "hits": [*hits]}}}


def _metadata(name: str, record: Tree) -> Tree:
    return (
        {key: one for key, one in record.items() if key != _BESIDE}
        if name == GRAPHQL
        else as_tree(record.get("properties"))
    )


def _id(name: str, record: Tree) -> str | None:
    id = as_tree(record.get(_BESIDE)).get("id") if name == GRAPHQL else record.get("id")
    return id if isinstance(id, str) else None


def answered(name: str, tree: Json, several: bool) -> Records:
    """The objects of an answer; `several`: of more than one search, under the keys of which they are told apart."""
    listed = list[Record]()

    def note(record: Tree, key: str, _hit: bool) -> Json:
        listed.append(Record(_id(name, record), metadata=_metadata(name, record), of=key if several else ""))
        return record

    mapped(name, tree, note)

    def without(kept: Sequence[bool]) -> Json:
        turns = iter(kept)
        return mapped(name, tree, lambda record, _key, _hit: record if next(turns) else None)

    def described(given: Sequence[Metadata | None]) -> Json:
        turns = iter(given)
        return mapped(name, tree, lambda record, _key, _hit: _with(name, record, next(turns)))

    return Records(tuple(listed), without, described)


def _with(name: str, record: Tree, given: Metadata | None) -> Json:
    if given is None:
        return record
    if name != GRAPHQL:
        return {**record, "properties": dict(given)}
    return {**given, **({_BESIDE: record[_BESIDE]} if _BESIDE in record else {})}


def scored(name: str, tree: Json, places: int | None) -> Json:
    """The answer with its scores rounded to so many places; None: all of them 0, as programs take a number from there."""
    return _scored_groups(mapped(name, tree, lambda record, _key, _hit: _scored(name, record, places)), places)


def _scored(name: str, record: Tree, places: int | None) -> Json:
    at = _BESIDE if name == GRAPHQL else "metadata"
    beside = as_tree(record.get(at))
    return {**record, at: _rounded(beside, _SCORES, places)} if beside else record


def _scored_groups(tree: Json, places: int | None) -> Json:
    data = as_tree(as_tree(tree).get("data"))
    got = as_tree(data.get(GET))
    if not got:
        return tree
    new = {
        key: None if many is None else [_of_group(as_tree(one), places) for one in list_of(many)]
        for key, many in got.items()
    }
    return {**as_tree(tree), "data": {**data, GET: {**new}}}


def _of_group(record: Tree, places: int | None) -> Json:
    beside = as_tree(record.get(_BESIDE))
    group = as_tree(beside.get("group"))
    return {**record, _BESIDE: {**beside, "group": _rounded(group, _FARTHEST, places)}} if group else record


def _rounded(node: Tree, keys: Sequence[str], places: int | None) -> Tree:
    return {key: _number(value, places) if key in keys else value for key, value in node.items()}


def _number(score: Json, places: int | None) -> Json:
    """A score in its own form: documents show some as texts."""
    try:
        told = 0.0 if places is None else round(float(str(score)), places)
    except ValueError:
        return None
    return str(told) if isinstance(score, str) else told
