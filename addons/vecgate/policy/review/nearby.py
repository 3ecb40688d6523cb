"""Which names are so near each other that one of them is probably misspelt? One letter, capitals, or separators."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_SHORTEST: Final = 5
_BETWEEN: Final = re.compile(r"[\s._:/-]+")


def _folded(name: str) -> str:
    return _BETWEEN.sub("-", name.casefold())


def _keys(name: str) -> Iterator[str]:
    """What is left of a name without one of its letters: two names that share one of these are one slip apart."""
    folded = _folded(name)
    yield folded
    if len(folded) >= _SHORTEST:
        yield from {folded[:i] + folded[i + 1 :] for i in range(len(folded))}


def _counted(name: str) -> tuple[str, ...]:
    """The parts of a name that number or list it: `team-a` and `team-b`, `north-1` and `north-2` are no slips."""
    return tuple(part for part in re.split(r"(\d+)|-", _folded(name)) if part and (part.isdigit() or len(part) < 3))


def is_slip(one: str, other: str) -> bool:
    """Whether one of the two is probably the other, misspelt."""
    a, b = _folded(one), _folded(other)
    if one == other or _counted(one) != _counted(other) or abs(len(a) - len(b)) > 1:
        return False
    return not set(_keys(one)).isdisjoint(_keys(other))


def slips(names: Iterable[str], known: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """(name, what was probably meant) for each of the names; `known` ones are right as they are.

    Of two that are near each other the one that comes more often is taken for the right one, then the first.
    """
    right, often = frozenset(known), dict[str, int]()
    for name in names:
        often[name] = often.get(name, 0) + 1
    near: dict[str, list[str]] = {}
    for name in sorted({*often, *right}):
        for key in _keys(name):
            near.setdefault(key, []).append(name)
    order = {name: place for place, name in enumerate(often)}
    for name in often:
        if name in right:
            continue
        others = dict.fromkeys(o for key in _keys(name) for o in near[key][:16] if is_slip(name, o))
        better = [o for o in others if o in right or (-often.get(o, 0), order.get(o, 0)) < (-often[name], order[name])]
        if better:
            yield name, max(better, key=lambda o: (o in right, often.get(o, 0)))
