"""Which words did a scanner misread? Digits and strokes inside of words are read as the letters they are taken for.

Each stands for one letter, so offsets stay. Only names are looked for in this reading: numbers, keys and codes are
read as they stand.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from vecgate.masking.detect.known import is_name

_LETTERS: Final = {"0": "o", "1": "l", "5": "s", "|": "l", "!": "l", "\u00a1": "i"}
_OTHERWISE: Final = {"1": "i", "|": "i", "!": "i"}
_TAKEN_FOR: Final = (("l", "i"), ("i", "l"), ("rn", "m"), ("m", "rn"), ("c", "e"), ("e", "c"), ("vv", "w"))
_WORD: Final = re.compile(r"(?<![\w@.#/\\=|!+-])[^\W1-46-9_a-z][\w|!\u00a1]{3,24}(?![\w@=/\\]|[.-]\w)")
_MISREAD: Final = re.compile(r"(?<=[^\W\d_])[015|!\u00a1]{1,2}(?=[^\W\d_])|^[05](?=[^\W\d_]{3})")
_OTHER: Final = re.compile(r"[\d_|!\u00a1]")
_CAPITALISED_BEFORE: Final = re.compile(r"(?<!\w)[^\W\d_a-z][^\W\d_]+\.? $")
_CAPITALISED_BEHIND: Final = re.compile(r" [^\W\d_a-z][^\W\d_]+(?!\w)")
#: Several at once, or strokes: only of a name that is known.
_DOUBTFUL: Final = re.compile(r"[|!\u00a1]|\d\d|\d.*\d")
_REACH: Final = 26


def read(text: str, ordinary: Callable[[str], bool | None]) -> str:
    """The text, of the same length, with letters where words have digits that look like them.

    A word is read so if it becomes a name, or stands beside a capitalised word: "M1chael", "J0siane Holm".
    """
    if not _OTHER.search(text):
        return text
    made, at = [], 0
    for word in _WORD.finditer(text):
        letters = _as_letters(text, word, ordinary)
        if letters is not None:
            made += [text[at : word.start()], letters]
            at = word.end()
    return "".join([*made, text[at:]]) if at else text


def _as_letters(text: str, word: re.Match[str], ordinary: Callable[[str], bool | None]) -> str | None:
    found = word[0]
    if found.isalpha() or _OTHER.search(_MISREAD.sub("", found)):
        return None
    for letters in (_LETTERS, _LETTERS | _OTHERWISE):
        plain = _plain(found, letters)
        if is_name(plain):
            return plain
    if _DOUBTFUL.search(found) or ordinary(found.lstrip("05").lower()):
        return None
    plain = _plain(found, _LETTERS)
    before, behind = text[max(0, word.start() - _REACH) : word.start()], text[word.end() : word.end() + _REACH]
    return plain if _CAPITALISED_BEFORE.search(before) or _CAPITALISED_BEHIND.match(behind) else None


def _plain(found: str, letters: Mapping[str, str]) -> str:
    plain = _MISREAD.sub(lambda m: "".join(letters[c] for c in m[0]), found)
    return plain.upper() if found.isupper() else plain[0].upper() + plain[1:]


def is_misread(word: str, ordinary: Callable[[str], bool | None], common: Callable[[str], bool]) -> bool:
    """Whether it is an everyday word with letters that scanners take for each other: lnvoice, recelved, Narne."""
    small = word.lower()
    if ordinary(small) is not None:
        return False
    meant = (
        small[:at] + right + small[at + len(wrong) :]
        for wrong, right in _TAKEN_FOR
        for at in (m.start() for m in re.finditer(wrong, small))
    )
    return any(ordinary(one) is True or (ordinary(one) is False and common(one) and not is_name(one)) for one in meant)
