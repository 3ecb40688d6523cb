"""Are the vectors of a search lists of numbers, whatever they are made of, and are they sent as they came?"""

import struct
from typing import Any

import pytest

from dialects.milvus.grpc.asked import MESSAGES, message
from support.tools.every import every
from vecgate.dialects.milvus.grpc.placeholders import group, kind_of, read
from vecgate.dialects.milvus.grpc.words import NUMBERS
from vecgate.refusals.errors import CallRefused


def group_of(kind: int, *values: bytes, tag: str = "$0") -> bytes:
    made = message("PlaceholderGroup")
    made.placeholders.add(tag=tag, type=kind, values=values)
    return bytes(made.SerializeToString())


@every(
    ("kind", "data", "there"),
    [
        ("FloatVector", struct.pack("<2f", 0.5, -1), [0.5, -1.0]),
        ("Float16Vector", struct.pack("<2e", 0.1, 1), [struct.unpack("<e", struct.pack("<e", 0.1))[0], 1.0]),
        ("BFloat16Vector", b"\x00\x3f\x80\x3f", [0.5, 1.0]),
        ("Int8Vector", b"\x01\xff", [1, -1]),
        ("BinaryVector", b"\x01\xff", [1, 255]),
        ("SparseFloatVector", struct.pack("<If", 3, 0.5), {"3": 0.5}),
        ("VarChar", "größe".encode(), "größe"),
    ],
)
def test_vectors_go_there_and_back(kind: str, data: bytes, there: Any) -> None:
    came = group_of(NUMBERS[kind], data, data)
    told, found = read(MESSAGES, came)
    assert (told, found) == (kind, [there, there])
    assert group(MESSAGES, kind_of(told, found), found) == came


@every(
    ("data", "words"),
    [
        (group_of(101), "must bring a vector"),
        (group_of(101, b"abc"), "no 'FloatVector'"),
        (group_of(101, struct.pack("<f", float("nan"))), "no 'FloatVector'"),
        (group_of(21, b"\xff"), "no 'VarChar'"),
        (group_of(301, b"\0\0\0\0"), "not spoken here"),
        (group_of(5, b"\0\0\0\0"), "not spoken here"),
        (group_of(101, b"\0\0\0\0") * 2, "in one placeholder"),
        (b"", "in one placeholder"),
        (b"\x12\x01a", "has a field 2"),
    ],
)
def test_what_is_no_vector_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        read(MESSAGES, data)


def test_the_value_says_what_it_is_where_the_kind_is_another() -> None:
    assert kind_of("FloatVector", ["a"]) == "VarChar"
    assert kind_of("", [{"3": 0.5}]) == "SparseFloatVector"
    assert kind_of("", [[0.5]]) == kind_of("nonsense", []) == "FloatVector"
