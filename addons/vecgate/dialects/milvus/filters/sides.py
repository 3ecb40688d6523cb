"""Which values and sides may stand together in a condition of a filter? What every server reads in one way, and no more."""

import math
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
    return Values(tuple(one.value for one in found))


def kind_of(value: Value) -> type:
    """What a value is: numbers are one kind."""
    return float if type(value.value) is int else type(value.value)


def signed(side: Side, *, minus: bool) -> Side:
    """A number with signs before it, or a field with a '+'. Raises CallRefused."""
    number = _counts(side)
    if number is None and (minus or not isinstance(side, Path)):
        wrong("has a sign before something that is no number")
    return side if number is None else _number(-number if minus else number)


def put(left: Side, sign: str, right: Side) -> Side:
    """Two sides with a sign of arithmetic between them: two numbers become one, as servers count. Raises CallRefused."""
    one, other = _counts(left), _counts(right)
    if one is not None and other is not None:
        return _number(_counted(one, sign, other))
    if one is not None and isinstance(right, Path) and sign in "+*":  # M-59
        left, right = right, left
    if not isinstance(left, Path) or not isinstance(right, Value) or _counts(right) is None:
        wrong("has arithmetic other than a field and one number")
    if sign in "/%" and right.value == 0:
        wrong("divides by nothing, of which servers end")
    return Sum(left, sign, right)


def _counts(side: Side) -> int | float | None:
    return side.value if isinstance(side, Value) and type(side.value) in (int, float) else None  # type: ignore[return-value]


def _counted(one: float, sign: str, other: float) -> float:
    match sign:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
    if other == 0:
        wrong("divides by nothing, of which servers end")
    whole = isinstance(one, int) and isinstance(other, int)
    if sign == "/":
        return _toward_zero(one, other) if whole else one / other
    if not whole:
        wrong("takes the rest of numbers that are not whole")
    return one - other * _toward_zero(one, other)


def _toward_zero(one: float, other: float) -> int:
    found = int(abs(one)) // int(abs(other))
    return found if (one < 0) == (other < 0) else -found


def _number(value: float) -> Value:
    if value not in _WHOLE if isinstance(value, int) else not math.isfinite(value):
        wrong("has a number out of range")
    return Value(value)


def given_for(given: Given, name: str) -> Value:
    """What a template stands for. Raises CallRefused."""
    if name not in given:
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
    if lists and (sign not in EQUALS or not isinstance(named[0], Path)):
        wrong("compares a list by more or less, or with something else than a field")
    if len(named) == 2 and not all(isinstance(side, Path) and not side.steps for side in named):
        wrong("compares two fields that are not both plain")
    if any(isinstance(side, Length | Sum) for side in named) and not (values and kind_of(values[0]) is float):
        wrong("compares a number with something that is none")
