"""Which names does the model miss? Lists of `Last, First`, given names, rests of names; in names of files: written.

Also places and firms that are called as people are.

A given name with a capitalised word behind it is one name, whatever that word means elsewhere.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from vecgate.domain.finding import Finding
from vecgate.masking.detect.abroad import is_abroad
from vecgate.masking.detect.known import is_family, is_given, is_name, may_be_given
from vecgate.masking.detect.language import is_small_word
from vecgate.masking.detect.patterns._base import words as listed
from vecgate.masking.detect.patterns.person import FIRMS, NOT_NAMES
from vecgate.masking.detect.rows import is_of_table
from vecgate.masking.detect.things import is_headed, is_part_of_goods, is_thing
from vecgate.masking.detect.written.lines import over_line

LIKELY: Final = "likely a person"
GIVEN: Final = "a given name"
REST: Final = "the rest of a name"
LISTED: Final = "in a list of names"

WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_CAPITALISED: Final = re.compile(r"\b[A-Z\u00c0-\u024f][^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
HYPHENED: Final = re.compile(r"(?:[-'\u2019][^\W\d_]+)+")
POSSESSIVE: Final = re.compile(r"['\u2019][sS]\b|-[a-z]")
CAMEL: Final = re.compile(r"[a-z0-9][A-Z]")
#: What is done to people: words before a name.
DONE_TO: Final = re.compile(
    r"(?:\b(?:told|asked?|thanks?|thank you|dear|hi|hello|hey|call|called|meet|met|remind(?:ed)?|invited?|married|"
    r"phoned?|ping(?:ed)?|emailed?|texted|ask|tell|mr|mrs|ms|dr|signed|regards|cheers|aunt|uncle|cousin|brother|sister|"
    r"mother|father|husband|wife|son|daughter|friend|colleague|boss|manager|neighbou?r),?|@)[ ]?$",
    re.IGNORECASE,
)
#: What is named after people: words behind a name.
SCIENCE: Final = re.compile(
    r"(?:'s|s'|')?[ -](?:[a-z-]+ |[A-Z] )?(?:spaces?|radius|equations?|transforms?|chains?|theorem|distributions?|"
    r"filters?|functions?|constants?|effects?|tests?|coefficients?|scores?|operators?|matri(?:x|ces)|methods?|algorithms?|"
    r"numbers?|inequalit(?:y|ies)|process(?:es)?|codes?|trees?|diseases?|syndromes?|blots?|stain(?:s|ing)?|dish(?:es)?|"
    r"criteria|variants?|angina|gangrene|palsy|diversity|potentials?|frequenc(?:y|ies)|triangulations?|estimators?|"
    r"alpha|kernels?|norms?|bounds?|integrals?|fields?|rules?|bands?|doctrine|graphs?|treebank|encryption|wares?|"
    r"laws?|scales?|curves?|levels?|plots?|index|indices|models?|diagrams?|lemma|conjecture|manifolds?|groups?|"
    r"algebras?|metrics?|prior|factors?|sampling|approximation|criterion|principle|paradox|cells?|bod(?:y|ies)|sign|"
    r"reflex|procedure|manoeuvre|maneuver|classification|lymphoma|sarcoma|antibod(?:y|ies)|antigens?|virus|bacillus|"
    r"salad|cake|cocktail|sauce|flasks?|funnels?|burner|trap|counter|cage|jar|extractor|generator|pipettes?|valves?|"
    r"incision|vaccines?|medium|exponents?|momentum|equilibri(?:um|a)|pupil|rings|fundoplication|residuals?|ratios?|spectr(?:a|um)|trichrome|agar|indole|shunt|concordance|modulus|diodes?|forceps|ligament)\b"
    # and without an 's, where a verb would have an s of its own
    r"|[ -](?:[A-Z] )?(?:line|lines|stage|grade|grading|staging|repair|palliation|negative|positive|duration|splitting|"
    r"scattering|shift|limit|cloud|belt|belts|points|hardness|equivalent|equivalents|pair|sensor|coupling|synthesis|"
    r"reagent|acid|base|quotient|fracture|gland|duct|node|bundle|tube|catheter|clamp|suture|flap|bands|wheel|battery|"
    r"engine|retracement|regression|correction|optimi[sz]ers?|initiali[sz]ation|normali[sz]ation|reaction|convolution|relation|"
    r"transformation|decomposition|interpolation|expansion|integration|factori[sz]ation|condensation|addition|"
    r"olefination|oxidation|reduction|acylation|alkylation|cycloaddition|rearrangement|elimination|substitution|"
    r"warnings|deference|objections?|challenges|waivers?|material|retries|attempts|iterations|tokens|pooling|"
    r"polymeri[sz]ation|optimi[sz]ation|regulari[sz]ation|iteration|summation|notation|radiation|malformation)\b"
)
_THING_LABEL: Final = re.compile(
    r"\b(?:items?|positions?|products?|articles?|parts?|sku|models?|colou?rs?|finish|sizes?|materials?|brands?|typ(?:e|es)|"
    r"categor(?:y|ies)|series|fonts?|palettes?|themes?|fabrics?|scents?|flavou?rs?|breeds?|"
    r"variet(?:y|ies))[ #\w]{0,4}[\"']?[ ]?[:=][ \"']{0,3}$",
    re.IGNORECASE,
)
DOES: Final = re.compile(
    r"'?s? ?(?:said|says|told|tells|asked|asks|called|calls|wrote|writes|thinks|thought|wants|wanted|knows|knew|"
    r"retires|"
    r"retired|left|leaves|signed|agreed|agrees|paid|replied|married|lives|lived|works|worked|joined|joins|resigned|died|"
    r"answered|promised|complained|confirmed|forgot|refused|apologi[sz]ed|is on|was on|was born|will be|has been|"
    r"had been)\b"
)
_NEXT: Final = re.compile(r" ((?:[^\W\d_]\. ?)?[^\W\d_]+(?:['\u2019-][^\W\d_]+)*)")
_BEFORE: Final = re.compile(r"(?<![\w.])([A-Z][^\W\d_]+(?:-[^\W\d_]+)?)[ -]$")
#: Somebody speaks: a line begins with a name and a colon.
_SPEAKER: Final = re.compile(r": [\"'A-Z]?\w")
_PLACES: Final = listed("""
street road avenue lane city county island islands bay beach river mountain mount valley park square district state
province airport station port harbour harbor university college school hospital church bridge castle museum hotel
north south east west northern southern eastern western new old upper lower great saint st san santa santo los las
fort lake rio costa puerto villa isle cape point grand monte le la el the republic kingdom united court
""")
#: Words that stand in the place of a name, but not behind a given one.
_STAND_INS: Final = listed("Example Sample Other")
_SURNAMES: Final = listed("Example Sample Other Test Page Best Case Good New Old Low Will Street Price Young")
_DAYS: Final = listed("""
monday tuesday wednesday thursday friday saturday sunday january february april june july august september october
november december street road avenue i i'm i'll i've
""")
#: In a row of months one is nobody.
_MONTHS: Final = re.compile(r"\s{1,4}(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s{1,4}$")
_COUNT: Final = re.compile(r" \d")
_SENTENCE_GOES_ON: Final = re.compile(r"(?:'s)? [a-z]{2}|[,.!?;](?:\s|$)|\n|$")
_LAST_FIRST: Final = re.compile(
    r"(?:^|[;|(]\s?|:\s)((?:(?:van|von|de|der|du|le|la|al|el|bin|di|da) ){0,2}"
    r"[^\W\d_a-z][^\W\d_]+(?:['\u2019-][^\W\d_]+)*"
    r"(?: [^\W\d_a-z][^\W\d_]+)?, (?:[^\W\d_a-z][^\W\d_]+(?:-[^\W\d_]+)?|[A-Z]\.)(?: ?(?:[A-Z]\.|[A-Z][^\W\d_]+)){0,2})"
    r"(?=\s{0,3}(?:[;\n|)<-]|$))",
    re.MULTILINE,
)
_OWNS: Final = ("'s", "\u2019s")
_CALLED: Final = re.compile(r"\bcalled $")
_GLUE: Final = frozenset("_/\\$#<>@=(`[{0123456789")
_MOST_WORDS: Final = 4
_REACH: Final = 16


class Reading(NamedTuple):
    """A text, and what is known of it as a whole. `served`: some model reads its language; `sure`: no guesses here."""

    text: str
    served: bool = True
    guessing: bool = True
    hinted: bool = False
    ordinary: Callable[[str], bool | None] = lambda _: None
    english: bool = True
    common: Callable[[str], bool] = lambda _: True

    def abroad(self, start: int, end: int) -> bool:
        """Whether the clause around it is in a language that nobody told of the whole text."""
        return self.english and is_abroad(self.text, start, end, self.common, self.ordinary)


def is_labelled(text: str, start: int) -> bool:
    """Whether a label says that what stands here is a thing, whatever it is called."""
    before = text[max(0, start - 24) : start]
    return (":" in before or "=" in before) and _THING_LABEL.search(before) is not None


def _capital(word: str) -> bool:
    return word[:1].isupper()


def likely(reading: Reading, found: Sequence[Finding]) -> Iterator[Finding]:
    """Places and firms that are called as people are."""
    for f in found:
        if f.entity in ("LOCATION", "ORG") and _is_somebody(reading, f):
            yield Finding(f.start, f.end, "PERSON", LIKELY)


def _is_somebody(reading: Reading, finding: Finding) -> bool:
    text = reading.text
    found = text[finding.start : finding.end]
    words = WORD.findall(found)
    if not 1 <= len(words) <= _MOST_WORDS or any(c.isdigit() for c in found) or "\n\n" in found:
        return False
    if any(word in FIRMS or CAMEL.search(word) for word in words) or not all(map(_capital, words)):
        return False
    acts = DOES.match(text, finding.end) or DONE_TO.search(text[max(0, finding.start - 16) : finding.start])
    if any(word.lower() in _PLACES for word in words):  # Ruth Lake is a person where somebody tells her something
        called = _CALLED.search(text, max(0, finding.start - 8), finding.start)  # a place called Rose Lake
        return bool(acts) and len(words) == 2 and (is_given(words[0]) or (may_be_given(words[0]) and not called))
    if len(words) == 1:
        speaks = _SPEAKER.match(text, finding.end) and text[finding.start - 1 : finding.start] in ("", "\n", " ")
        return bool(acts or speaks) and (may_be_given(words[0]) or reading.ordinary(words[0]) is None)
    if not acts and is_part_of_goods(text, finding.start, finding.end, named=True):
        return False
    if len(words) > 2 and not acts and all(reading.ordinary(word) and not is_name(word) for word in words[1:]):
        return False
    if is_given(words[0]) or (is_given(words[-1]) and ("," in found or is_name(words[0]))):
        return True
    return bool(acts) and any(map(is_name, words))


def _goes_on(text: str, end: int) -> int:
    """Where the name that ends here ends, with the capitalised words behind it."""
    if (hyphened := HYPHENED.match(text, end)) and not POSSESSIVE.match(hyphened[0]):
        end = hyphened.end()
    following = _NEXT.match(text, end)
    if following is None:
        return end
    word = following[1]
    if (
        not _capital(word)
        or (word in NOT_NAMES and word not in _SURNAMES)
        or word in FIRMS
        or (word.isupper() and len(word) > 1)
    ):
        return end
    if word.lower() in _DAYS or CAMEL.search(word):
        return end
    return following.end()


def rest(text: str, people: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """A name that was found in part, to its end; and the given name right before a family name."""
    for start, end in people:
        words = WORD.findall(text, start, end)
        if not words:
            continue
        until = end
        if (hyphened := HYPHENED.match(text, end)) and not POSSESSIVE.match(hyphened[0]):
            until = hyphened.end()
        if len(words) == 1 and may_be_given(words[0]) and _capital(words[0]):
            until = max(until, _goes_on(text, end), over_line(text, start, end))
        since = start
        if (before := _BEFORE.search(text[max(0, start - 30) : start])) and may_be_given(before[1]) and len(words) < 3:
            since = start - len(before[0])
        if (since, until) != (start, end):
            yield Finding(since, until, "PERSON", REST)


def given(reading: Reading, taken: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """Given names that the model passed over, with the capitalised word behind them or with what people do."""
    text = reading.text
    covered = sorted(taken)
    at = 0
    for match in _CAPITALISED.finditer(text):
        start, end = match.span()
        end -= 2 * (match[0][-2:] in _OWNS)
        while at < len(covered) and covered[at][1] <= start:
            at += 1
        if (at < len(covered) and covered[at][0] < end) or not _may_be_meant(reading, start, end):
            continue
        beside = _is_beside(text, (start, end), covered[max(0, at - 1) : at + 1])
        if beside or _is_meant(reading, start, end):
            until = _goes_on(text, end)
            if not _is_a_thing(reading, start, end, until, beside):
                yield Finding(start, until, "PERSON", GIVEN)


def _may_be_meant(reading: Reading, start: int, end: int) -> bool:
    """Whether this capitalised word can be a given name, or is a family's and no other word."""
    text, word = reading.text, reading.text[start:end]
    if word.isupper() or (not reading.english and is_small_word(word)):
        return False  # "Falls Sie es wollen"
    if text[start - 1 : start] in _GLUE or text[end : end + 1] in _GLUE:
        return False
    return may_be_given(word) or (is_family(word) and word not in NOT_NAMES and reading.ordinary(word) is None)


