"""Is this a column of people's names? Below a heading for family names, or for people where most cells are names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from vecgate.masking.detect.known import is_family, is_given
from vecgate.masking.detect.patterns._base import Recogniser, Span
from vecgate.masking.detect.patterns.person import FIRMS, NOT_NAMES

_FAMILY: Final = (
    r"surnames?|last[ _-]?names?|family[ _-]?names?|maiden[ _-]?names?|nachnamen?|familiennamen?|apellidos?|cognom[ei]|"
    r"nom de famille|sobrenomes?|achternaa?m|efternamn|efternavn|etternavn|nazwisk[oa]|prijmeni"
)
_PEOPLE: Final = (
    r"(?:full[ _-]?)?names?|employees?|customers?|clients?|patients?|contacts?|students?|teachers?|members?|players?|"
    r"guests?|attendees?|participants?|people|persons?|owners?|assignees?|authors?|drivers?|tenants?|mitarbeiter|kunden?|"
    r"patienten|teilnehmer|namen?|noms?|nombres?|nome"
)
_OF_FAMILY: Final = re.compile(rf"(?:{_FAMILY})", re.IGNORECASE)
_HEADING: Final = re.compile(rf"(?:{_FAMILY}|{_PEOPLE})", re.IGNORECASE)
_WORD_OF_HEADING: Final = re.compile(rf"\b(?:{_FAMILY}|{_PEOPLE})\b", re.IGNORECASE)
_PARTICLE: Final = r"van|von|de|der|den|du|da|di|la|le|el|al|bin|ten|ter"
_NAMED: Final = re.compile(rf"[A-Z][\w'.-]*(?: (?:[A-Z][\w'.-]*|{_PARTICLE})){{0,3}}")
_RULER: Final = re.compile(r"[\s|:+=-]+")
_GAP: Final = re.compile(r" {2,}|\t")
_WORDS: Final = re.compile(r"[A-Za-z]+")
_MARKS: Final = "\t|;,"
_AROUND: Final = " \t\"'*"
_FEWEST: Final = 3
#: So many cells below a heading for people must hold a name that is known as one.
_MOSTLY: Final = 0.6
#: The same of lines without a heading.
_NEARLY_ALL: Final = 0.75

type Cell = tuple[int, int, str]


def _cells(line: str, at: int, mark: str) -> list[Cell]:
    """The cells of a line that begins at `at`, without what is around them."""
    cells, since = [], 0
    ends = [match.span() for match in re.finditer(re.escape(mark) if mark else _GAP, line)] if mark != "\n" else []
    for a, b in [*ends, (len(line), len(line))]:
        text = line[since:a]
        start = at + since + len(text) - len(text.lstrip(_AROUND))
        cells.append((start, start + len(text.strip(_AROUND)), text.strip(_AROUND)))
        since = b
    return cells


def _rows(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    at = start
    for line in text[start:end].split("\n"):
        yield at, line
        at += len(line) + 1


def _mark(heading: str) -> str:
    """What parts the cells: a mark, two blanks (""), or nothing but lines."""
    there = [mark for mark in _MARKS if mark in heading]
    return there[0] if there else ("" if _GAP.search(heading.strip()) else "\n")


def _is_known(cell: str) -> bool:
    return any(is_family(word) or is_given(word) for word in _WORDS.findall(cell))


def _is_like_a_name(cell: str) -> bool:
    words = cell.split(" ")
    return (
        len(cell) > 1
        and _NAMED.fullmatch(cell) is not None
        and words[0] not in NOT_NAMES
        and not any(word in FIRMS for word in words)
    )


def _heads(line: str, at: int, mark: str) -> list[tuple[int, bool]]:
    """Which columns are headed as people's are, and whether by a word for family names."""
    cells = enumerate(cell for _, _, cell in _cells(line, at, mark))
    return [(n, bool(_OF_FAMILY.fullmatch(cell))) for n, cell in cells if _HEADING.fullmatch(cell)]


def _column(text: str, start: int, end: int) -> Iterable[Span]:
    rows, free = [*_rows(text, start, end)], 0
    for number, (at, line) in enumerate(rows):
        if number < free or not _WORD_OF_HEADING.search(line):
            continue
        mark = _mark(line)
        if heads := _heads(line, at, mark):
            below = [*_below(rows, number + 1, len(_cells(line, at, mark)), mark)]
            free = number + 1 + len(below)  # what stands below one heading is no other's
            yield from _names([cells for cells in below if cells], heads)


def _below(rows: Sequence[tuple[int, str]], since: int, count: int, mark: str) -> Iterator[list[Cell]]:
    """The rows of the table, as far as they have its number of cells; none for a line that is only drawn."""
    for at, line in (rows[number] for number in range(since, len(rows))):
        cells = [] if _RULER.fullmatch(line) else _cells(line, at, mark)
        if cells and len(cells) != count:
            return
        yield cells


def _names(below: Sequence[list[Cell]], heads: Iterable[tuple[int, bool]]) -> Iterator[Span]:
    for number, family in heads:
        named = [cells[number] for cells in below]
        known = sum(_is_known(cell) for _, _, cell in named)
        if family or (len(named) >= _FEWEST and known >= _MOSTLY * len(named)):
            yield from ((a, b) for a, b, cell in named if _is_like_a_name(cell))


def _lines(text: str, start: int, end: int) -> Iterable[Span]:
    cells = [cell for at, line in _rows(text, start, end) for cell in _cells(line, at, "\n") if cell[2]]
    if sum(_is_known(cell) for _, _, cell in cells) >= _NEARLY_ALL * len(cells):
        yield from ((a, b) for a, b, cell in cells if _is_like_a_name(cell))


RULES: Final = (
    Recogniser(
        "PERSON",
        "column",
        "in a column whose heading is for people's names",
        rf"(?i)(?:^|\n)[^\n]*\b(?:{_FAMILY}|{_PEOPLE})\b[^\n]*(?:\n[^\n]+)+",
        _column,
        gate=rf"(?i)\b(?:{_FAMILY}|{_PEOPLE})\b[^\n]*\n",
    ),
    Recogniser(
        "PERSON",
        "lines",
        "one of several lines of nothing but a name",
        r"(?m:^)[A-Z][A-Za-z'-]{2,24}[ ]?(?:\n[A-Z][A-Za-z'-]{2,24}[ ]?){3,}(?m:$)",
        _lines,
        gate=r"[a-z][ ]?\n[A-Z][A-Za-z'-]+[ ]?\n[A-Z]",
    ),
)
