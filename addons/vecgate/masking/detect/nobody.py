"""Is this written as code, abbreviations or programs are? Then it is nobody's name, though a model takes it for one."""

import re
from collections.abc import Sequence
from typing import Final

from vecgate.domain.finding import Finding
from vecgate.masking.detect.known import is_brand, is_family, is_given, is_name
from vecgate.masking.detect.somebody import CAMEL, DOES, DONE_TO, SCIENCE, Reading

#: A label, or a sign that stands in the place of one, right before a value.
LABEL: Final = re.compile(r"[:=|]\s{0,3}[\"'(\[]?$")
#: How far around a word is looked, in characters: for a label, on its line, and for code that says it is a thing.
NEAR: Final = 8
LINE: Final = 300
_WIDE: Final = 2000

_MIXED_NAMES: Final = re.compile(r"^(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|Fitz|O|D|Ibn|Al|El|Lo|Da|St)['\u2019]?[A-Z]")
_CODE: Final = re.compile(r"[(){}<>=;`$]")
_LOWER: Final = re.compile(r"[a-z]{2}")
_ACRONYM: Final = re.compile(r"[A-Z][A-Z0-9/.&-]{1,9}s?|[a-z]{1,3}[A-Z][A-Z0-9]{1,5}|[A-Z]{2,}[a-z]{1,3}[A-Z0-9]*")
#: Letters of the longest abbreviation among several in a row.
_SHORT: Final = 5
_JOINING: Final = frozenset({"and", "or", "vs", "vs.", "&"})
#: Three letters are a name of some language, whatever they are.
_ANYTHING: Final = 3
_BROUGHT: Final = ("import ", "install ", " add ", "require ", "`", "\n**", "\n- **")
#: "Rich is a Python library", in small letters.
_PROGRAM: Final = re.compile(
    r"[*_`]{0,2},? (?:is|was|are) (?:an?|the|our|one of|also an?) (?:[\w/,+-]+ ){0,7}?(?:librar(?:y|ies)|package|tool|"
    r"toolkit|module|framework|program|language|plugin|plug-in|wrapper|implementation|format|protocol|parser|"
    r"application|app|engine|database|platform|compiler|utility|command|extension|typeface|font|dataset|benchmark|"
    r"algorithm|brand|model|operator|linter|renderer|serializer|scheduler|toolchain|distribution)\b"
)
#: "libfoo is under the GNU General Public License", and other things that are done to works only.
_LICENSED: Final = re.compile(
    r"[\"')*_`]{0,2} (?:is|are|was|were) (?:also |dual[ -]|both )?(?:(?:re)?licen[cs]ed|distributed|released|"
    r"free software|copyright(?:ed)?|copyleft|in the public domain|public domain|redistributable|open[ -]source|"
    r"(?:made )?available under|under (?:the|an?) )"
)
_NUMBERED: Final = re.compile(r" \d")
_MACHINES: Final = frozenset({"alexa", "siri", "cortana", "bixby", "computer"})
_TOLD: Final = re.compile(
    r", (?:please )?(?:add|stop|play|set|turn|open|dim|skip|pause|remind|cancel|what's|what is|what time|how's)\b"
    r"|: (?:Okay|OK|Sorry), "
)
#: What is done to things and to nobody.
_USED: Final = re.compile(
    r"(?i)\b(?:play(?:s|ing)?|(?:re|un)?install(?:s|ed|ing)?|watch(?:ed|ing)?|download(?:ed|ing)?|stream(?:ed|ing)?|"
    r"binge|wear(?:s|ing)?|wore|eat|ate|drink|drank|upgraded?|unbox(?:ed|ing)?|runs on|powered by|built with|"
    r"written in|migrat(?:e|ed|ing) to) $"
)
#: Parts of a name that colons part: arn:aws:s3:::bucket.
_SCHEME: Final = re.compile(r":[a-z0-9-]+:[^\s]")
_HEADING: Final = re.compile(r"(?:^|\n)#{1,6} $")
_MEMBERS: Final = re.compile(r"[a-z_]\w*(?:\.[a-z_]\w*)+|[a-z]\.[A-Z]\w*")
#: Time zones are called by continent and town.
_ZONE: Final = re.compile(
    r"\b(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc|US)/(?:[\w+-]+/)?$"
)
#: A line of a program, of its settings, or a remark in one.
_OF_PROGRAM: Final = re.compile(
    r"^\s*(?:# |//|/\*| \* |--|;|%|rem\b|<!--)|[;{}]\s*$|\)\s*[:{]\s*$|^\s*[\w.$]+\s*[+:]?="
)
#: What is defined, or belongs to somebody by law.
_DEFINED: Final = re.compile(
    r"[\"'\u201d\u2019\u00bb]\s?(?:[\u2013\u2014-]+\s?)?(?:as an? (?:verb|noun)|means?\b|shall (?:mean|have|be)|"
    r"refers? to|includes?\b|is defined|has the meaning)",
    re.IGNORECASE,
)
_QUOTES: Final = "\"'\u201c\u201e\u2018\u00ab"
#: What laws, treaties and licences are called behind a name.
_LAW: Final = re.compile(
    r"(?:'s)?(?: [A-Z][\w-]*){0,2} (?:Act|Directive|Convention|Doctrine|Amendment|Treaty|Rules|"
    r"(?:Software|Public) Licen[cs]e)\b"
)
_OF_TRADE: Final = re.compile(r"\b(?:[Tt]rade|[Ss]ervice|[Cc]ertification|[Ww]ord|[Cc]ollective)[ -]$")
_MARKS_OF: Final = re.compile(
    r"(?:\"?,?\s(?:and |or )?[\"A-Z][^.]{0,160}?)?\"? (?:(?:is|are) (?:[a-z]+ ){0,4}|or any other )"
    r"(?:trade ?|service ?)marks?(?! (?:attorney|lawyer|agent|examiner|specialist|expert|counsel|paralegal|clerk))\b"
)
_ATTRIBUTE: Final = re.compile(r"(?:-[a-z]+)+=[\"'{]")
_FONTS: Final = re.compile(r"\bfont(?:-family)?:[^;}\n]*\Z")
_SLUG: Final = re.compile(r"-[a-z0-9]")
_HYPHENS: Final = re.compile(r"[\W_\d]+")
_MONTH: Final = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|June|July|April|August)")
_OF_MONTH: Final = re.compile(r"[\s,-]{1,4}(?:\d{1,2}|(?:19|20)\d\d)(?![\d.]|[ ]?%)")
_YEAR_BEFORE: Final = re.compile(r"(?:\b(?:19|20)\d\d|\b\d{1,2})[\s-]{1,4}$")
_ILLNESS: Final = re.compile(r"diseases?|syndromes?|lymphoma|sarcoma|palsy")
#: The second word of what plants and animals are called.
_SPECIES: Final = re.compile(r"[a-z]{3,}(?:i|us|um|ae|is|ensis|ata|osa|ica|ans)")
#: How browsers call themselves (RFC 9110, 10.1.5).
_AGENT: Final = re.compile(r"Mozilla/\d|AppleWebKit/|\(KHTML, like Gecko\)")
_MEMBER: Final = re.compile(r"\.[a-z_]\w")
_IN_FILE: Final = re.compile(r"[\w.-]{0,60}\.(?:pdf|docx?|txt|png|jpe?g|xlsx?|csv|md|eml)\b")
_SENTENCE_ENDS: Final = re.compile(r"[.!?]\s|\n\n")
_CAPITAL: Final = re.compile(r"[\W_]*[A-Z][a-z]+\s")
_BEGINNINGS: Final = re.compile(r"(?:^|[.!?]\s|\n)[\W_]{0,4}[A-Z][a-z]+\s")


