"""Is this a phone number? Its grouping and the words around it decide; where both are silent, the numbering plan."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

import phonenumbers

from vecgate.masking.detect.patterns._base import Recogniser, Span, after, before, digits

#: What a number is called, and what one does with it. The second kind stands near other numbers too.
_CALLED: Final = (
    "phone", "tel:", "tel.", "tel ", "tel:", "telef", "telp", "mobile", "mobil", "cell", "fax", "whatsapp", "sms",
        "hotline",
    "handy", "movil", "celular", "portable", "gsm", "mob.", "mob:", "rufnummer", "telnr", "puhelin", "signal",
    "my number", "number is", "his number", "her number", "their number", "voicemail", "ph:", "ph.", "landline",
)  # fmt: skip
_DONE: Final = (
    "call", "dial", "text me", "reach", "contact", "ring ", "text ", "at home", "at work", "llama", "appel", "numer",
    "nummer", "zadzwon", "kontakt", "ruckruf", "erreichbar", "rappel", "anruf", "chiam", "bel ", "ligue",
)  # fmt: skip
_BEHIND: Final = ("(mobile", "(cell", "(home", "(work", "(office", "(fax", "(phone", "(tel", " mobile", " cell")
#: Behind these words stands the number of a thing; behind `_OF_PEOPLE` one of somebody, which may be a phone's.
_CALLED_OTHERWISE: Final = re.compile(
    r"(?:isbn|issn|order|invoice|ticket|\bref|\bid|_id|sku|\bcase|serial|tracking|version|npi|mrn|policy|amount|total|"
    r"passport|licen[cs]e|card|ssn|iban|vin|build|commit|port|error|code|model|part|parcel|nhs|batch|"
    r"timestamp|epoch|size|bytes|\bcount|offset|tax|vat|claim|record|zamowieni\w*|pedido|commande|bestell\w*|rechnung\w*|"
    r"factura|fattura|ordine|auftrag\w*|product|\bitem|article|artikel|\bparent|\bnode|asset|object|entity|document|"
    r"\bdoc|\bpost\b|thread|\bjob|\btask|\brun\b|session|request|transaction|\btxn|payment|shipment|package|pallet|"
    r"\blot\b|stock|barcode|\bean\b|\bupc\b|gtin|asin|pmid|pmcid|\bdoi|arxiv|accession|sequence|\bseq\b|\bkey|hash|"
    r"index|\brow\b|\bpage|\bline\b|\btoken|channel|issue|\bbug\b|revision|sensor|device|station|registration|\breg\b|"
    r"patent|docket|warrant|voucher|coupon|booking|reservation|confirmation|number of|value|score|population|"
    r"revenue|budget|price|cost|salary)[ #:.=_\w-]{0,12}$|[a-z]id[ ]?[:=#][ ]?$"
)
_OF_PEOPLE: Final = re.compile(
    r"(?:account|acct|customer|member|kunden\w*|konto\w*|client|\buser|patient|agent)[ #:.=_\w-]{0,12}$"
)
_HANDLER: Final = re.compile(
    r"\b(?:case|order|claim|account|record|product|stock|task)s?[ -]"
    r"(?:handler|manager|owner|worker|officer|lead|contact)\b[^\w]*$"
)
_DATE: Final = re.compile(
    r"(?:(?:19|20)\d{2}[-/. ][0-3]?\d[-/. ][0-3]?\d|[0-3]?\d[-/. ][0-3]?\d[-/. ](?:19|20)\d{2}|"
    r"[0-3]?\d[-/.][0-3]?\d[-/.]\d{2}|(?:19|20)\d{2}[ ]*-[ ]*(?:19|20)\d{2}|"
    r"[01]?\d/(?:19|20)\d{2}[ ]*-[ ]*[01]?\d/(?:19|20)\d{2})(?:[ ]+\d{1,2})?"
)
#: Statistics (0.967/0.947), rows of tables (93  97  55), citations ((6) (7) (8)), dated numbers (20240517-0001).
_FIGURES: Final = re.compile(
    r"\d*\.\d+(?:[ ]*[/(-][ ]*\d*\.\d+\)?)+|\d+(?:[ ]{2,}\d+){3,}|(?:\d{0,4}[ ]*\(\d{1,3}\)?[ ]*){3,}|"
    r"[1-9]\d?(?:[ ]+\d{1,2}){3,}|(?:19|20)\d{2}[01]\d[0-3]\d[-_ .]\d+|\d{1,3}(?:[ ]+\d{1,3}){5,}|"
    r"\d+(?:\.\d+)?[ ]*\([\d.]+\)(?:[ ]+\d+(?:\.\d+)?[ ]*\([\d.]+\)?)+"
)
#: Several of 0.07 and 1.1.3, with blanks between; cells that two blanks part; ISO 6709: +6201-00646.
_DECIMALS: Final = re.compile(r"(?<![^ ])\d*(?:\.\d+)+(?![^ ])")
_COLUMNS: Final = re.compile(r"\d {2,}\d")
_COORDINATES: Final = re.compile(r"[+-]?\d{4}[+-]\d{5}|[+-]?\d{6}[+-]\d{7}")
_NUMBERS_APART: Final = re.compile(r"[1-9]\d{0,2}(?:[ ]+[1-9]\d{0,2}){3,}")
_UNIT: Final = re.compile(
    r"[ ]?(?:%|[mun]?[lgm]\b|[ck]m\b|kg\b|"
    r"[kmg]?hz\b|bp\b|aa\b|years?\b|days?\b|months?\b|weeks?\b|hours?\b|min\b|sec\b|"
    r"ms\b|mmol|mol\b|iu\b|kcal|w\b|v\b|px\b|[kmgt]i?b\b|usd\b|eur\b|people|patients|cases|words|pages|degrees|mmhg)"
)
_COUNTED: Final = re.compile(
    r"(?:pages?|pp|volumes?|from|between|ranges?|ranging|lines?|residues|positions?|figs?|figures?|tables?|refs?|nos?|"
    r"sections?|of|vol|years?|\d[,;])[ .:]{0,2}$"
)
#: As somebody writes a number down: one kind of gap, few groups.
_PLAIN: Final = re.compile(r"\(?\d{1,5}\)?(?:[ ]?([ .-])\d{2,8}(?:\1\d{2,8}){0,4})?|\d{10,11}")

_NUMBERS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d+\.\d+")
_INNER_DATE: Final = re.compile(r"(?:19|20)\d{2}[-/.][01]\d[-/.][0-3]\d")
_QUANTITY: Final = re.compile(r"\d{1,3}(?:[ ,.]\d{3})+")
_GROUPED: Final = re.compile(
    r"(?:(?:\+|00)?1[-. ]?)?(?:\(\d{3}\)[ ]?|\d{3}[-. /])\d{3}[-. ]\d{4}"  # North America
    r"|\d{3}-\d{4}"
    r"|\(?0\d{1,5}\)?(?:[ \-/.()]+\d{2,8}){1,5}"  # a trunk prefix
    r"|\d{2,4}/\d{3,4}[- ]?\d{3,4}"  # an area code before a slash
    r"|\(\d{2,5}\)[ ]?\d{2,5}(?:[ -]?\d{2,5}){1,3}"  # an area code in brackets
    r"|[6-9]\d{2}(?:[ ]\d{2}){3}"  # Spain
    r"|\d{2}[ ]9\d{4}-\d{4}"  # Brazil, mobile
    r"|1[3-9]\d[ -]\d{4}[ -]\d{4}"  # China, mobile
)
_EXTENSION: Final = re.compile(r"(?i)[ ]*(?:x|ext)")
_CHUNK: Final = re.compile(r"[^ ]+")
_FEWEST, _MOST, _FULL = 6, 15, 10
_ALONE: Final = 7  # fewer digits are a number only right behind a word for one
_MOST_CHUNKS: Final = 8
_LONGEST: Final = 36
_FOURS: Final = re.compile(r"(?:\d{4}[ -]){3,}\d{1,4}")
#: A number of a thing, drawn or counted; no plan groups so.
_THREE_FOURS: Final = re.compile(r"\d{4}-\d{4}-\d{4}")
#: Four groups or more of two and three digits: a row of a table.
_UNAMERICAN: Final = re.compile(r"\d{2,3}(?:[ ]\d{2,3}){3,}")
_REACH: Final = 40
_NEAR: Final = 12
_DONE_REACH: Final = 32
_QUOTES: Final = str.maketrans("", "", "\"'")
_EDGE_LEFT, _EDGE_RIGHT = " )./-", " (./-"
#: Plans with a trunk prefix 0, and the one without whose numbers have ten digits: in shorter ones any number is valid.
_TRUNK: Final = ("GB", "DE", "FR", "AU", "SE")
_COUNTING: Final = frozenset({"0123456789", "1234567890", "123456789", "12345678", "9876543210", "987654321"})
_LARGEST_INTS: Final = frozenset({"2147483647", "2147483648", "4294967295", "4294967296"})


for _region in (*_TRUNK, "US"):
    phonenumbers.PhoneMetadata.metadata_for_region(_region, None)  # read at the start, not with the first number


class _Around(NamedTuple):
    """What is said beside a number, in lower case. `glued`: no gap to what is before it."""

    preceding: str
    following: str
    glued: bool

    @property
    def called(self) -> bool:
        return any(w in self.preceding for w in _CALLED) or self.following.startswith(_BEHIND)

    @property
    def done(self) -> bool:
        return any(w in self.preceding[-_DONE_REACH:] for w in _DONE)

    @property
    def otherwise(self) -> bool:
        said = self.preceding[-28:]
        return _CALLED_OTHERWISE.search(said) is not None and not _HANDLER.search(said)

    @property
    def of_somebody(self) -> bool:
        return _OF_PEOPLE.search(self.preceding[-28:]) is not None

    @property
    def counted(self) -> bool:
        return _UNIT.match(self.following) is not None or _COUNTED.search(self.preceding[-14:]) is not None


def _valid(number: str, regions: Iterable[str]) -> bool:
    for region in regions:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _in_plan(number: str, count: int) -> bool:
    if number[0] == "0":
        return _valid(number, _TRUNK)
    bare = digits(number)
    american = (count == _FULL or (count == _FULL + 1 and bare[0] == "1")) and not _UNAMERICAN.fullmatch(number)
    return american and bare not in _LARGEST_INTS and _valid(bare, ("US",))


def _sizes(number: str) -> bool:
    """Numbers that only grow, as a row of sizes or of line numbers does."""
    if not _NUMBERS_APART.fullmatch(number):
        return False
    row = [*map(int, number.split())]
    return all(left < right for left, right in pairwise(row))


def _is_figures(number: str) -> bool:
    if _FIGURES.fullmatch(number) or _COORDINATES.fullmatch(number) or _COLUMNS.search(number):
        return True
    return len(_DECIMALS.findall(number)) > 1 or _sizes(number)


#: Digits of the shortest number with the prefix 00: a country and six of a subscriber.
_FEWEST_ABROAD: Final = 9


def _ruled_out(number: str, bare: str) -> bool:
    return (
        not _FEWEST <= len(bare) <= _MOST
        or len(set(bare)) < 3
        or bare.startswith("000")
        or (bare.startswith("00") and len(bare) < _FEWEST_ABROAD)
        or bool(_DATE.fullmatch(number))
        or bool(_INNER_DATE.search(number))
        or bool(_NUMBERS.fullmatch(number))
    )


def _is_phone(number: str, text: str, start: int, end: int) -> bool:
    bare = digits(number)
    count = len(bare)
    if _ruled_out(number, bare):
        return number[0] == "+" and 8 <= count <= _MOST  # nothing but a phone number begins like that
    if number[0] == "+":
        return count >= 8 and not _COORDINATES.fullmatch(number)
    around = _around(text, start, end)
    if not around.called and (_is_figures(number) or (_THREE_FOURS.fullmatch(number) and not around.done)):
        return False
    otherwise = around.otherwise
    if count >= _ALONE and not otherwise and not around.glued and _GROUPED.fullmatch(number):
        return count >= 8 or around.called or around.done or (number[3] == "-" and not around.counted)
    if count < _ALONE:
        return any(w in around.preceding[-_NEAR:] for w in _CALLED) and not otherwise and not around.glued
    if around.called or (around.done and not otherwise and not around.of_somebody):
        return not otherwise or not around.glued
    if otherwise or around.of_somebody or around.glued or not _PLAIN.fullmatch(number) or _QUANTITY.fullmatch(number):
        return False
    return count >= _FULL and number not in _COUNTING and _in_plan(number, count)


def _trim(text: str, start: int, end: int) -> Span:
    found = text[start:end]
    start, end = start + len(found) - len(found.lstrip(_EDGE_LEFT)), end - len(found) + len(found.rstrip(_EDGE_RIGHT))
    if text[start : start + 1] == "(" and ")" not in text[start:end]:
        start += 1
    return start, end


def _around(text: str, start: int, end: int) -> _Around:
    previous = text[start - 1] if start else " "
    glued = previous in "-/=._"
    return _Around(before(text, start, _REACH).lower().translate(_QUOTES), after(text, end, 8).lower(), glued)


def _stands(text: str, start: int, end: int) -> bool:
    following = text[end : end + 1]
    if (
        following.isalnum()
        or following == "_"
        or (start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_#$+"))
    ):
        return False
    number = text[start:end]
    if "x" in number or "X" in number:
        number = _EXTENSION.split(number)[0].strip()
    return bool(number) and _is_phone(number, text, start, end)


def _phones(text: str, start: int, end: int) -> Iterable[Span]:
    # A run may hold a date and a number, or two numbers: the longest stretch between spaces that stands is taken.
    chunks = [match.span() for match in _CHUNK.finditer(text, start, end)]
    first = 1 if start > 0 and text[start - 1].isalnum() else 0  # the end of a word
    if first < len(chunks) and _FOURS.match(text, chunks[first][0], end):
        return  # in groups of four are cards and accounts
    if len(chunks) > _MOST_CHUNKS and max(b - a for a, b in chunks) < 3:
        return  # a table of small numbers
    while first < len(chunks):
        for last in range(min(len(chunks), first + _MOST_CHUNKS) - 1, first - 1, -1):
            a, b = chunks[first][0], chunks[last][1]
            if not _FEWEST <= b - a <= _LONGEST:
                continue
            a, b = _trim(text, a, b)
            if b - a >= _FEWEST and _stands(text, a, b):
                yield a, b
                first = last
                break
        first += 1


RULES: Final = (
    Recogniser(
        "PHONE",
        "number",
        "grouped as one, called one, or valid in a numbering plan",
        r"(?i)(?:\+[ ]?|\()?\(?\d[\d ().\-/]{5,46}\d(?:[ ]{0,2},?[ ]?(?:x|ext\.?|extension)[ ]{0,2}\d{1,6})?",
        _phones,
        gate=r"\d[\d ().\-/]{5}",
    ),
)
