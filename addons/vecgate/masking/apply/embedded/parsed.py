"""Does a parser read this text just as we do? Then it is parsed; where words stand is looked up when one changes.

Nearly every text is one plain document of which nothing, or a word or two, is masked. What a parser loses or takes
otherwise (duplicate keys, numbers beyond 64 bits, several documents, halves of characters), and what field policies
take whole, is left to `Inner`, which reads the text as it stands.
"""

import re
from collections.abc import Generator, Iterator
from typing import Any, Final, NamedTuple

import orjson

from vecgate.masking.apply.embedded.json_text import NESTED
from vecgate.masking.apply.embedded.looks import Looks
from vecgate.masking.apply.long_numbers import LONG_NUMBER, PLAIN_NUMBERS, all_short
from vecgate.masking.apply.places import Place
from vecgate.masking.detect.texts import Text
from vecgate.parsing.strict_json import MAX_DEPTH

#: A parser makes no pause, and a tree weighs twenty times its text: longer ones are read as they stand.
AT_ONCE: Final = 1 << 17
_TURN: Final = 2048
_STRINGS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


#: The members of an object, by their keys, or the items of a list, by their places.
type _Level = tuple[Iterator[tuple[str | Place, Any]], Place]


class Parsed[Nested](NamedTuple):
    """What is looked at in a document: strings, each with how many stand before it (keys too); numbers and keys."""

    strings: list[tuple[int, Text | Nested]]
    others: list[Text]


class _Unlike(Exception):
    """A parser may read it otherwise, or there is more to it than words."""


def parsed[Nested](text: str, place: Place, looks: Looks[Nested]) -> Generator[None, None, Parsed[Nested] | None]:
    """All that is looked at in one document; None where it must be read as it stands. Pauses now and then."""
    if len(text) > AT_ONCE or place.nested >= NESTED:
        return None
    try:
        tree = orjson.loads(text)
        reading: _Reading[Nested] = _Reading(looks)
        yield from reading.go(tree, place)
    except (orjson.JSONDecodeError, _Unlike):
        return None
    return reading.found if reading.before == _strings_in(text) else None


class _Reading[Nested]:
    """One walk over a tree, in the order of its text. `before`: how many strings there were so far."""

    def __init__(self, looks: Looks[Nested]) -> None:
        self.found: Parsed[Nested] = Parsed([], [])
        self.before = 0
        self._looks = looks

    def go(self, tree: Any, place: Place) -> Iterator[None]:
        """Look at everything. Raises _Unlike."""
        source, strings, turn = self._looks.source, self.found.strings, 0
        stack: list[_Level] = [(iter([(place, tree)]), place)]
        while stack:
            members, around = stack[-1]
            for key, value in members:
                turn += 1
                if turn % _TURN == 0:
                    yield
                inner = self._below(key, around) if isinstance(key, str) else key
                if type(value) is str:
                    if value and (looked := source(value, inner)) is not None:
                        strings.append((self.before, looked))  # type: ignore[arg-type]  # not so deep that it is hidden
                    self.before += 1
                elif value is not None and (level := self._other(value, inner)) is not None:
                    stack.append(level)
                    break
            else:
                stack.pop()

    def _below(self, key: str, around: Place) -> Place:
        self.before += 1
        inner = around.below.get(key) or self._looks.below(around, key)
        if inner.field is not None:
            raise _Unlike
        if inner.key_look is not None and (name := self._looks.name(key, inner)) is not None:
            self.found.others.append(name)
        return inner

    def _other(self, value: Any, place: Place) -> "_Level | None":
        """Look at a number; what is below an object or array, if that must be looked at one by one."""
        kind = type(value)
        if kind is dict or kind is list:
            return self._level(value, place)
        if kind is not bool and not -LONG_NUMBER < value < LONG_NUMBER:
            if kind is float:
                raise _Unlike  # its digits are looked at as they are written
            if (number := self._looks.number(str(value), place)) is not None:
                self.found.others.append(number)
        return None

    def _level(self, node: Any, place: Place) -> "_Level | None":
        if place.depth >= MAX_DEPTH - 1:
            raise _Unlike  # what lies so deep is hidden
        if type(node) is dict:
            return iter(node.items()), place
        places = self._looks.each(place, node)
        if set(map(type, node)) <= PLAIN_NUMBERS and all_short(node):
            return None
        return zip(places, node, strict=False), place


def spans(text: str) -> list[tuple[int, int]]:
    """Where the strings of a document stand, with their quotes; keys too."""
    return [found.span() for found in _STRINGS.finditer(text)]


def _strings_in(text: str) -> int:
    """How many strings a document holds. Of two members with one name a tree has one only."""
    quotes = text.count('"')
    if "\\" in text:
        quotes -= text.replace("\\\\", "").count('\\"')
    return quotes // 2