def _is_beside(text: str, word: tuple[int, int], people: Iterable[tuple[int, int]]) -> bool:
    """Whether nothing but "and" parts this given name from somebody: Rose and Will."""
    start, end = word
    if not may_be_given(text[start:end]):
        return False
    behind, before = text[end : end + 5] == " and ", text[max(0, start - 5) : start] == " and "
    return any((behind and a == end + 5) or (before and b == start - 5 and may_be_given(text[a:b])) for a, b in people)


def _is_a_thing(reading: Reading, start: int, end: int, until: int, beside: bool) -> bool:
    text = reading.text
    if until == end and (reading.abroad(start, end) or (not beside and is_thing(text, start, end, reading.ordinary))):
        return True
    return (
        is_headed(text, start, until, sure=until > end)
        or is_part_of_goods(text, start, until, named=until > end)
        or is_of_table(text, start, until)
    )


def in_lists(reading: Reading) -> Iterator[Finding]:
    """Last, First, in a line or between semicolons: where one is proved by its given name, all are."""
    if ", " not in reading.text:
        return
    items = [(m.span(1), m[1].split(", ")[1].split(" ")[0]) for m in _LAST_FIRST.finditer(reading.text)]
    proved = [span for span, first in items if is_given(first)]
    listed_ = [span for span, _ in items] if len(items) > 1 else proved
    for start, end in listed_ if proved else ():
        yield Finding(start, end, "PERSON", LISTED)


