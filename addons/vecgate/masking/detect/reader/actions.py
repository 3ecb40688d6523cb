"""Where do names begin and end? The network's actions, taken from the left: begin, go on, end, one word alone, none.

Outside of a name an action depends on its token only, so that all are scored at once; inside one on its first token,
the one before and the one itself, so that several tokens behind a beginning are scored at once.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from vecgate.masking.detect.reader.network import Weights

#: The kinds of action, as spaCy numbers them.
_BEGIN, _IN, _LAST, _UNIT, _OUT = "1", "2", "3", "4", "5"
#: So many tokens behind each beginning are scored ahead, whether or not it is reached; the rest when it is.
_AHEAD: Final = (3, 6, 12)
_FARTHEST: Final = 64
_NEVER: Final = np.float32(-np.inf)


class Name(NamedTuple):
    """The tokens [first, last] are one name."""

    first: int
    last: int
    label: str


class Actions:
    """Which action has which score, for one network."""

    def __init__(self, learnt: Weights, moves: dict[str, dict[str, int]]) -> None:
        """`moves`: kind of action -> its labels with their number in training, as a pipeline holds them."""
        named = [
            (kind, label)
            for kind in sorted(moves, key=int)
            for label in sorted(moves[kind], key=lambda one: -moves[kind][one])
        ]
        self._learnt = learnt
        places = {one: at for at, one in enumerate(named)}
        self._labels = [label for kind, label in named if kind == _BEGIN]
        self._begin, self._in, self._last, self._unit = (
            np.array([places[kind, label] for label in self._labels]) for kind in (_BEGIN, _IN, _LAST, _UNIT)
        )
        self.out = places[_OUT, ""]
        outside = [*self._begin, *self._unit, self.out]
        self._outside_scored, self._outside_at = np.ascontiguousarray(learnt.scored[:, outside]), outside
        self._end_scored = (learnt.scored[:, self._last] - learnt.scored[:, self._in]).T
        self._end_more = learnt.outside[self._last] - learnt.outside[self._in]

    def names(self, vectors: Any, words: Sequence[str], stops: Any, less: float) -> Iterator[Name]:
        """The names among tokens. `stops`: the last token of each one's text; `less`: taken off the score of none."""
        begun = _Begun(self, vectors, stops)
        best = self._outside(begun.own, words, stops, less)
        count = len(self._labels)
        told = np.flatnonzero(best < 2 * count)
        beginnings = told[best[told] < count]
        ends = dict(zip(beginnings.tolist(), begun.ends(beginnings, best[beginnings], _AHEAD).tolist(), strict=True))
        free = 0
        for at, kind in zip(told.tolist(), best[told].tolist(), strict=True):
            if at < free:
                continue
            last = at
            if kind < count:
                last = ends[at]
                if last < 0:
                    last = begun.end(at, kind)
            yield Name(at, last, self._labels[kind % count])
            free = last + 1

    def _outside(self, own: Any, words: Sequence[str], stops: Any, less: float) -> Any:
        """Of each token the number of its best action where no name is open: beginnings, units, none."""
        learnt, count = self._learnt, len(self._labels)
        hidden = _greatest(own + (learnt.padded[1] + learnt.padded[2] + learnt.bias))
        scores = hidden @ self._outside_scored
        scores += learnt.outside[self._outside_at]
        scores[:, -1] -= less
        scores[stops == np.arange(len(words)), :count] = _NEVER
        blank = [at for at, word in enumerate(words) if word.isspace()]
        scores[blank, : 2 * count] = _NEVER
        return scores.argmax(axis=1)

    def closes(self, hidden: Any, kinds: Any) -> Any:
        """Whether a name of such kinds ends there, rather than goes on."""
        score = np.einsum("...h,...h->...", hidden, self._end_scored[kinds])
        return score + self._end_more[kinds] > 0


def _greatest(pieces: Any) -> Any:
    wide = pieces.shape[-1] // 2
    return np.maximum(pieces[..., :wide], pieces[..., wide:])


class _Begun:
    """Names that are open: where do they end?"""

    def __init__(self, actions: Actions, vectors: Any, stops: Any) -> None:
        self._actions, self._vectors, self._stops = actions, vectors, stops
        self._learnt = actions._learnt
        self.own = vectors @ self._learnt.stepped[0]

    def _closed(self, first: Any, kinds: Any, since: Any, size: int) -> tuple[Any, Any]:
        """The end of each name among `size` tokens from `since` on, -1 where it goes on behind them."""
        learnt, stops = self._learnt, self._stops[first]
        at = np.minimum(since[:, None] + np.arange(size), stops[:, None])
        inside = self.own[at] + self._vectors[at - 1] @ learnt.stepped[2]
        inside += (self._vectors[first] @ learnt.stepped[1])[:, None]
        inside += learnt.bias
        closes = self._actions.closes(_greatest(inside), kinds[:, None].repeat(size, axis=1))
        closes |= at >= stops[:, None]
        found = closes.argmax(axis=1)
        there = closes[np.arange(len(first)), found]
        return np.where(there, at[np.arange(len(first)), found], -1), there

    def ends(self, first: Any, kinds: Any, sizes: Sequence[int]) -> Any:
        """The last token of each name, -1 where it is farther than `sizes` together."""
        ends = np.full(len(first), -1)
        still, since = np.arange(len(first)), first + 1
        for size in sizes:
            if not len(still):
                break
            ends[still], there = self._closed(first[still], kinds[still], since[still], size)
            still = still[~there]
            since = since + size
        return ends

    def end(self, first: int, kind: int) -> int:
        """The same for one, however far."""
        since, size = first + 1 + sum(_AHEAD), max(_AHEAD)
        while True:
            size = min(2 * size, _FARTHEST)
            (end,), _ = self._closed(np.array([first]), np.array([kind]), np.array([since]), size)
            if end >= 0:
                return int(end)
            since += size
