"""Which values and sides may stand together in a condition of a filter? What every server reads in one way, and no more."""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.milvus.filters.nodes import Length, Path, Side, Sum, Value, Values
from vecgate.dialects.milvus.filters.tokens import wrong
from vecgate.domain.call import Json

ORDERS: Final = {"<": "<", "<=": "<", ">": ">", ">=": ">"}
EQUALS: Final = frozenset({"==", "!="})
_WHOLE: Final = range(-(2**63), 2**63)

type Given = Mapping[str, Json]


def same(found: list[Value]) -> Values:
    """The values as a list of one kind. Raises CallRefused."""
    if len({kind_of(one) for one in found}) > 1:
        wrong("has a list with values of several kinds")
    return Values(tuple(found))


def kind_of(value: Value) -> type:
    """What a value is: numbers are one kind."""
    return float if type(value.value) is int else type(value.value)


def given_for(given: Given, name: str, negative: bool) -> Value:
    """What a template stands for. Raises CallRefused."""
    if negative or name not in given:
        wrong("has a template that 'exprParams' gives nothing for")
    found = scalar(given[name])
    if isinstance(found.value, bool):
        wrong("has a template for true or false, which servers take for nothing")
    return found


def scalar(value: Json) -> Value:
    """A value that a template stands for. Raises CallRefused."""
    if not isinstance(value, str | int | float):
        wrong("has a template for something else than texts, numbers and lists of them")
    if isinstance(value, int) and value not in _WHOLE:
        wrong("has a whole number out of range")
    return Value(value)


def check(left: Side, sign: str, right: Side) -> None:
    """Raise CallRefused unless these may be compared."""
    named = [side for side in (left, right) if isinstance(side, Path | Length | Sum)]
    values = [side for side in (left, right) if isinstance(side, Value)]
    lists = [side for side in (left, right) if isinstance(side, Values)]
    if not named:
        wrong("compares values with each other, and names no field")
    if lists and (sign not in EQUALS or not isinstance(left, Path)):
        wrong("compares a list by more or less, or with something else than a field")
    if len(named) == 2 and not all(isinstance(side, Path) and not side.steps for side in named):
        wrong("compares two fields that are not both plain")
    if any(isinstance(side, Length | Sum) for side in named) and not (values and kind_of(values[0]) is float):
        wrong("compares a number with something that is none")
    if sign in ORDERS and any(isinstance(one.value, bool) for one in values):
        wrong("asks whether something is more or less than true or false")