def _is_meant(reading: Reading, start: int, end: int) -> bool:
    """Whether this given name is somebody's here."""
    text, word = reading.text, reading.text[start:end]
    following = _NEXT.match(text, end)
    if SCIENCE.match(text, end) or is_labelled(text, start) or _MONTHS.search(text[max(0, start - 12) : start]):
        return False
    acts = DOES.match(text, end) or (DONE_TO.search(text[max(0, start - 16) : start]) and not _COUNT.match(text, end))
    if not may_be_given(word):  # a family's name that no other word is
        return acts is not None or POSSESSIVE.match(text, end) is not None
    if acts or not is_given(word):
        return bool(acts) or (following is not None and _is_surname(reading, following[1], text[following.end() :][:2]))
    if following is not None and _goes_on(text, end) > end:
        return is_name(following[1]) or reading.ordinary(following[1]) is None
    return _SENTENCE_GOES_ON.match(text, end) is not None


def _is_surname(reading: Reading, word: str, behind: str) -> bool:
    """Whether it is one behind a word that is a given name too: Rose Sample, Art Winter."""
    if behind[:1].isalnum() or behind[1:].isupper() or not _capital(word) or word.lower() in _PLACES:
        return False
    return word in _STAND_INS or (is_family(word) and reading.ordinary(word.lower()) is not True)
