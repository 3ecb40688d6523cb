"""How do columns (`FieldData`) become records, and records columns? Of what is written, and of what is answered.

A column says its own type, and clients read it by that: so a value that is no longer of the column's type, as it is
masked, makes it a column of JSON, in which each value says what it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.milvus.grpc import cells
from vecgate.dialects.milvus.grpc.words import NUMBERS, TYPES
from vecgate.domain.call import Json
from vecgate.parsing import strict_json

type Record = dict[str, Json]

META: Final = "$meta"
_JSON: Final = "json_data"
_ARRAY: Final = "array_data"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is, apart from its values; `element`: of an array, `number`: of its field, where that is told."""

    name: str
    kind: str
    number: int = 0
    element: str = ""
    dynamic: bool = False
    dim: int = 0
    nullable: bool = False


def column_of(one: Message) -> Column:
    """What a column says of itself. Raises ValueError for a type that is not known."""
    kind, name = TYPES.get(one.type), one.field_name or META
    if kind not in cells.SCALARS and kind not in cells.VECTORS:
        raise ValueError("a column of a type that is not known")
    if one.is_dynamic != (name == META) or (one.is_dynamic and kind != "JSON"):
        raise ValueError("a column of dynamic fields that is none")
    element = TYPES.get(one.scalars.array_data.element_type, "")
    return Column(name, str(kind), one.field_id, element, one.is_dynamic, one.vectors.dim)


# reading


def values_of(one: Message, column: Column, shown: bool) -> list[Json]:
    """The values of a column, one a record; None where a record has none. `shown`: as answers show them.

    Raises ValueError for a column that holds something else than it says.
    """
    had = list[bool](one.valid_data)
    if one.WhichOneof("field") is None:
        if had and any(had):
            raise ValueError("a column without values")
        return [None] * len(had)
    vector = column.kind in cells.VECTORS
    if one.WhichOneof("field") != ("vectors" if vector else "scalars"):
        raise ValueError("a column of another kind than it says")
    found = _vectors(one.vectors, column) if vector else _scalars(one.scalars, column, shown)
    if not had or (len(found) == len(had) and all(had)):
        return found
    if len(found) == len(had):
        return [value if valid else None for value, valid in zip(found, had, strict=True)]
    if len(found) != sum(had):
        raise ValueError("a column of another length than it says")
    left = iter(found)
    return [next(left) if valid else None for valid in had]


def _scalars(one: Message, column: Column, shown: bool) -> list[Json]:
    kind, expected = one.WhichOneof("data"), cells.SCALARS[column.kind]
    if kind is None:
        return []
    if kind != expected:
        raise ValueError("a column of other values than it says")
    data = getattr(one, kind).data
    if kind == _JSON:
        return [value.decode() for value in data] if shown and not column.dynamic else [*map(cells.json_of, data)]
    if kind == _ARRAY:
        return [*map(cells.array if shown else cells.members, data)]
    return cells.finite(data) if kind in ("float_data", "double_data") else [*data]


def _vectors(one: Message, column: Column) -> list[Json]:
    kind = cells.VECTORS[column.kind]
    if one.WhichOneof("data") is None:
        return []
    if one.WhichOneof("data") != kind:
        raise ValueError("a column of other vectors than it says")
    data = getattr(one, kind)
    if kind == "sparse_float_vector":
        return [*map(cells.sparse, data.contents)]
    if not (
        data if kind != "float_vector" else data.data
    ):  # of no records: not every server says how long they would be
        return []
    if kind != "float_vector":
        return cells.packed(column.kind, data, one.dim)
    numbers, dim = data.data, one.dim
    if dim < 1 or len(numbers) % dim:
        raise ValueError("vectors of another length")
    flat = cells.finite(numbers)
    return [flat[at : at + dim] for at in range(0, len(flat), dim)]


def records(columns: Iterable[Message], shown: bool, wanted: Sequence[str] = ()) -> tuple[list[Record], list[Column]]:
    """The records that columns hold, and what each column is; dynamic fields stand beside the others.

    `wanted`: those that were asked for, where not all dynamic fields were: a server gives all. Raises ValueError.
    """
    kinds = list[Column]()
    found: list[Record] | None = None
    for one in columns:
        column = column_of(one)
        values = values_of(one, column, shown)
        if column.name in {known.name for known in kinds} or (found is not None and len(found) != len(values)):
            raise ValueError("columns that do not fit each other")
        kinds.append(column)
        found = [{} for _ in values] if found is None else found
        for record, value in zip(found, values, strict=True):
            if not column.dynamic:
                record[column.name] = value
    return _beside(found or [], columns, kinds, wanted), kinds


def _beside(
    found: list[Record], columns: Iterable[Message], kinds: list[Column], wanted: Sequence[str]
) -> list[Record]:
    """The same with their dynamic fields."""
    every = not wanted or META in wanted or "*" in wanted
    for one, column in zip(columns, kinds, strict=True):
        if not column.dynamic:
            continue
        for record, value in zip(found, values_of(one, column, shown=False), strict=True):
            if value is None:
                continue
            if not isinstance(value, dict) or value.keys() & record.keys():
                raise ValueError("dynamic fields that are called as others are")
            record.update(value if every else {key: it for key, it in value.items() if key in wanted})
    return found


