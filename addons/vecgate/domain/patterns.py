"""Is every text that one pattern fits fitted by others, and which of some can one text fit at once? A yes is proven."""

from collections import deque
from collections.abc import Iterable
from typing import Final

_ANY: Final = "*"
_WILD: Final = frozenset("*?")
#: So many states are looked at for one pattern; what takes more is not proven.
_MOST_STATES: Final = 2_000

type _State = frozenset[tuple[int, int]]


def start_of(pattern: str) -> str:
    """What every text begins with that the pattern fits."""
    return next((pattern[:i] for i, letter in enumerate(pattern) if letter in _WILD), pattern)


def _closed(patterns: tuple[str, ...], state: Iterable[tuple[int, int]]) -> _State:
    """With every place that is reached where a `*` stands for nothing."""
    found, todo = set(), [*state]
    while todo:
        which, at = todo.pop()
        if (which, at) not in found:
            found.add((which, at))
            if patterns[which][at : at + 1] == _ANY:
                todo.append((which, at + 1))
    return frozenset(found)


def _step(patterns: tuple[str, ...], state: _State, letter: str) -> _State:
    moved = []
    for which, at in state:
        here = patterns[which][at : at + 1]
        if here == _ANY:
            moved.append((which, at))
        elif here in ("?", letter) and here:
            moved.append((which, at + 1))
    return _closed(patterns, moved)


def _ends(patterns: tuple[str, ...], state: _State) -> bool:
    return any(at == len(patterns[which]) for which, at in state)


def within(pattern: str, others: tuple[str, ...]) -> bool:
    """Whether every text that the pattern fits is fitted by one of the others: a search for one that is not."""
    mine = (pattern,)
    # One letter that stands in none of them is like every other such letter.
    letters = {letter for text in (pattern, *others) for letter in text} - _WILD | {"\0"}
    todo = [(_closed(mine, [(0, 0)]), _closed(others, [(i, 0) for i in range(len(others))]))]
    seen = set(todo)
    while todo:
        ours, theirs = todo.pop()
        if _ends(mine, ours) and not _ends(others, theirs):
            return False
        for letter in letters:
            if ahead := _step(mine, ours, letter):
                pair = (ahead, _step(others, theirs, letter))
                if pair not in seen:
                    seen.add(pair)
                    todo.append(pair)
        if len(seen) > _MOST_STATES:
            return False
    return True


def told_apart(patterns: tuple[str, ...]) -> list[str] | None:
    """A text for each choice of patterns that some text fits, and no other of them; None: there are too many to tell.

    A pattern without `*` and `?` is the text itself.
    """
    letters = {letter for text in patterns for letter in text} - _WILD | {"\1"}
    start = tuple(_closed((one,), [(0, 0)]) for one in patterns)
    found: dict[tuple[bool, ...], str] = {}
    todo, seen = deque([(start, "")]), {start}
    while todo:
        states, text = todo.popleft()
        found.setdefault(tuple(_ends((one,), state) for one, state in zip(patterns, states, strict=True)), text)
        for letter in letters:
            ahead = tuple(_step((one,), state, letter) for one, state in zip(patterns, states, strict=True))
            if ahead not in seen:
                seen.add(ahead)
                todo.append((ahead, text + letter))
        if len(seen) > _MOST_STATES:
            return None
    return [*found.values()]
