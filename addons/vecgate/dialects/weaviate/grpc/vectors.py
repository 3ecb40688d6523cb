"""How do vectors stand in bytes? 32-bit floats one after the other; of several, the first two bytes say how long each is."""

import math
import struct
import sys
from array import array
from collections.abc import Iterable
from typing import Any, Final

from vecgate.dialects.weaviate.values import list_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

SINGLE: Final = 1
MULTI: Final = 2
_FLOAT: Final = 4
_HEAD: Final = 2


def single(data: bytes) -> list[Json]:
    """The numbers of one vector. Raises CallRefused."""
    if len(data) % _FLOAT or not data:
        unreadable("the bytes of a vector are not those of 32-bit numbers")
    return finite(_floats(data))


def finite(numbers: Iterable[float]) -> list[Json]:
    """Numbers that JSON has a word for. Raises CallRefused."""
    found = [*numbers]
    if not math.isfinite(sum(found)):
        unreadable("a vector holds what is no number, or numbers too large to be added")
    return [*found]


def _floats(data: bytes) -> list[float]:
    numbers = array("f", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()


def floats(data: bytes) -> list[Json]:
    """The numbers of a vector that is stored, whatever they are. Raises ValueError for bytes that are none."""
    if len(data) % _FLOAT:
        raise ValueError("numbers that are cut off")
    found: list[Json] = [one if math.isfinite(one) else 0.0 for one in _floats(data)]
    return found


def stored(kind: int, data: bytes) -> list[Json]:
    """A vector that is stored, or several. Raises ValueError for bytes that are none."""
    if kind != MULTI:
        return floats(data)
    size = int.from_bytes(data[:_HEAD], "little") * _FLOAT
    if not size:
        raise ValueError("vectors of no length")
    return [floats(data[at : at + size]) for at in range(_HEAD, len(data), size)]


def several(data: bytes) -> list[Json]:
    """The vectors of a list of them. Raises CallRefused."""
    size = int.from_bytes(data[:_HEAD], "little")
    if len(data) <= _HEAD or not size or (len(data) - _HEAD) % (size * _FLOAT):
        unreadable("the bytes of several vectors are not as many as their length says")
    step = size * _FLOAT
    return [single(data[at : at + step]) for at in range(_HEAD, len(data), step)]


def read(kind: int, data: bytes) -> list[Json]:
    """One vector, or a list of some, by the kind that is said. Raises CallRefused."""
    if kind not in (0, SINGLE, MULTI):
        unreadable("a vector is of a kind that is not known")
    return several(data) if kind == MULTI else single(data)


def is_many(value: Json) -> bool:
    """Whether it is a list of vectors."""
    found = list_of(value)
    return bool(found) and isinstance(found[0], list)


def data_of(value: Json) -> bytes:
    """The bytes of a vector, or of a list of some. Raises ValueError for what is none."""
    if not is_many(value):
        return _packed(value)
    many = list_of(value)
    size = len(list_of(many[0]))
    if any(len(list_of(one)) != size for one in many) or size >= 1 << 16:
        raise ValueError("vectors of several lengths")
    return size.to_bytes(_HEAD, "little") + b"".join(map(_packed, many))


def _packed(value: Json) -> bytes:
    found = list_of(value)
    try:
        return struct.pack(f"<{len(found)}f", *found)
    except (struct.error, OverflowError) as e:
        raise ValueError("no vector of 32-bit numbers") from e


def put(into: Any, name: str, value: Json) -> None:
    """One more of `Vectors` in a repeated field."""
    into.add(name=name, vector_bytes=data_of(value), type=MULTI if is_many(value) else SINGLE)
