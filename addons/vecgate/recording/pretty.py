"""How is a recorded body shown? Vectors collapsed, JSON indented, and nothing that a terminal would obey."""

import json
import re
from typing import Any, Final

from vecgate.domain.call import Json

_SHORTEST_VECTOR: Final = 8
_SHORTEST_BASE64: Final = 32
#: Shorter lists of numbers may be something else, and take no room.
_SHORTEST_RECORDED: Final = 32
_NUMBERS: Final = frozenset({int, float})
_HOLDS: Final = frozenset({dict, list})
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_VECTOR_NAME: Final = re.compile(r"(?i)embedding|vector")


def collapse(tree: Json, name: str = "") -> Json:
    """The tree with every vector (a list of numbers, or base64 under such a name) replaced by its size."""
    if isinstance(tree, dict):
        return {k: collapse(v, k) for k, v in tree.items()}
    if isinstance(tree, list):
        if len(tree) >= _SHORTEST_VECTOR and all(type(x) in (int, float) for x in tree):
            return f"<vector dim={len(tree)}>"
        return [collapse(x, name) for x in tree]
    if isinstance(tree, str) and _is_packed(tree, name):
        return f"<vector base64, {len(tree) * 3 // 4} bytes>"
    return tree


def without_vectors(tree: Json) -> Json:
    """The tree with each vector replaced by its size, for what is recorded: texts can be told from vectors.

    A vector is a list of many numbers that are not all whole (those may be ids), wherever it stands; or it is packed in
    a text, at the top or in a list there.
    """
    if isinstance(tree, dict):
        tree = {key: _sized(value) if value and _VECTOR_NAME.search(key) else value for key, value in tree.items()}
    return _without_long(tree)


def _without_long(tree: Json) -> Json:
    if type(tree) is dict:
        return {key: _without_long(one) if type(one) in _HOLDS else one for key, one in tree.items()}
    if type(tree) is not list:
        return tree
    if len(tree) >= _SHORTEST_RECORDED and type(tree[0]) in _NUMBERS:
        kinds = set(map(type, tree))
        if float in kinds and kinds <= _NUMBERS:
            return f"<vector dim={len(tree)}>"
    return [_without_long(one) if type(one) in _HOLDS else one for one in tree]


def _sized(value: Json) -> Json:
    if isinstance(value, str):
        return f"<vector base64, {len(value) * 3 // 4} bytes>"
    if isinstance(value, list) and any(isinstance(one, str) for one in value):
        return [_sized(one) for one in value]
    return value


def _is_packed(text: str, name: str) -> bool:
    return len(text) >= _SHORTEST_BASE64 and bool(_VECTOR_NAME.search(name)) and bool(_BASE64.fullmatch(text))


def pretty(tree: Json) -> str:
    """Indented JSON with its vectors collapsed, safe to print."""
    return printable(json.dumps(collapse(tree), indent=2, ensure_ascii=False))


def printable(text: str) -> str:
    """The text without control characters: recorded text is a stranger's, and terminals obey escape codes."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def pretty_bytes(raw: bytes) -> str:
    """The same for a body of unknown kind."""
    try:
        tree: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return printable(raw.decode("utf-8", "replace"))
    return pretty(tree)
