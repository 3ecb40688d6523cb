"""What is done with what stands in a text that is JSON? It is looked at, shown at once, or stays."""

from collections.abc import Iterator
from typing import Protocol

from vecgate.domain.call import Json
from vecgate.masking.apply.operators._base import Drop
from vecgate.masking.apply.places import Place
from vecgate.masking.detect.texts import Text


class Looks[Nested](Protocol):
    """What is done with what stands in the text; `Nested`: what a text becomes that is JSON again. See `Walk`."""

    def below(self, place: Place, key: str) -> Place:
        """The place of a key's value."""

    def items(self, place: Place, head: Json = None) -> Place:
        """The place of a list's items; of a table's rows, if that is its heading."""

    def each(self, place: Place, node: list[Json]) -> Iterator[Place]:
        """The place of each item of a list."""

    def source(self, value: str, place: Place) -> Text | Nested | str | None:
        """How a string is looked at, or at once what is shown of it; None: it stays."""

    def text(self, value: str, place: Place) -> Text | None:
        """How a string that is no JSON is looked at, if it is."""

    def number(self, literal: str, place: Place) -> Text | None:
        """How a number is looked at, if it is."""

    def name(self, key: str, place: Place) -> Text | None:
        """How a key is looked at, if it is."""

    def whole(self, text: str, field: int) -> str | Drop:
        """What a field policy shows of a whole value."""

    def unread(self, text: str) -> str:
        """What is shown of what lies too deep to be looked at."""
