"""What is a vector, as JSON has one? Told at the speed of the interpreter's own loops: answers hold a million numbers."""

from typing import Final

from vecgate.domain.call import Json

_NUMBERS: Final = frozenset({int, float})


def is_numbers(value: Json) -> bool:
    """Whether it is a list of numbers, and of at least one; true and false are none."""
    return isinstance(value, list) and value != [] and _NUMBERS.issuperset(map(type, value))
