"""What is an operator? It is given what was found, and as what; it gives what is shown instead."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from vecgate.domain.profiles import ENTITIES


class Drop(Enum):
    """Nothing is shown: the field goes away, with its key."""

    DROP = "drop"


class Block(Enum):
    """Nothing at all is shown: the whole answer is refused."""

    BLOCK = "block"


DROP: Final = Drop.DROP
BLOCK: Final = Block.BLOCK

type Shown = str | Drop | Block
#: (found text, entity) -> what is shown. Never shows the found text, except `keep`.
type Operator = Callable[[str, str], Shown]
type Params = Mapping[str, int | str]
type Build = Callable[[Params, bytes], Operator]
#: What marks say of what was found, as a part of a pattern.
KINDS: Final = "|".join([*ENTITIES, "FIELD", "UNSERVED"])


@dataclass(frozen=True, slots=True)
class MarkForm:
    """What a mark looks like, a pattern; and parts of which each such text has one: quick to look for.

    No parts: any text may hold such a mark.
    """

    pattern: str
    parts: tuple[str, ...] = ()


type MarkFormOf = Callable[[Params], MarkForm | None]
#: Nothing tells that it is a mark: any digit may be one, of a number, too.
SHAPELESS: Final = MarkForm("[0-9]")


class PerAnswer(ABC):
    """An operator that remembers what it was given. It does so within one answer only: each gets a fresh one."""

    @abstractmethod
    def __call__(self, text: str, entity: str) -> Shown:
        """What is shown where nothing is remembered."""

    @abstractmethod
    def fresh(self) -> Operator:
        """The operator for one answer."""


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


def flag(params: Params, name: str) -> bool:
    """A parameter that is true or false; left out, it is false. Raises ValueError for anything else."""
    value = params.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"'{name}' must be true or false")  # noqa: TRY004  # one kind of error for all
    return value
