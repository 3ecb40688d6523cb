"""Which vectors does a search bring (`PlaceholderGroup`)? As lists of numbers, whatever they are made of, and back."""

import struct
from collections.abc import Callable, Mapping
from typing import Final

from vecgate.dialects.base.grpc.messages import Message, Messages, printed
from vecgate.dialects.milvus.grpc import cells
from vecgate.dialects.milvus.grpc.words import NUMBERS, TYPES
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

GROUP: Final = "milvus.PlaceholderGroup"
TEXT: Final = "VarChar"
#: Kinds that are lists of numbers in JSON; of others the value itself says what it is.
NUMBERED: Final = ("FloatVector", "Float16Vector", "BFloat16Vector", "Int8Vector", "BinaryVector")


def _numbers(form: str) -> Callable[[bytes], list[Json]]:
    size = struct.calcsize(f"<{form}")

    def read(data: bytes) -> list[Json]:
        if not data or len(data) % size:
            raise ValueError("a vector that is cut off")
        return cells.finite(struct.unpack(f"<{len(data) // size}{form}", data))

    return read


def _halves(data: bytes) -> list[Json]:
    """Numbers of which the first half is kept."""
    if not data or len(data) % 2:
        raise ValueError("a vector that is cut off")
    wide = b"".join(b"\0\0" + data[at : at + 2] for at in range(0, len(data), 2))
    return cells.finite(struct.unpack(f"<{len(data) // 2}f", wide))


def _put_halves(value: list[Json]) -> bytes:
    wide = struct.pack(f"<{len(value)}f", *value)
    return b"".join(wide[at + 2 : at + 4] for at in range(0, len(wide), 4))


_READ: Final[Mapping[str, Callable[[bytes], Json]]] = {
    "FloatVector": _numbers("f"), "Float16Vector": _numbers("e"), "BFloat16Vector": _halves,
    "Int8Vector": _numbers("b"), "BinaryVector": _numbers("B"), "SparseFloatVector": cells.sparse,
    TEXT: lambda data: data.decode(),
}  # fmt: skip
_FORMS: Final[Mapping[str, str]] = {"FloatVector": "f", "Float16Vector": "e", "Int8Vector": "b", "BinaryVector": "B"}


def read(messages: Messages, data: bytes) -> tuple[str, list[Json]]:
    """The kind of the vectors of a search, and each of them. Raises CallRefused."""
    group = messages.read(GROUP, data)
    if len(group.placeholders) != 1:
        unreadable("a search must bring its vectors in one placeholder")
    one: Message = group.placeholders[0]
    kind = TYPES.get(one.type, "")
    if kind not in _READ:
        unreadable("vectors of a kind that is not spoken here")
    try:
        found = [_READ[kind](value) for value in one.values]
    except (ValueError, struct.error):
        unreadable(f"a vector is no '{kind}'")
    if not found:
        unreadable("a search must bring a vector")
    return kind, found


def group(messages: Messages, kind: str, vectors: list[Json]) -> bytes:
    """The same printed. Raises CallRefused for what is none of that kind."""
    made = messages.new(GROUP)
    one = made.placeholders.add(tag="$0", type=NUMBERS[kind])
    try:
        one.values.extend(_bytes(kind, value) for value in vectors)
    except (ValueError, TypeError, struct.error):
        unreadable(f"a vector is no '{kind}'")
    return printed(made)


def _bytes(kind: str, value: Json) -> bytes:
    if isinstance(value, dict):
        return cells.unsparse(value)
    if isinstance(value, str):
        return value.encode()
    if not isinstance(value, list):
        raise TypeError("no vector")
    return _put_halves(value) if kind == "BFloat16Vector" else struct.pack(f"<{len(value)}{_FORMS[kind]}", *value)


def kind_of(told: str, vectors: list[Json]) -> str:
    """The kind that was told, or what the values say by themselves."""
    first = vectors[0] if vectors else None
    if isinstance(first, dict):
        return "SparseFloatVector"
    return TEXT if isinstance(first, str) else told if told in NUMBERED else "FloatVector"
