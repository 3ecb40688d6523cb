"""Can this JSON be read in one way only? Strict parsing, and one canonical form to send on.

Servers disagree on duplicate keys, NaN and huge numbers; whatever two parsers could read differently
is refused (RFC 8259 section 4 and 6 leave both open), and the upstream gets our re-serialised tree.
What a text would weigh as a tree is counted before it is parsed: `[],` is three bytes, and sixty as an object.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Any, Final

import orjson
import re2

from vecgate.domain.call import Json

MAX_DEPTH: Final = 64  # what is sent or masked is never nested deeper, whatever the settings say
_INT_RANGE: Final = range(-(2**63), 2**64)
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
# A text without an end goes on to the end: what follows is not parsed either, and it is looked at once only.
_STRINGS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
#: Whole numbers that may not fit into 64 bits, outside of texts; a parser makes floats of those that do not.
_LONG: Final = re2.compile(rb"(?:^|[\[,:\s])(-?[0-9]{19,})")
_NO_NUMBER: Final = re2.compile(rb"NaN|Infinity")
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


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
    for bracket in raw.translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def parse(raw: bytes) -> Json:
    """The tree of a strict JSON document in UTF-8. Raises NotStrict."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as e:
        raise NotStrict("not UTF-8") from e
    if raw.startswith(codecs.BOM_UTF8):
        raise NotStrict("byte order mark")
    check(raw, _bounds)
    bare = _outside_texts(raw)
    try:
        tree: Json = orjson.loads(raw)
    except orjson.JSONDecodeError as e:
        raise NotStrict(_why(str(e), bare)) from None
    if any(_is_too_long(found, bare) for found in _LONG.finditer(bare)):
        raise NotStrict("integer out of range")
    if _members(tree) != bare.count(b":"):  # of two members of one name a parser keeps one
        raise NotStrict("duplicate key")
    return tree


def _why(said: str, bare: bytes) -> str:
    if "infinity" in said:
        return "number out of range"
    return "NaN or Infinity" if _NO_NUMBER.search(bare) else "not JSON"


def _is_too_long(found: Any, bare: bytes) -> bool:
    number, end = found[1], found.end(1)
    if bare[end : end + 1] in (b".", b"e", b"E"):
        return False  # a float
    return len(number) > 20 or int(number) not in _INT_RANGE


def _members(tree: Json) -> int:
    """How many members all objects of a tree have."""
    count, todo = 0, [tree]
    while todo:
        node = todo.pop()
        if type(node) is dict:
            count += len(node)
            todo.extend(node.values())
        elif type(node) is list and not set(map(type, node)) <= _PLAIN:
            todo.extend(node)
    return count


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
