"""Can this JSON be read in one way only? Strict parsing, and one canonical form to send on.

Servers disagree on duplicate keys, NaN and huge numbers; whatever two parsers could read differently
is refused (RFC 8259 section 4 and 6 leave both open), and the upstream gets our re-serialised tree.
What a text would weigh as a tree is counted before it is parsed: `[],` is three bytes, and sixty as an object.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson
import re2

from vecgate.domain.call import Json

MAX_DEPTH: Final = 64  # what is sent or masked is never nested deeper, whatever the settings say
_INT_RANGE: Final = range(-(2**63), 2**64)
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b'[]{}"'))
_ONE_KIND: Final = bytes.maketrans(b"{}", b"[]")
#: Whole numbers that may not fit into 64 bits, outside of texts; a parser makes floats of those that do not.
_LONG: Final = re2.compile(rb"(?:^|[\[,:\s])(-?[0-9]{19,})")
#: How orjson prints those, when they have become floats. It may stand in texts, too: then it is looked.
_GREAT: Final = re.compile(rb"e[+1-9]")
_NO_NUMBER: Final = re2.compile(rb"NaN|Infinity")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How deep a document may be nested, and how many objects and arrays, and values, it may hold."""

    depth: int = MAX_DEPTH
    containers: int = 100_000
    values: int = 2_000_000


#: What a database answers may be larger than what is sent to it.
ANSWERS: Final = Bounds(containers=500_000, values=5_000_000)

_bounds, _answers = Bounds(), ANSWERS


def bound(requests: Bounds, answers: Bounds = ANSWERS) -> None:
    """Bound every document that is parsed from now on, for the life of this process or until the next call."""
    global _bounds, _answers
    _bounds, _answers = requests, answers


class Limits(Protocol):
    """What the settings say of both."""

    json_depth: int
    json_containers: int
    json_values: int
    answer_containers: int
    answer_values: int


def bound_by(limits: Limits) -> None:
    """The same, as the settings say."""
    depth = limits.json_depth
    requests = Bounds(depth, limits.json_containers, limits.json_values)
    bound(requests, Bounds(depth, limits.answer_containers, limits.answer_values))


class NotStrict(ValueError):
    """The text is not strict JSON; the message says why and never quotes the text."""


class TooMany(NotStrict):
    """It holds more than `limit`, a number and of what."""

    def __init__(self, limit: str, todo: str = "") -> None:
        self.limit = limit
        super().__init__(f"more than {limit}{todo}")


def check(raw: bytes, bounds: Bounds) -> None:
    """Raise NotStrict when a document in UTF-8 is over the bounds. Looks at brackets and commas only."""
    opening = raw.count(b"[") + raw.count(b"{")
    commas = raw.count(b",") if len(raw) > bounds.values else 0
    if opening > bounds.containers or opening + commas > bounds.values:
        bare = _outside_texts(raw)  # brackets and commas in texts do not count
        opening = bare.count(b"[") + bare.count(b"{")
        if opening > bounds.containers:
            raise TooMany(f"{bounds.containers} objects and arrays")
        if opening + bare.count(b",") > bounds.values:
            raise TooMany(f"{bounds.values} values", ": send fewer at a time")
    if opening > bounds.depth and _is_deeper(raw, bounds.depth):
        raise NotStrict(f"nested deeper than {bounds.depth}")


def _outside_texts(raw: bytes) -> bytes:
    return b"".join(_unescaped(raw).split(b'"')[::2])  # a text without an end goes on to the end


def _unescaped(raw: bytes) -> bytes:
    """The same without quotation marks that are part of a text. Only in texts may there be backslashes."""
    return raw.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in raw else raw


def _is_deeper(raw: bytes, depth: int) -> bool:
    """Are brackets nested deeper? With each turn the innermost pairs are gone. What has no pairs is not JSON."""
    bare = _unescaped(raw).translate(_ONE_KIND, _NOT_BRACKETS).replace(b'""', b"")  # most texts have no brackets
    left = b"".join(bare.split(b'"')[::2])
    for _ in range(depth):
        before, left = len(left), left.replace(b"[]", b"")
        if len(left) == before:
            break
    return b"[]" in left or left.count(b"[") > depth


def within(raw: bytes) -> None:
    """Raise NotStrict when several documents, one after another, are over the bounds that hold for one."""
    check(raw, _bounds)


def parse(raw: bytes) -> Json:
    """The tree of a strict JSON document in UTF-8. Raises NotStrict."""
    return read(raw)[0]


def answered(raw: bytes) -> Json:
    """The tree of a document that a database answered with, within the bounds of answers. Raises NotStrict."""
    return _read(raw, _answers)[0]


def read(raw: bytes) -> tuple[Json, bytes]:
    """The tree of a strict JSON document in UTF-8, and the one form in which it is sent on. Raises NotStrict."""
    return _read(raw, _bounds)


def _read(raw: bytes, bounds: Bounds) -> tuple[Json, bytes]:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as e:
        raise NotStrict("not UTF-8") from e
    if raw.startswith(codecs.BOM_UTF8):
        raise NotStrict("byte order mark")
    check(raw, bounds)
    try:
        tree: Json = orjson.loads(raw)
    except orjson.JSONDecodeError as e:
        raise NotStrict(_why(str(e), _outside_texts(raw))) from None
    printed = dump(tree)
    if printed != raw:  # what is printed as it came said everything once, and in full
        _nothing_lost(raw, printed)
    return tree, printed


def _nothing_lost(raw: bytes, printed: bytes) -> None:
    """Raise NotStrict where the tree is less than the document: of two members of one name a parser keeps one."""
    if _GREAT.search(printed) and _LONG.search(raw):
        bare = _outside_texts(raw)
        if any(_is_too_long(found, bare) for found in _LONG.finditer(bare)):
            raise NotStrict("integer out of range")
    if b"\\" in raw:  # a colon in a text may be written in two ways
        raw, printed = _outside_texts(raw), _outside_texts(printed)
    if raw.count(b":") != printed.count(b":"):
        raise NotStrict("duplicate key")


def _why(said: str, bare: bytes) -> str:
    if "infinity" in said:
        return "number out of range"
    return "NaN or Infinity" if _NO_NUMBER.search(bare) else "not JSON"


def _is_too_long(found: Any, bare: bytes) -> bool:
    number, end = found[1], found.end(1)
    if bare[end : end + 1] in (b".", b"e", b"E"):
        return False  # a float
    return len(number) > 20 or int(number) not in _INT_RANGE


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
