"""Where in a JSON tree are strings to look at, and which keys are renamed? Leaves, keys that are data, inner JSON.

One walk copies the tree and notes each slot in which a text stands. Once every text has been looked at, the slots are
filled, texts that are JSON are written with what is shown in them, innermost first, and only then keys are renamed: a
value stands under the key it came with until it has been put in its place. The tree keeps its shape. Both halves can
be done in slices, so that a large answer does not hold up the others.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from vecgate.domain.call import Json
from vecgate.domain.profiles import Sensitivity
from vecgate.masking.apply.embedded.edits import Parts, Shown, renamed, written
from vecgate.masking.apply.embedded.inner import Inner
from vecgate.masking.apply.embedded.json_text import NESTED, may_be_json
from vecgate.masking.apply.filling import TURN, put, rename
from vecgate.masking.apply.long_numbers import LONG_NUMBER, PLAIN_NUMBERS, all_short, long_digits
from vecgate.masking.apply.operators._base import Drop
from vecgate.masking.apply.places import Place, Places, named_words
from vecgate.masking.apply.record_ids import is_random
from vecgate.masking.detect.texts import SHORT, Text
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import MaskFailed

_WORTH_A_LOOK: Final = re.compile(r"[^\W_].*?[^\W_]", re.DOTALL).search  # two letters or digits
_REDACTED: Final = "[REDACTED]"

type Whole = Callable[[str, int], str | Drop]


class Walk:
    """One walk over one tree. `whole(text, field)` gives what a field policy shows of a whole value.

    After `go`, `texts` (each with the number of its places) are to be looked at; `fill` puts in what is shown of
    them. Both pause after some thousand values, so that others have their turn. `unread(text)` gives what is shown of
    what cannot be looked at.
    """

    def __init__(
        self,
        tree: Json,
        places: Places,
        level: Sensitivity,
        whole: Whole,
        unread: Callable[[str], str] = lambda _: _REDACTED,
    ) -> None:
        self._places = places
        self.each = places.each
        self._level = level
        self.whole = whole
        self.unread = unread
        self._among_lines = places.plan_has_fields
        self._out: list[Json] = [tree]
        self._slots: list[tuple[Any, int | str, Text]] = []
        #: By the number of its slot, what a cell of a table is with its column's heading.
        self._headed: dict[int, Text] = {}
        self._numbers: list[tuple[Any, int | str, Text]] = []
        self._inner: list[tuple[Any, int | str, Inner]] = []
        self._renames: list[tuple[dict[str, Json], dict[str, Text]]] = []
        self._todo: deque[tuple[Any, Place, Any, int | str]] = deque()
        #: Ids of records: where they stand, and as which text they are looked at; None: a field policy hides them.
        self.ids: list[tuple[Any, int | str, str, Text | None]] = []
        self.names: list[tuple[Any, int | str, str, Text]] = []
        self.texts: dict[Text, int] = {}
        self._leaf(tree, places.top, self._out, 0)

    def go(self) -> Iterator[None]:
        """Walk over the tree. Raises MaskFailed for what is not JSON, or too deep."""
        todo, values = self._todo, 0
        while todo:
            node, place, box, at = todo.popleft()
            if type(node) is Inner:
                yield from self._read(node)
                values += len(node.text)  # each of its characters may be one; a small one does not pause by itself
            elif len(node) > TURN:
                yield from self._large(node, place, box, at)
            else:
                box[at] = self._list(node, place) if type(node) is list else self._map(node, place)
                values += len(node) + 1
            if values > TURN:
                values = 0
                yield

    def fill_ids(self, shown: Shown, token: Callable[[str], str]) -> None:
        """Put tokens in the place of ids that are personal."""
        for box, at, name, text in self.ids:
            if text is None or shown[text] != text.value:
                box[at] = token(name)

    def fill(self, shown: Shown, parts: Parts | None = None) -> Iterator[None]:
        """Put what is shown into its slots. `parts`: which stretches of a text change. It is then in `result`."""
        for number, (box, at, text) in enumerate(self._slots):
            seen = shown[text]
            if self._headed and seen == text.value and number in self._headed:
                seen = shown[self._headed[number]]
            if seen != text.value:  # which stands there already
                put(box, at, seen)
            if number % TURN == TURN - 1:
                yield
        self._fill_numbers(shown)
        for box, at, inner in self._inner:
            put(box, at, written(inner, shown, parts or (lambda text: [(0, len(text.value), str(shown[text]))])))
            yield
        for new, named in self._renames:
            yield from rename(new, {key: renamed(key, text, shown) for key, text in named.items()})

    def _fill_numbers(self, shown: Shown) -> None:
        for box, at, text in self._numbers:
            if shown[text] != text.value:
                put(box, at, shown[text])

    @property
    def result(self) -> Json:
        """The tree as it is shown."""
        return self._out[0]

    def _large(self, node: Any, place: Place, box: Any, at: int | str) -> Iterator[None]:
        """One list or map of very many values, in slices."""
        if type(node) is list:
            box[at] = new = list(node)
            places = () if self._is_plain(node, place) else self._places.each(place, node)
            for number, (inner, value) in enumerate(zip(places, node, strict=False)):
                (self._leaf if inner.plain is None else self._cell)(value, inner, new, number)
                if number % TURN == TURN - 1:
                    yield
            return
        box[at] = shown = dict(node)
        named: dict[str, Text] = {}
        gone, members = False, iter(node.items())
        while some := [*islice(members, TURN)]:
            gone |= self._members(some, place, shown, named)
            yield
        if named or gone:
            self._renames.append((shown, named))

    def _is_plain(self, node: list[Json], place: Place) -> bool:
        """A vector, where the surface knows of one, or nothing that could be a card or a phone."""
        return (
            place.field is None
            and set(map(type, node)) <= PLAIN_NUMBERS
            and ((place.look is None and (place.otherwise is None or place.numbers)) or all_short(node))
        )

    def _list(self, node: list[Json], place: Place) -> list[Json]:
        new = list(node)
        if self._is_plain(node, place):
            return new
        for at, (inner, value) in enumerate(zip(self._places.each(place, node), node, strict=False)):
            (self._leaf if inner.plain is None else self._cell)(value, inner, new, at)
        return new

    def _map(self, node: dict[str, Json], place: Place) -> dict[str, Json]:
        new = dict(node)
        named: dict[str, Text] = {}
        gone = self._members(node.items(), place, new, named)
        if named or gone:
            self._renames.append((new, named))
        return new

    def _members(
        self, members: Iterable[tuple[str, Json]], place: Place, new: dict[str, Json], named: dict[str, Text]
    ) -> bool:
        """Look at them; whether the key of one goes away."""
        known, gone, string = place.below, False, self._string
        for key, value in members:
            inner = known.get(key) or self._places.key(place, key)
            if inner.key_look is not None:
                named[key] = self._note(Text(inner.key_text or key, inner.key_look, "", self._level))
            if inner.gone:
                gone, new[key] = True, self._hidden(key, inner)  # type: ignore[assignment]
            elif type(value) is str:  # most of them are
                string(value, inner, new, key)
            else:
                self._leaf(value, inner, new, key)
        return gone

    def _note(self, text: Text) -> Text:
        self.texts[text] = self.texts.get(text, 0) + 1
        return text

    def _leaf(self, value: Json, place: Place, box: Any, at: int | str) -> None:
        kind = type(value)
        if kind is str:
            self._string(value, place, box, at)  # type: ignore[arg-type]
        elif kind is int or kind is float or kind is bool:
            if place.field is not None:
                put(box, at, self._hidden(value, place))
            elif kind is not bool and not -LONG_NUMBER < value < LONG_NUMBER:  # type: ignore[operator]
                at_home = place if place.otherwise is None or place.numbers else place.otherwise
                text = self.number(str(value), at_home)
                if text is not None:
                    self._numbers.append((box, at, self._note(text)))
        elif kind is dict or kind is list:
            self._todo.append((value, place, box, at))
        elif value is not None:
            raise MaskFailed("the answer holds something that is not JSON")

    def _cell(self, value: Json, place: Place, box: Any, at: int | str) -> None:
        """A cell of a table: looked at as if it had no heading, which may be another record's; and then with it."""
        number = len(self._slots)
        self._leaf(value, place.plain or place, box, at)
        if len(self._slots) > number and len(self._slots[number][2].value) <= SHORT:
            self._headed[number] = self._note(self._slots[number][2]._replace(hint=place.hint))

    def _hidden(self, value: Json, place: Place) -> str | Drop:
        text = value if isinstance(value, str) else dump(value).decode()
        return self.whole(text, place.field or 0) if text else text

    def _named_place(self, value: str, place: Place, box: Any, at: int | str) -> None:
        """A field that a policy takes whole; but an id that is personal stays an id, whatever else would be shown."""
        if place.is_name and place.field is None:
            words = Text(named_words(value) or value, "text", place.hint, self._level)
            self.names.append((box, at, value, self._note(words)))
        elif not place.is_id:
            put(box, at, self._hidden(value, place))
        elif place.field is not None:
            if self.whole(value, place.field) != value:
                self.ids.append((box, at, value, None))
        elif place.look is not None and _WORTH_A_LOOK(value) and not is_random(value):
            # With a space in it, or in the form of a name, it is what somebody wrote, and no number of a record.
            look = "text" if " " in (said := named_words(value) or value) else place.look
            self.ids.append((box, at, value, self._note(Text(said, look, place.hint, self._level))))

    def _string(self, value: str, place: Place, box: Any, at: int | str) -> None:
        if place.otherwise is not None and place.form is not None and not place.form.fullmatch(value):
            place = place.otherwise  # it stands where structure stands, and is none
        if place.is_id or place.field is not None or (place.is_name and " " in (named_words(value) or value)):
            self._named_place(value, place, box, at)
            return
        begins = value[:2].isalnum()  # two letters or digits, most do: worth a look; or one, if that is all of it
        if place.look is None or not ((begins and len(value) > 1) or _WORTH_A_LOOK(value)):
            return
        if (begins or value[0].isalnum()) and not (self._among_lines and "\n" in value):  # surely no JSON
            text, known = Text(value, place.look, place.hint if len(value) <= SHORT else "", self._level), self.texts
            known[text] = known.get(text, 0) + 1
            self._slots.append((box, at, text))
            return
        source = self.source(value, place)
        if type(source) is Text:
            self.texts[source] = self.texts.get(source, 0) + 1
            self._slots.append((box, at, source))
        elif type(source) is Inner:
            self._inner.append((box, at, source))
            self._todo.append((source, source.place, None, 0))
        elif source is not None:
            put(box, at, source)  # type: ignore[arg-type]

    def _read(self, inner: Inner) -> Iterator[None]:
        is_json = yield from inner.read()
        if not is_json:
            inner.plain = self._note(self._text(inner.text, inner.place))
            return
        for text in inner.texts():
            self._note(text)
        self._todo.extend((deeper, deeper.place, None, 0) for deeper in inner.inside())

    # What `Inner` asks of a value, a number and a key in a text.

    def source(self, value: str, place: Place) -> Text | Inner | str | None:
        """How a string is looked at, or at once what is shown of it; None: it stays."""
        if place.look is None or not _WORTH_A_LOOK(value):
            return None
        if may_be_json(value, self._among_lines):
            if place.nested >= NESTED:
                return self.unread(value)
            return Inner(value, self._places.inside(place), self)
        return self._text(value, place)

    def text(self, value: str, place: Place) -> Text | None:
        """How a string that is no JSON is looked at, if it is."""
        return self._text(value, place) if place.look is not None and _WORTH_A_LOOK(value) else None

    def _text(self, value: str, place: Place) -> Text:
        return Text(value, place.look or "text", place.hint if len(value) <= SHORT else "", self._level)

    def number(self, literal: str, place: Place) -> Text | None:
        """A long number in a place of people's text is masked if its digits, with the field's name, would be."""
        if place.look != "text" and not place.nested:
            return None
        digits = long_digits(literal)
        return None if digits is None else Text(digits, "patterns", place.hint, self._level)

    def name(self, key: str, place: Place) -> Text | None:
        """How a key is looked at, if it is."""
        return None if place.key_look is None else Text(place.key_text or key, place.key_look, "", self._level)

    def below(self, place: Place, key: str) -> Place:
        """The place of a key's value."""
        return place.below.get(key) or self._places.key(place, key)

    def items(self, place: Place, head: Json = None) -> Place:
        """The place of a list's items; of a table's rows, if that is its heading."""
        return self._places.rows(self._places.items(place), head)
