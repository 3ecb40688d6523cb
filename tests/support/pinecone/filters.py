"""Does a record pass a filter? As the vendor's words have it, and no stricter: what is odd selects, so that it shows."""

from typing import Any


class NoFilter(Exception):
    """The server says 400."""


def fits(record: dict[str, Any], where: Any) -> bool:
    """Whether a record's metadata passes; nothing, and `{}`, select everything."""
    if not where:
        return True
    return all(_member(record, key, value) for key, value in where.items())


def _member(record: dict[str, Any], key: str, value: Any) -> bool:
    if key == "$and":
        return all(fits(record, one) for one in value)
    if key == "$or":
        return any(fits(record, one) for one in value)
    if key.startswith("$"):
        raise NoFilter(f"unknown operator {key}")
    conditions = value if isinstance(value, dict) else {"$eq": value}
    return all(_compared(record.get(key), operator, other) for operator, other in conditions.items())


def _compared(stored: Any, operator: str, other: Any) -> bool:
    if operator == "$exists":
        return (stored is not None) == other
    if operator in ("$ne", "$nin"):
        return not _compared(stored, {"$ne": "$eq", "$nin": "$in"}[operator], other)
    if operator == "$in":
        return any(_same(stored, one) for one in other)
    if operator == "$eq":
        return _same(stored, other)
    if operator not in _ORDERS:
        raise NoFilter(f"unknown operator {operator}")
    return isinstance(stored, int | float) and not isinstance(stored, bool) and bool(_ORDERS[operator](stored, other))


_ORDERS = {
    "$gt": lambda one, other: one > other,
    "$gte": lambda one, other: one >= other,
    "$lt": lambda one, other: one < other,
    "$lte": lambda one, other: one <= other,
}


def _same(stored: Any, other: Any) -> bool:
    """A list holds it, or it is it; true is no 1."""
    if isinstance(stored, list):
        return other in stored
    return isinstance(stored, bool) == isinstance(other, bool) and stored == other
