"""Is every value of a column one of JSON, and back, and what is none refused?"""

import struct
from typing import Any

import pytest

from dialects.milvus.grpc.asked import message
from support.tools.every import every
from vecgate.dialects.milvus.grpc import cells

NAN, INF = float("nan"), float("inf")


def test_numbers_that_json_cannot_say_are_none() -> None:
    assert cells.finite([0.5, -1.0]) == [0.5, -1.0]
    assert cells.finite([1e308, 1e308]) == [1e308, 1e308]  # though their sum is none
    for values in ([NAN], [1.0, INF], [INF, -INF]):
        with pytest.raises(ValueError, match="a number that is none"):
            cells.finite(values)


@every(
    ("kind", "data", "dim", "there"),
    [
        ("BinaryVector", b"\x01\xff\x02\x03", 16, ["Af8=", "AgM="]),
        ("Float16Vector", struct.pack("<2e", 0.5, 1), 2, ["ADgAPA=="]),
        ("BFloat16Vector", b"\x00\x3f", 1, ["AD8="]),
        ("Int8Vector", b"\x01\xff", 2, [[1, -1]]),
    ],
)
def test_vectors_of_bytes_go_there_and_back(kind: str, data: bytes, dim: int, there: list[Any]) -> None:
    assert cells.packed(kind, data, dim) == there
    assert b"".join(cells.unpacked(kind, one) for one in there) == data


def test_vectors_that_do_not_fit_their_length_are_none() -> None:
    for kind, data, dim in (("BinaryVector", b"\x01", 16), ("BinaryVector", b"\x01", 7), ("Int8Vector", b"\x01", 0)):
        with pytest.raises(ValueError, match="another length"):
            cells.packed(kind, data, dim)
    for kind, value in (
        ("Int8Vector", [1, 300]),
        ("Int8Vector", [0.5]),
        ("BinaryVector", "no base64!"),
        ("BinaryVector", 1),
    ):
        with pytest.raises(ValueError, match="vector"):
            cells.unpacked(kind, value)


def test_sparse_vectors_go_there_and_back_by_places_that_grow() -> None:
    data = struct.pack("<IfIf", 3, 0.5, 7, 0.25)
    assert cells.sparse(data) == {"3": 0.5, "7": 0.25}
    assert cells.unsparse({"7": 0.25, "3": 0.5}) == data
    for odd in (
        data[:5],
        struct.pack("<IfIf", 7, 0.5, 3, 0.25),
        struct.pack("<IfIf", 3, 0.5, 3, 0.25),
        struct.pack("<If", 3, NAN),
    ):
        with pytest.raises(ValueError, match=r"sparse|none"):
            cells.sparse(odd)
    for value in ([1], "a", {"a": 0.5}, {"3": "x"}):
        with pytest.raises(ValueError, match=r"sparse|invalid literal"):
            cells.unsparse(value)


def test_arrays_are_shown_as_rest_shows_them_and_taken_as_it_takes_them() -> None:
    made = message("ScalarField")
    made.long_data.data.extend([1, 2])
    shown = {"Data": {"LongData": {"data": [1, 2]}}}
    assert (cells.array(made), cells.members(made)) == (shown, [1, 2])
    back = message("ScalarField")
    cells.put_array(back, shown)
    assert back == made
    empty = message("ScalarField")
    cells.put_array(empty, {"Data": None})
    assert (cells.array(empty), cells.members(empty)) == ({"Data": None}, [])


def test_a_value_of_another_type_is_refused() -> None:
    for kind, value in (
        ("long_data", "1"),
        ("long_data", True),
        ("bool_data", 1),
        ("string_data", 1),
        ("int_data", 2**40),
        ("double_data", "1"),
    ):
        with pytest.raises(ValueError, match="another type"):
            cells.put_list(message("ScalarField"), kind, [value])
    for odd in (
        [1],
        {"Data": {"A": {}, "B": {}}},
        {"Data": {"LongData": 1}},
        {"Data": {"Other": {"data": []}}},
        "[REDACTED]",
    ):
        with pytest.raises(ValueError, match="no array"):
            cells.put_array(message("ScalarField"), odd)
