"""Is this a phone number? Its grouping and the words before it decide; where both are silent, the numbering plan."""

import re
from collections.abc import Iterable
from typing import Final

import phonenumbers

from vecgate.masking.patterns._base import Rule, Span, before, digits

_CALLED: Final = re.compile(
    r"(?i)phone|tel\b|tel[.:]|telef|mobile|\bcell|fax|\bcall|dial|whatsapp|\bsms|text me|reach|contact|hotline|"
    r"\bring\b|handy|movil|portable|celular"
)
_CALLED_OTHERWISE: Final = re.compile(
    r"(?i)(?:isbn|order|invoice|ticket|\bref|\bid|sku|case|serial|tracking|version|npi|mrn|account|acct|policy|"
    r"passport|licen[cs]e|card|ssn|iban|vin|build|commit|port|error|code)[ #:._\w-]{0,12}$"
)
_DATE: Final = re.compile(
    r"(?:\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}"
    r"|\d{4}[ ]*-[ ]*\d{4})(?:[ ]+\d{1,2})?"
)
_NUMBERS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d+\.\d+|\d{1,3}(?:[ ,]\d{3})+")
_GROUPED: Final = re.compile(
    r"(?:\+?1[-. ]?)?(?:\(\d{3}\)[ ]?|\d{3}[-. /])\d{3}[-. ]\d{4}"  # North America
    r"|\d{3}[-.]\d{4}"
    r"|\(?0\d{1,5}\)?(?:[ \-/.()]+\d{2,5}){1,5}"  # a trunk prefix
)
_EXTENSION: Final = re.compile(r"(?i)[ ]*(?:x|ext)")
# Plans whose numbers have ten digits or more: in shorter ones any number is somebody's.
_DOUBTFUL_REGIONS: Final = ("US", "GB")
_CHUNK: Final = re.compile(r"[^ ]+")
_MOST_CHUNKS: Final = 8
_EDGE_LEFT, _EDGE_RIGHT = " )./-", " (./-"


def _valid_somewhere(number: str) -> bool:
    for region in _DOUBTFUL_REGIONS:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _ruled_out(number: str, count: int, preceding: str) -> bool:
    return (
        not 7 <= count <= 15
        or len(set(digits(number))) < 3
        or bool(_DATE.fullmatch(number))
        or bool(_NUMBERS.fullmatch(number))
        or bool(_CALLED_OTHERWISE.search(preceding[-28:]) and not _CALLED.search(preceding))
    )


def _is_phone(number: str, preceding: str) -> bool:
    count = len(digits(number))
    if _ruled_out(number, count, preceding):
        return False
    if number[0] == "+" or _CALLED.search(preceding):
        return True
    if _GROUPED.fullmatch(number):
        return count >= 10 or number[0] in "(0" or count == 7
    return number.startswith("00") or (count >= 10 and _valid_somewhere(number))


def _trim(text: str, start: int, end: int) -> Span:
    found = text[start:end]
    return start + len(found) - len(found.lstrip(_EDGE_LEFT)), end - len(found) + len(found.rstrip(_EDGE_RIGHT))


def _stands(text: str, start: int, end: int) -> bool:
    number = _EXTENSION.split(text[start:end])[0].strip()
    glued = start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_#$")
    return bool(number) and not glued and _is_phone(number, before(text, start, 40))


def _phones(text: str, start: int, end: int) -> Iterable[Span]:
    # A run may hold a date and a number, or two numbers: the longest stretch between spaces that stands is taken.
    chunks = [match.span() for match in _CHUNK.finditer(text, start, end)]
    first = 0
    while first < len(chunks):
        for last in range(min(len(chunks), first + _MOST_CHUNKS) - 1, first - 1, -1):
            a, b = _trim(text, chunks[first][0], chunks[last][1])
            if a < b and _stands(text, a, b):
                yield a, b
                first = last
                break
        first += 1


RULES: Final = (
    Rule(
        "PHONE",
        "number",
        r"(?i)(?:\+[ ]?|\()?\(?\d[\d ().\-/]{5,46}\d(?:[ ]{0,2}(?:x|ext\.?|extension)[ ]{0,2}\d{1,6})?",
        _phones,
    ),
)