# printing


def put(one: Message, column: Column, values: Sequence[Json], shown: bool) -> None:
    """A column of these values, None where a record has none. Raises ValueError for a value of another type."""
    one.type, one.field_name, one.is_dynamic = NUMBERS[column.kind], column.name, column.dynamic
    if shown:
        one.field_id = column.number
    if not values:  # clients want to be told the kind of a column all the same
        if column.kind in cells.VECTORS:
            _put_vectors(one.vectors, column, [])
            one.vectors.dim = column.dim
        else:
            _put_scalars(one.scalars, column, cells.SCALARS[column.kind], [], shown)
        return
    has = [value is not None for value in values]
    vector = column.kind in cells.VECTORS
    null = column.kind == "JSON" and not shown and not column.nullable  # as JSON says it
    if not all(has) and not null:
        one.valid_data.extend(has)
    if vector:
        _put_vectors(one.vectors, column, [value for value in values if value is not None])
        return
    name = cells.SCALARS[column.kind]
    held = values if all(has) or shown or null else [value for value in values if value is not None]
    _put_scalars(one.scalars, column, name, held, shown)


def _put_scalars(one: Message, column: Column, name: str, values: Sequence[Json], shown: bool) -> None:
    getattr(one, name).SetInParent()
    if name == _JSON:
        as_text = shown and not column.dynamic
        one.json_data.data.extend(_text(value) if as_text else strict_json.dump(value) for value in values)
    elif name == _ARRAY:
        one.array_data.element_type = NUMBERS.get(column.element, 0)
        for value in values:
            held = one.array_data.data.add()
            if isinstance(value, list) and not shown:
                cells.put_list(held, cells.SCALARS[column.element], value)
            elif value is not None:
                cells.put_array(held, value)
    else:
        cells.put_list(one, name, [cells.EMPTY[name] if value is None else value for value in values])


def _text(value: Json) -> bytes:
    """JSON that an answer shows as a text of it; what is no JSON any more, as it is hidden, is a text in JSON."""
    if isinstance(value, str):
        try:
            strict_json.parse(value.encode())
        except ValueError:
            return strict_json.dump(value)
        return value.encode()
    return strict_json.dump(value)


def _put_vectors(one: Message, column: Column, values: list[Json]) -> None:
    kind = cells.VECTORS[column.kind]
    if kind == "sparse_float_vector":
        contents = [cells.unsparse(value) for value in values]
        one.sparse_float_vector.SetInParent()
        one.sparse_float_vector.contents.extend(contents)
        one.sparse_float_vector.dim = one.dim = _places(values)
    elif kind == "float_vector":
        sizes = {len(value) for value in values if isinstance(value, list)}
        if len(sizes) > 1 or not all(isinstance(value, list) for value in values):
            raise ValueError("vectors of more than one length")
        one.dim = next(iter(sizes), column.dim)
        getattr(one, kind).SetInParent()
        for value in values:
            cells.put_list(one, kind, value if isinstance(value, list) else [])
    else:
        parts = [cells.unpacked(column.kind, value) for value in values]
        if len({len(part) for part in parts}) > 1:
            raise ValueError("vectors of more than one length")
        one.dim = len(parts[0]) * 8 // cells.BITS[column.kind] if parts else column.dim
        setattr(one, kind, b"".join(parts))


def _places(values: list[Json]) -> int:
    return max((int(place) + 1 for value in values if isinstance(value, dict) for place in value), default=0)


def put_records(into: Message, found: Sequence[Record], kinds: Mapping[str, Column], shown: bool) -> None:
    """The columns of these records: those of `kinds` in their order, and what else they have as dynamic fields.

    Raises ValueError for a value that its column cannot have; of an answer it makes that one of JSON.
    """
    names = dict.fromkeys(key for record in found for key in record)
    for name, column in kinds.items():
        if name in names and not column.dynamic:
            _put_one(into, column, [record.get(name) for record in found], shown)
    rest = [key for key in names if key not in kinds]
    meta = next((column for column in kinds.values() if column.dynamic), None)
    if meta is not None and (rest or (shown and found)):
        others: list[Json] = [{key: record[key] for key in rest if key in record} for record in found]
        put(into.add(), meta, others, shown)
    elif rest:
        if not shown:
            raise ValueError("a field that the collection does not have")
        for name in rest:
            _put_one(into, Column(name, "JSON"), [record.get(name) for record in found], shown)


def _put_one(into: Message, column: Column, values: list[Json], shown: bool) -> None:
    if shown:
        put_one(into.add(), column, values)
    else:
        put(into.add(), column, values, shown)


def put_one(one: Message, column: Column, values: list[Json]) -> None:
    """A column of an answer: one of JSON, where a value is not of its type any more."""
    try:
        put(one, column, values, shown=True)
    except ValueError:
        one.Clear()
        plain = [cells.bare(value) if column.kind == "Array" else _plain(value) for value in values]
        put(one, Column(column.name, "JSON", column.number), plain, shown=True)


def _plain(value: Json) -> Json:
    """A value as JSON in an answer: a text there is read as JSON, unless it is written as one."""
    return strict_json.dump(value).decode() if isinstance(value, str) else value
