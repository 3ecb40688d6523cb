"""What did a query or a search find? Columns and scores as records, as REST shows them, and back to columns.

What is printed is what the records say after they are masked; the server's message gives only what they do not: types and
numbers of fields, and when it answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.milvus.grpc import columns, paging
from vecgate.dialects.milvus.grpc.columns import Column
from vecgate.dialects.milvus.grpc.writing import ids_of, put_ids
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Call, Json

type Tree = dict[str, Json]

_DISTANCE: Final = "distance"
_NO_SCORE: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Kept:
    """What an answer said beside its records."""

    kinds: tuple[Column, ...]
    key: str
    named: str  # the key, where the server says what it is
    collection: str
    shown: tuple[str, ...]
    moment: int
    most: int = 0
    groups: tuple[Column, ...] = ()
    several: bool = False  # the server tells groups as newer ones do
    page: paging.Ended | None = None


def _wanted(call: Call) -> list[str]:
    return [str(one) for one in list_of(as_tree(call.tree).get("outputFields"))]


# queries


def records(call: Call, message: Message) -> tuple[Tree, Kept]:
    """What a query found. Raises ValueError."""
    found, kinds = columns.records(message.fields_data, shown=True, wanted=_wanted(call))
    kept = Kept(
        (*kinds,),
        "",
        message.primary_field_name,
        message.collection_name,
        (*message.output_fields,),
        message.session_ts,
    )
    return {"code": 0, "data": [*found]}, kept


def put_records(message: Message, tree: Tree, kept: Kept, key: str) -> None:
    """The answer to a query; `key`: of one that named no fields. Raises ValueError."""
    found = [as_tree(one) for one in list_of(tree.get("data"))]
    kinds, shown = kept.kinds, kept.shown
    if key:
        found = [{key: one[key]} if key in one else {} for one in found]
        kinds, shown = tuple(one for one in kinds if one.name == key), (key,)
    _put_columns(message.fields_data, found, kinds)
    message.collection_name, message.session_ts = kept.collection, kept.moment
    message.primary_field_name = kept.named
    message.output_fields.extend(_still(shown, found, kept.kinds))


def _still(names: Sequence[str], found: list[Tree], kinds: Sequence[Column]) -> list[str]:
    """The names of fields that an answer says it shows, without those that were taken out: clients look for each."""
    there = {key for record in found for key in record}
    gone = {one.name for one in kinds if not one.dynamic and one.name not in there} if found else set[str]()
    return [name for name in names if name not in gone]


def _put_columns(into: Any, found: list[Tree], kinds: Sequence[Column]) -> None:
    """The columns of records; where there is none left, of no values, so that clients know what they are."""
    columns.put_records(into, found, {one.name: one for one in kinds}, shown=True)
    if not found:
        for column in kinds:
            columns.put(into.add(), column, [], shown=True)


# searches


def hits(call: Call, message: Message, key: str) -> tuple[Tree, Kept]:
    """What a search found: every record of every search, one after the other. Raises ValueError."""
    results = message.results
    found, kinds = columns.records(results.fields_data, shown=True, wanted=_wanted(call))
    ids, scores = ids_of(results.ids), [*results.scores]
    if not kinds:
        found = [{} for _ in ids]
    if len(ids) != len(scores) or len(found) != len(ids) or sum(results.topks) != len(ids):
        raise ValueError("an answer that gives another number of records than it says")
    name = results.primary_field_name or key
    groups = _groups(results, found)
    data: list[Json] = [
        {**record, name: id, _DISTANCE: _score(score)} for record, id, score in zip(found, ids, scores, strict=True)
    ]
    tops: list[Json] = [*results.topks]
    kept = Kept(
        (*kinds,),
        name,
        results.primary_field_name,
        message.collection_name,
        (*results.output_fields,),
        message.session_ts,
        results.top_k,
        groups,
        len(results.group_by_field_values) > 0,
        paging.ended(call, results),
    )
    return {"code": 0, "data": data, "topks": tops}, kept


def _score(score: float) -> Json:
    if score != score or score in (float("inf"), float("-inf")):
        raise ValueError("a score that is none")
    return score


def _groups(results: Message, found: list[Tree]) -> tuple[Column, ...]:
    """By what an answer is grouped: a column of its own, that is put into the records where they do not have it."""
    given = [*results.group_by_field_values] or (
        [results.group_by_field_value] if results.HasField("group_by_field_value") else []
    )
    kinds = list[Column]()
    for one in given:
        if not one.type and one.WhichOneof("field") is None:
            continue
        column = columns.column_of(one)
        values = columns.values_of(one, column, shown=True)
        if len(values) != len(found):
            raise ValueError("an answer whose groups do not fit its records")
        for record, value in zip(found, values, strict=True):
            record.setdefault(column.name, value)
        kinds.append(column)
    return (*kinds,)


def put_hits(message: Message, tree: Tree, kept: Kept) -> None:
    """The answer to a search. Raises ValueError."""
    results, found = message.results, [as_tree(one) for one in list_of(tree.get("data"))]
    tops = [one for one in list_of(tree.get("topks")) if type(one) is int]
    if sum(tops) != len(found):
        raise ValueError("an answer that says another number of records than it gives")
    results.num_queries, results.top_k = len(tops), kept.most
    results.topks.extend(tops)
    put_ids(results.ids, [one.get(kept.key) for one in found])
    results.scores.extend(_put_score(one.get(_DISTANCE)) for one in found)
    names = {column.name for column in kept.kinds}
    only = {column.name for column in kept.groups} - names
    shown = [
        {
            key: value
            for key, value in one.items()
            if key != _DISTANCE and key not in only and (key != kept.key or key in names)
        }
        for one in found
    ]
    _put_columns(results.fields_data, shown, kept.kinds)
    for column in kept.groups:
        one = results.group_by_field_values.add() if kept.several else results.group_by_field_value
        columns.put_one(one, column, [record.get(column.name) for record in found])
    results.output_fields.extend(_still(kept.shown, shown, kept.kinds))
    results.primary_field_name, message.collection_name, message.session_ts = kept.named, kept.collection, kept.moment
    paging.put_ended(results, kept.page)


def _put_score(value: Json) -> float:
    """A score; where scores are not to be seen, none at all."""
    return float(value) if isinstance(value, int | float) else _NO_SCORE
