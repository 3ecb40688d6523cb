"""Which names does our model see in these texts?"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from srsly import msgpack_loads

from vecgate.masking.detect.reader.actions import Actions
from vecgate.masking.detect.reader.network import Network, weights
from vecgate.masking.detect.reader.tokens import Tokens, tokens
from vecgate.masking.detect.reader.words import FILE, Words

#: Characters that are read together: enough for great matrices, few enough for a processor's cache.
_TOGETHER: Final = 12_000


class Seen(NamedTuple):
    """[start, end) of a text has this label."""

    start: int
    end: int
    label: str


class Reader:
    """Our model, as it lies on disk."""

    def __init__(self, folder: Path, everyday: Sequence[str]) -> None:
        """Raises OSError, KeyError or ValueError if it is no such model."""
        learnt = weights(folder)
        self.words = Words(folder / FILE)
        self._network = Network(learnt, self.words, everyday)
        moves = msgpack_loads((folder / "ner" / "moves").read_bytes())
        self._actions = Actions(learnt, json.loads(moves["moves"]))

    def read(self, texts: Sequence[str], less: float = 0.0) -> list[list[Seen]]:
        """What is seen in each. `less`: taken off the score of what is nothing."""
        seen: list[list[Seen]] = [[] for _ in texts]
        for some in _together(texts):
            taken = {at: tokens(texts[at]) for at in some}
            taken = {at: one for at, one in taken.items() if one.words}
            if taken:
                self._names(taken, seen, less)
        return seen

    def _names(self, taken: dict[int, Tokens], seen: list[list[Seen]], less: float) -> None:
        vectors = self._network.read([one.words for one in taken.values()])
        words = [word for one in taken.values() for word in one.words]
        starts = [start for one in taken.values() for start in one.starts]
        lengths = [len(one.words) for one in taken.values()]
        stops = np.repeat(np.cumsum(lengths) - 1, lengths)
        texts = np.repeat(list(taken), lengths)
        for name in self._actions.names(vectors, words, stops, less):
            end = starts[name.last] + len(words[name.last])
            seen[texts[name.first]].append(Seen(starts[name.first], end, name.label))


def _together(texts: Sequence[str]) -> Iterator[list[int]]:
    """The numbers of texts that are read together."""
    some: list[int] = []
    size = 0
    for number, text in enumerate(texts):
        if some and size + len(text) > _TOGETHER:
            yield some
            some, size = [], 0
        some.append(number)
        size += len(text)
    if some:
        yield some
