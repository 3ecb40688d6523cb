"""How do the values of a record that is sent, stored and shown compare? Texts in them, keys, what was hidden."""

from collections.abc import Iterator, Sequence
from typing import Final

from vecgate.domain.call import Json

#: Shorter than this, what differs between a text and its mask is not looked for elsewhere.
TELLING: Final = 2


def pieces(stored: Json, shown: Json) -> Iterator[str]:
    """What stands in a masked text where the stored one differs."""
    if not isinstance(stored, str) or not isinstance(shown, str) or stored == shown:
        return
    start = next(
        (i for i, (a, b) in enumerate(zip(stored, shown, strict=False)) if a != b), min(len(stored), len(shown))
    )
    most = min(len(stored), len(shown)) - start
    end = next((i for i in range(most) if stored[-1 - i] != shown[-1 - i]), most)
    piece = shown[start : len(shown) - end]
    if len(piece) >= TELLING:
        yield piece


def is_mask(sent: Json, stored: Json, shown: Sequence[Json]) -> bool:
    """Whether it is what is shown in the place of another value."""
    return any(same(sent, one) and not same(one, stored) for one in shown)


def same(a: Json, b: Json) -> bool:
    """Equal, and of one type."""
    return type(a) is type(b) and a == b


def are_lists(length: int, *nodes: Json | Sequence[Json]) -> bool:
    """Whether what is stored, and all that is shown of it, are lists of that length."""
    stored, shown = nodes
    return all(isinstance(one, list) and len(one) == length for one in (stored, *(shown or ())))  # type: ignore[misc]


def renamed(stored: Json, shown: Json) -> Iterator[tuple[str, str]]:
    """Keys that are shown under another name, and what they are called in the database."""
    if isinstance(stored, dict) and isinstance(shown, dict) and len(stored) == len(shown):
        yield from ((name, key) for key, name in zip(stored, shown, strict=True) if name != key)


def has_null(node: Json) -> bool:
    """Whether something in it is taken away."""
    if isinstance(node, dict):
        return any(map(has_null, node.values()))
    return node is None


def texts_in(node: Json) -> Iterator[str]:
    """All texts in it, keys too."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from texts_in(value)
    elif isinstance(node, list):
        for item in node:
            yield from texts_in(item)
