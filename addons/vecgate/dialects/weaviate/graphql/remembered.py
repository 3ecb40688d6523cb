"""What does a document say that was read before, but for the numbers of its vector? Programs send such ones all day.

What is remembered is what all of it was read to, by its very text with a word in the vector's place (`numbers.lifted`);
so of a known text nothing is assumed, and of a vector no more than its reader asks: that it is a list of numbers.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from vecgate.dialects.weaviate.graphql import numbers
from vecgate.dialects.weaviate.graphql.asked import Asked
from vecgate.domain.call import Json

type Lists = Mapping[str, list[Json]]
#: What a document asks for, and its one text.
type Read = tuple[tuple[Asked, ...], str]

#: The arguments of a search that have a vector of theirs.
_NEAR: Final = ("nearVector", "hybrid")


@dataclass(frozen=True, slots=True)
class _Known:
    """A document that was read. `at`: which search has the vector, and under which argument; -1: there is none."""

    asked: tuple[Asked, ...] = field(repr=False)
    at: tuple[int, str]
    text: tuple[str, str] = field(repr=False)

    def said(self, lists: Lists) -> Read | None:
        number, name = self.at
        if number < 0:
            return self.asked, self.text[0]
        [vector] = lists.values()
        printed = numbers.printed(vector)
        if printed is None:
            return None
        one = self.asked[number]
        near = one.arguments[name]
        assert isinstance(near, dict)
        new = replace(one, arguments={**one.arguments, name: {**near, "vector": vector}})
        return (*self.asked[:number], new, *self.asked[number + 1 :]), printed.join(self.text)


class Remembered:
    """Up to so many documents, the one that was not asked for longest goes first."""

    def __init__(self, most: int, longest: int) -> None:
        self._most, self._longest = most, longest
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, short: str, lists: Lists) -> Read | None:
        """What a document with these lists says; None: it was not read before."""
        known = self._known.pop(short, None)  # long texts are read beside the loop, at the same time
        if known is None:
            return None
        self._known[short] = known
        # Who writes the very word that stands in a vector's place has none.
        return known.said(lists) if (known.at[0] >= 0) == bool(lists) else None

    def keep(self, short: str, lists: Lists, asked: tuple[Asked, ...], text: str) -> None:
        """Remember what one was read to. One is left whose lists are not all one vector, in a place that takes any."""
        if len(lists) > 1 or len(short) + len(text) > self._longest:
            return
        known = _Known(asked, (-1, ""), (text, ""))
        for vector in lists.values():
            places = [(i, name) for i, one in enumerate(asked) for name in _NEAR if _has(one, name, vector)]
            parts = text.split(numbers.printed(vector) or text)
            if len(places) != 1 or len(parts) != 2:
                return
            known = _Known(asked, places[0], (parts[0], parts[1]))
        self._known[short] = known
        while len(self._known) > self._most:
            self._known.popitem(last=False)


def _has(one: Asked, name: str, vector: list[Json]) -> bool:
    near = one.arguments.get(name)
    return isinstance(near, dict) and near.get("vector") is vector
