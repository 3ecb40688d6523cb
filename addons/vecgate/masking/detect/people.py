"""Whose name is this? What the model says of names, set right by how names are written and by which names there are.

More is taken for a person (`somebody`), and less: abbreviations, identifiers of code, what is named after somebody,
courts and offices, and in languages that no model reads what is written as no name is written there.
"""

import re
from collections.abc import Sequence
from typing import Final

from vecgate.domain.finding import Finding
from vecgate.masking.detect.known import is_family, is_given, is_name
from vecgate.masking.detect.language import is_small_word
from vecgate.masking.detect.patterns._base import words as listed
from vecgate.masking.detect.patterns.person import FIRMS, NOT_NAMES, PARTICLES
from vecgate.masking.detect.somebody import (
    CAMEL,
    DONE_TO,
    HYPHENED,
    POSSESSIVE,
    SCIENCE,
    WORD,
    Reading,
    given,
    in_file_names,
    in_lists,
    likely,
    rest,
)

#: Degrees, countries and the like: letters of no name.
_LETTERED: Final = listed("""
B.S B.A B.SC M.A M.S M.SC PH.D M.D N.A A.I U.S U.K E.U U.N I.E E.G A.M P.M R.N B.V N.V S.A N.B
""")
#: The last word of what courts, offices and firms are called.
_BODIES: Final = listed("""
court chamber committee commission ministry council tribunal registry office department police prison government
parliament board agency senate assembly bureau authority company corporation university college school hospital
service services state states republic union league party church bank museum institute foundation bhd sdn
""")
_MIXED_NAMES: Final = re.compile(r"^(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|Fitz|O|D|Ibn|Al|El|Lo|Da|St)['\u2019]?[A-Z]")
_AGENT: Final = re.compile(r"Mozilla/\d|AppleWebKit/|\(KHTML, like Gecko\)")
_LOWER: Final = re.compile(r"[a-z]{2}")
_CASELESS: Final = re.compile("[\u0590-\u06ff\u0900-\u0e7f\u3040-\u9fff\uac00-\ud7af]")
_LABEL: Final = re.compile(r"[:=|]\s{0,3}[\"'(\[]?$")
_SENTENCE: Final = re.compile(r"(?:^|[.!?:\n]\s{0,3}|^\W+)$")
_ACRONYM: Final = re.compile(r"[A-Z][A-Z0-9/.&-]{1,7}s?|[a-z]{1,3}[A-Z][A-Z0-9]{1,5}|[A-Z]{2,}[a-z]{1,3}[A-Z0-9]*")
_BROUGHT: Final = ("import ", "install ", " add ", "require ", "`")
_MEMBER: Final = re.compile(r"\.[a-z_]\w")
_IN_FILE: Final = re.compile(r"[\w.-]{0,60}\.(?:pdf|docx?|txt|png|jpe?g|xlsx?|csv|md|eml)\b")
_SHORT_FIELD: Final = 20
#: How far around a word is looked, in characters: for a label, on its line, and for code that says it is a thing.
_NEAR: Final = 8
_LINE: Final = 300
_WIDE: Final = 2000


def settled(reading: Reading, found: Sequence[Finding], proved: Sequence[Finding] = ()) -> list[Finding]:
    """What the model found, without what is nobody and with what else is somebody, in offsets of the text.

    `proved`: people that patterns found; they stand, and may be found in part.
    """
    kept = [f for f in found if f.entity not in ("PERSON", "ADDRESS") or _stands(reading, f)]
    if not reading.guessing:
        return kept
    more = [*likely(reading, kept), *in_lists(reading), *in_file_names(reading)]
    people = sorted({(f.start, f.end) for f in (*kept, *more, *proved) if f.entity == "PERSON"})
    more += rest(reading.text, people)
    more += given(reading, [(f.start, f.end) for f in (*kept, *more, *proved) if f.entity != "ORG"])
    return [*kept, *more]


# --- less ---


