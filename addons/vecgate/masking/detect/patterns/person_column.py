"""Is this a column of people's names? Below a heading for family names, or for people where most cells are names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from vecgate.masking.detect.known import is_family, is_given
from vecgate.masking.detect.patterns._base import Recogniser, Span
from vecgate.masking.detect.patterns._tables import Cell, bare, elements, lines, lists, tables
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
#: Who people are, and firms and machines are not.
_ROLES: Final = (
    r"assign(?:ee|ed[ _-]to)|employees?|patients?|students?|pupils?|teachers?|tutors?|mentors?|attendees?|"
    r"participants?|(?:contact[ _-])?persons?|supervisors?|managers?|reviewers?|approvers?|"
    r"(?:reviewed|approved|signed)[ _-]by|requesters?|applicants?|"
    r"interviewe(?:e|r)s?|witness(?:es)?|victims?|suspects?|deput(?:y|ies)|landlords?|"
    r"trainees?|interns?|nurses?|physicians?|doctors?|therapists?|next[ _-]of[ _-]kin|beneficiar(?:y|ies)|heirs?|"
    r"spouses?|guardians?|drivers?|clerks?|on[ _-]call|(?:sach)?bearbeiter(?:in)?|ansprechpartner(?:in)?|"
    r"mitarbeiter(?:in)?|patienten|teilnehmer|vertreter(?:in)?|responsables?|encargad[oa]s?|medic[oa]s?"
)
_OF_FAMILY: Final = re.compile(rf"(?:{_FAMILY})", re.IGNORECASE)
_OF_ROLE: Final = re.compile(rf"(?:{_ROLES})", re.IGNORECASE)
_HEADING: Final = re.compile(rf"(?:{_FAMILY}|{_PEOPLE}|{_ROLES})", re.IGNORECASE)
_WORD_OF_HEADING: Final = re.compile(rf"\b(?:{_FAMILY}|{_PEOPLE}|{_ROLES})\b", re.IGNORECASE)
_PARTICLE: Final = r"van|von|de|der|den|du|da|di|la|le|el|al|bin|ten|ter"
_NAMED: Final = re.compile(rf"[A-Z][\w'.-]*(?: (?:[A-Z][\w'.-]*|{_PARTICLE})){{0,3}}")
_WORDS: Final = re.compile(r"[A-Za-z]+")
_FEWEST: Final = 3
#: So many rows tell what stands in a column.
_TELLING: Final = 200
#: So many cells below a heading for people must hold a name that is known as one.
_MOSTLY: Final = 0.6
#: The same below a heading for who people are.
_SOME: Final = 0.25
#: The same of lines without a heading.
_NEARLY_ALL: Final = 0.75


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


def _heads(head: Sequence[Cell]) -> list[tuple[int, float]]:
    """Which columns are headed as people's are, and how many of their cells must be known as names."""
    return [(n, _share(cell)) for n, (_, _, cell) in enumerate(head) if _HEADING.fullmatch(cell)]


def _share(heading: str) -> float:
    return 0.0 if _OF_FAMILY.fullmatch(heading) else _SOME if _OF_ROLE.fullmatch(heading) else _MOSTLY


def _column(text: str, start: int, end: int) -> Iterator[Span]:
    for table in tables([*lines(text, start, end)], lambda line: _WORD_OF_HEADING.search(line) is not None):
        if heads := _heads(table.head):
            yield from _names(table.rows, heads)


def _elements(text: str, start: int, end: int) -> Iterator[Span]:
    return _below(elements(text, start, end))


def _lists(text: str, start: int, end: int) -> Iterator[Span]:
    return _below(lists(text, start, end))


def _below(rows: Iterable[list[Cell]]) -> Iterator[Span]:
    heads: list[tuple[int, float]] = []
    below: list[list[Cell]] = []
    for row in chain(rows, [[]]):
        if row and not _heads(row):
            below.append(row)
            continue
        yield from _names(iter(below), heads)
        heads, below = _heads(row), []


def _names(rows: Iterator[list[Cell]], heads: Sequence[tuple[int, float]]) -> Iterator[Span]:
    """What is a name in these columns. Below a heading for people the first rows tell whether they are people."""
    first = [*islice(rows, _TELLING)]
    wanted = [number for number, share in heads if not share or _are_people(first, number, share)]
    for cells in chain(first, rows):
        for a, b, cell in (cells[number] for number in wanted if number < len(cells)):
            if _is_like_a_name(cell):
                yield a, b


def _are_people(rows: Sequence[list[Cell]], number: int, share: float) -> bool:
    named = [cells[number][2] for cells in rows if number < len(cells)]
    return len(named) >= _FEWEST and sum(map(_is_known, named)) >= share * len(named)


def _lines(text: str, start: int, end: int) -> Iterable[Span]:
    cells = [cell for at, line in lines(text, start, end) if (cell := bare(line, at, 0, len(line)))[2]]
    if sum(_is_known(cell) for _, _, cell in cells) >= _NEARLY_ALL * len(cells):
        yield from ((a, b) for a, b, cell in cells if _is_like_a_name(cell))


RULES: Final = (
    Recogniser(
        "PERSON",
        "column",
        "in a column whose heading is for people's names",
        rf"(?i)(?:^|\n)[^\n]*\b(?:{_FAMILY}|{_PEOPLE}|{_ROLES})\b[^\n]*(?:\n[^\n]*)+",
        _column,
        gate=rf"(?i)\b(?:{_FAMILY}|{_PEOPLE}|{_ROLES})\b[^\n]*\n",
    ),
    Recogniser(
        "PERSON",
        "html column",
        "in a column of an HTML table whose heading is for people's names",
        r"(?is)<(?:table|tr)\b.*",
        _elements,
        gate=rf"(?i)<t[hd][^<>]*>[^<>\w]*(?:<[^<>]*>[^<>\w]*)*(?:{_FAMILY}|{_PEOPLE}|{_ROLES})[^<>\w]*<",
    ),
    Recogniser(
        "PERSON",
        "list column",
        "in a list below a list that is a heading for people's names",
        rf'(?is)\[\s*(?:"[^"\[\]]*"\s*,\s*)*"(?:{_FAMILY}|{_PEOPLE}|{_ROLES})".*',
        _lists,
        gate=rf'(?i)[,\[]\s*"(?:{_FAMILY}|{_PEOPLE}|{_ROLES})"\s*[,\]]',
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
