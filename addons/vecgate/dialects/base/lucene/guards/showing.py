"""Which records are in an answer, of whatever shape, and which fields are asked for so that somebody can look?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.lucene import results
from vecgate.dialects.base.lucene.meaning import CLOSING, OPENING, body
from vecgate.dialects.base.lucene.rows.answers import Wish, wish, without
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.domain.call import Call, Json
from vecgate.domain.guards import RESERVED
from vecgate.domain.operation import Operation
from vecgate.domain.records import Metadata, Record, Records
from vecgate.parsing.strict_json import dump

_SCORES: Final = ("_score",)


def answered(operation: Operation, tree: Json) -> Records:
    """The records of an answer. Raises ValueError for one that lists none."""
    name, listed = operation.name, list[Record]()
    several = len(operation.collections) > 1

    def note(record: Tree, _turn: int) -> Json:
        source, index = record.get("_source"), str(record.get("_index", ""))
        if record.get("found") is not False:
            told = source if isinstance(source, dict) else None
            listed.append(Record(str(record.get("_id")), (), told, index if several else ""))
        return record

    if name in OPENING | CLOSING:
        return Records((), lambda _kept: tree, lambda _given: tree)
    results.mapped(name, tree, note)
    return Records(tuple(listed), lambda kept: _without(name, tree, kept), lambda given: _described(name, tree, given))


def _without(name: str, tree: Json, kept: Sequence[bool]) -> Json:
    turns = iter(kept)

    def each(record: Tree, _turn: int) -> Json | None:
        if record.get("found") is False or next(turns):
            return record
        # What was asked for by its id is as if it were not there.
        told = {key: value for key, value in record.items() if key in ("_index", "_id")}
        return {**told, "found": False} if "found" in record else None

    return results.mapped(name, tree, each)


def _described(name: str, tree: Json, given: Sequence[Metadata | None]) -> Json:
    turns = iter(given)

    def each(record: Tree, _turn: int) -> Json:
        said = None if record.get("found") is False else next(turns)
        return record if said is None else {**record, "_source": dict(said)}

    return results.mapped(name, tree, each) if any(one is not None for one in given) else tree


def scored(name: str, tree: Json, places: int | None) -> Json:
    """The answer with its scores rounded to so many places; None: all of them 0, as clients fail without one."""
    if name not in ("search", "msearch"):
        return tree
    new = results.mapped(name, tree, lambda record, _turn: _rounded(record, "_score", places))
    if name == "search":
        return _of_answer(new, places)
    return {**members_of(new), "responses": [_of_answer(one, places) for one in list_of(members_of(new)["responses"])]}


def _of_answer(answer: Json, places: int | None) -> Json:
    tree = members_of(answer)
    return {**tree, "hits": _rounded(members_of(tree["hits"]), "max_score", places)} if "hits" in tree else answer


def _rounded(node: Tree, key: str, places: int | None) -> Tree:
    score = node.get(key)
    if not isinstance(score, int | float):
        return node
    return {**node, key: 0.0 if places is None else round(float(score), places)}


# what guards must see, though it was not asked for


def telling(name: str, call: Call, fields: Iterable[str]) -> tuple[Call, Callable[[Json], Json]]:
    """The read that also asks for these fields, and what gives its answer without them again."""
    tree, wanted, wishes = body(call), [*dict.fromkeys(fields)], list[Wish]()

    def asked(one: Tree) -> Tree:
        wished = wish(one.get("_source"), wanted)
        wishes.append(wished)
        return one if wished == Wish(True) else {**one, "_source": wished.asked}

    if name == "mget" and "docs" in tree:
        new: Tree = {**tree, "docs": [asked(members_of(one)) for one in list_of(tree["docs"])]}
    else:
        new = results.with_searches(name, tree, asked)
    if not any(one.out or one.bare for one in wishes):
        return call, lambda answer: answer

    def untold(answer: Json) -> Json:
        turns = iter(wishes)

        def each(record: Tree, turn: int) -> Json:
            return _untold(record, next(turns) if name == "mget" else wishes[turn])

        return results.mapped(name, answer, each)

    return replace(call, body=dump(new), tree=new), untold


def _untold(record: Tree, wished: Wish) -> Tree:
    """A record as it was wished; what the gateway wrote into it has been seen to."""
    if wished.bare:
        return {key: value for key, value in record.items() if key != "_source"}
    source = record.get("_source")
    for field in wished.out:
        if not field.startswith(RESERVED):
            source = without(source, field.split("."))
    return record if source is record.get("_source") else {**record, "_source": source}
