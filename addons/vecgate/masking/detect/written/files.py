"""Whose name is in a file's name or a path? cv_anna_kowalska.pdf, /people/anna.kowalska, letter_to_mr_holm.doc."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from vecgate.domain.finding import Finding
from vecgate.masking.detect.known import is_family, is_given, is_name
from vecgate.masking.detect.patterns._base import words as listed
from vecgate.masking.detect.somebody import Reading

IN_A_FILE: Final = "in a file's name"

_SLUG: Final = re.compile(r"(?<![\w@.-])[A-Za-z0-9]{1,40}+(?:[._-]{1,2}[A-Za-z0-9]{1,40}+){0,9}")
#: Copies are numbered: report(1).pdf; and what that ends in.
_COPY: Final = re.compile(r"[ ]?\(\d{1,3}\)\.([A-Za-z0-9]{2,5})\b")
#: For denser screens: holm@2x.png.
_DENSER: Final = re.compile(r"@[1-4]x\.([a-z]{3,4})\b")
_PART: Final = re.compile(r"[A-Za-z]+")
_CAPITALISED: Final = re.compile(r"[A-Z][a-z]+")
_BETWEEN: Final = frozenset({".", "_", "-", "__", "--"})
_ENDINGS: Final = listed("""
pdf doc docx odt rtf txt png jpg jpeg gif tif tiff heic dcm csv xls xlsx ods ppt pptx zip eml msg pst vcf json xml html
htm md log mp3 mp4 m4a mov wav
""")
#: Words of files' names that are nobody's.
_FILES: Final = _ENDINGS | listed("""
cv final draft copy scan contract invoice photo letter resume report signed backup old new mail the of and for to with
from by mr mrs miss
""")
_TITLES: Final = listed("mr mrs miss mister frau herr mme madame senor senora")
_ABOUT: Final = listed("with of from by for to and von mit de")
#: Folders that are called by who they belong to.
_HOME: Final = re.compile(
    r"(?i)(?:^|[/\\])(?:users|home|people|persons?|profiles?|authors?|staff|members?|employees|patients|clients)[/\\]{1,2}$"
)
#: Somebody's own pages or files, as web servers and shells write them.
_TILDE: Final = re.compile(r"[/\\]~")
_REACH: Final = 16
_MOST_WORDS: Final = 4


def in_file_names(reading: Reading) -> Iterator[Finding]:
    """A given name and what stands beside it; more where it is sure to be a path or a file."""
    text = reading.text
    for match in _SLUG.finditer(text):
        start, end = match.span()
        if (text[end : end + 1] == "@" and not _DENSER.match(text, end)) or text[max(0, start - 3) : start] == "://":
            continue
        copy = _COPY.match(text, end) or _DENSER.match(text, end)
        if text[end : end + 1] == "(" and not copy:
            continue  # a call
        ending = (copy[1] if copy else match[0].rpartition(".")[2]).lower() in _ENDINGS
        home = _TILDE.fullmatch(text, max(0, start - 2), start)
        path = ending or home is not None or (start > 0 and text[start - 1] in "/\\")
        if not path and (not any(c in "._-" for c in match[0]) or any(map(str.isdigit, match[0]))):
            continue
        if not path and match[0].count("-") == 1 and all(part[:1].isupper() for part in match[0].split("-")):
            continue  # two words with a hyphen, in no file's name
        at_home = home or (start and text[start - 1] in "/\\" and _HOME.search(text[max(0, start - _REACH) : start]))
        owner = [*_owner(reading, start, end)] if at_home else []
        for a, b in owner or _named(reading, start, end, path, ending or home is not None):
            yield Finding(a, b, "PERSON", IN_A_FILE)


def _named(reading: Reading, start: int, end: int, path: bool, ending: bool) -> Iterator[tuple[int, int]]:
    text = reading.text
    parts = [part.span() for part in _PART.finditer(text, start, end)]
    for number, (a, b) in enumerate(parts):
        if is_given(text[a:b]):
            yield from _with_its_neighbour(reading, parts, number, path)
    for (a, b), (c, d) in pairwise(parts):
        one, other = text[a:b].lower(), text[c:d]
        titled = path and one in _TITLES and len(other) > 1 and _may_be(reading, other)
        if text[b:c] in _BETWEEN and (titled or (ending and one in _ABOUT and is_given(other))):
            yield c, d
    for a, b in parts if ending else ():
        yield from _joined(reading, a, b)


def _with_its_neighbour(
    reading: Reading, parts: Sequence[tuple[int, int]], number: int, path: bool
) -> Iterator[tuple[int, int]]:
    """The given name with the word behind it, or else with the one before it."""
    text, here = reading.text, parts[number]
    for other in (*parts[number + 1 : number + 2], *parts[max(0, number - 1) : number]):
        first, last = sorted((here, other))
        if text[first[1] : last[0]] in _BETWEEN and _beside(reading, text[slice(*other)], path):
            yield first[0], last[1]
            return


def _joined(reading: Reading, start: int, end: int) -> Iterator[tuple[int, int]]:
    """JonathanPell, and BrownOliver: two words with capitals, and no blank between."""
    text = reading.text
    words = [word.span() for word in _CAPITALISED.finditer(text, start, end)]
    for (a, b), (c, d) in pairwise(words):
        one, other = text[a:b], text[c:d]
        if b == c and ((is_given(one) and _may_be(reading, other)) or (is_given(other) and is_family(one))):
            yield a, d


def _beside(reading: Reading, word: str, path: bool) -> bool:
    return is_family(word) or (path and _may_be(reading, word))


def _may_be(reading: Reading, word: str) -> bool:
    return word.lower() not in _FILES and (is_name(word) or not reading.ordinary(word.lower()))


def _owner(reading: Reading, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Who a folder or a page belongs to, where one of the words is a name and none a file's."""
    text = reading.text
    parts = [part.span() for part in _PART.finditer(text, start, end)]
    words = [text[a:b] for a, b in parts]
    if not 1 <= len(words) <= _MOST_WORDS or any(word.lower() in _FILES for word in words):
        return
    known = [word for word in words if is_given(word) or is_family(word)]
    if known and (any(map(is_given, known)) or not any(reading.ordinary(word) for word in words)):
        yield parts[0][0], parts[-1][1]
