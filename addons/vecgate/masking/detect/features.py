"""What does our network see of a text, in spaCy's words? The same as `reader` sees, to train it and to hold it against.

All is a property of the word's entry in the vocabulary: it is looked up once for each word, not each time the word is
met.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np
from spacy import attrs
from spacy.ml.featureextractor import FeatureExtractor
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import HashEmbed, Maxout, Model, chain, concatenate, list2ragged, ragged2list, with_array

from vecgate.masking.detect.reader.tokens import tokens
from vecgate.masking.detect.reader.words import Words, shape

#: Integer slots of a vocabulary entry, and what they hold here. LANG and LOWER are read by nothing else.
NORM, PREFIX, SUFFIX, SHAPE, ROW, KNOWN = attrs.NORM, attrs.PREFIX, attrs.SUFFIX, attrs.SHAPE, attrs.LANG, attrs.LOWER
LOOKUP: Final = "words_lookup"


class Tokenizer:
    """Words, numbers, addresses of the net, single marks. Fit for JSON and tables; the same in training and in use."""

    def __init__(self, vocab: Any) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words, starts = tokens(text)
        ends = (start + len(word) for start, word in zip(starts, words, strict=True))
        return Doc(self.vocab, words, [text[end : end + 1] == " " for end in ends])

    def pipe(self, texts: Iterable[str], batch_size: int = 0) -> Iterator[Doc]:
        """One after the other."""
        return map(self, texts)

    # There is nothing to keep.
    def to_disk(self, path: object, **_: object) -> None: ...
    def from_disk(self, path: object, **_: object) -> "Tokenizer":
        return self

    def to_bytes(self, **_: object) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> "Tokenizer":
        return self


@registry.tokenizers("vecgate.Tokenizer.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Any], Tokenizer]:
    """Named in the model's config."""
    return lambda nlp: Tokenizer(nlp.vocab)


def getters(words: Words) -> dict[int, Callable[[str], Any]]:
    """What a vocabulary entry holds of its word. Numbers, not strings: the vocabulary stays small."""
    return {
        attrs.IS_SPACE: str.isspace,  # NER asks for it
        NORM: lambda word: get_string_id(word.lower()),
        PREFIX: lambda word: get_string_id(word[:3]),
        SUFFIX: lambda word: get_string_id(word[-3:].lower()),
        SHAPE: lambda word: get_string_id(shape(word)),
        ROW: words.row,
        KNOWN: words.known,
    }


def hand_over(network: Any, words: Words | None) -> None:
    """Give a network the table, or take it away: it is a file of its own, not a part of the weights."""
    for node in network.walk():
        if node.name == LOOKUP:
            node.attrs.pop("table", None)
            if words is not None:
                node.attrs["table"] = words.vectors


def install(nlp: Any, words: Words) -> None:
    """Make a pipeline that is to find names use the table."""
    nlp.vocab.lex_attr_getters = getters(words)
    hand_over(nlp.get_pipe("ner").model, words)


def _lookup(column: int, width: int) -> Any:
    def forward(model: Any, ids: Any, is_train: bool) -> Any:
        return model.attrs["table"][ids[:, column].astype("int64")], lambda d: model.ops.alloc(
            ids.shape, dtype=ids.dtype
        )

    return Model(LOOKUP, forward, dims={"nO": width})


def _distinct(layer: Any, width: int) -> Any:
    """A layer that sees words only, not where they stand: each distinct word (column 0) goes through it once."""

    def forward(model: Any, ids: Any, is_train: bool) -> Any:
        if is_train:
            return model.layers[0](ids, is_train)
        _, first, back = np.unique(ids[:, 0], return_index=True, return_inverse=True)
        return model.layers[0].predict(ids[first])[back], None

    def initialise(model: Any, X: Any = None, Y: Any = None) -> None:
        model.layers[0].initialize(X=X, Y=Y)

    return Model("distinct_words", forward, init=initialise, layers=[layer], dims={"nO": width})


@registry.architectures("vecgate.WordsEmbed.v1")  # type: ignore[untyped-decorator]
def words_embed(width: int, tables: list[list[int]], vector: int) -> Any:
    """A `width`-wide vector for each token, of hashes of NORM, PREFIX, SUFFIX, SHAPE, KNOWN and its row's vector.

    `tables`: width and rows of each hash table; `vector`: width of the row's vector.
    """
    columns = [attrs.ORTH, NORM, PREFIX, SUFFIX, SHAPE, KNOWN, ROW]
    embedded = [HashEmbed(wide, rows, column=i + 1, seed=8 + i, dropout=0.0) for i, (wide, rows) in enumerate(tables)]
    embedded.append(_lookup(len(columns) - 1, vector))
    inside = sum(wide for wide, _ in tables) + vector
    mixed = Maxout(width, inside, nP=3, dropout=0.0, normalize=True)
    words = _distinct(chain(concatenate(*embedded), mixed), width)
    return chain(FeatureExtractor(columns), list2ragged(), with_array(words), ragged2list())
