"""Which small shapes do dialects answer in? A read with its records, the room of one request, the entries of a list."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.operation import Operation

#: Asks the same server something with the gateway's own credential.
type Ask = Callable[[Call], Awaitable[Answer]]

#: Told before the server is asked what a call can mean: every operation it could be. One with names is decided on by
#: them; an `unnamed` one by what does not depend on them. Raises CallRefused where none of them could be allowed.
type May = Callable[..., Awaitable[None]]


async def may_ask(*_could_be: Operation) -> None:
    """Asks for everybody: what an offline reader of requests uses."""


#: Of operations on one thing each: whose caller may know of it. What a pattern finds besides is not there for them.
type Sees = Callable[[Sequence[Operation]], Awaitable[list[bool]]]


async def sees_all(each: Sequence[Operation]) -> list[bool]:
    """Sees for everybody: what an offline reader of requests uses."""
    return [True] * len(each)


#: What becomes of a route where a rule opens some rows only: see `Dialect.scope_of`.
type Scope = Literal["kept", "whole", "refused"]


class Read(NamedTuple):
    """A read, and its answer, some records at a time."""

    operation: Operation
    records: Iterator[Json]


class Room(NamedTuple):
    """What one request may weigh: bytes, JSON values, objects and arrays, and characters that must be analysed."""

    body: int
    values: int
    containers: int
    text: int


class Listing(NamedTuple):
    """The entries of an answer, and for each the operation that would show it alone."""

    items: list[Json]
    about: tuple[Operation, ...]
