"""Whose name is this? What the model says, set right. What it misses: somebody.py; behind labels: person.py.

More is taken for a person (`somebody`), and less: abbreviations, identifiers of code, what is named after somebody,
courts and offices, and in languages that no model reads what is written as no name is written there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from vecgate.domain.finding import Finding
from vecgate.masking.detect.abroad import named_parts
from vecgate.masking.detect.known import is_given, is_name
from vecgate.masking.detect.nobody import (
    LABEL,
    LINE,
    NEAR,
    are_abbreviations,
    are_everyday,
    is_abbreviation,
    is_branded,
    is_careful,
    is_code,
    is_counted,
    is_machine,
    is_month,
    is_of_agent,
    is_of_program,
    is_of_science,
    is_program,
    is_unheard_of,
)
from vecgate.masking.detect.patterns._base import words as listed
from vecgate.masking.detect.patterns._columns import is_row
from vecgate.masking.detect.patterns.person import FIRMS, NOT_NAMES
from vecgate.masking.detect.rows import (
    SUMS,
    is_called,
    is_catchword,
    is_of_table,
    is_priced,
    is_sold,
    is_used,
    pieces,
    sums_near,
)
from vecgate.masking.detect.somebody import (
    HYPHENED,
    POSSESSIVE,
    SCIENCE,
    WORD,
    Reading,
    given,
    in_lists,
    is_labelled,
    likely,
    rest,
)
from vecgate.masking.detect.things import has_street, is_goods, is_headed, is_numbered_goods, is_part_of_goods, is_thing
from vecgate.masking.detect.written.families import families
from vecgate.masking.detect.written.files import in_file_names
from vecgate.masking.detect.written.scanned import is_misread

#: Degrees, countries and the like: letters of no name.
_LETTERED: Final = listed("""
B.S B.A B.SC M.A M.S M.SC PH.D M.D N.A A.I U.S U.K E.U U.N I.E E.G A.M P.M R.N B.V N.V S.A N.B
""")
#: The last word of what courts, offices and firms are called.
_BODIES: Final = listed("""
court chamber committee commission ministry council tribunal registry office department police prison government
parliament board agency senate assembly bureau authority company corporation university college school hospital
service services state states republic union league party church bank museum institute foundation bhd sdn
sans serif mono languages licence license act acts rule rules doctrine treaty directive amendment clause convention
languages island islands airport airfield municipal intl
""")
_BROWSERS: Final = ("Mozilla/", "AppleWebKit/", "(KHTML, ")
_CASELESS: Final = re.compile("[\u0590-\u06ff\u0900-\u0e7f\u3040-\u9fff\uac00-\ud7af]")
_SENTENCE: Final = re.compile(r"(?:^|[.!?:\n]\s{0,3}|^\W+)$")
#: What a value is called; and words for what may be somebody, or be said by them.
_KEY: Final = re.compile(r"([\w.-]{1,40})[\"']?[ ]?[:=][ ]?[\"'(\[]{0,2}$")
_KEY_OF_PEOPLE: Final = re.compile(
    r"(?i)name|user|auth|own|by$|from|^to$|cc$|contact|customer|client|patient|assign|report|nick|person|who|send|recip|"
    r"member|agent|login|account|guest|employ|driver|call|text|body|note|message|content|comment|subject|title|speak|^me$"
)
#: What mark-up calls another language.
_SAID_TO_BE_ABROAD: Final = re.compile(r"\blang=[\"'](?!en)[a-z]{2,3}(?:[_-]\w+)?[\"'][^<>]{0,40}>[^<>]*\Z")
_SHORT_FIELD: Final = 20
#: Before things, not before people's names; but "the Holm family".
_DETERMINED: Final = re.compile(r"(?:^|[^\w])(?:[Tt]he|[Aa]n?|[Ee]ach|[Ee]very|[Yy]our|[Ii]ts)\s$")
_KIN: Final = re.compile(
    r"'?s?'? (?:famil|house|residen|trust|case|estate|account|twins|brothers|sisters|couple|wedding|party)"
)
#: Goods with their price.
_SOLD: Final = re.compile(r"[^\n]{0,30}?[ \t;|$\u20ac\u00a3]\d{1,5}(?:[.,]\d{3})?[.,]\d\d\b")
#: Sums and quantities: rows of receipts, not streets.
_PRICED: Final = re.compile(r"\d[.,]\d\d\b|\d(?:ML|MG|KG|G|L|CM|MM|OZ|PCS|X|x)\b|\b[xX]\d+\b")
#: Where a street's number cannot be one: a type (M18, P.68), a measure (64GB), a sum; many in a row are a table's.
_HOUSE: Final = re.compile(
    r"(?<![\w.])(?<![A-Z]-)\d+(?:[-/]\d+)?(?:[ ]?[a-hA-H])?(?![\w.]*[A-Za-z])(?![.,]\d)"
    r"|\b[A-Z]{1,2}(?:-\d{4,6}|\d[\dA-Z]?[ ]?\d[A-Z]{2})\b"
)
#: Two cells of a table at once: a town and its state, a share and its month.
_CELLS: Final = re.compile(
    r",(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY]|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|USA|UK)$|://"
)
#: 54M, 54 yo: somebody of that age.
_AGED: Final = re.compile(r",? \d{1,3}[ ]?(?:[mMfFyY]|yo|y/o)\b")
_NUMBER: Final = re.compile(r"\d+")
#: What parts cells, and hardly the parts of an address.
_CLOSE: Final = re.compile(r",\S|[\t;|\n]")
_CELL: Final = re.compile(r"(?<![^,;|\t\n])[^\W\d_a-z][^\W\d_]+(?: [^\W\d_a-z][^\W\d_]+){0,3}(?![^,;|\t\n])")
_COUNTED: Final = re.compile(
    r"(?:Qty|Recital|Section|Article|Item|Level|Version|Lane|Size|Grade|Figure|Fig|Table|Step|Part|Phase|Stage|Type|"
    r"Model|Series|Mark|Windows|Chapter|Question|Mach|Task|Round|Week|Day|Year|Via) [\d.]+",
    re.IGNORECASE,
)
_MANY: Final = 5
#: 40 oz, 256GB.
_AMOUNT: Final = re.compile(r"\d[ ]?(?:oz|[KMGT]B|ml|cl|kg|cm|mm|mAh|inch|pcs|pack)\b", re.IGNORECASE)
#: RAID 10, IFRS 16, RFC 2119: short words in capitals, and their numbers.
_ABBREVIATED: Final = re.compile(r"(?:[A-Z]{2,6}[ ,]{1,2}(?:[A-Z]{0,3}\d+[A-Z]?[ ,]{0,2}){0,2}){1,4}")


def settled(reading: Reading, found: Iterable[Finding], proved: Sequence[Finding] = ()) -> list[Finding]:
    """What the model found, without what is nobody and with what else is somebody, in offsets of the text.

    `proved`: people that patterns found; they stand, and may be found in part.
    """
    if any(browser in reading.text for browser in _BROWSERS):
        found = [f for f in found if not is_of_agent(reading.text, f)]
    kept = [one for f in found for one in _settled(reading, f)]
    if not reading.guessing:
        return kept
    more = [
        *likely(reading, kept),
        *in_lists(reading),
        *in_file_names(reading),
        *families(reading.text, reading.ordinary),
    ]
    people = sorted({(f.start, f.end) for f in (*kept, *more, *proved) if f.entity == "PERSON"})
    more += rest(reading.text, people)
    more += given(reading, [(f.start, f.end) for f in (*kept, *more, *proved) if f.entity != "ORG"])
    return [*kept, *more]


# --- less ---


def _settled(reading: Reading, finding: Finding) -> Iterator[Finding]:
    """The finding as it stands: whole, in part, as a place that is nobody's address, or not at all."""
    if finding.entity not in ("PERSON", "ADDRESS"):
        yield finding
    elif finding.entity == "ADDRESS":
        yield from _address(reading, finding)
    else:
        cells = _CELLS.search(reading.text, finding.start, finding.end)
        for start, end in () if cells else pieces(reading.text, finding.start, finding.end):
            piece = Finding(start, end, finding.entity, finding.source)
            yield from (one for one in _at_home(reading, piece) if _stands(reading, one))