def is_code(text: str, start: int, end: int) -> bool:
    """Whether it stands in code: called, assigned, pointed to, glued to other parts of an identifier."""
    found, before, after = text[start:end], text[max(0, start - 2) : start], text[end : end + 2]
    if ("/" in before and _ZONE.search(text[max(0, start - 40) : start])) or _is_of_page(text, start, end):
        return True
    if (
        _CODE.search(found)
        or after[:1] in ("(", "=")
        or after == "::"
        or (after[:1] == "<" and after[1:].isalpha())
        or before[-1:] == "&"
        or _SCHEME.match(text, end)
        or before[-2:] in ("::", "->")
    ):
        return True
    if found.islower() and before == "--" and after[:1] in ("-", "="):
        return True  # --max-surge=1
    if found.islower() and _SLUG.match(text, end) and not any(map(is_name, _HYPHENS.split(found))):
        return True  # libldap-common
    if found.islower() and (before[-1:] == "_" or after[:1] == "_") and not _IN_FILE.match(text, end):
        return True  # mark_as_read
    if found.isupper() and ("_" in found or before[-1:] == "_" or after[:1] == "_") and not _IN_FILE.match(text, end):
        return True  # MAX_ERASE_ZONES
    camel = CAMEL.search(found) and not _MIXED_NAMES.search(found)
    glued = before[-1:] in (".", "_", "/", "$", "#", "<", "-") or after[:1] in ("_", "[", "/")
    if camel or glued or "_" in found or _MEMBERS.fullmatch(found):
        return not any(map(is_name, re.split(r"[\W_\d]+", found)))
    return False


