"""What do pairs of key and value say (`KeyValuePair`), of which servers take the first one of a name? Read once each."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from vecgate.domain.call import Json
from vecgate.parsing import strict_json
from vecgate.parsing.forms import unreadable
from vecgate.parsing.saying import shown

_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,18}")
_BOOL: Final[Mapping[str, bool]] = {"true": True, "True": True, "false": False, "False": False}


class Said:
    """Pairs that are taken one by one; what is left in the end is not spoken here, and refused by name."""

    def __init__(self, pairs: Iterable[Any], what: str) -> None:
        self._what, self._left = what, dict[str, str]()
        for one in pairs:
            if one.key in self._left:
                unreadable(f"'{what}' says {shown(one.key)} twice")
            self._left[one.key] = one.value

    def text(self, key: str) -> str:
        """A text; empty: there is none."""
        return self._left.pop(key, "")

    def whole(self, key: str) -> int | None:
        """A whole number, in its one spelling. Raises CallRefused."""
        found = self._left.pop(key, "")
        if not found:
            return None
        if not _WHOLE.fullmatch(found):
            unreadable(f"'{key}' of '{self._what}' must be a whole number")
        return int(found)

    def true(self, key: str) -> bool | None:
        """Whether something is so. Raises CallRefused."""
        found = self._left.pop(key, "")
        if found not in _BOOL and found:
            unreadable(f"'{key}' of '{self._what}' must be true or false")
        return _BOOL.get(found)

    def number(self, key: str) -> float | None:
        """A number, as JSON writes it. Raises CallRefused."""
        found = self._json(key, None)
        if found is not None and type(found) not in (int, float):
            unreadable(f"'{key}' of '{self._what}' must be a number")
        return found  # type: ignore[return-value]

    def object(self, key: str) -> dict[str, Json]:
        """An object, written as JSON. Raises CallRefused."""
        tree = self._json(key, {})
        if not isinstance(tree, dict):
            unreadable(f"'{key}' of '{self._what}' must be an object")
        return tree

    def listed(self, key: str) -> list[Json]:
        """A list, written as JSON. Raises CallRefused."""
        tree = self._json(key, [])
        if not isinstance(tree, list):
            unreadable(f"'{key}' of '{self._what}' must be a list")
        return tree

    def _json(self, key: str, none: Json) -> Json:
        found = self._left.pop(key, "")
        try:
            return strict_json.parse(found.encode()) if found else none
        except strict_json.NotStrict as e:
            unreadable(f"'{key}' of '{self._what}': {e}")

    def drop(self, *keys: str) -> None:
        """What says nothing of what is asked."""
        for key in keys:
            self._left.pop(key, None)

    def lift(self, tree: dict[str, Json], keys: Iterable[str]) -> None:
        """What an object says that pairs say elsewhere, taken out of it. Raises CallRefused where both say another thing."""
        for key in [one for one in keys if one in tree]:
            value = tree.pop(key)
            if not _says(self._left.setdefault(key, as_text(value)), value):
                unreadable(f"'{self._what}' says {shown(key)} twice, and not the same")

    def repeats(self, tree: Mapping[str, Json]) -> None:
        """What says no more than an object that was read of these pairs: a client for Node writes all of it beside it."""
        for key, value in tree.items():
            if key in self._left and _says(self._left[key], value):
                del self._left[key]

    def rest(self) -> dict[str, str]:
        """All that is left."""
        left, self._left = self._left, {}
        return left

    def end(self) -> None:
        """Raise CallRefused where anything is left."""
        for key in self._left:
            unreadable(f"'{self._what}' has {shown(key)}, which is not spoken here")


def _says(text: str, value: Json) -> bool:
    if isinstance(value, bool):
        return _BOOL.get(text) is value
    try:
        return text == value or strict_json.parse(text.encode()) == value
    except strict_json.NotStrict:
        return False


def put(into: Any, **values: object) -> None:
    """Pairs of these names; what is None is left out."""
    for key, value in values.items():
        if value is not None:
            into.add(key=key, value=value if isinstance(value, str) else as_text(value))


def as_text(value: object) -> str:
    """A value as pairs say it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else strict_json.dump(value).decode()  # type: ignore[arg-type]


def options(pairs: Iterable[Any], what: str) -> dict[str, Json]:
    """Pairs as an object of texts. Raises CallRefused for a name that stands twice."""
    return {**Said(pairs, what).rest()}


def put_options(into: Any, tree: Json) -> None:
    """An object as pairs."""
    for key, value in (tree if isinstance(tree, dict) else {}).items():
        into.add(key=key, value=as_text(value))