def _at_home(reading: Reading, finding: Finding) -> Iterator[Finding]:
    """A person's name; in a clause of another language what of it is written as a name."""
    text, (start, end) = reading.text, (finding.start, finding.end)
    said = "lang=" in text and _SAID_TO_BE_ABROAD.search(text[max(0, start - LINE) : start]) is not None
    if reading.hinted or (reading.served and not said and not reading.abroad(start, end)):
        yield finding
    elif _CASELESS.search(text, start, end):
        if len(text) <= _SHORT_FIELD or LABEL.search(text[max(0, start - NEAR) : start]):
            yield finding
    else:
        first = _SENTENCE.search(text[max(0, start - 4) : start]) is not None
        yield from (Finding(a, b, finding.entity, finding.source) for a, b in named_parts(text, start, end, first))


def _address(reading: Reading, finding: Finding) -> Iterator[Finding]:
    """Where somebody lives has a number; what the model calls an address without one is a place."""
    text, (start, end) = reading.text, (finding.start, finding.end)
    found = text[start:end]
    if not (any(c.isdigit() or c.isupper() for c in found) or _CASELESS.search(found)):
        return
    numbered = _is_numbered(found) and not is_labelled(text, start) and not is_priced(text, start, end)
    cells = _CLOSE.search(found) and not has_street(found) and is_row(text, start, end)  # 544,NS,Male
    sure = numbered and not cells and not reading.abroad(start, end) and not _ABBREVIATED.fullmatch(found)
    goods = is_headed(text, start, end, sure=True) or is_numbered_goods(text, start, end)
    if (sure and not goods) or reading.hinted:
        yield finding
        return
    yield Finding(start, end, "LOCATION", finding.source)
    if cells and not goods:
        yield from _in_cells(reading, finding)
    if not goods:
        yield from _in_clause(reading, finding)


