"""In which readings may a text speak to a model? As it stands, without its disguises, and what is packed in it.

A reading is in lower case, without accents, and has one blank wherever there was any space: phrases are held against
that. Every reading is made in time that grows with the text alone, and there are few of them.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import re2

from vecgate.masking.detect.hidden import DEEPEST, hidden
from vecgate.masking.detect.lookalikes import is_invisible
from vecgate.masking.detect.normalise import normalise

_SPACE: Final = re.compile(r"\s+")
#: Unicode's tag characters: ASCII that nobody sees, and that models read (Unicode 16, block E0000).
_TAGS: Final = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
_TAG: Final = re.compile(r"[\U000E0020-\U000E007E]{4,}")
#: Digits that stand for letters; a 1 stands for either of two.
_SPELT: Final = tuple(str.maketrans("013457@$|", f"o{one}eastasi") for one in "il")
_DIGIT_IN_WORD: Final = re2.compile(r"[a-z][0134578@$|][a-z]")
#: What tells that a text was turned round, or its letters shifted by 13: some words that nearly every order has.
_STEMS: Final = ("instruction", "previous", "system", "ignore", "disregard", "assistant", "password", "prompt", "rules")
_COMMON: Final = ("the", "and", "you", "your", "are", "with", "this", "not")
_TURNED: Final = re2.compile(r"\b(?:" + "|".join(stem[::-1] for stem in (*_STEMS, *_COMMON)) + r")\b")
_SHIFTED: Final = re2.compile(
    r"\b(?:" + "|".join(codecs.encode(stem, "rot13") for stem in (*_STEMS, *_COMMON)) + r")s?\b"
)
_DOTTED: Final = re2.compile(r"(?:\b[a-z][-._*~]){5,}[a-z]\b|(?:\b[a-z] ){7,}[a-z]\b")
_BETWEEN: Final = re.compile(r"(?<=\b[a-z])[-._*~ ](?=[a-z]\b)")


def folded(text: str) -> str:
    """In lower case, without accents, with single blanks."""
    lower = text.lower()
    if not lower.isascii():
        apart = unicodedata.normalize("NFKD", lower)
        lower = "".join(c for c in apart if unicodedata.category(c) != "Mn" and not is_invisible(c))
    return _SPACE.sub(" ", lower).strip()


def _plain(text: str) -> Iterator[str]:
    """As it stands, and without disguises if that is another text."""
    first = folded(text)
    yield first
    second = folded(normalise(text).text)
    if second != first:
        yield second
    for one in {first, second}:
        if _DIGIT_IN_WORD.search(one):
            yield from {one.translate(table): None for table in _SPELT}
        if _TURNED.search(one):
            yield one[::-1]
        if _SHIFTED.search(one):
            yield codecs.encode(one, "rot13")
        if _DOTTED.search(one):
            yield _BETWEEN.sub("", one)


def readings(text: str, deep: int = 0) -> Iterator[tuple[str, bool]]:
    """Every reading, and whether it was hidden: then that alone speaks against it."""
    for one in _plain(text):
        yield one, deep > 0
    if deep < DEEPEST:
        for inner in _packed(text):
            yield from readings(inner, deep + 1)


def _packed(text: str) -> Iterator[str]:
    if tagged := _TAG.findall(text):
        yield " ".join(run.translate(_TAGS) for run in tagged)
    for found in hidden(normalise(text).ascii):
        if found.text:
            yield found.text