def _is_of_page(text: str, start: int, end: int) -> bool:
    """Whether it is of a page's mark-up or style: aria-label="", font-family: Georgia, Tahoma."""
    return bool(_ATTRIBUTE.match(text, end) or _FONTS.search(text, max(0, start - 80), start))


def is_abbreviation(reading: Reading, start: int, end: int) -> bool:
    """Capitals in a text that does not shout."""
    text, found = reading.text, reading.text[start:end]
    if not _ACRONYM.fullmatch(found):
        return False
    if found == text.strip() and not reading.hinted:
        return not (is_given(found) or is_family(found))
    if reading.hinted or not _unshouted(text, start, end):
        return False
    named = (
        LABEL.search(text[max(0, start - NEAR) : start])
        or DONE_TO.search(text[max(0, start - 16) : start])
        or text[end : end + 2] == ", "
    )
    return not (named and is_name(found))


def are_abbreviations(reading: Reading, start: int, end: int, words: Sequence[str]) -> bool:
    """Several of them in a row, short ones: NASA, ESA and JAXA."""
    parts = reading.text[start:end].replace(",", "").split()
    parts = [part for part in parts if part not in _JOINING]
    short = all(len(part) <= _SHORT and _ACRONYM.fullmatch(part) for part in parts)
    names = any(is_name(word) for word in words if len(word) > _ANYTHING)
    return short and not reading.hinted and not names and _unshouted(reading.text, start, end)


def _unshouted(text: str, start: int, end: int) -> bool:
    """Whether what is around it is not written in capitals: its line, or where it has that to itself, the next ones."""
    before, after = text[max(0, start - LINE) : start], text[end : end + LINE]
    line = before.rpartition("\n")[2] + after.partition("\n")[0]
    return _LOWER.search(line if any(map(str.isalpha, line)) else before + after) is not None


def are_everyday(reading: Reading, start: int, end: int, words: Sequence[str]) -> bool:
    """Whether they are words of a heading or a catalogue: all known, none anybody's name, and nothing done to them."""
    if reading.hinted or any(len(word) < 2 or is_name(word) or reading.ordinary(word) is not True for word in words):
        return False
    before = reading.text[max(0, start - 16) : start]
    return not (DONE_TO.search(before) or LABEL.search(before))


def is_careful(text: str, start: int) -> bool:
    """Whether sentences begin with capitals there: who writes them so writes names so.

    Not of a value that a label leads to, and not of one sentence alone: that may be by chance.
    """
    if LABEL.search(text[max(0, start - NEAR) : start]):
        return False
    since = max(0, start - LINE)
    begun = _SENTENCE_ENDS.split(text[since:start])[-1]
    begins = not any(map(str.isalnum, begun)) or begun.endswith("\n") or _CAPITAL.match(begun) is not None
    return begins and len(_BEGINNINGS.findall(text, since, start + LINE)) > 1


def is_of_program(text: str, start: int, end: int) -> bool:
    """Whether its line is one of a program or of settings, and another near by is: one alone may be a heading."""
    since = text.rfind("\n", 0, start) + 1
    line = text[max(since, start - LINE) : start] + text[start : end + LINE].partition("\n")[0]
    if not _OF_PROGRAM.search(line):
        return False
    near = [*text[max(0, since - LINE) : since].split("\n"), *text[end : end + LINE].split("\n")[1:]]
    return any(_OF_PROGRAM.search(one) for one in near)


