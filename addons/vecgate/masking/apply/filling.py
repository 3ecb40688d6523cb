"""How does what is shown get to its place? In its map or list, and as a key in the order of the old ones."""

from collections.abc import Collection, Iterator
from itertools import batched
from typing import Any, Final

from vecgate.domain.call import Json
from vecgate.masking.apply.embedded.edits import Names
from vecgate.masking.apply.operators._base import DROP, Drop

#: Values until others have their turn: a millisecond or two.
TURN: Final = 4096


def turns[T](items: Collection[T]) -> Iterator[tuple[T, ...]]:
    """All of them, so many at a time; for few, no room for many is made and cleared each time."""
    return batched(items, min(TURN, len(items)) or 1)


def put(box: Any, at: int | str, shown: str | Drop) -> None:
    """Put it there."""
    # What is dropped leaves its map with its key, but its place in a list stays: others are counted by it.
    if shown is not DROP:
        box[at] = shown
    elif isinstance(box, dict):
        box.pop(at, None)
    else:
        box[at] = None


def rename(new: dict[str, Json], names: dict[str, str | Drop]) -> Iterator[None]:
    """Give keys that are data their shown names, in their old order; none takes another's place. Pauses at times."""
    items: list[tuple[str, Any]] = list(new.items())
    new.clear()
    apart = Names(key for key, _ in items)
    for number, (key, value) in enumerate(items, 1):
        if number % TURN == 0:
            yield
        name = names.get(key, key)
        if not isinstance(name, Drop) and value is not DROP:
            new[apart.given(key, name)] = value
