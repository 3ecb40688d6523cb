"""How many results does a read of Milvus ask for and give, and where are they? Asked, bounded, counted, cut, and stripped."""

from collections.abc import Container, Iterable
from typing import Final

from vecgate.dialects.base.vectors import is_numbers
from vecgate.dialects.milvus.sites import GETS, HYBRID, QUERIES, READS, SEARCHES
from vecgate.dialects.milvus.things import done
from vecgate.dialects.milvus.values import COUNT_ALL, as_tree, list_of
from vecgate.domain.call import Json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Tree = dict[str, Json]

DEFAULT: Final = 100


def counts(tree: Tree) -> bool:
    """Whether a query asks for a number of records, and for no record."""
    return list_of(tree.get("outputFields")) == [COUNT_ALL]


def whole(tree: Tree, key: str, default: int) -> int:
    """The whole number that a body says, or another where it says none."""
    found = tree.get(key)
    return found if type(found) is int else default


def asked(name: str, tree: Tree) -> int | None:
    """The most records an answer can hold, over all its searches; None: it is no read of records."""
    if name in GETS:
        named = tree.get("id")
        return len(named) if isinstance(named, list) else 1
    if name not in READS or counts(tree):
        return None
    limit = whole(tree, "limit", DEFAULT)
    if name in QUERIES:
        return limit
    return limit * turns(name, tree) * (whole(tree, "groupSize", 1) if "groupingField" in tree else 1)


def turns(name: str, tree: Tree) -> int:
    """How many searches' results an answer lists, one after the other."""
    if name in HYBRID:
        return max((len(list_of(as_tree(one).get("data"))) for one in list_of(tree.get("search"))), default=1)
    return len(list_of(tree.get("data"))) or 1


def bounded(name: str, tree: Tree, allowed: int, rule: str, default: int = DEFAULT) -> Tree:
    """The body asking for at most `allowed` records, or for one more where it says no number: then more are told of.

    `default`: how many a body that says none asks for.

    Raises CallRefused (`limit.results`) if it, or a search within it, asks for more itself.
    """
    if counts(tree):
        return tree
    if name in HYBRID:
        tree = _within(tree, allowed, rule)
    if name not in GETS and "limit" not in tree and turns(name, tree) == 1 and "groupingField" not in tree:
        return {**tree, "limit": min(default, allowed + 1)}
    wanted = asked(name, tree)
    if wanted is not None and wanted > allowed:
        raise CallRefused(refuse("limit.results", things="results", asked=wanted, rule=rule, allowed=allowed))
    return tree


def _within(tree: Tree, allowed: int, rule: str) -> Tree:
    """The searches of a search, each with a number of its own."""
    new: list[Json] = []
    for one in list_of(tree.get("search")):
        sub = as_tree(one)
        most = whole(sub, "limit", min(DEFAULT, allowed))
        if most > allowed:
            things = "results of a search within a search"
            raise CallRefused(refuse("limit.results", things=things, asked=most, rule=rule, allowed=allowed))
        new.append({**sub, "limit": most})
    return {**tree, "search": new}


def listed(name: str, tree: Json) -> list[Json] | None:
    """The records of an answer; None where it lists none. Raises ValueError for an answer that is none of these."""
    if name not in READS or not done(tree):
        return None
    found = tree.get("data") if isinstance(tree, dict) else None
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("an answer that lists no records")
    return found


def held(name: str, tree: Json) -> int | None:
    """How many records an answer holds; None where that is not what it holds."""
    try:
        found = listed(name, tree)
    except ValueError:
        return None
    return None if found is None or _is_count(found) else len(found)


def _is_count(found: list[Json]) -> bool:
    return len(found) == 1 and isinstance(found[0], dict) and [*found[0]] == [COUNT_ALL]


def cut(name: str, tree: Json, most: int) -> Json:
    """An answer with its first `most` records, over all its searches."""
    found = listed(name, tree)
    return tree if found is None else kept(name, tree, [i < most for i in range(len(found))])


def kept(name: str, tree: Json, turn: list[bool]) -> Json:
    """An answer with those records alone whose turn says so. How many each search gave is told beside them."""
    found = listed(name, tree)
    if found is None or not isinstance(tree, dict) or all(turn):
        return tree
    new: Tree = {**tree, "data": [one for one, stays in zip(found, turn, strict=True) if stays]}
    if name in SEARCHES and isinstance(tree.get("topks"), list):
        tops, at = list[Json](), 0
        for many in list_of(tree["topks"]):
            size = many if type(many) is int else 0
            tops.append(sum(turn[at : at + size]))
            at += size
        new["topks"] = tops
    return new


def showing(name: str, tree: Tree, wanted: Iterable[str]) -> tuple[Tree, list[str]]:
    """The body asking for these fields, too, and those that it did not ask for itself.

    Where a read names none, it shows all; a search shows its key alone.
    """
    shown = list_of(tree.get("outputFields"))
    if "*" in shown or (not shown and name not in SEARCHES):
        return tree, []
    added = [field for field in wanted if field not in shown]
    return ({**tree, "outputFields": [*shown, *added]}, added) if added else (tree, [])


def bare(name: str, tree: Json, fields: Container[str]) -> Json:
    """An answer whose records are without these fields."""
    found = listed(name, tree)
    if not found or not isinstance(tree, dict):
        return tree
    new: list[Json] = [{key: value for key, value in as_tree(one).items() if key not in fields} for one in found]
    return {**tree, "data": new}


def stripped(name: str, tree: Json, zeros: bool = False, named: Container[str] = ()) -> Json:
    """An answer without vectors: lists of numbers, and sparse vectors, wherever they stand in a record.

    The very tree that was given, where it has none. Lists of other kinds come in an object of their own. `named`: the
    fields that are vectors, as those of bits and of halves come as texts.
    """
    try:
        found = listed(name, tree)
    except ValueError:
        return tree
    if not found or not isinstance(tree, dict):
        return tree
    new = [_bare(one, zeros, named) for one in found if isinstance(one, dict)]
    return tree if all(one is was for one, was in zip(new, found, strict=True)) else {**tree, "data": [*new]}


def _bare(record: Tree, zeros: bool, named: Container[str]) -> Tree:
    vectors = {key for key, value in record.items() if key in named or is_vector(value)}
    if not vectors:
        return record
    if not zeros:
        return {key: value for key, value in record.items() if key not in vectors}
    return {key: _zeros(value) if key in vectors else value for key, value in record.items()}


def is_vector(value: Json) -> bool:
    """Whether it is a vector, as answers show one: numbers, or an object of places and numbers."""
    if isinstance(value, list):
        return is_numbers(value)
    if not isinstance(value, dict) or not value:
        return False
    return all(key.isascii() and key.isdigit() and type(one) in (int, float) for key, one in value.items())


def _zeros(value: Json) -> Json:
    return [0.0] * len(value) if isinstance(value, list) else "" if isinstance(value, str) else {}
