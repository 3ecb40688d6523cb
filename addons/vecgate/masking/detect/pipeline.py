"""How does any spaCy pipeline find names? As it lies on disk, made quick; also ours, while it is trained.

Whoever reads with our own model needs no spaCy (`reader`): it is loaded here only.
"""

import gc
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import vecgate.masking.detect.lean  # noqa: F401  # before spaCy

# isort: split
import spacy
from spacy import attrs
from thinc.api import NumpyOps

from vecgate.domain.profiles import Sensitivity
from vecgate.masking.detect import features
from vecgate.masking.detect.reader.reader import Seen
from vecgate.masking.detect.reader.words import FILE, Words
from vecgate.masking.detect.warmup import DIAL, WORDS, common

_UNUSED: Final = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer")
_SHARED: Final = ("tok2vec", "transformer")
#: What a vocabulary entry must know of its word: NER asks for blanks itself, the rest if the network reads it.
_FEATURES: Final = ("LOWER", "NORM", "PREFIX", "SUFFIX", "SHAPE")
# A tokenizer made for prose does not split compact JSON or tables; with blanks in the place of their marks it need not.
_MARKS: Final = str.maketrans({mark: " " for mark in '"{}[]|\t'})
#: Unseen words after which a pipeline is loaded anew. Its tables of words forget them when a memory zone ends, but
#: never shrink (preshed's maps keep the room of what was deleted): a worker would grow by 60 MB in a million words.
_RENEW: Final = 100_000


def load(folder: Path) -> Any:
    """A pipeline that only finds names, made quick."""
    config = str(spacy.util.load_config(folder / "config.cfg")["components"].get("ner", ""))
    # A network that listens to a shared layer needs it; most have their own.
    unused = _UNUSED if "Listener" in config else (*_UNUSED, *_SHARED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nlp = spacy.load(folder, exclude=list(unused))
    ops = NumpyOps(use_blis=False)  # twice as fast as the blis wheel, same output
    for _, component in nlp.pipeline:
        for node in component.model.walk():
            node.ops = ops
    used = {attrs.IS_SPACE} | {getattr(attrs, name) for name in _FEATURES if f"'{name}'" in config}
    for attribute in set(nlp.vocab.lex_attr_getters) - used:
        del nlp.vocab.lex_attr_getters[attribute]
    if (folder / FILE).is_file():
        features.install(nlp, Words(folder / FILE))
    for word in common(folder):
        _ = nlp.vocab[word]  # looked up outside a memory zone, it stays
    return nlp


def _as_prose(text: str) -> str:
    return text.translate(_MARKS) if any(mark in text for mark in '"|\t') else text


class Dial:
    """How readily a loaded network calls something a name."""

    def __init__(self, ner: Any) -> None:
        self._bias = ner.model.get_ref("upper").get_param("b") if ner.model.has_ref("upper") else None
        self._outside = [i for i in range(ner.moves.n_moves) if ner.moves.get_class_name(i) == "O"]
        self._base = self._bias[self._outside].copy() if self._bias is not None else None

    def shift(self, by: float) -> None:
        """For good: another normal."""
        if self._bias is not None and self._base is not None:
            self._base = self._base - by
            self._bias[self._outside] = self._base

    def turn(self, level: Sensitivity) -> None:
        """For what is read from now on. A network without such a layer reads all alike."""
        if self._bias is not None and self._base is not None:
            self._bias[self._outside] = self._base - DIAL[level]


class Pipeline:
    """A loaded, warmed-up pipeline that finds names."""

    def __init__(self, nlp: Any, again: Callable[[], Any] | None = None) -> None:
        """`again` loads it anew; left out: it is never renewed."""
        self._again = again
        self._open(nlp)

    def _open(self, nlp: Any) -> None:
        self._nlp, self._passed = nlp, 0
        self._dial = Dial(nlp.get_pipe("ner"))
        self._tabled = isinstance(nlp.tokenizer, features.Tokenizer)
        # What is learnt outside a memory zone stays: common words are then quick inside one.
        for _ in nlp.pipe([WORDS, *WORDS.split("\n")]):
            pass

    def _renew(self) -> None:
        if self._again is not None:
            self._open(self._again())
            gc.collect()  # a pipeline refers to itself

    @property
    def path(self) -> Path | None:
        """Where it was read from."""
        return self._nlp.path  # type: ignore[no-any-return]

    def known(self, word: str) -> int:
        """What a table of words takes a word for; 0 where there is none."""
        getter = self._nlp.vocab.lex_attr_getters.get(features.KNOWN) if self._tabled else None
        return getter(word) if getter is not None else 0

    def read(self, texts: Sequence[str], level: Sensitivity) -> Iterator[list[Seen]]:
        """What is seen in each text; nothing of them is kept."""
        if self._passed > _RENEW:
            self._renew()
        self._dial.turn(level)
        plain = texts if self._tabled else [*map(_as_prose, texts)]
        with self._nlp.memory_zone():
            documents: Iterable[Any] = self._nlp.pipe(plain, batch_size=64)
            for document in documents:
                yield [Seen(one.start_char, one.end_char, one.label_) for one in document.ents]
            self._passed += len(self._nlp.vocab.strings)
        self._passed -= len(self._nlp.vocab.strings)
