"""What must a dialect tell for `vecgate scan`? How a sample is read, and each record alone: by itself it tells none.

A dialect that leaves these out has no call that is a scan, so none of it is allowed.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation

#: The most records that one call of a scan may ask for.
MOST: Final = 1000
_PARTS: Final = 20
_SMALLEST: Final = 10

#: A random number from 0 to below the given one.
type Draw = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Scan:
    """How a database is scanned, as three functions. `stored_at`: as in `Scanned`.

    `sample`: of tenant, database, collection, and how many; `samples`: of a call that was read; `singly`: of an answer.
    """

    sample: Callable[[str, str, str, int, Draw], Generator[Call, Json, int]]
    samples: Callable[[Call], bool]
    singly: Callable[[Json], list[Json] | None]
    stored_at: tuple[str, ...]


class Scanned:
    """A part of `Dialect`. `stored_at`: the keys of an answer under which a record's own fields are.

    A dialect names its `scan`, and `stored_at` with it, or has methods of its own in the place of these.
    """

    scan: ClassVar[Scan | None] = None
    stored_at: ClassVar[tuple[str, ...]] = ()

    def sample(
        self, tenant: str, database: str, collection: str, most: int, draw: Draw
    ) -> Generator[Call, Json, int] | None:
        """The calls that count a collection and read so many of its records, spread over it; gives how many it has.

        Each wants its answer sent back. None where that cannot be done. Sending raises ValueError for an answer that is
        none of the database's.
        """
        return self.scan.sample(tenant, database, collection, most, draw) if self.scan is not None else None

    def samples(self, call: Call) -> bool:
        """Whether a call is one of those that count or read a sample: whatever its caller chose, it chose no records."""
        return self.scan is not None and self.scan.samples(call)

    def singly(self, operation: Operation, tree: Json) -> list[Json] | None:
        """Each record of a sample, as an answer that holds it alone; None for the answer to a count.

        Raises ValueError for an answer that is none of these.
        """
        if self.scan is None:
            raise ValueError("an answer that is no sample")
        return self.scan.singly(tree)


def one_by_one(tree: Json, path: tuple[str, ...]) -> list[Json]:
    """Each record of a list in an answer, as an answer of the same shape that holds it alone. Raises ValueError."""
    found = tree
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise ValueError("a sample that lists no records")  # noqa: TRY004 - it is the database's value, not our type
    return [_within(path, [record]) for record in found]


def _within(path: tuple[str, ...], tree: Json) -> Json:
    for key in reversed(path):
        tree = {key: tree}
    return tree


def spread(total: int, most: int, draw: Draw) -> Iterator[tuple[int, int]]:
    """Offsets and limits that read `most` of `total` records: a run of some at a random place of each equal part."""
    parts = max(1, min(_PARTS, most // _SMALLEST))
    wanted = min(most, total)
    for part in range(parts):
        start, end = total * part // parts, total * (part + 1) // parts
        size = wanted * (part + 1) // parts - wanted * part // parts
        if size:
            yield start + draw(end - start - size + 1), size