def _stands(reading: Reading, finding: Finding) -> bool:
    text, (start, end) = reading.text, (finding.start, finding.end)
    found = text[start:end]
    if _AGENT.search(text, max(0, start - 200), end + 20):
        return False
    if finding.entity == "ADDRESS":
        return any(c.isdigit() or c.isupper() for c in found) or bool(_CASELESS.search(found))
    words = WORD.findall(found)
    if (
        not words
        or found.strip(".").upper() in _LETTERED
        or words[-1].lower() in _BODIES
        or any(w in FIRMS for w in words[1:])
    ):
        return not words and found.strip(".").upper() not in _LETTERED
    if not reading.served and not _as_a_name(reading, start, end, words):
        return False
    if len(words) > 1 and not _code(text, start, end, found):
        return True
    return not (_code(text, start, end, found) or _abbreviation(reading, start, end) or _nobody(reading, start, end))


def _as_a_name(reading: Reading, start: int, end: int, words: Sequence[str]) -> bool:
    """In a language that no model reads: capitals where a script has them, a field or a few words where it has none."""
    text = reading.text
    if _CASELESS.search(text, start, end):
        return (
            reading.hinted
            or len(text) <= _SHORT_FIELD
            or _LABEL.search(text[max(0, start - _NEAR) : start]) is not None
        )
    small = [word for word in words if word[0].islower() and word.lower() not in PARTICLES]
    if small:
        return False
    if is_small_word(words[0]):
        return False
    first = _SENTENCE.search(text[max(0, start - 4) : start]) is not None
    return is_name(words[0]) if len(words) == 1 or first else True


def _code(text: str, start: int, end: int, found: str) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if (
        any(mark in found for mark in "(){}<>=;`$")
        or after[:1] in ("(", "=")
        or after == "::"
        or before[-2:] in ("::", "->")
    ):
        return True
    if found.islower() and (before[-1:] == "_" or after[:1] == "_") and not _IN_FILE.match(text, end):
        return True  # mark_as_read
    camel = CAMEL.search(found) and not _MIXED_NAMES.search(found)
    glued = before[-1:] in (".", "_", "/", "$", "#", "<", "-") or after[:1] in ("_", "[", "/")
    if camel or glued or "_" in found:
        return not any(map(is_name, re.split(r"[\W_\d]+", found)))
    return False


def _abbreviation(reading: Reading, start: int, end: int) -> bool:
    """Capitals in a text that does not shout."""
    text, found = reading.text, reading.text[start:end]
    if not _ACRONYM.fullmatch(found):
        return False
    if found == text.strip() and not reading.hinted:
        return not (is_given(found) or is_family(found))
    line = text[max(0, start - _LINE) : start].rpartition("\n")[2] + text[end : end + _LINE].partition("\n")[0]
    if not _LOWER.search(line) or reading.hinted:
        return False
    named = (
        _LABEL.search(text[max(0, start - _NEAR) : start])
        or DONE_TO.search(text[max(0, start - 16) : start])
        or text[end : end + 2] == ", "
    )
    return not (named and is_name(found))


def _nobody(reading: Reading, start: int, end: int) -> bool:
    """One word: of science, of a letter's form, or in small letters and no name."""
    text, found = reading.text, reading.text[start:end]
    hyphened = HYPHENED.match(text, end)
    behind = hyphened.end() if hyphened and not POSSESSIVE.match(hyphened[0]) else end
    if _identifier(text, end, found):
        return True
    if found in NOT_NAMES or (found[0].isupper() and SCIENCE.match(text, behind)):
        return True
    if not found[0].islower() or reading.hinted or not found.isascii():
        return False
    return reading.ordinary(found) is True and not is_name(found)


def _identifier(text: str, end: int, found: str) -> bool:
    """Whether what is called so is imported, called, installed or linked to near by, and nobody has the name."""
    if is_name(found) or not found.isalnum():
        return False
    if text[end : end + 2] == "](" or (text[end : end + 1] == "." and text[end + 1 : end + 2].isalpha()):
        return True
    near, word = text[max(0, end - _WIDE) : end + _WIDE].lower(), found.lower()
    at = near.find(word)
    while at >= 0:
        behind = near[at + len(word) : at + len(word) + 3]
        if near[max(0, at - 9) : at].endswith(_BROUGHT) or behind.startswith(("(", "::")) or _MEMBER.match(behind):
            return True
        at = near.find(word, at + len(word))
    return False
