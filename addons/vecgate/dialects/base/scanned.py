"""What must a dialect tell for `vecgate scan`? How a sample is read, and each record alone: by itself it tells none.

A dialect that leaves these out has no call that is a scan, so none of it is allowed.
"""

from collections.abc import Callable, Generator, Iterator
from typing import ClassVar, Final

from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation

#: The most records that one call of a scan may ask for.
MOST: Final = 1000
_PARTS: Final = 20
_SMALLEST: Final = 10

#: A random number from 0 to below the given one.
type Draw = Callable[[int], int]


class Scanned:
    """A part of `Dialect`. `stored_at`: the keys of an answer under which a record's own fields are."""

    stored_at: ClassVar[tuple[str, ...]] = ()

    def sample(
        self, tenant: str, database: str, collection: str, most: int, draw: Draw
    ) -> Generator[Call, Json, int] | None:
        """The calls that count a collection and read so many of its records, spread over it; gives how many it has.

        Each wants its answer sent back. None where that cannot be done. Sending raises ValueError for an answer that is
        none of the database's.
        """
        return None

    def samples(self, call: Call) -> bool:
        """Whether a call is one of those that count or read a sample: whatever its caller chose, it chose no records."""
        return False

    def singly(self, operation: Operation, tree: Json) -> list[Json] | None:
        """Each record of a sample, as an answer that holds it alone; None for the answer to a count.

        Raises ValueError for an answer that is none of these.
        """
        raise ValueError("an answer that is no sample")


def spread(total: int, most: int, draw: Draw) -> Iterator[tuple[int, int]]:
    """Offsets and limits that read `most` of `total` records: a run of some at a random place of each equal part."""
    parts = max(1, min(_PARTS, most // _SMALLEST))
    wanted = min(most, total)
    for part in range(parts):
        start, end = total * part // parts, total * (part + 1) // parts
        size = wanted * (part + 1) // parts - wanted * part // parts
        if size:
            yield start + draw(end - start - size + 1), size
