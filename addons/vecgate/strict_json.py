"""Can this JSON be read in one way only? Strict parsing, and one canonical form to send on.

Servers disagree on duplicate keys, NaN and huge numbers; whatever two parsers could read differently
is refused (RFC 8259 section 4 and 6 leave both open), and the upstream gets our re-serialised tree.
"""

import json
import math
import re
from typing import Any, Final, Never

import orjson

from vecgate.terms import Json

MAX_DEPTH: Final = 64
_INT_RANGE: Final = range(-(2**63), 2**64)
_BRACKETS: Final = re.compile(r"[\[\]{}]")


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


def _check_depth(raw: str) -> None:
    # json recurses: bound the depth before parsing. Brackets inside strings only make this stricter on odd input.
    depth = deepest = 0
    for bracket in _BRACKETS.finditer(raw):
        if bracket[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    if deepest > MAX_DEPTH:
        raise NotStrict(f"nested deeper than {MAX_DEPTH}")


def parse(raw: bytes) -> Json:
    """The tree of a strict JSON document in UTF-8. Raises NotStrict."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as e:
        raise NotStrict("not UTF-8") from e
    if text.startswith("\ufeff"):
        raise NotStrict("byte order mark")
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(text)
    try:
        tree: Json = json.loads(
            text, object_pairs_hook=_pairs, parse_float=_float, parse_int=_int, parse_constant=_constant
        )
        dump(tree)  # lone surrogates and the like cannot be sent on
    except NotStrict:
        raise
    except (ValueError, RecursionError, TypeError) as e:
        raise NotStrict("not JSON") from e
    return tree


def dump(tree: Json) -> bytes:
    """The one form in which a tree is sent on and digested (keys in their given order)."""
    return orjson.dumps(tree)
