"""Which number over gRPC is which word over REST? Types, levels, states: tables, each read both ways."""

from collections.abc import Mapping
from typing import Final

from vecgate.parsing.forms import unreadable

TYPES: Final[Mapping[int, str]] = {
    1: "Bool", 2: "Int8", 3: "Int16", 4: "Int32", 5: "Int64", 10: "Float", 11: "Double", 20: "String", 21: "VarChar",
    22: "Array", 23: "JSON", 24: "Geometry", 25: "Text", 26: "Timestamptz", 100: "BinaryVector", 101: "FloatVector",
    102: "Float16Vector", 103: "BFloat16Vector", 104: "SparseFloatVector", 105: "Int8Vector", 106: "ArrayOfVector",
    200: "ArrayOfStruct", 201: "Struct",
}  # fmt: skip
NUMBERS: Final[Mapping[str, int]] = {name: number for number, name in TYPES.items()}
LEVELS: Final = ("Strong", "Session", "Bounded", "Eventually", "Customized")
LOADED: Final = ("LoadStateNotExist", "LoadStateNotLoad", "LoadStateLoading", "LoadStateLoaded")
INDEXED: Final = ("IndexStateNone", "Unissued", "InProgress", "Finished", "Failed", "Retry")
COMPACTED: Final = ("UndefiedState", "Executing", "Completed")


def type_of(number: int) -> str:
    """The word for a type. Raises CallRefused."""
    if number not in TYPES:
        unreadable(f"a type of number {number} is not known")
    return TYPES[number]


def word(words: tuple[str, ...], number: int) -> str:
    """One of a few words. Raises ValueError."""
    if not 0 <= number < len(words):
        raise ValueError("a number that stands for nothing")
    return words[number]
