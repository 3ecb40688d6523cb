"""What does a write store, over which stored records does an upsert go, and how is it told to keep what is stored?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.shapes import Read
from vecgate.dialects.base.vectors import is_numbers
from vecgate.dialects.milvus import results, sites
from vecgate.dialects.milvus.rows.ids import among, key_of
from vecgate.dialects.milvus.things import Described, question
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Kept, Overwriting
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import Part, Unavailable

type Tree = dict[str, Json]

#: Records in one tree, so that going through it does not hold up the others.
_AT_ONCE: Final = 32
_OVER: Final = frozenset({"entities_upsert", "v1_upsert"})
_ROW: Final = "row"


def stored(operation: Operation, tree: Tree) -> Read | None:
    """What a write stores, as a query answers with it; a search's answer has the same texts at the same place."""
    if operation.name not in sites.WRITES:
        return None
    read = replace(operation, name="entities_query", kind="list_scan", danger=2, records=None, also=())
    return Read(read, _some(sites.rows(tree)))


def _some(rows: Sequence[Tree]) -> Iterator[Json]:
    for at in range(0, len(rows), _AT_ONCE):
        part = [{key: one for key, one in row.items() if not is_numbers(one)} for row in rows[at : at + _AT_ONCE]]
        yield {"code": 0, "data": [*part]}


def overwriting(operation: Operation, database: str, found: Described, tree: Tree) -> Overwriting | None:
    """What an upsert goes over; an insert stands beside what is there."""
    if operation.name not in _OVER:
        return None
    rows = sites.rows(tree)
    sent = {
        i: Kept(key_of(found, row[found.key]), {_ROW: _fields(row, found)}, _vectors(row, found))
        for i, row in enumerate(rows)
        if found.key in row
    }

    def reading(names: list[str]) -> Call:
        body: Tree = {
            "dbName": database, "collectionName": found.name, "filter": among(found, [*names]), "outputFields": ["*"],
            "limit": max(1, len(names)), "consistencyLevel": "Strong",
        }  # fmt: skip
        return question("entities/query", body)

    read = replace(operation, name="entities_query", kind="read_ids", danger=1, records=None, also=())
    return Overwriting(
        sent, read, reading, lambda answer: _records(found, answer), lambda new: _put(tree, new), embedded=_ROW
    )


def _fields(row: Mapping[str, Json], found: Described) -> Tree:
    """What people read of a row: not its id, nor its vectors."""
    return {
        key: value
        for key, value in row.items()
        if key != found.key and key not in found.vectors and not results.is_vector(value)
    }


def _vectors(row: Mapping[str, Json], found: Described) -> Json:
    """Its vectors: numbers, places with numbers, or a text in base64, as a server takes what it answers with."""
    return {key: row[key] for key in found.vectors if row.get(key)} or None


def _records(found: Described, answer: Json) -> Sequence[Kept]:
    """The records of an answer, in the form in which they are written. Raises Unavailable."""
    try:
        listed = results.listed("entities_query", answer)
    except ValueError as e:
        raise Unavailable(Part.UPSTREAM, "an answer without records") from e
    rows = [as_tree(one) for one in listed or []]
    return [
        Kept(
            str(row.get(found.key)),
            {_ROW: {k: as_written(v, found.types.get(k, "")) for k, v in _fields(row, found).items()}},
            _vectors(row, found),
        )
        for row in rows
    ]


def as_written(value: Json, kind: str) -> Json:
    """JSON comes as a text of it, and a list by its type."""
    if kind == "JSON" and isinstance(value, str):
        try:
            parsed: Json = json.loads(value)
        except ValueError:
            return value
        return parsed
    if isinstance(value, dict) and [*value] == ["Data"]:
        for inner in as_tree(value["Data"]).values():
            return list_of(as_tree(inner).get("data"))
        return []
    return value


def _put(tree: Tree, changed: Mapping[int, Kept]) -> Tree:
    rows: list[Json] = [*list_of(tree.get("data"))]
    for number, record in changed.items():
        row = as_tree(rows[number])
        vectors = {key: one for key, one in as_tree(record.vector).items() if key in row}
        rows[number] = {**row, **as_tree(record.fields[_ROW]), **vectors}
    return {**tree, "data": rows}