def is_defined(text: str, start: int, end: int) -> bool:
    """Whether it is a word that a contract defines, or one of several trade marks."""
    if _LAW.match(text, end):
        return True
    if text[start - 1 : start] in _QUOTES and start and _DEFINED.match(text, end):
        return True
    return "mark" in text[end : end + LINE] and _MARKS_OF.match(text, end) is not None


def is_month(text: str, start: int, end: int) -> bool:
    """Whether it is a month between a year and a day: 1979 Jun 30, 30-Jun-1979."""
    if not _MONTH.fullmatch(text, start, end):
        return False
    return _OF_MONTH.match(text, end) is not None and _YEAR_BEFORE.search(text[max(0, start - 9) : start]) is not None


def is_of_science(text: str, place: tuple[int, int], words: Sequence[str]) -> bool:
    """What is named after somebody together with its noun, after two, or with a species' second word.

    Behind a given name only an illness is: Wilson disease.
    """
    start, end = place
    if is_given(words[0]) and not _ILLNESS.fullmatch(words[-1]):
        return False
    if len(words) == 1:
        return "-" in words[0] and SCIENCE.match(text, end) is not None
    if words[-1][0].isupper():
        return False
    species = len(words) == 2 and _SPECIES.fullmatch(words[1])
    return bool(species or SCIENCE.match(text, start + len(words[0])))


def is_counted(text: str, end: int, found: str) -> bool:
    """Whether several of it are numbered: Lane 1, Lane 2."""
    if not _NUMBERED.match(text, end):
        return False
    near = text[max(0, end - LINE) : end + LINE]
    return len({m[0] for m in re.finditer(rf"\b{re.escape(found)} \d+", near)}) > 1


def is_machine(text: str, start: int, end: int) -> bool:
    """Whether it is told to do what machines do, or played, watched, installed."""
    if _TOLD.match(text, end) and text[start:end].lower() in _MACHINES:
        return True
    return not is_name(text[start:end]) and _USED.search(text[max(0, start - NEAR * 2) : start]) is not None


def is_program(text: str, end: int, found: str) -> bool:
    """Whether it is said to be one; or, where nobody has the name, is imported, called, installed or linked near by."""
    if not found.isalnum():
        return False
    if is_name(found):
        return _PROGRAM.match(text, end) is not None
    if _LICENSED.match(text, end):
        return True
    if text[end : end + 2] == "](" or (text[end : end + 1] == "." and text[end + 1 : end + 2].isalpha()):
        return True
    near, word = text[max(0, end - _WIDE) : end + _WIDE].lower(), found.lower()
    at = near.find(word)
    while at >= 0:
        before, behind = near[max(0, at - 9) : at], near[at + len(word) : at + len(word) + 3]
        if before.endswith(_BROUGHT) or behind.startswith(("(", "::")) or _MEMBER.match(behind):
            return True
        if _PROGRAM.match(near, at + len(word)) or (behind[:1] in ("", "\n") and _HEADING.search(before)):
            return True
        at = near.find(word, at + len(word))
    return False


def is_branded(reading: Reading, start: int, end: int, words: Sequence[str]) -> bool:
    """Whether it is a brand's name, and what of it; or a word that law makes a thing."""
    if words == ["Mark"] and _OF_TRADE.search(reading.text[max(0, start - 16) : start]):
        return True
    if is_defined(reading.text, start, end):
        return not (len(words) > 1 and is_given(words[0]))
    if reading.hinted or not is_brand(words[0]) or any(is_name(word) for word in words[1:] if word[0].isupper()):
        return False
    text = reading.text
    return not (DOES.match(text, end) or DONE_TO.search(text[max(0, start - 16) : start]))


def is_of_agent(text: str, finding: Finding) -> bool:
    """Whether it is part of what a browser calls itself."""
    named = finding.entity in ("PERSON", "ADDRESS")
    return named and _AGENT.search(text, max(0, finding.start - 200), finding.end + 20) is not None


def is_unheard_of(reading: Reading, start: int, end: int) -> bool:
    """A capitalised word that is nobody's name, in prose that is written with care, with nothing that people do."""
    text = reading.text
    beside = DOES.match(text, end) or DONE_TO.search(text[max(0, start - 16) : start]) or text[end : end + 1] == ":"
    return not beside and is_careful(text, start) and reading.ordinary(text[start:end]) is not False
