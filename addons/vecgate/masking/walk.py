"""Where in a JSON tree are strings to look at? Leaves with their key paths, keys that are data, JSON inside strings.

One walk copies the tree and notes each slot in which a text stands. Once every text has been looked at, the
slots are filled, then keys are renamed and inner JSON is written back, innermost first. The tree keeps its
shape. Both halves can be done in slices, so that a large answer does not hold up the others.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

from vecgate.errors import MaskFailed
from vecgate.masking.operators._base import DROP, Drop
from vecgate.masking.places import Place, Places
from vecgate.masking.texts import SHORT, Text
from vecgate.profiles import Sensitivity
from vecgate.strict_json import NotStrict, dump, parse
from vecgate.terms import Json

#: How deep JSON may lie in strings of JSON; further down it is read as plain text.
NESTED: Final = 4
#: Whole numbers as long as this are looked at as texts would be: accounts, cards, phones.
LONG_NUMBER: Final = 10**6
#: Values until others have their turn: a millisecond or two.
_TURN: Final = 4096
_WORTH_A_LOOK: Final = re.compile(r"[^\W_].*?[^\W_]", re.DOTALL).search  # two letters or digits
_BRACKETS: Final = frozenset({"{}", "[]"})
_PLAIN_NUMBERS: Final = frozenset({float, bool, type(None)})

type Whole = Callable[[str, int], str | Drop]


def _holds_json(text: str) -> bool:
    if text[0] not in "{[" and not text[0].isspace():
        return False
    inner = text.strip()
    return len(inner) > 1 and inner[0] + inner[-1] in _BRACKETS


class Walk:
    """One walk over one tree. `whole(text, field)` gives what a field policy shows of a whole value.

    After `go`, `texts` (each with the number of its places) are to be looked at; `fill` puts in what is shown of
    them. Both pause after some thousand values, so that others have their turn.
    """

    def __init__(self, tree: Json, places: Places, level: Sensitivity, whole: Whole) -> None:
        self._places = places
        self._level = level
        self._whole = whole
        self._out: list[Json] = [tree]
        self._slots: list[tuple[Any, int | str, Text]] = []
        self._todo: deque[tuple[Any, Place, Any, int | str]] = deque()
        self._late: list[Callable[[dict[Text, str | Drop]], None]] = []
        self.texts: dict[Text, int] = {}
        self._leaf(tree, places.top, self._out, 0)

    def go(self) -> Iterator[None]:
        """Walk over the tree. Raises MaskFailed for what is not JSON, or too deep."""
        todo, values = self._todo, 0
        while todo:
            node, place, box, at = todo.popleft()
            box[at] = self._list(node, place) if type(node) is list else self._map(node, place)
            values += len(node) + 1
            if values > _TURN:
                values = 0
                yield

    def fill(self, shown: dict[Text, str | Drop]) -> Iterator[None]:
        """Put what is shown into its slots. The result is then in `result`."""
        for number, (box, at, text) in enumerate(self._slots):
            _put(box, at, shown[text])
            if number % _TURN == _TURN - 1:
                yield
        for late in reversed(self._late):
            late(shown)

    @property
    def result(self) -> Json:
        """The tree as it is shown."""
        return self._out[0]

    def _list(self, node: list[Json], place: Place) -> list[Json]:
        new = list(node)
        if place.field is None and set(map(type, node)) <= _PLAIN_NUMBERS:
            return new  # a vector: thousands of numbers, none of them text
        inner = self._places.items(place)
        for at, value in enumerate(node):
            self._leaf(value, inner, new, at)
        return new

    def _map(self, node: dict[str, Json], place: Place) -> dict[str, Json]:
        new = dict(node)
        known = place.below
        named: dict[str, Text] = {}
        gone = False
        for key, value in node.items():
            inner = known.get(key) or self._places.key(place, key)
            if inner.key_look is not None:
                named[key] = self._note(Text(key, inner.key_look, "", self._level))
            if inner.gone:
                gone, new[key] = True, self._hidden(key, inner)  # type: ignore[assignment]
            else:
                self._leaf(value, inner, new, key)
        if named or gone:
            self._late.append(lambda shown: _rename(new, {key: shown[text] for key, text in named.items()}))
        return new

    def _note(self, text: Text) -> Text:
        self.texts[text] = self.texts.get(text, 0) + 1
        return text

    def _leaf(self, value: Json, place: Place, box: Any, at: int | str) -> None:
        kind = type(value)
        if kind is str or kind is int or kind is float or kind is bool:
            if place.field is not None:
                _put(box, at, self._hidden(value, place))
            elif kind is str:
                self._string(value, place, box, at)  # type: ignore[arg-type]
            elif kind is int:
                self._number(value, place, box, at)  # type: ignore[arg-type]
        elif kind is dict or kind is list:
            self._todo.append((value, place, box, at))
        elif value is not None:
            raise MaskFailed("the answer holds something that is not JSON")

    def _hidden(self, value: Json, place: Place) -> str | Drop:
        text = value if isinstance(value, str) else dump(value).decode()
        return self._whole(text, place.field or 0) if text else text

    def _number(self, value: int, place: Place, box: Any, at: int | str) -> None:
        """A long number in a place of people's text is masked if its digits, with the field's name, would be."""
        if abs(value) < LONG_NUMBER or (place.look != "text" and not place.nested):
            return
        text = self._note(Text(str(value), "patterns", place.hint, self._level))
        self._late.append(lambda shown: None if shown[text] == text.value else _put(box, at, shown[text]))

    def _string(self, value: str, place: Place, box: Any, at: int | str) -> None:
        look = place.look
        if look is None or not _WORTH_A_LOOK(value):
            return
        if _holds_json(value) and place.nested < NESTED and self._inner(value, place, box, at):
            return
        text = self._note(Text(value, look, place.hint if len(value) <= SHORT else "", self._level))
        self._slots.append((box, at, text))

    def _inner(self, value: str, place: Place, box: Any, at: int | str) -> bool:
        try:
            inner = parse(value.encode("utf-8", "strict"))
        except (NotStrict, UnicodeEncodeError):
            return False
        cell: list[Json] = [None]

        def write(_shown: dict[Text, str | Drop]) -> None:
            if cell[0] != inner:  # unchanged inside: not even its spaces change
                box[at] = dump(cell[0]).decode()

        self._late.append(write)
        self._leaf(inner, self._places.inside(place), cell, 0)
        return True


def _put(box: Any, at: int | str, shown: str | Drop) -> None:
    # What is dropped leaves its map with its key, but its place in a list stays: others are counted by it.
    if shown is not DROP:
        box[at] = shown
    elif isinstance(box, dict):
        box.pop(at, None)
    else:
        box[at] = None


def _rename(new: dict[str, Json], names: dict[str, str | Drop]) -> None:
    """Give keys that are data their shown names, in their old order; none takes another's place."""
    items: list[tuple[str, Any]] = list(new.items())
    new.clear()
    taken = {key for key, _ in items}
    times: dict[str, int] = {}  # or thousands of keys with one name would each try the names of all before them
    for key, value in items:
        name = names.get(key, key)
        if isinstance(name, Drop) or value is DROP:
            continue
        wanted = name
        while name != key and (name in new or name in taken):
            times[wanted] = number = times.get(wanted, 0) + 1
            name = f"{wanted}_{number}" if number > 1 else f"{wanted}_"
        new[name] = value
