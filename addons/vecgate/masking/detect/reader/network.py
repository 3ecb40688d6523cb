"""What does the network make of tokens? A vector for each, which depends on three words to either side.

A word's own vector depends on nothing else: each distinct word of what is read is worked out once, everyday ones when
the model is loaded. Nothing of a text is kept.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from srsly import msgpack_loads

from vecgate.masking.detect.reader.hashes import places
from vecgate.masking.detect.reader.words import Words, features

#: Rows of zeros between texts, so that none is told by its neighbour: as many as there are convolutions.
_LEAST: Final = np.float32(1e-08)
_FIRST_SEED: Final = 8


class Maxout(NamedTuple):
    """One layer: of some pieces the greatest, normalised."""

    weights: Any  # inputs x (pieces x outputs)
    bias: Any
    pieces: int
    scale: Any
    shift: Any

    def __call__(self, inputs: Any) -> Any:
        out = inputs @ self.weights
        out += self.bias
        wide = len(self.scale)
        most = np.maximum(out[:, :wide], out[:, wide : 2 * wide])
        for piece in range(2, self.pieces):
            np.maximum(most, out[:, piece * wide : (piece + 1) * wide], out=most)
        most -= np.add.reduce(most, axis=1, keepdims=True) * np.float32(1 / wide)
        spread = np.einsum("ij,ij->i", most, most) * np.float32(1 / wide) + _LEAST
        most *= (np.float32(1) / np.sqrt(spread))[:, None]
        most *= self.scale
        most += self.shift
        return most


class Weights(NamedTuple):
    """All that was learnt, in the form it is used in."""

    hashed: tuple[Any, ...]  # tables of the words' hashes
    mixed: Maxout
    convolved: tuple[Maxout, ...]
    stepped: Any  # three features x inputs x (pieces x hidden)
    padded: Any  # what stands for a feature that is not there
    bias: Any
    scored: Any  # hidden x actions
    outside: Any  # what is added to each action's score


def _named(names: Sequence[str], params: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [one for called, one in zip(names, params, strict=True) if called == name and one]


def _layer(maxout: dict[str, Any], normal: dict[str, Any]) -> Maxout:
    weights = np.asarray(maxout["W"])
    out, pieces, inside = weights.shape
    turned = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(inside, pieces * out))
    bias = np.ascontiguousarray(np.asarray(maxout["b"]).T.reshape(pieces * out))
    return Maxout(turned, bias, pieces, np.asarray(normal["G"]), np.asarray(normal["b"]))


def weights(folder: Path) -> Weights:
    """Those of a pipeline on disk. Raises OSError, KeyError or ValueError if it is not of our network."""
    held = msgpack_loads((folder / "ner" / "model").read_bytes())
    names, params = [node["name"] for node in held["nodes"]], held["params"]
    normals = _named(names, params, "layernorm")
    layers = [_layer(one, normal) for one, normal in zip(_named(names, params, "maxout"), normals, strict=True)]
    upper, linear = _named(names, params, "linear")
    (lower,) = _named(names, params, "precomputable_affine")
    inner, bend = np.asarray(lower["W"]), np.asarray(linear["W"])
    count, hidden, pieces, inside = inner.shape
    # piece by piece, as in `Maxout`; and what the linear layer before does to a vector is done in one with it
    inner = inner.transpose(0, 2, 1, 3).reshape(count, pieces * hidden, inside)
    shifted = inner @ np.asarray(linear["b"])

    def by_piece(values: Any) -> Any:
        return np.swapaxes(values, -1, -2).reshape(*values.shape[:-2], pieces * hidden)

    return Weights(
        hashed=tuple(np.asarray(one["E"]) for one in _named(names, params, "hashembed")),
        mixed=layers[0],
        convolved=tuple(layers[1:]),
        stepped=np.ascontiguousarray((inner @ bend).transpose(0, 2, 1)),
        padded=by_piece(np.asarray(lower["pad"])[0]) - shifted,
        bias=by_piece(np.asarray(lower["b"])) + shifted.sum(axis=0),
        scored=np.ascontiguousarray(np.asarray(upper["W"]).T),
        outside=np.asarray(upper["b"]).copy(),
    )


class Network:
    """Vectors of tokens in their texts."""

    def __init__(self, learnt: Weights, words: Words, everyday: Iterable[str]) -> None:
        """`everyday`: words that are worked out now."""
        self._learnt, self._words = learnt, words
        self._seeds = np.arange(_FIRST_SEED, _FIRST_SEED + len(learnt.hashed), dtype=np.uint64)
        self._sizes = np.array([len(table) for table in learnt.hashed], dtype=np.uint64)
        known = list(dict.fromkeys(everyday))
        self._everyday = {word: number for number, word in enumerate(known)}
        self._mixed = self._worked_out(known)

    def _worked_out(self, words: Sequence[str]) -> Any:
        """A vector for each word, wherever it stands."""
        seen = features(words, self._words)
        embedded = []
        slots = [(place % self._sizes).astype(np.intp) for place in places(seen.hashed, self._seeds)]
        for column, table in enumerate(self._learnt.hashed):
            one, two, three, four = (table[slot[:, column]] for slot in slots)
            one += two
            one += three
            one += four
            embedded.append(one)
        embedded.append(self._words.vectors[seen.rows])
        return self._learnt.mixed(np.concatenate(embedded, axis=1))

    def _of_words(self, words: Sequence[str]) -> Any:
        """The same for the words of texts, each as often as it comes."""
        distinct = dict.fromkeys(words)
        there = [word for word in distinct if word in self._everyday]
        new = [word for word in distinct if word not in self._everyday]
        table = self._mixed[[self._everyday[word] for word in there]]
        if new:
            table = np.concatenate([table, self._worked_out(new)])
        where = {word: number for number, word in enumerate((*there, *new))}
        return table[[where[word] for word in words]]

    def read(self, texts: Sequence[Sequence[str]]) -> Any:
        """The vectors of the tokens of all texts, one after the other."""
        apart = len(self._learnt.convolved)
        lengths = np.array([len(text) for text in texts])
        rows = np.arange(lengths.sum()) + apart * np.repeat(np.arange(1, len(texts) + 1), lengths)
        flat = np.zeros((int(lengths.sum()) + apart * (len(texts) + 1), self._mixed.shape[1]), dtype=np.float32)
        flat[rows] = self._of_words([word for text in texts for word in text])
        size = flat.shape[1]
        wide = np.zeros((len(flat), 3 * size), dtype=np.float32)
        for layer in self._learnt.convolved:
            wide[1:, :size] = flat[:-1]
            wide[:, size : 2 * size] = flat
            wide[:-1, 2 * size :] = flat[1:]
            flat += layer(wide)
        return flat[rows]
