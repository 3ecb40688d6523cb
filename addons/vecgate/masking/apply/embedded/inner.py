"""Where in a text that is JSON do values stand, and how is one replaced so that all else stays byte for byte?

Where `parsed` does not do it is read as it stands, not as a tree: white space, escapes, numbers, duplicate keys and a
byte order mark (RFC 8259) stay what they are. A text may hold several documents, one after the other or on lines of
their own (JSON Lines, RFC 7464); lines between them that are no JSON are texts. Numbers of any size are looked at.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from itertools import chain
from math import isfinite
from typing import Final, Literal, NamedTuple

from vecgate.domain.call import Json
from vecgate.masking.apply.embedded.json_text import AFTER, KEY, NotJson, readable, skip, string_at
from vecgate.masking.apply.embedded.looks import Looks
from vecgate.masking.apply.embedded.parsed import Parsed, parsed
from vecgate.masking.apply.operators._base import Drop
from vecgate.masking.apply.places import MOST_COLUMNS, Place
from vecgate.masking.detect.texts import Text
from vecgate.parsing.strict_json import MAX_DEPTH, dump

_TURN: Final = 2048
#: A text is read so many times at most, looking for the next line that is JSON.
_AGAIN: Final = 8
_ENDED: Final = re.compile(r"[^\S\n]*(?:\n|\Z|(?=[{\[]))")
_NEXT_LINE: Final = re.compile(r"\n[^\S\n]*(?=\{)")
_SCALAR: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|true|false|null|-?Infinity|NaN")
_CLOSING: Final = {"{": "}", "[": "]"}


class Frame:
    """An object or array that is open. `place` None: nothing in it is looked at."""

    __slots__ = ("closing", "ends", "hides", "items", "keys", "named", "place", "starts")

    def __init__(self, opening: str, place: Place | None, hides: int | None) -> None:
        self.closing = _CLOSING[opening]
        self.place = place
        self.hides = hides
        self.items: Place | None = None
        self.keys: list[tuple[str, int]] = []  # each with the end of its literal
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.named: dict[int, Text] = {}


type Kind = Literal["string", "whole", "text"]


class Slot(NamedTuple):
    """A stretch of the text, and what it is looked at as or, at once, what is shown of it.

    `kind`: a JSON string, of which a part may change; a value that changes as a whole; text between documents.
    `member`: which member of the map `frame` it is the value of.
    """

    start: int
    end: int
    source: "Text | Inner | str | Drop"
    kind: Kind
    frame: Frame | None = None
    member: int = 0


class Inner:
    """One text. After `read`, `parsed` tells what is looked at in it, or `slots` and `maps`; without JSON, `plain`."""

    def __init__(self, text: str, place: Place, looks: "Looks[Inner]") -> None:
        self.text = text
        self.plain: Text | None = None
        self.place = place
        self._looks = looks
        self.parsed: Parsed[Inner] | None = None
        self.slots: list[Slot] = []
        self.maps: list[Frame] = []

    def read(self) -> Generator[None, None, bool]:
        """Look at everything in it; whether it is JSON. Pauses now and then."""
        self.parsed = yield from parsed(self.text, self.place, self._looks)
        return self.parsed is not None or (yield from self._as_it_stands())

    def locate(self) -> None:
        """Read it anew, as it stands: more than words in strings change. What is inside stays read."""
        inside = self.inside()
        self.parsed = None
        for _ in self._as_it_stands():
            pass
        self.slots = [s._replace(source=next(inside)) if isinstance(s.source, Inner) else s for s in self.slots]

    def _as_it_stands(self) -> Generator[None, None, bool]:
        text, gaps, spent, objects = self.text, list[tuple[int, int]](), 0, 0
        at = skip(text, 0)
        while at < len(text):
            slots, maps = len(self.slots), len(self.maps)
            try:
                end = yield from self._value(at)
                ended = _ENDED.match(text, end)
            except ValueError as e:
                end, ended = getattr(e, "pos", at), None
            if ended is not None:
                objects += text[at] == "{"
                at = skip(text, ended.end())
                continue
            del self.slots[slots:], self.maps[maps:]
            spent += end - at
            line = _NEXT_LINE.search(text, at) if spent < _AGAIN * len(text) else None
            stop = len(text) if line is None else line.end()
            gaps.append((at, stop))
            at = stop
        if gaps and not objects:  # [1] is where a footnote begins
            return False
        self._between(gaps)
        return True

    def texts(self) -> Iterator[Text]:
        """Every text in it, as often as it stands there."""
        if self.parsed is not None:
            yield from (source for _, source in self.parsed.strings if type(source) is Text)
            yield from self.parsed.others
        yield from (slot.source for slot in self.slots if isinstance(slot.source, Text))
        for frame in self.maps:
            yield from frame.named.values()

    def inside(self) -> Iterator["Inner"]:
        """The texts in it that may be JSON themselves, in their order."""
        strings = () if self.parsed is None else self.parsed.strings
        sources = chain((source for _, source in strings), (slot.source for slot in self.slots))
        return (source for source in sources if isinstance(source, Inner))

    def _between(self, gaps: Sequence[tuple[int, int]]) -> None:
        for start, end in gaps:
            text = self._looks.text(self.text[start:end], self.place)
            if text is not None:
                self.slots.append(Slot(start, end, text, "text"))

    def _value(self, at: int) -> Generator[None, None, int]:
        """Read one document; its end. Raises ValueError where it is none."""
        text, stack, turn = self.text, list[Frame](), 0
        place: Place | None = self.place
        while True:
            turn += 1
            if turn % _TURN == 0:
                yield
            opening = text[at : at + 1]
            if opening and opening in "{[":
                frame = self._opened(opening, place, at)
                at = skip(text, at + 1)
                if not text.startswith(frame.closing, at):
                    stack.append(frame)
                    at, place = self._next(frame, at)
                    continue
                at += 1
            else:
                at = self._leaf(at, place, stack[-1] if stack else None)
            at, place = self._ended(at, stack)
            if not stack:
                return at

    def _ended(self, at: int, stack: list[Frame]) -> tuple[int, Place | None]:
        """A value has ended here: on to the next one, out of what ends with it; or the end, when nothing is open."""
        while stack:
            frame = stack[-1]
            frame.ends.append(at)
            after = AFTER.match(self.text, at)
            if after is None or after[1] not in (",", frame.closing):
                raise NotJson(at)
            if after[1] == ",":
                return self._next(frame, after.end())
            at = after.end(1)
            self._close(stack.pop(), at)
        return at, None

    def _opened(self, opening: str, place: Place | None, at: int) -> Frame:
        if place is not None and place.depth >= MAX_DEPTH - 1:
            return Frame(opening, None, at)
        frame = Frame(opening, place, None)
        if place is not None and opening == "[":
            frame.items = self._looks.items(place, None if place.columns else self._heading(at))
        return frame

    def _heading(self, at: int) -> list[Json] | None:
        """The strings of the list that the list there begins with, if another item follows."""
        at, cells = skip(self.text, at + 1), list[Json]()
        if not self.text.startswith("[", at):
            return None
        at = skip(self.text, at + 1)
        while self.text.startswith('"', at) and len(cells) <= MOST_COLUMNS:
            cell, end = string_at(self.text, at)
            cells.append(cell)
            after = AFTER.match(self.text, end)
            if after is None or after[1] == "}":
                return None
            at = after.end()
            if after[1] == "]":
                return cells if self.text.startswith(",", at) else None
        return None

    def _close(self, frame: Frame, at: int) -> None:
        if frame.hides is not None:
            shown = self._looks.unread(self.text[frame.hides : at])
            self.slots.append(Slot(frame.hides, at, shown, "whole"))

    def _next(self, frame: Frame, at: int) -> tuple[int, Place | None]:
        """The next item of a frame: where its value begins, and its place."""
        if frame.closing == "]":
            columns = frame.place.columns if frame.place else ()
            return at, columns[len(frame.ends)] if len(frame.ends) < len(columns) else frame.items
        plain = KEY.match(self.text, at)
        if plain is not None:
            key, end, value = plain[1], plain.end(1) + 1, plain.end()
        else:
            key, end, value = self._key(at)
        frame.starts.append(at)
        frame.keys.append((key, end))
        return value, None if frame.place is None else self._place(frame, frame.place, key)

    def _key(self, at: int) -> tuple[str, int, int]:
        """A key with escapes in it, its end, and where its value begins."""
        if not self.text.startswith('"', at):
            raise NotJson(at)
        key, end = string_at(self.text, at)
        colon = skip(self.text, end)
        if not self.text.startswith(":", colon):
            raise NotJson(colon)
        return readable(key), end, skip(self.text, colon + 1)

    def _place(self, frame: Frame, place: Place, key: str) -> Place | None:
        inner = self._looks.below(place, key)
        if inner.key_look is None and not inner.gone:
            return inner
        member, named = len(frame.keys) - 1, self._looks.name(key, inner)
        if named is not None:
            if not frame.named:
                self.maps.append(frame)
            frame.named[member] = named
        if not inner.gone:
            return inner
        shown = self._looks.whole(key, inner.field or 0)
        self.slots.append(Slot(frame.starts[-1], frame.keys[-1][1], shown, "whole", frame, member))
        return None

    def _leaf(self, at: int, place: Place | None, frame: Frame | None) -> int:
        """Note a value that is no object or array, if it is looked at; its end."""
        text = self.text
        kind: Kind = "whole"
        source: Text | Inner | str | Drop | None = None
        if text.startswith('"', at):
            value, end = string_at(text, at)
            if place is not None and value:
                kind, source = self._string(value if value.isascii() else readable(value), place)
        else:
            found = _SCALAR.match(text, at)
            if found is None:
                raise NotJson(at)
            end = found.end()
            source = None if place is None else self._number(found, place)
        if source is not None:
            member = len(frame.keys) - 1 if frame else 0
            self.slots.append(Slot(at, end, source, kind, frame, member))
        return end

    def _string(self, value: str, place: Place) -> tuple[Kind, "Text | Inner | str | Drop | None"]:
        if place.field is not None:
            return "whole", self._looks.whole(value, place.field)
        source = self._looks.source(value, place)
        return "whole" if isinstance(source, str) else "string", source

    def _number(self, found: re.Match[str], place: Place) -> "Text | str | Drop | None":
        literal = found[0]
        if place.field is None:
            return self._looks.number(literal, place) if found[1] else None
        if literal == "null":
            return None
        if found[1] and not literal.lstrip("-").isdigit() and isfinite(number := float(literal)):
            literal = dump(number).decode()  # as the same number outside of a text
        return self._looks.whole(literal, place.field)
