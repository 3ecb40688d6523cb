"""Which condition do certain rows pass, and all of them? One on fields that are declared, as text, first and flat.

`(T) and (U)` is both for every U that is one expression by itself (`filters/`). T stands on a field of the schema alone:
a dynamic one any writer may set, in any type, and any row may lack it.
"""

from collections.abc import Sequence
from typing import Final

from vecgate.dialects.milvus.filters.nodes import Among, Compare, Node, Path, Value, Values
from vecgate.dialects.milvus.filters.tokens import quoted
from vecgate.dialects.milvus.things import Described
from vecgate.domain.call import Json
from vecgate.domain.decision import Decision
from vecgate.domain.row import Row, Scalar
from vecgate.domain.scoped import unscopable
from vecgate.refusals.errors import CallRefused

_TYPES: Final = {
    **dict.fromkeys(("VarChar", "String"), str),
    **dict.fromkeys(("Int8", "Int16", "Int32", "Int64"), int),
    "Bool": bool,
}
_WHOLE: Final = range(-(2**63), 2**63)


def condition(decision: Decision, what: str, found: Described) -> str:
    """The rows of a decision, as a filter. Raises CallRefused (`rows.unscopable`)."""
    return " and ".join(f"({_one(row, decision, what, found)})" for row in decision.rows)


def _one(row: Row, decision: Decision, what: str, found: Described) -> Node:
    kind = _TYPES.get(found.types.get(row.field, ""))
    if kind is None:
        why = f"'{row.field}' is no field of its schema that holds texts, whole numbers, or true or false"
        unscopable(what, decision, why)
    values = [one for one in row.values if _fits(one, kind)]
    if not values:
        unscopable(what, decision, f"'{row.field}' holds values of another type than the rule's")
    path = Path(row.field)
    return Compare(path, "==", Value(values[0])) if len(values) == 1 else Among(path, Values(tuple(values)))


def _fits(value: Scalar, kind: type) -> bool:
    if type(value) is not kind:
        return False
    if isinstance(value, str):
        try:
            quoted(value)
        except CallRefused:
            return False
    return isinstance(value, str | bool) or value in _WHOLE


def both(own: str, asked: Json) -> str:
    """The filter that both must hold for: ours first, beside it the caller's, whole."""
    return f"{own} and ({asked})" if isinstance(asked, str) else own


def stored(row: Row, value: Json, found: Described) -> Json:
    """A value as answers show it, as what it is: whole numbers may come as texts."""
    is_whole = _TYPES.get(found.types.get(row.field, "")) is int
    digits = value.removeprefix("-") if isinstance(value, str) else ""
    return int(str(value)) if is_whole and digits.isascii() and digits.isdigit() else value


def are_own(record: dict[str, Json], rows: Sequence[Row], found: Described) -> bool:
    """Whether a record of an answer has all these fields, as it must."""
    return all(row.fits(stored(row, record.get(row.field), found)) for row in rows)
