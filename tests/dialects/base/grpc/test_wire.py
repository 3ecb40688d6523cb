"""Is a protobuf message that has more than one reading refused, and every other one read?"""

import struct
from typing import Final

import pytest

from dialects.base.grpc.made import made
from support.tools.every import every
from vecgate.dialects.base.grpc.wire import Bounds, Walk, shape_of
from vecgate.refusals.errors import CallRefused

OUTER: Final = "made.Outer"


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def field(number: int, value: int | bytes) -> bytes:
    """A field as a number, or with a length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def deep(levels: int) -> bytes:
    inner = field(1, b"a")
    for _ in range(levels):
        inner = field(2, inner)
    return field(5, inner)


def pair(key: bytes | None, value: bytes) -> bytes:
    return field(7, (field(1, key) if key is not None else b"") + field(2, value))


TAKEN: Final = {
    "nothing at all": b"",
    "fields in another order": field(2, 7) + field(1, b"a"),
    "what says nothing, said once": field(1, b"") + field(2, 0),
    "numbers packed": field(3, struct.pack("<2f", 0.5, 1)) + field(4, varint(1) + varint(300)),
    "numbers one by one": b"".join(varint(3 << 3 | 5) + struct.pack("<f", x) for x in (0.5, 1)) + field(4, 1) + field(4, 300),
    "numbers in two lots": field(4, varint(1)) + field(4, varint(2)),
    "a number below 0 in ten bytes": field(4, varint(2**64 - 1)),
    "pairs in any order": pair(b"b", b"1") + pair(b"a", b"2"),
    "many messages": field(6, field(1, b"a")) * 3,
    "depth": deep(90),
    "one of two": field(9, 1),
}  # fmt: skip
REFUSED: Final = {
    "a field that nobody knows": (field(99, b"a"), "has a field 99"),
    "one below": (field(6, field(99, 1)), "a 'Inner' has a field 99"),
    "one in a pair": (field(7, field(1, b"a") + field(3, 1)), "has a field 3"),
    "field 0": (b"\x00\x00", "has a field 0"),
    "a text as a number": (field(1, 5), "of another type"),
    "a number as a text": (field(2, b"5"), "of another type"),
    "a message as a number": (field(5, 5), "of another type"),
    "a number in four bytes": (varint(2 << 3 | 5) + b"\0\0\0\0", "of another type"),
    "a group": (varint(5 << 3 | 3) + varint(5 << 3 | 4), "of another type"),
    "an end of a group": (varint(1 << 3 | 4), "of another type"),
    "a wire type that there is not": (varint(1 << 3 | 7), "of another type"),
    "a text twice": (field(1, b"a") + field(1, b"b"), "says field 1 twice"),
    "a text, and then none": (field(1, b"a") + field(1, b""), "says field 1 twice"),
    "a message twice": (field(5, field(1, b"a")) + field(5, field(2, b"")), "says field 5 twice"),
    "a text twice, below": (field(6, field(1, b"a") + field(1, b"b")), "says field 1 twice"),
    "both of two": (field(8, b"a") + field(9, 1), "beside one that it excludes"),
    "a pair twice": (pair(b"a", b"1") + pair(b"a", b"2"), "two pairs of one key"),
    "a pair without a key, and one of the key ''": (pair(None, b"1") + pair(b"", b"2"), "two pairs of one key"),
    "a length too long": (varint(1 << 3 | 2) + varint(200) + b"a", "cut off"),
    "a length beyond all": (varint(1 << 3 | 2) + varint(2**63), "cut off"),
    "a tag without a value": (varint(1 << 3 | 2), "cut off"),
    "a number without an end": (varint(2 << 3) + b"\x80", "cut off"),
    "four bytes that are three": (varint(14 << 3 | 5) + b"abc", "cut off"),
    "packed numbers that are cut": (field(3, b"abc"), "cut off"),
    "a number written too long": (varint(2 << 3) + b"\x81\x80\x00", "longer than it is"),
    "a tag written too long": (b"\x8a\x00" + b"\x01a", "longer than it is"),
    "a number of eleven bytes": (varint(2 << 3) + b"\xff" * 10 + b"\x01", "longer than 64 bits"),
    "a number above 64 bits": (varint(2 << 3) + b"\xff" * 9 + b"\x7f", "longer than it is"),
    "too deep": (deep(110), "nested too deep"),
    "no UTF-8": (field(1, b"\xff"), "it is no 'Outer'"),
}  # fmt: skip


@every("data", list(TAKEN.values()), ids=list(TAKEN))
def test_it_is_read(data: bytes) -> None:
    Walk(data, Bounds()).over(shape_of(made().new(OUTER).DESCRIPTOR, {}))
    assert made().read(OUTER, data) is not None


@every(("data", "words"), list(REFUSED.values()), ids=list(REFUSED))
def test_it_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        made().read(OUTER, data)


@every(("data", "words"), [one for one in REFUSED.values() if "it is no" not in one[1]])
def test_so_is_a_longer_one(data: bytes, words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        made().read(OUTER, field(10, b"\0" * 70_000) + data)


def test_values_are_counted_at_all_depths() -> None:
    data = field(6, field(1, b"a")) * 4
    shape = shape_of(made().new(OUTER).DESCRIPTOR, {})
    Walk(data, Bounds(values=8)).over(shape)
    with pytest.raises(CallRefused, match="too many values"):
        Walk(data, Bounds(values=7)).over(shape)


def test_a_message_of_messages_that_hold_nothing_is_counted_before_it_is_made() -> None:
    with pytest.raises(CallRefused, match="too many values"):
        made().read(OUTER, field(6, b"") * 500_001)
