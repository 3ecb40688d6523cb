"""Does a condition close in on what is masked: by a piece of it, a pattern, a range, or by the name of its field?"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from vecgate.domain.inlets import Condition, Path
from vecgate.masking.apply.long_numbers import LONG_NUMBER
from vecgate.masking.apply.places import hint

#: How fields are called that hold one kind of personal data: the whole name, or what it ends with.
_CALLED_TEXT: Final = {
    "EMAIL": "email, emails, e mail, mail, email address, email addresses",
    "PHONE": "phone, phones, phone number, phone numbers, telephone, tel, mobile, mobile number, cell phone, msisdn, "
    "fax",
    "DATE_OF_BIRTH": "dob, birth date, birthdate, birthday, date of birth, born, birth year, year of birth",
    "SSN": "ssn, social security number",
    "IBAN": "iban",
    "CREDIT_CARD": "card number, credit card, credit card number, cc number",
    "ID": "passport, passport number, national id, personal id, tax id, licence number, license number",
    "IP": "ip, ip address, ipv4, ipv6",
    "MAC": "mac address",
    "ADDRESS": "home address, postal address, street address, street, shipping address, billing address, address",
    "PERSON": "first name, last name, full name, given name, family name, middle name, maiden name, surname, "
    "person name, customer name, client name, patient name, employee name, contact name",
    "HANDLE": "username, user name, login name, handle",
}
_CALLED: Final = [(phrase, kind) for kind, text in _CALLED_TEXT.items() for phrase in text.split(", ")]

#: Words of a field that counts seconds, or how much of something there is.
_TIMES_TEXT: Final = (
    "at time timestamp ts date day epoch created updated modified expires seconds ms size bytes length count total"
)
_TIMES: Final = frozenset(_TIMES_TEXT.split())
_AMOUNTS_TEXT: Final = (
    "amount price cost revenue sales income budget balance turnover views likes population quantity volume weight "
    "distance area cents tokens score rank"
)
_AMOUNTS: Final = _TIMES | frozenset(_AMOUNTS_TEXT.split())

#: Words of a field by whose order pages are read: of its values nothing is told that its readers do not see.
_KEYS: Final = _TIMES | frozenset({"id", "uuid", "guid", "key", "pk", "version", "slug", "sku"})

#: What scores are made of besides.
_WEIGHTS_TEXT: Final = (
    "popularity rating ratings priority boost importance stars votes clicks downloads stock relevance quality "
    "freshness year age page level weighting factor ratio percent"
)
_WEIGHTS: Final = _AMOUNTS | frozenset(_WEIGHTS_TEXT.split())

#: Shorter pieces are put together letter by letter.
_SHORTEST: Final = 3
_DIGITS: Final = re.compile(r"\d(?:[ .\-/()]?\d){3}")
_NUMBERED: Final = frozenset(
    {"PHONE", "CREDIT_CARD", "IBAN", "SSN", "ID", "ADDRESS", "IP", "DATE", "DATE_OF_BIRTH", "SECRET", "CRYPTO", "MAC"}
)
_WITH_AT: Final = frozenset({"EMAIL", "HANDLE", "URL", "SECRET"})
#: A date, with its time or without, and what OpenSearch and Elasticsearch reckon with it.
_MOMENT: Final = re.compile(
    r"(?:now|\d{4}-\d\d(?:-\d\d)?(?:[T ]\d\d[\d:.,]{0,16}(?:Z|[+-]\d\d:?\d\d)?)?)"
    r"(?:\|\|)?(?:[+-]\d+[yMwdhHms])*(?:/[yMwdhHms])?"
)
#: What is a letter although an expression has another meaning for it; and the one flag that says nothing of letters.
_LITERAL: Final = re.compile(r"\\([^A-Za-z0-9])")
_ANY_CASE: Final = "(?i)"
_PATTERN: Final = re.compile(r"[\\^$.|?*+()\[\]{}]")


@lru_cache(maxsize=4096)
def called(path: Path) -> frozenset[str]:
    """Which kinds of personal data a field holds, by what it is called."""
    words = f" {hint(_last(path))}"
    longest = max((phrase for phrase, _ in _CALLED if words.endswith(f" {phrase}")), key=len, default="")
    return frozenset(kind for phrase, kind in _CALLED if phrase == longest)


def spells_a_number(path: Path, kinds: frozenset[str]) -> bool:
    """Whether a field that becomes a score may be a number that names somebody: a score shows it, digit by digit."""
    return not kinds.isdisjoint(_NUMBERED) and not _is_called(path, _WEIGHTS)


#: Ends of the whole numbers of 64 bits: clients that page by ids begin there, and all numbers are on one side.
_ENDS: Final = frozenset({2**63 - 1, 2**63})


def is_long(value: float) -> bool:
    """Whether a number has as many digits as numbers that name somebody."""
    return abs(value) >= LONG_NUMBER


def closes_in(one: Condition, kinds: frozenset[str], *, strict: bool, covered: bool) -> bool:
    """Whether it tells something of a value that it does not name. `covered`: nothing of these kinds is in there."""
    value, text = one.value, isinstance(one.value, str)
    if strict:
        return (one.how != "equal" or one.by_words) and (text or _near(one, _TIMES))
    if covered or not kinds:
        return False
    if isinstance(value, str):
        if one.by_words and not one.is_query:
            return one.how == "order" or _is_piece(_normal(value), kinds)
        if one.how == "order":
            return not (one.begins or not value or _MOMENT.fullmatch(value) or _is_called(one.path, _KEYS))
        return one.is_query and _in_pieces(value, kinds, expression=one.how == "expression")
    return one.how == "order" and _near(one, _AMOUNTS)


def _in_pieces(value: str, kinds: frozenset[str], *, expression: bool) -> bool:
    """Whether what is looked for in a text is less than a word, or could be a piece of an address or a number."""
    if expression:
        value = value.removeprefix(_ANY_CASE)
        if _PATTERN.search(_LITERAL.sub("", value)):
            return True
        value = _LITERAL.sub(r"\1", value)
    text = _normal(value)
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return wide < _SHORTEST or _is_piece(text, kinds)


def _normal(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip()


def _is_piece(text: str, kinds: frozenset[str]) -> bool:
    """Whether a text could be a piece of an address or a number. A short word is one: by whole words none is spelt."""
    return ("@" in text and not kinds.isdisjoint(_WITH_AT)) or (_is_in_digits(text) and not kinds.isdisjoint(_NUMBERED))


def _is_in_digits(text: str) -> bool:
    """Whether a text has four digits in a row, or nothing but digits: from such pieces numbers are put together."""
    return _DIGITS.search(text) is not None or (any(map(str.isdecimal, text)) and not any(map(str.isalpha, text)))


def _near(one: Condition, harmless: frozenset[str]) -> bool:
    """Whether a range comes near a long number, half by half: a card, a phone, an account. A time is none of these."""
    value = one.value
    is_number = not isinstance(value, str | bool) and is_long(value) and abs(value) not in _ENDS
    return is_number and not _is_called(one.home, harmless)


def _is_called(path: Path, words: frozenset[str]) -> bool:
    """Whether one of these is among the words of a field's name."""
    return not words.isdisjoint(hint(_last(path)).split())


def _last(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")
