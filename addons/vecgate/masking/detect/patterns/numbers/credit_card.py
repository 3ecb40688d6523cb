"""Is this a payment card number? A range that a scheme gives out, its length, and the Luhn check (ISO/IEC 7812-1)."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, before, called, digits, luhn, named

_LENGTHS: Final = range(12, 20)
#: First digits -> lengths, as the schemes publish them (Visa, Mastercard, Amex, Diners, Discover, JCB, UnionPay,
#: Maestro, Mir, RuPay, Troy, Dankort, Uatp). Two old JCB ranges still have fifteen digits.
_SCHEMES: Final = (
    (re.compile(r"4"), {13, 16, 18, 19}),
    (re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"3(?:0[0-5]|095|[689])"), {14, 15, 16, 17, 18, 19}),
    (re.compile(r"6011|64[4-9]|65"), {16, 17, 18, 19}),
    (re.compile(r"35(?:2[89]|[3-8])"), {16, 17, 18, 19}),
    (re.compile(r"1800|2131"), {15}),
    (re.compile(r"62|81"), {16, 17, 18, 19}),
    (re.compile(r"5[0678]|6[0-9]"), set(_LENGTHS)),
    (re.compile(r"220[0-4]|9792|5019|60|82|508"), {16}),
    (re.compile(r"1"), {15}),
)
_FIRST: Final = "12345689"
_GROUP: Final = re.compile(r"\d+")
#: 5.5 6.1: shares in the row of a table.
_SHARES: Final = re.compile(r"\d\.\d[ ]+\d\.\d\b")
#: What keys of rows, traces, goods and times are called: of their numbers in one piece one in twenty-five looks like a
#: card's.
_OF_A_THING: Final = re.compile(
    r"(?:(?<![A-Za-z])(?i:id|uuid|guid|pk|key|sku|asin|ts|timestamp|time|epoch|offset|seq|sequence|hash|trace|span|row|"
    r"version|revision|nonce|bytes|size|count)|[a-z]I[dD])[\"']?[ ]?[:=\#][ ]?[\"'(]?$"
    r"|(?<![A-Za-z])(?i:ean|gtin|upc|isbn|barcode)[\"']?[ ]?[:=\#]?[ ]?[\"'(]?$"
)
_OF_CARDS: Final = re.compile(r"(?i)card|kart|cart[ea]|tarjeta|maestro|pay|(?<![a-z])pan|account|acct")
_REACH: Final = 28
_MOST_GROUPS: Final = 6
_ONE_BY_ONE: Final = 11


def is_card(found: str) -> bool:
    """Whether these digits, whatever stands between them, are a card's number."""
    number = digits(found)
    if len(number) not in _LENGTHS or number[0] not in _FIRST or len(set(number)) < 2 or not luhn(number):
        return False
    # UATP cards begin with a bare 1, as every time in milliseconds does: only when they are grouped as cards are.
    return any(
        len(number) in lengths and scheme.match(number) and (scheme.pattern != "1" or number != found)
        for scheme, lengths in _SCHEMES
    )


def _fraction(text: str, start: int, end: int) -> bool:
    # Behind a dot, and none in it: the decimals of a number.
    return text[max(0, start - 1) : start] == "." and "." not in text[start:end]


def _is_of_a_thing(said: str) -> bool:
    return _OF_A_THING.search(said) is not None and not _OF_CARDS.search(said)


def _is_card(text: str, start: int, end: int) -> bool:
    """Of the shortest numbers, which only old Maestro cards have, the check proves little: a word must be near."""
    found = text[start:end]
    short = len(digits(found)) == _LENGTHS.start
    return is_card(found) and (not short or _OF_CARDS.search(before(text, start, _REACH)) is not None)


def _cards(text: str, start: int, end: int) -> Iterable[Span]:
    # A run may hold more than the card (a date before it, a code behind it): try what starts and ends at gaps.
    if start > 0 and (text[start - 1].isalnum() or text[start - 1] == "."):
        return
    if _SHARES.search(text, start, end) or (text[start:end].isdigit() and _is_of_a_thing(before(text, start, _REACH))):
        return
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    if len(groups) > _ONE_BY_ONE and all(b - a == 1 for a, b in groups):
        # Digits one by one: any gap would do, so a table of digits would be full of cards. Only the whole run counts.
        yield from ((start, end),) if _is_card(text, start, end) else ()
        return
    first = 0
    while first < len(groups):
        for last in range(min(len(groups), first + _MOST_GROUPS) - 1, first - 1, -1):
            a, b = groups[first][0], groups[last][1]
            if b - a >= _LENGTHS.start and _is_card(text, a, b) and not _fraction(text, a, b):
                yield a, b
                first = last
                break
        first += 1


def _card_length(text: str, start: int, end: int) -> Iterable[Span]:
    # Called a card, it need not be a valid one: somebody may have mistyped a digit.
    return ((start, end),) if len(digits(text[start:end])) in _LENGTHS else ()


_CALLED: Final = (
    r"(?:credit|debit|payment|bank|visa|mastercard|master[ ]card|amex|maestro|discover|kredit|cc)[ _-]?"
    r"(?:card|karte)?|card|kreditkarte|carte(?:[ ](?:bancaire|de[ ]credit))?|tarjeta(?:[ ]de[ ](?:credito|debito))?|"
    r"carta[ ]di[ ]credito|cartao(?:[ ]de[ ]credito)?|creditcard|karta|kort|pan"
)

RULES: Final = (
    Recogniser(
        "CREDIT_CARD",
        "luhn",
        "a scheme's range and the Luhn check",
        r"\d(?:[ ./-]{0,3}\d){11,}",
        _cards,
        gate=r"[\d ./-]{12}",
    ),
    Recogniser(
        "CREDIT_CARD",
        "named",
        "called a card, of a card number's length",
        named(_CALLED, r"\d(?:[ .-]?\d){11,18}"),
        _card_length,
        1,
        gate=called(_CALLED),
    ),
)
