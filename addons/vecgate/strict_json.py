"""Can this JSON be read in one way only? Strict parsing, and one canonical form to send on.

Servers disagree on duplicate keys, NaN and huge numbers; whatever two parsers could read differently
is refused (RFC 8259 section 4 and 6 leave both open), and the upstream gets our re-serialised tree.
What a text would weigh as a tree is counted before it is parsed: `[],` is three bytes, and sixty as an object.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Final, Never

import orjson

from vecgate.terms import Json

MAX_DEPTH: Final = 64  # what is sent or masked is never nested deeper, whatever the settings say
_INT_RANGE: Final = range(-(2**63), 2**64)
_BRACKETS: Final = re.compile(rb"[\[\]{}]")
# A text without an end goes on to the end: what follows is not parsed either, and it is looked at once only.
# Without one of these no number is out of range: up to 18 digits before its point, exponents of up to two.
_LONG: Final = re.compile(r"(?<![.0-9])[0-9]{19}|[eE]\+?[0-9]{3}")
_STRINGS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How deep a document may be nested, and how many objects and arrays, and values, it may hold."""

    depth: int = MAX_DEPTH
    containers: int = 100_000
    values: int = 2_000_000


_bounds = Bounds()


def bound(bounds: Bounds) -> None:
    """Bound every document that is parsed from now on, for the life of this process or until the next call."""
    global _bounds
    _bounds = bounds


class NotStrict(ValueError):
    """The text is not strict JSON; the message says why and never quotes the text."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise NotStrict("duplicate key")
    return tree


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotStrict("number out of range")
    return number


def _int(text: str) -> int:
    if len(text) > 20 or int(text) not in _INT_RANGE:
        raise NotStrict("integer out of range")
    return int(text)


def _constant(_text: str) -> Never:
    raise NotStrict("NaN or Infinity")


_decode: Final = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant).decode
#: The same, looking at each number: that is most of the work on a vector.
_decode_carefully: Final = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_float, parse_int=_int, parse_constant=_constant
).decode


def check(raw: bytes, bounds: Bounds) -> None:
    """Raise NotStrict when a document in UTF-8 is over the bounds. Looks at brackets and commas only."""
    opening = raw.count(b"[") + raw.count(b"{")
    if opening <= min(bounds.depth, bounds.containers) and opening + raw.count(b",") <= bounds.values:
        return
    raw = _outside_texts(raw)  # brackets and commas in texts do not count
    opening = raw.count(b"[") + raw.count(b"{")
    if opening > bounds.containers:
        raise NotStrict(f"more than {bounds.containers} objects and arrays")
    if opening + raw.count(b",") > bounds.values:
        raise NotStrict(f"more than {bounds.values} values")
    if _depth(raw) > bounds.depth:  # json recurses
        raise NotStrict(f"nested deeper than {bounds.depth}")


def _outside_texts(raw: bytes) -> bytes:
    if b"\\" in raw:
        return _STRINGS.sub(b"", raw)
    return b"".join(raw.split(b'"')[::2])  # the same, ten times as fast: without escapes every second piece is a text


def _depth(raw: bytes) -> int:
    depth = deepest = 0
    for bracket in _BRACKETS.finditer(raw):
        depth += 1 if bracket[0] in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def parse(raw: bytes) -> Json:
    """The tree of a strict JSON document in UTF-8. Raises NotStrict."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as e:
        raise NotStrict("not UTF-8") from e
    if text.startswith("\ufeff"):
        raise NotStrict("byte order mark")
    check(raw, _bounds)
    try:
        tree: Json = (_decode_carefully if _LONG.search(text) else _decode)(text)
        dump(tree)  # lone surrogates and the like cannot be sent on
    except NotStrict:
        raise
    except (ValueError, RecursionError, TypeError) as e:
        raise NotStrict("not JSON") from e
    return tree


def dump(tree: Json) -> bytes:
    """The one form in which a tree is sent on and digested (keys in their given order)."""
    return orjson.dumps(tree)


def ordered(tree: Json) -> Json:
    """The same tree with the members of its objects in one order: JSON gives that no meaning."""
    match tree:
        case dict():
            return {key: ordered(tree[key]) for key in sorted(tree)}
        case list():
            return [ordered(item) for item in tree]
    return tree
