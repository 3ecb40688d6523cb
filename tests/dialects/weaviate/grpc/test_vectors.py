"""Are vectors of bytes the numbers that they were made of?"""

import struct

import pytest

from vecgate.dialects.weaviate.grpc import vectors
from vecgate.refusals.errors import CallRefused


def test_numbers_come_back_as_they_went() -> None:
    one, two = struct.pack("<3f", 0.5, -1, 3), struct.pack("<H4f", 2, 0.5, 1, 2, 3)
    assert vectors.read(1, one) == vectors.read(0, one) == [0.5, -1.0, 3.0]
    assert vectors.read(2, two) == [[0.5, 1.0], [2.0, 3.0]]
    assert (vectors.data_of([0.5, -1, 3]), vectors.data_of([[0.5, 1], [2, 3]])) == (one, two)
    tenth = struct.pack("<f", 0.1)
    assert vectors.data_of(vectors.single(tenth)) == tenth


def test_what_is_no_vector_is_refused() -> None:
    for kind, data in (
        (1, b""),
        (1, b"abc"),
        (1, struct.pack("<f", float("inf"))),
        (2, b"\0\0"),
        (2, b"\1\0abc"),
        (7, b"abcd"),
    ):
        with pytest.raises(CallRefused, match=r"body\.unreadable"):
            vectors.read(kind, data)
    for value in ([[1.0], [1.0, 2.0]], ["a"], [1e300]):
        with pytest.raises(ValueError, match="vector"):
            vectors.data_of(value)


def test_what_is_stored_is_told_whatever_it_is() -> None:
    assert vectors.floats(struct.pack("<2f", float("nan"), 1)) == [0.0, 1.0]
    for kind, data in ((1, b"abc"), (2, b"\0\0abcd"), (2, b"")):
        with pytest.raises(ValueError, match=r"vector|numbers"):
            vectors.stored(kind, data)
