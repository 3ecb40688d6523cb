"""What is one value of a column as JSON, and back? Vectors, arrays and JSON as REST shows them in records."""

import base64
import binascii
import struct
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.domain.call import Json
from vecgate.parsing import strict_json

#: By type: under which name a column, or an array, has its values; types that share one are told apart by range.
SCALARS: Final[Mapping[str, str]] = {
    "Bool": "bool_data", "Int8": "int_data", "Int16": "int_data", "Int32": "int_data", "Int64": "long_data",
    "Float": "float_data", "Double": "double_data", "String": "string_data", "VarChar": "string_data",
    "Text": "string_data", "Array": "array_data", "JSON": "json_data", "Geometry": "geometry_wkt_data",
    "Timestamptz": "timestamptz_data",
}  # fmt: skip
VECTORS: Final[Mapping[str, str]] = {
    "BinaryVector": "binary_vector", "FloatVector": "float_vector", "Float16Vector": "float16_vector",
    "BFloat16Vector": "bfloat16_vector", "SparseFloatVector": "sparse_float_vector", "Int8Vector": "int8_vector",
}  # fmt: skip
#: How many bits a number of a vector takes, where a column has them one after the other as bytes.
BITS: Final[Mapping[str, int]] = {"BinaryVector": 1, "Float16Vector": 16, "BFloat16Vector": 16, "Int8Vector": 8}
#: What REST calls the values of an array, by the name that they have here.
_ARRAYS: Final[Mapping[str, str]] = {
    "bool_data": "BoolData", "int_data": "IntData", "long_data": "LongData", "float_data": "FloatData",
    "double_data": "DoubleData", "string_data": "StringData",
}  # fmt: skip
_ARRAY_NAMES: Final = {there: here for here, there in _ARRAYS.items()}
_PAIR: Final = struct.Struct("<If")


def finite(values: Sequence[float]) -> list[Json]:
    """Numbers that JSON can say. Raises ValueError."""
    if not isfinite(sum(values)) and not all(map(isfinite, values)):
        raise ValueError("a number that is none")
    return [*values]


# JSON


def json_of(data: bytes) -> Json:
    """JSON that has one reading. Raises ValueError."""
    return strict_json.parse(data)


# vectors


def packed(kind: str, data: bytes, dim: int) -> list[Json]:
    """The vectors of a column that has them as bytes, one after the other: numbers, or a text in base64."""
    size = dim * BITS[kind] // 8
    if dim < 1 or (dim * BITS[kind]) % 8 or len(data) % size:
        raise ValueError("vectors of another length")
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    if kind == "Int8Vector":
        return [[*struct.unpack(f"{size}b", one)] for one in parts]
    return [base64.b64encode(one).decode() for one in parts]


def unpacked(kind: str, value: Json) -> bytes:
    """One vector as bytes. Raises ValueError."""
    if kind == "Int8Vector":
        numbers = [one for one in value if type(one) is int] if isinstance(value, list) else []
        if not numbers or not isinstance(value, list) or len(numbers) != len(value):
            raise ValueError("a vector of other numbers")
        try:
            return struct.pack(f"{len(numbers)}b", *numbers)
        except struct.error as e:
            raise ValueError("a vector of larger numbers") from e
    if not isinstance(value, str) or not value:
        raise ValueError("no vector in base64")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as e:
        raise ValueError("no vector in base64") from e


def sparse(data: bytes) -> Json:
    """A sparse vector, by places that grow. Raises ValueError."""
    if len(data) % _PAIR.size:
        raise ValueError("a sparse vector that is cut off")
    pairs = list(_PAIR.iter_unpack(data))
    finite([value for _, value in pairs])
    if any(one >= other for (one, _), (other, _) in pairwise(pairs)):
        raise ValueError("a sparse vector whose places do not grow")
    return {str(place): value for place, value in pairs}


def unsparse(value: Json) -> bytes:
    """A sparse vector as bytes. Raises ValueError."""
    try:
        pairs = sorted((int(place), number) for place, number in value.items())  # type: ignore[union-attr]
        return b"".join(_PAIR.pack(place, number) for place, number in pairs)
    except (struct.error, TypeError, AttributeError) as e:
        raise ValueError("no sparse vector") from e


# arrays


def array(one: Message) -> Json:
    """An array as REST shows it in a record: by the type of what it holds."""
    kind = one.WhichOneof("data")
    if kind is None:
        return {"Data": None}
    if kind not in _ARRAYS:
        raise ValueError("an array of something else")
    data = getattr(one, kind).data
    return {"Data": {_ARRAYS[kind]: {"data": finite(data) if kind.startswith(("float", "double")) else [*data]}}}


def members(one: Message) -> Json:
    """An array as REST takes it in a record: a list."""
    kind = one.WhichOneof("data")
    if kind is None:
        return []
    if kind not in _ARRAYS:
        raise ValueError("an array of something else")
    data = getattr(one, kind).data
    return finite(data) if kind.startswith(("float", "double")) else [*data]


def put_array(one: Message, value: Json) -> None:
    """An array that an answer shows. Raises ValueError."""
    found = _listed(value)
    if found is not None:
        put_list(one, *found)


def bare(value: Json) -> Json:
    """An array that an answer shows, as JSON has one: for values that are not of its type any more. Raises ValueError."""
    found = None if value is None else _listed(value)
    return value if value is None else [] if found is None else found[1]


def _listed(value: Json) -> tuple[str, list[Json]] | None:
    """The kind and the values of an array; None: it has none. Raises ValueError."""
    data = value.get("Data") if isinstance(value, dict) and [*value] == ["Data"] else 0
    if data is None:
        return None
    if not isinstance(data, dict) or len(data) != 1:
        raise ValueError("no array")
    ((kind, inner),) = data.items()
    listed = inner.get("data") if isinstance(inner, dict) else None
    if kind not in _ARRAY_NAMES or not isinstance(listed, list):
        raise ValueError("no array")
    return _ARRAY_NAMES[kind], listed


def put_list(one: Message, kind: str, values: list[Json]) -> None:
    """The values of an array, or of a column, each of which must be of its type. Raises ValueError."""
    if not all(map(_FITS[kind], values)):
        raise ValueError("a value of another type")
    try:
        getattr(one, kind).data.extend(values)
    except (TypeError, ValueError, OverflowError) as e:
        raise ValueError("a value of another type") from e


def _is_whole(value: Json) -> bool:
    return type(value) is int


def _is_number(value: Json) -> bool:
    return type(value) in (int, float)


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


_FITS: Final[Mapping[str, Callable[[Json], bool]]] = {
    "bool_data": lambda value: isinstance(value, bool), "int_data": _is_whole, "long_data": _is_whole,
    "float_data": _is_number, "double_data": _is_number, "string_data": _is_text, "geometry_wkt_data": _is_text,
    "timestamptz_data": _is_whole, "float_vector": _is_number,
}  # fmt: skip
#: What stands in a column where a record has no value, beside a mark that it has none.
EMPTY: Final[Mapping[str, Json]] = {
    "bool_data": False, "int_data": 0, "long_data": 0, "float_data": 0.0, "double_data": 0.0, "string_data": "",
    "geometry_wkt_data": "", "timestamptz_data": 0,
}  # fmt: skip
