"""What does our network see of a text? Its tokens, and of each word a few hashes and what the word is known for.

A small network cannot know many words. A table beside it does: made once from a public model, it gives each of some
250 000 words a row of 20 000 (words used alike share one), each row a short vector, and each word what that model
takes it for when it stands alone or in two plain sentences. All this is a property of the word's entry in the
vocabulary: it is looked up once for each word, not each time the word is met.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from spacy import attrs
from spacy.ml.featureextractor import FeatureExtractor
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import HashEmbed, Maxout, Model, chain, concatenate, list2ragged, ragged2list, with_array

FILE: Final = "words.npz"
#: Integer slots of a vocabulary entry, and what they hold here. LANG and LOWER are read by nothing else.
NORM, PREFIX, SUFFIX, SHAPE, ROW, KNOWN = attrs.NORM, attrs.PREFIX, attrs.SUFFIX, attrs.SHAPE, attrs.LANG, attrs.LOWER
LOOKUP: Final = "words_lookup"
_MASK: Final = 0xFFFFFFFF

# No alternative can run over the same characters more than once: time stays linear in the text's length.
_TOKENS: Final = (
    r"https?://[^\s\"'<>{}|\\]+"
    r"|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"
    r"|@\w+"
    r"|\d+(?:[.,:/-]\d+)*(?![^\W\d_])"
    r"|[^\W_]+(?:['’](?![sS]\b)[^\W_]+)*"  # noqa: RUF001
    r"|['’][sS]\b"  # noqa: RUF001
    r"|\.{2,}|-{2,}|={2,}|\*{2,}|#{2,}|_+"
    r"|[^\w\s]"
    r"|\s+"
)
_TOKEN: Final = re.compile(_TOKENS)


def _marks() -> str:
    """The vowel signs and accents that stand behind letters of their script, for a character class."""
    marks = [code for code in range(0x300, 0x1E000) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    return "".join(map(chr, marks))


#: A word of Devanagari, Thai or pointed Hebrew goes on behind its marks, which `\w` does not know.
_MARK: Final = re.compile(f"[{_marks()}]")
_MARKED_SCRIPTS: Final = re.compile("[\u0300-\u036f\u0483-\u1cff\ua8e0-\uabff]")
_MARKED_TOKEN: Final = re.compile(_TOKENS.replace(r"[^\W_]+", rf"[^\W_](?:[^\W_]|{_MARK.pattern})*"))


class Tokenizer:
    """Words, numbers, addresses of the net, single marks. Fit for JSON and tables; the same in training and in use."""

    def __init__(self, vocab: Any) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        marked = not text.isascii() and _MARKED_SCRIPTS.search(text)
        for piece in (_MARKED_TOKEN if marked else _TOKEN).findall(text):
            rest = piece
            if piece[0] == " " and words:
                spaces[-1] = True
                rest = piece[1:]
            if rest:
                words.append(rest)
                spaces.append(False)
        return Doc(self.vocab, words, spaces)

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


def key(word: str) -> int:
    """Under which number a word in small letters stands in the table."""
    return int(get_string_id(word)) & _MASK


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
            number = key(word.lower())
            at = bisect_left(self._keys, number)
            self._last = word, at if at < len(self._keys) and self._keys[at] == number else None
        return self._last[1]

    def row(self, word: str) -> int:
        """Which vector a word has, whatever its case."""
        at = self._at(word)
        return 0 if at is None else self._rows[at] + 1

    def known(self, word: str) -> int:
        """What it is taken for: 1 + three digits to the base 4, see `scripts/train_ner/words.py`."""
        at = self._at(word)
        return 0 if at is None else self._known[at] + 1


class _Shapes(dict[int, str]):
    """Character -> its kind, found out once."""

    def __missing__(self, character: int) -> str:
        one = chr(character)
        kind = "x" if one.islower() else "X" if one.isupper() else "c" if one.isalpha() else one
        self[character] = kind = "d" if one.isdigit() else kind
        return kind


_SHAPES: Final = _Shapes()


def _shape(word: str) -> int:
    ends = word[:3] + word[-2:] if len(word) > 5 else word
    return int(get_string_id(f"{ends.translate(_SHAPES)}{min(len(word), 9)}"))


def getters(words: Words) -> dict[int, Callable[[str], Any]]:
    """What a vocabulary entry holds of its word. Numbers, not strings: the vocabulary stays small."""
    return {
        attrs.IS_SPACE: str.isspace,  # NER asks for it
        NORM: lambda word: get_string_id(word.lower()),
        PREFIX: lambda word: get_string_id(word[:3]),
        SUFFIX: lambda word: get_string_id(word[-3:].lower()),
        SHAPE: _shape,
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
