"""What is known of a word? Its row of a table of vectors, and what a public model took it for.

A small network cannot know many words. A table beside it does: made once from a public model, it gives each of some
250 000 words a row of 20 000 (words used alike share one), each row a short vector, and each word what that model
takes it for when it stands alone or in two plain sentences.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from vecgate.masking.detect.reader.hashes import number, numbers

FILE: Final = "words.npz"
_MASK: Final = 0xFFFFFFFF


def key(word: str) -> int:
    """Under which number a word in small letters stands in the table."""
    return number(word) & _MASK


class Words:
    """What is known of words. Row 0, a vector of zeros, and knowledge 0 are those of words nobody knows."""

    def __init__(self, file: Path) -> None:
        """Raises OSError, ValueError or KeyError if the file is not such a table."""
        with np.load(file, allow_pickle=False) as held:
            self._keys = array("I", held["keys"].astype(np.uint32).tobytes())
            self._rows = array("H", held["rows"].astype(np.uint16).tobytes())
            self._known = held["known"].astype(np.uint8).tobytes()
            vectors = held["vectors"].astype(np.float32) * held["scale"].astype(np.float32)
        self._last: tuple[str, int | None] = "", None
        self.vectors = np.vstack([np.zeros((1, vectors.shape[1]), dtype=np.float32), vectors])

    def _at(self, word: str) -> int | None:
        if self._last[0] is not word:  # a new word is asked about twice in a row
            wanted = key(word.lower())
            at = bisect_left(self._keys, wanted)
            self._last = word, at if at < len(self._keys) and self._keys[at] == wanted else None
        return self._last[1]

    def row(self, word: str) -> int:
        """Which vector a word has, whatever its case."""
        at = self._at(word)
        return 0 if at is None else self._rows[at] + 1

    def known(self, word: str) -> int:
        """What it is taken for: 1 + three digits to the base 4, see `scripts/train_ner/words.py`."""
        at = self._at(word)
        return 0 if at is None else self._known[at] + 1

    def of_all(self, hashed: Any) -> tuple[Any, Any]:
        """Rows and knowledge of many words at once, by the numbers of them in small letters."""
        keys = np.frombuffer(self._keys, dtype=np.uint32)
        wanted = hashed.astype(np.uint32)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there = keys[at] == wanted
        rows = np.frombuffer(self._rows, dtype=np.uint16)[at].astype(np.int64)
        known = np.frombuffer(self._known, dtype=np.uint8)[at].astype(np.uint64)
        return np.where(there, rows + 1, 0), np.where(there, known + np.uint64(1), np.uint64(0))


class _Shapes(dict[int, str]):
    """Character -> its kind, found out once."""

    def __missing__(self, character: int) -> str:
        one = chr(character)
        kind = "x" if one.islower() else "X" if one.isupper() else "c" if one.isalpha() else one
        self[character] = kind = "d" if one.isdigit() else kind
        return kind


_SHAPES: Final = _Shapes()


def shape(word: str) -> str:
    """How a word looks: kinds of its first and last letters, and how many there are."""
    ends = word[:3] + word[-2:] if len(word) > 5 else word
    return f"{ends.translate(_SHAPES)}{min(len(word), 9)}"


class Features(NamedTuple):
    """Of many words: the numbers of small letters, beginning, end, shape and knowledge in a column each; the rows."""

    hashed: Any
    rows: Any


def features(words: Sequence[str], table: Words) -> Features:
    """What the network sees of words."""
    count = len(words)
    strings = [word.lower() for word in words]
    strings += [word[:3] for word in words]
    strings += [word[-3:].lower() for word in words]
    strings += map(shape, words)
    hashed = numbers(strings).reshape(4, count).T
    rows, known = table.of_all(hashed[:, 0])
    return Features(np.column_stack([hashed, known]), rows)
