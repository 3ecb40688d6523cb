"""What is an operator? It is given what was found, and as what; it gives what is shown instead."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final, Literal


class Instead(Enum):
    """What can become of a place other than a text: it goes away with its key, or the whole answer is refused."""

    DROP = "drop"
    BLOCK = "block"


DROP: Final = Instead.DROP
BLOCK: Final = Instead.BLOCK

#: What stands in a text's place: another text, or nothing.
type Shown = str | Literal[Instead.DROP]
#: (found text, entity) -> shown text. Never shows the found text, except `keep`.
type Operator = Callable[[str, str], str | Instead]
type Params = Mapping[str, int | str]
type Build = Callable[[Params, bytes], Operator]


def number(params: Params, name: str, default: int) -> int:
    """A whole-number parameter. Raises ValueError for anything else."""
    value = params.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"'{name}' must be a whole number")
    return value


def words(params: Params, name: str, default: str) -> str:
    """A text parameter. Raises ValueError for anything else."""
    value = params.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"'{name}' must be a text")  # noqa: TRY004  # one kind of error for all
    return value