def _in_cells(reading: Reading, finding: Finding) -> Iterator[Finding]:
    """Whose name is known, in the cells of a row that looked like an address."""
    for cell in _CELL.finditer(reading.text, finding.start, finding.end):
        piece = Finding(*cell.span(), "PERSON", finding.source)
        if any(map(is_name, WORD.findall(cell[0]))) and _stands(reading, piece):
            yield piece


def _in_clause(reading: Reading, finding: Finding) -> Iterator[Finding]:
    """Somebody, in what looked like an address: "Jane Holm 54M"."""
    text = reading.text
    for a, b in named_parts(text, finding.start, finding.end, first=True):
        named = [word for word in WORD.finditer(text, a, b) if not text[word.start() - 1].isdigit()]
        first = next((i for i, word in enumerate(named) if is_given(word[0])), len(named))
        last = named[-1][0] if named else ""
        if len(named) > 1 and _AGED.match(text, named[-1].end()):
            yield Finding(named[0].start(), named[-1].end(), "PERSON", finding.source)
        elif first < len(named) - 1 and (is_name(last) or reading.ordinary(last) is None):
            yield Finding(named[first].start(), named[-1].end(), "PERSON", finding.source)


def _is_numbered(found: str) -> bool:
    """Whether one of its numbers can be a house's or a post code."""
    if not _HOUSE.search(found) or _PRICED.search(found) or _COUNTED.match(found) or _AMOUNT.search(found):
        return False
    numbers = len(_NUMBER.findall(found))
    return numbers < _MANY or numbers < len(WORD.findall(found))


def _stands(reading: Reading, finding: Finding) -> bool:
    text, (start, end) = reading.text, (finding.start, finding.end)
    found = text[start:end]
    words = WORD.findall(found)
    if (
        not words
        or found.strip(".").upper() in _LETTERED
        or words[-1].lower() in _BODIES
        or any(w in FIRMS for w in words[1:])
    ):
        return not words and found.strip(".").upper() not in _LETTERED
    if is_month(text, start, end) or (words[0] in NOT_NAMES and all(len(word) == 1 for word in words[1:])):
        return False  # "Male, n"
    if _listed(reading, start, end, words) or is_branded(reading, start, end, words):
        return False
    if is_of_science(text, (start, end), words):
        return False
    if len(words) > 1 and not is_code(text, start, end):
        return not (are_abbreviations(reading, start, end, words) or are_everyday(reading, start, end, words))
    return not (is_code(text, start, end) or is_abbreviation(reading, start, end) or _nobody(reading, start, end))


def _listed(reading: Reading, start: int, end: int, words: Sequence[str]) -> bool:
    """Whether it stands among things; a given name with another name behind it is somebody even there."""
    if reading.hinted:
        return False
    text = reading.text
    if is_of_table(text, start, end, reading.ordinary) or is_sold(text, start, end) or is_called(text, start, end):
        return True
    if len(words) > 1 and is_given(words[0]) and is_name(words[-1]):
        return is_headed(reading.text, start, end, sure=True) or is_part_of_goods(reading.text, start, end, named=True)
    if is_labelled(reading.text, start) or is_headed(reading.text, start, end):
        return True
    if (
        is_used(text, start, end)
        or is_catchword(text, start, end)
        or is_goods(reading.text, start, end)
        or is_part_of_goods(reading.text, start, end, named=False)
    ):
        return True
    if any(map(is_name, words)):
        return is_thing(reading.text, start, end, reading.ordinary)
    before, behind = reading.text[max(0, start - NEAR) : start], reading.text[end : end + LINE]
    determined = _DETERMINED.search(before) and not _KIN.match(behind)
    sold = _SOLD.match(behind) and (
        words[0] in (words[0].lower(), words[0].upper()) or sums_near(text, end, end) >= SUMS
    )
    return bool(determined or sold) or is_thing(reading.text, start, end, reading.ordinary)


def _nobody(reading: Reading, start: int, end: int) -> bool:
    """One word: of science, of a letter's form, a program, or in small letters and no name."""
    text, found = reading.text, reading.text[start:end]
    hyphened = HYPHENED.match(text, end)
    behind = hyphened.end() if hyphened and not POSSESSIVE.match(hyphened[0]) else end
    if is_program(text, end, found) or is_counted(text, end, found) or is_machine(text, start, end):
        return True
    if found in NOT_NAMES or (found[0].isupper() and SCIENCE.match(text, behind)):
        return True
    if reading.hinted:
        return False
    if found.islower() and reading.ordinary(found) is True and is_careful(text, start):
        return True  # to grant, the mark: who is careful writes names with capitals
    if is_name(found) or is_misread(found, reading.ordinary, reading.common):
        return not is_name(found)
    if not found[0].islower():
        return is_unheard_of(reading, start, end)
    key = _KEY.search(text[max(0, start - LINE) : start])
    if is_of_program(text, start, end) or any(map(str.isdigit, found)) or (key and not _KEY_OF_PEOPLE.search(key[1])):
        return True
    return (found.isascii() and reading.ordinary(found) is True) or is_careful(text, start)
