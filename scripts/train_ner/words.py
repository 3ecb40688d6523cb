"""Which words are alike, and what is each known for? A table for the network, made from a public model.

The rows and vectors are those of its word vectors (CC0), shortened. What a word is known for is what the model takes
it for in three places: alone, as somebody who speaks, as somewhere to live. One digit to the base 4 each: nothing,
a person, a place, something else with a name.
"""

from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np

from vecgate.masking.detect.reader.words import key

#: Numbers of a vector that are kept; the rest of its 300 say little.
WIDTH: Final = 64
LONGEST: Final = 16
FRAMES: Final = ("{}", "Yesterday {} said so.", "He lives in {} now.")
_KINDS: Final = {"PERSON": 1, "GPE": 2, "LOC": 2, "FAC": 2}
_PART: Final = 4000


def _usable(word: str) -> bool:
    return word.isalpha() and len(word) <= LONGEST


def _rows(nlp: Any) -> dict[str, int]:
    """Each word in small letters -> the row most of its spellings have."""
    seen: dict[str, Counter[int]] = {}
    for number, row in nlp.vocab.vectors.key2row.items():
        word = nlp.vocab.strings[number]
        if _usable(word):
            seen.setdefault(word.lower(), Counter())[row] += 1
    return {word: rows.most_common(1)[0][0] for word, rows in seen.items()}


def _shortened(vectors: Any, width: int) -> Any:
    """The directions in which unit vectors differ most."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    centred = unit - unit.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred)
    short = centred @ directions[:, np.argsort(values)[::-1][:width]]
    return short / (4 * short.std())


def _meanings(teacher: Any, words: list[str]) -> list[int]:
    """What the teacher takes each word for."""
    meanings = [0] * len(words)
    for digit, frame in enumerate(FRAMES):
        for begin in range(0, len(words), _PART):
            part = [word.capitalize() for word in words[begin : begin + _PART]]
            with teacher.memory_zone():
                documents = teacher.pipe([frame.format(word) for word in part], batch_size=256)
                for i, document in enumerate(documents):
                    found = [_KINDS.get(e.label_, 3) for e in document.ents if part[i] in e.text]
                    meanings[begin + i] += (found[-1] if found else 0) * 4**digit
    return meanings


def make(teacher: Any, file: Path, width: int = WIDTH) -> int:
    """Write the table of a pipeline with vectors; returns how many words it knows."""
    rows = _rows(teacher)
    words = sorted(rows)
    meanings = _meanings(teacher, words)
    numbered = sorted((key(word), rows[word], meaning) for word, meaning in zip(words, meanings, strict=True))
    short = _shortened(np.asarray(teacher.vocab.vectors.data, dtype=np.float32), width)
    scale = np.float32(np.abs(short).max() / 127)
    np.savez_compressed(
        file,
        keys=np.array([k for k, _, _ in numbered], dtype=np.uint32),
        rows=np.array([r for _, r, _ in numbered], dtype=np.uint16),
        known=np.array([m for _, _, m in numbered], dtype=np.uint8),
        vectors=np.round(short / scale).astype(np.int8),
        scale=np.array(scale),
    )
    return len(words)
