"""Where in a JSON tree are strings to look at? Leaves with their key paths, keys that are data, JSON inside strings.

The same walk is done twice: once to collect the strings, once to put their masked forms in their places; so
both see the same ones, and the tree keeps its shape.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from vecgate.errors import MaskFailed
from vecgate.masking.operators._base import Operator
from vecgate.masking.texts import SHORT, Look, Text
from vecgate.strict_json import MAX_DEPTH, NotStrict, dump, parse
from vecgate.surface import Surface, token
from vecgate.terms import Json

#: How deep JSON may lie in strings of JSON; further down it is read as plain text.
NESTED: Final = 4
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_$#][A-Za-z_$#:.\-]{0,63}\d{0,3}")
_WORTH_A_LOOK: Final = re.compile(r"[^\W_].*?[^\W_]", re.DOTALL)  # two letters or digits
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BREAKS: Final = re.compile(r"[_\-.:$# ]+")
# Keys that say nothing about their value.
_SAYS_NOTHING_TEXT: Final = """
document documents text texts content contents body value values data result results message payload metadata
metadatas
"""
_SAYS_NOTHING: Final = frozenset(_SAYS_NOTHING_TEXT.split())
_LONG_NUMBER: Final = 10**6


@dataclass(slots=True)
class Place:
    """Where the walk is; never changed once it is made. All items of a list share one.

    `written` is the pointer, list places as `*`. `look` is set inside a string that holds JSON; `operator`
    below a field policy.
    """

    written: str = ""
    dotted: str = ""
    hint: str = ""
    depth: int = 0
    nested: int = 0
    look: Look | None = None
    operator: Operator | None = None


_TOP: Final = Place()


@lru_cache(maxsize=4096)
def hint(key: str) -> str:
    """A key in words (`customerName` -> `customer name`); empty where it says nothing or may itself be data."""
    if not _PLAIN_KEY.fullmatch(key):
        return ""
    words = _BREAKS.sub(" ", _CAMEL.sub(" ", key)).strip().lower()
    return "" if words in _SAYS_NOTHING else words


def _holds_json(text: str) -> bool:
    inner = text.strip()
    return len(inner) > 1 and inner[0] + inner[-1] in ("{}", "[]")


class Walk:
    """One walk with one surface. `mask(text)` gives what stands in a string's place; `whole` a field's."""

    def __init__(
        self,
        surface: Surface,
        field: Callable[[str], Operator | None],
        mask: Callable[[Text], str],
        whole: Callable[[str, Operator], str],
    ) -> None:
        self._surface = surface
        self._field = field
        self._mask = mask
        self._whole = whole

    def tree(self, node: Json, place: Place = _TOP) -> Json:
        """The tree with every string in it treated. Raises MaskFailed for what is not JSON, or too deep."""
        if place.depth > MAX_DEPTH:
            raise MaskFailed("the answer is nested too deeply")
        match node:
            case str():
                return self._scalar(node, place)
            case dict():
                return self._map(node, place)
            case list():
                return self._list(node, place)
            case None:
                return None
            case bool() | int() | float():
                return self._scalar(node, place)
        raise MaskFailed("the answer holds something that is not JSON")

    def _list(self, node: list[Json], place: Place) -> Json:
        if place.operator is None and not place.nested and all(type(item) is float for item in node):
            return node  # a vector: thousands of numbers, none of them text
        written = f"{place.written}/*"
        inner = Place(written, place.dotted, place.hint, place.depth + 1, place.nested, place.look, place.operator)
        return [self.tree(item, inner) for item in node]

    def _scalar(self, node: str | float | bool, place: Place) -> Json:
        if place.operator is not None:
            text = node if isinstance(node, str) else dump(node).decode()
            return self._whole(text, place.operator) if text else text
        if isinstance(node, str):
            return self._string(node, place)
        if isinstance(node, int) and place.nested and abs(node) >= _LONG_NUMBER:
            # A client never sees the type of a number inside a string; as text it would have been looked at.
            shown = self._mask(Text(str(node), "patterns", place.hint))
            return node if shown == str(node) else shown
        return node

    def _map(self, node: dict[str, Json], place: Place) -> Json:
        shown: dict[str, Json] = {}
        for key, value in node.items():
            if not isinstance(key, str):
                raise MaskFailed("the answer holds a key that is not a string")
            inner = self._below(key, place)
            name = self._key(key, inner)
            while name != key and (name in shown or name in node):
                name += "_"
            shown[name] = self.tree(value, inner)
        return shown

    def _below(self, key: str, place: Place) -> Place:
        dotted = f"{place.dotted}.{key}" if place.dotted else key
        operator = place.operator or self._field(dotted)
        written = place.written + token(key)
        return Place(written, dotted, hint(key), place.depth + 1, place.nested, place.look, operator)

    def _key(self, key: str, place: Place) -> str:
        look = self._look(place)
        if _PLAIN_KEY.fullmatch(key) or look is None:
            return key
        # With a space in it, it is what somebody wrote and not the name of a field.
        return self._mask(Text(key, look if " " in key else "patterns"))

    def _look(self, place: Place) -> Look | None:
        if place.look is not None:
            return place.look
        kind = self._surface.kind_at(place.written)
        return None if kind == "keep" else kind

    def _string(self, value: str, place: Place) -> str:
        look = self._look(place)
        if look is None or not _WORTH_A_LOOK.search(value):
            return value
        if place.nested < NESTED and _holds_json(value):
            try:
                inner = parse(value.encode("utf-8", "strict"))
            except (NotStrict, UnicodeEncodeError):
                pass
            else:
                shown = self.tree(inner, replace(place, nested=place.nested + 1, look=look, depth=place.depth + 1))
                return value if shown == inner else dump(shown).decode()
        return self._mask(Text(value, look, place.hint if len(value) <= SHORT else ""))
