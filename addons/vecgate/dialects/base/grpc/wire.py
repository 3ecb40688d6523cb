"""Can the bytes of a protobuf message be read in one way only? Every field known, of its own wire type, and said once.

Servers drop fields that they do not know, and those of another wire type as if they were unknown; of a field that stands
twice the last one wins, and messages that stand twice are merged. So what has more than one reading is refused here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Never

from vecgate.parsing.saying import unreadable
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

VARINT, FIXED64, LENGTH, GROUP, GROUP_END, FIXED32 = range(6)
_LONGEST: Final = 10  # bytes of a varint of 64 bits
#: By `FieldDescriptor.type`: how a value of it goes over the wire; what is not here has a length.
_WIRE: Final[Mapping[int, int]] = {
    1: FIXED64, 2: FIXED32, 3: VARINT, 4: VARINT, 5: VARINT, 6: FIXED64, 7: FIXED32, 8: VARINT, 13: VARINT,
    14: VARINT, 15: FIXED32, 16: FIXED64, 17: VARINT, 18: VARINT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bounds:
    """How deep messages may be nested, and how many values one may hold at all depths: each weighs more than its bytes."""

    depth: int = 96
    values: int = 500_000


class TooMany(CallRefused):
    """A message holds more values than one may."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a field: its wire type, whether it stands once, may be packed; the message or the pairs in it."""

    wire: int
    once: int  # what may stand once: the number of the field, or of the first of its `oneof`; 0: it may stand often
    packed: bool
    shape: "Shape | None" = None
    pairs: bool = False


@dataclass(slots=True)
class Shape:
    """The fields that a message may have, by number."""

    name: str
    fields: dict[int, Known] = field(default_factory=dict)


def shape_of(descriptor: Any, made: dict[str, Shape]) -> Shape:
    """The shape of a message; `made` holds those of all that it needs, as messages may hold themselves."""
    if (found := made.get(descriptor.full_name)) is not None:
        return found
    shape = made[descriptor.full_name] = Shape(descriptor.name)
    for one in descriptor.fields:
        wire, inner = _WIRE.get(one.type, LENGTH), None
        if one.message_type is not None:
            inner = shape_of(one.message_type, made)
        oneof = one.containing_oneof
        once = 0 if one.is_repeated else oneof.fields[0].number if oneof is not None else one.number
        pairs = inner is not None and bool(one.message_type.GetOptions().map_entry)
        shape.fields[one.number] = Known(wire, once, one.is_repeated and wire != LENGTH, inner, pairs)
    return shape


class Walk:
    """One walk over a message. Raises CallRefused (`body.unreadable`), and never quotes what stands there."""

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        self._data, self._depth, self._left = data, bounds.depth, bounds.values

    def over(self, shape: Shape) -> None:
        """Look at all of it."""
        self._message(shape, 0, len(self._data), self._depth)

    def _message(self, shape: Shape, at: int, end: int, depth: int) -> None:
        if not depth:
            unreadable("its messages are nested too deep")
        data = self._data
        seen: set[int] = set()  # `set[int]()` would try to note its type at the set, and there are many messages
        keys: set[tuple[int, bytes]] = set()
        while at < end:
            tag = data[at]
            at += 1
            if tag > 127:
                tag, at = self._varint(at - 1, end)
            known = self._known(shape, tag >> 3, seen)
            start, at = self._value(shape, known, tag, at, end)
            if known.shape is not None:
                self._message(known.shape, start, at, depth - 1)
                if known.pairs:
                    self._apart(shape, tag >> 3, start, at, keys)

    def _known(self, shape: Shape, number: int, seen: set[int]) -> Known:
        known = shape.fields.get(number)
        if known is None:
            unreadable(f"a '{shape.name}' has a field {number}, which is not known")
        self._left -= 1
        if self._left < 0:
            raise TooMany(refuse("body.unreadable", cause="said", detail="it holds too many values"))
        if known.once:
            if known.once in seen:
                unreadable(f"a '{shape.name}' says field {number} twice, or beside one that it excludes")
            seen.add(known.once)
        return known

    def _value(self, shape: Shape, known: Known, tag: int, at: int, end: int) -> tuple[int, int]:
        """Where a value starts, and where it ends."""
        wire = tag & 7
        if wire != known.wire:
            if wire != LENGTH or not known.packed:
                unreadable(f"field {tag >> 3} of a '{shape.name}' is of another type")
            start, stop = self._length(at, end)
            self._many(known.wire, start, stop)
            return start, stop
        if wire == VARINT:
            return at, self._varint(at, end)[1]
        start, stop = self._length(at, end) if wire == LENGTH else (at, at + (8 if wire == FIXED64 else 4))
        if stop > end:
            _cut()
        return start, stop

    def _length(self, at: int, end: int) -> tuple[int, int]:
        size = self._data[at] if at < end else _cut()
        at += 1
        if size > 127:
            size, at = self._varint(at - 1, end)
        if at + size > end:
            _cut()
        return at, at + size

    def _many(self, wire: int, at: int, end: int) -> None:
        """Packed values: numbers weigh no more than their bytes, so only their form is looked at."""
        if wire == VARINT:
            while at < end:
                at = self._varint(at, end)[1] if self._data[at] > 127 else at + 1
        elif (end - at) % (8 if wire == FIXED64 else 4):
            _cut()

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        data, value = self._data, 0
        for place in range(_LONGEST):
            if at + place >= end:
                _cut()
            byte = data[at + place]
            value |= (byte & 127) << (7 * place)
            if byte < 128:
                if (place and not byte) or value >> 64:
                    unreadable("a number in it is written longer than it is")
                return value, at + place + 1
        unreadable("a number in it is longer than 64 bits")

    def _apart(self, shape: Shape, number: int, start: int, end: int, keys: set[tuple[int, bytes]]) -> None:
        """Keys of pairs must be apart: the last one would win. The key has field 1, the value field 2."""
        key, at, data = b"", start, self._data
        while at < end:
            tag, at = data[at], at + 1
            begin = at
            at = self._varint(at, end)[1] if tag & 7 == VARINT else self._skip(tag & 7, at, end)
            if tag >> 3 == 1:
                key = data[begin:at]
        if not key.strip(b"\0"):
            key = b""  # left out, or written as what it is if it is left out
        if (number, key) in keys:
            unreadable(f"a '{shape.name}' has two pairs of one key in field {number}")
        keys.add((number, key))

    def _skip(self, wire: int, at: int, end: int) -> int:
        return self._length(at, end)[1] if wire == LENGTH else at + (8 if wire == FIXED64 else 4)


def _cut() -> Never:
    unreadable("it is cut off, or a length in it is wrong")
