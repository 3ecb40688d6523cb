"""How does the server read JSON? As serde does: what is a duplicate, a struct in place of an array, a number, an id."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

_U64: Final = 1 << 64
_DEPTH: Final = 128
_UUID: Final = re.compile(
    r"(?:urn:uuid:)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|([0-9a-f]{32})"
    r"|\{([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}",
    re.IGNORECASE,
)
_SAID: Final = (
    ("Expecting property name", "key must be a string"),
    ("Illegal trailing comma", "trailing comma"),
    ("Extra data", "trailing characters"),
    ("Expecting ',' delimiter", "expected `,` or `}`"),
    ("Expecting ':' delimiter", "expected `:`"),
    ("Invalid control character", "control character (\\u0000-\\u001F) found while parsing a string"),
    ("Invalid \\escape", "invalid escape"),
    ("Unterminated string", "EOF while parsing a string"),
)


class Bad(Exception):
    """What serde says of a body that it cannot read."""


class Obj(dict[str, Any]):
    """A JSON object: the last of two keys counts, but `twice` knows which came again."""

    twice: frozenset[str] = frozenset()


def _object(pairs: list[tuple[str, Any]]) -> Obj:
    found = Obj(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        found.twice = frozenset(key for key in keys if keys.count(key) > 1)
    return found


def _integer(digits: str) -> int | float:
    number = int(digits)
    return number if -(_U64 >> 1) <= number < _U64 and digits != "-0" else _float(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise Bad("number out of range")
    return number


def _no_constant(_name: str) -> NoReturn:
    raise Bad("expected value")


def parse(raw: bytes) -> Any:
    """The tree of a body. Raises Bad."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Bad("invalid unicode code point" if raw[:1] in b'{["' else "expected value") from None
    if not text.strip(" \t\r\n"):
        raise Bad("EOF while parsing a value")
    _check_depth(text)
    try:
        tree = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_no_constant
        )
    except json.JSONDecodeError as e:
        raise Bad(_said(e, text)) from None
    if "\\u" in text:
        _check_surrogates(tree)
    return tree


def _said(error: json.JSONDecodeError, text: str) -> str:
    if not text[error.pos :].strip() and "Extra" not in error.msg:
        return "EOF while parsing an object" if text.lstrip()[:1] == "{" else "EOF while parsing a value"
    said = next((said for begin, said in _SAID if error.msg.startswith(begin)), "expected value")
    return f"{said} at line {error.lineno} column {error.colno}"


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") < _DEPTH:
        return
    depth = 0
    for sign in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        depth += 1 if sign in "[{" else -1 if sign in "]}" else 0
        if depth >= _DEPTH:
            raise Bad("recursion limit exceeded")


def _check_surrogates(tree: Any) -> None:
    todo = [tree]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            if any("\ud800" <= letter <= "\udfff" for letter in one):
                raise Bad("lone leading surrogate in hex escape")
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            todo += [*one.keys(), *one.values()]


def kind(value: Any) -> str:
    """A value as serde names it."""
    match value:
        case None:
            return "null"
        case bool():
            return f"boolean `{str(value).lower()}`"
        case int():
            return f"integer `{value}`"
        case float():
            return f"floating point `{value}`"
        case str():
            return f'string "{value}"'
        case list():
            return "sequence"
    return "map"


def wrong(value: Any, expected: str) -> Bad:
    return Bad(f"invalid type: {kind(value)}, expected {expected}")


def members(
    value: Any,
    name: str,
    fields: tuple[str, ...],
    *,
    aliases: Mapping[str, str] | None = None,
    optional_tail: int = 0,
    positional: bool = True,
    deny: bool = False,
    loose: bool = False,
) -> dict[str, Any]:
    """A struct's members that are there, by their own names.

    An array fills them by place, where the struct has no flattened part. `loose`: what was read into a value first,
    so that the last of two counts.
    """
    if isinstance(value, list):
        return _by_place(value, name, fields, optional_tail, positional=positional)
    if not isinstance(value, dict):
        raise wrong(value, f"struct {name}")
    found: dict[str, Any] = {}
    twice = value.twice if isinstance(value, Obj) and not loose else ()
    for key, inner in value.items():
        known = (aliases or {}).get(key, key)
        if known not in fields:
            if deny:
                raise Bad(f"unknown field `{key}`, expected one of {', '.join(f'`{one}`' for one in fields)}")
            continue
        if known in found or key in twice:
            raise Bad(f"duplicate field `{known}`")
        found[known] = inner
    return found


def _by_place(value: list[Any], name: str, fields: tuple[str, ...], tail: int, *, positional: bool) -> dict[str, Any]:
    if not positional:
        raise Bad(f"invalid type: sequence, expected struct {name}")
    if not len(fields) - tail <= len(value) <= len(fields):
        raise Bad(f"invalid length {len(value)}, expected struct {name} with {len(fields)} elements")
    return dict(zip(fields, value, strict=False))


def need(found: Mapping[str, Any], name: str) -> Any:
    if name not in found:
        raise Bad(f"missing field `{name}`")
    return found[name]


def maybe[T](found: Mapping[str, Any], name: str, read: Callable[[Any], T]) -> T | None:
    """A member that may be absent or null."""
    return None if found.get(name) is None else read(found[name])


def usize(value: Any, expected: str = "usize") -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong(value, expected)
    if value < 0:
        raise Bad(f"invalid value: integer `{value}`, expected {expected}")
    return value


def boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise wrong(value, "a boolean")
    return value


def number(value: Any, expected: str = "f32") -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong(value, expected)
    return float(value)


def string(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong(value, "a string")
    return value


def sequence(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise wrong(value, "a sequence")
    return value


def mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong(value, "a map")
    return value


def one_or_many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def point_id(value: Any) -> int | str:
    """A number, or a UUID in any of its spellings, in the one that answers have. Raises Bad."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _U64:
        return value
    if isinstance(value, str) and (found := _UUID.fullmatch(value)):
        return str(uuid.UUID(found[1] or found[2] or found[3]))
    if isinstance(value, list) and len(value) == 16 and all(type(one) is int and 0 <= one < 256 for one in value):
        return str(uuid.UUID(bytes=bytes(value)))
    shown = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else value
    raise Bad(f"value {shown} is not a valid point ID, valid values are either an unsigned integer or a UUID")


def point_ids(value: Any) -> list[int | str]:
    return [point_id(one) for one in sequence(value)]
