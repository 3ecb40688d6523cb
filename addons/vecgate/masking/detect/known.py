"""Is this word somebody's name, wherever it stands, or a brand's? Lists that `scripts/train_ner` made."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final, Literal

FOLDER: Final = Path(__file__).parent / "names"
_FOLDED: Final = str.maketrans("łŁđĐøØıəƏ\u2019", "lLdDoOieE'")

#: `given`: hardly anything else; `also`: a given name that is a word, a place or a program too; `family`.
type Kind = Literal["given", "also", "family"]


@cache
def _names(kind: Kind) -> frozenset[str]:
    return frozenset((FOLDER / f"{kind}.txt").read_text(encoding="ascii").split())


@cache
def names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """All three lists."""
    return _names("given"), _names("also"), _names("family")


def plain(word: str) -> str:
    """In small letters, without accents."""
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", word.translate(_FOLDED))
    return "".join(c for c in folded if not unicodedata.combining(c)).lower()


@cache
def _brands() -> frozenset[str]:
    return frozenset((FOLDER / "brands.txt").read_text(encoding="ascii").split())


def is_brand(word: str) -> bool:
    """Whether makers, programs or machines are called so, and nobody."""
    return plain(word) in _brands()


def is_given(word: str) -> bool:
    """Whether it is a given name and hardly anything else; of a double one (Wei-Lu) a part is enough."""
    bare, given = plain(word), names()[0]
    return bare in given or ("-" in bare and not given.isdisjoint(bare.split("-")))


def may_be_given(word: str) -> bool:
    """Whether it is a given name, perhaps a word too."""
    bare, (given, also, _) = plain(word), names()
    return bare in given or bare in also or ("-" in bare and not given.isdisjoint(bare.split("-")))


def is_family(word: str) -> bool:
    """Whether it is a family name."""
    return plain(word) in names()[2]


def is_name(word: str) -> bool:
    """Whether it is a given name or a family name."""
    bare, (given, also, family) = plain(word), names()
    if bare in given or bare in family or bare in also:
        return True
    return "-" in bare and any(part in given or part in family or part in also for part in bare.split("-"))
