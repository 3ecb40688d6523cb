"""How well was it found? Precision, recall and F2 by type, by character and by span, and what was masked for nothing.

Only letters and digits count, so that nobody is judged by the blanks and commas at the edges of a span.

- By type, *characters*: a letter counts as found when a span of the right type covers it.
- By type, *spans*: a span is found when one of the same type shares at least half of the letters of both together.
- *cover*: the share of spans all of whose letters are covered, by whatever type: nothing of them leaks.
- *core*: characters of all types together, whatever they were called. ORG, HANDLE, GROUP, NRP, AGE and TITLE are
  neither asked for nor held against anybody; types which a set does not label are not held against anybody there.
  LOCATION and ADDRESS are one type. DATE and URL are in the core; `strict` is the core without both.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

#: What others call it -> what it is called here.
SAME: Final = {
    "PER": "PERSON", "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "IBAN_CODE": "IBAN", "US_SSN": "SSN",
    "IP_ADDRESS": "IP", "MAC_ADDRESS": "MAC", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION",
    "STREET_ADDRESS": "ADDRESS", "ORGANIZATION": "ORG", "DATE_TIME": "DATE", "NORP": "NRP", "US_ITIN": "ID",
    "US_DRIVER_LICENSE": "ID", "US_PASSPORT": "ID", "US_BANK_NUMBER": "ID", "MEDICAL_LICENSE": "ID", "UK_NHS": "ID",
    "UK_NINO": "ID", "US_NPI": "ID", "US_MBI": "ID",
}  # fmt: skip
PLACE: Final = "LOCATION+ADDRESS"
ASIDE: Final = frozenset({"ORG", "HANDLE", "GROUP", "NRP", "AGE", "TITLE"})
#: Left out of `strict`: one of them asks for dates of birth only, the other calls every date a date.
LOOSE: Final = frozenset({"DATE", "URL"})
#: Found, but masked by the gateway only where a profile asks for them.
ON_REQUEST: Final = frozenset({"ORG", "LOCATION", "DATE", "URL"})
_HALF: Final = 0.5


class Span(NamedTuple):
    """A stretch of a text: character offsets, end exclusive."""

    start: int
    end: int
    label: str


class Document(NamedTuple):
    """A text and the personal data in it."""

    text: str
    spans: tuple[Span, ...]


class Share(NamedTuple):
    """Precision, recall, and the measure that holds recall twice as dear. 0 where there is nothing to divide by."""

    precision: float
    recall: float

    @property
    def f2(self) -> float:
        if not self.precision + self.recall:
            return 0.0
        return 5 * self.precision * self.recall / (4 * self.precision + self.recall)

    def tree(self) -> dict[str, float]:
        return {"precision": round(self.precision, 4), "recall": round(self.recall, 4), "f2": round(self.f2, 4)}


def share(hits: int, alarms: int, misses: int) -> Share:
    """From counts of what was found, found wrongly, and not found."""
    return Share(hits / (hits + alarms) if hits else 0.0, hits / (hits + misses) if hits else 0.0)


@dataclass(slots=True)
class Tally:
    """Counts of one type: spans that are there, of these covered, found and missed; false alarms; letters alike."""

    there: int = 0
    covered: int = 0
    spans: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)

    def tree(self) -> dict[str, Any]:
        counts = [share(c["hit"], c["alarm"], c["miss"]).tree() for c in (self.letters, self.spans)]
        cover = round(self.covered / self.there, 4) if self.there else None
        return {
            "there": self.there, "cover": cover, "characters": counts[0], "spans": counts[1],
            "false_alarms": self.spans["alarm"], "missed": self.there - self.covered,
        }  # fmt: skip


def named(label: str) -> str:
    """What a label is called in the scores."""
    label = SAME.get(label, label)
    return PLACE if label in ("LOCATION", "ADDRESS") else "DATE" if label == "DATE_OF_BIRTH" else label


def _letters(text: str, span: Span) -> set[int]:
    return {i for i in range(max(0, span.start), min(span.end, len(text))) if text[i].isalnum()}


def _by_label(text: str, spans: Iterable[Span]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for span in spans:
        found[span.label] |= _letters(text, span)
    return found


def _alike(one: set[int], other: set[int]) -> bool:
    return bool(one) and len(one & other) >= _HALF * len(one | other)


def _union(found: Mapping[str, set[int]], wanted: Collection[str]) -> set[int]:
    return set().union(*(letters for label, letters in found.items() if label in wanted))


@dataclass(slots=True)
class Score:
    """What one masker did on one set. `labelled`: the types that the set labels; None for all."""

    labelled: frozenset[str] | None = None
    types: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    core: Counter[str] = field(default_factory=Counter)
    strict: Counter[str] = field(default_factory=Counter)
    characters: int = 0

    def add(self, document: Document, predicted: Sequence[Span]) -> None:
        """Count one document."""
        text = document.text
        gold = [Span(s.start, s.end, named(s.label)) for s in document.spans]
        said = [Span(s.start, s.end, named(s.label)) for s in predicted]
        masked = _union(_by_label(text, said), {s.label for s in said})
        judged = [s for s in dict.fromkeys(said) if self.labelled is None or s.label in self.labelled]
        there, found = _by_label(text, gold), _by_label(text, judged)
        for label in there.keys() | found.keys():
            both = there.get(label, set()), found.get(label, set())
            self._count(self.types[label].letters, *both)
        self._spans(text, gold, judged, masked)
        for counts, aside in ((self.core, ASIDE), (self.strict, ASIDE | LOOSE)):
            spared = _union(there, aside)
            wanted = _union(there, there.keys() - aside)
            self._count(counts, wanted, _union(found, found.keys() - aside) - (spared - wanted))
            counts["innocent"] += sum(c.isalnum() for c in text) - len(wanted | spared)
        self.characters += len(text)

    @staticmethod
    def _count(counts: Counter[str], there: set[int], found: set[int]) -> None:
        counts["hit"] += len(there & found)
        counts["alarm"] += len(found - there)
        counts["miss"] += len(there - found)

    def _spans(self, text: str, gold: Sequence[Span], judged: Sequence[Span], masked: set[int]) -> None:
        left = [(span.label, _letters(text, span)) for span in judged]
        for span in gold:
            tally, letters = self.types[span.label], _letters(text, span)
            tally.there += 1
            tally.covered += letters <= masked
            match = next((one for one in left if one[0] == span.label and _alike(letters, one[1])), None)
            tally.spans["hit" if match else "miss"] += 1
            if match:
                left.remove(match)
        for label, _ in left:
            self.types[label].spans["alarm"] += 1

    def tree(self) -> dict[str, Any]:
        """Everything, for a report. `over_masked`: share of the letters that are nobody's and were masked."""
        core = [tally for label, tally in self.types.items() if label not in ASIDE]
        there = sum(t.there for t in core)
        counted: Counter[str] = sum((t.spans for t in core), Counter())
        return {
            "characters": self.characters,
            "core": share(self.core["hit"], self.core["alarm"], self.core["miss"]).tree(),
            "strict": share(self.strict["hit"], self.strict["alarm"], self.strict["miss"]).tree(),
            "spans": share(counted["hit"], counted["alarm"], counted["miss"]).tree(),
            "cover": round(sum(t.covered for t in core) / there, 4) if there else None,
            "over_masked": round(self.core["alarm"] / max(1, self.core["innocent"]), 5),
            "types": {label: tally.tree() for label, tally in sorted(self.types.items(), key=lambda i: -i[1].there)},
        }


def score(documents: Sequence[Document], predicted: Sequence[Sequence[Span]], labelled: frozenset[str] | None) -> Score:
    """What was found against what is there. Raises ValueError when they are not equally many."""
    result = Score(labelled)
    for document, spans in zip(documents, predicted, strict=True):
        result.add(document, spans)
    return result


def masked_share(texts: Sequence[str], predicted: Sequence[Sequence[Span]], spared: Collection[str]) -> float:
    """Which share of the letters of texts without personal data is masked, by all types but the spared ones."""
    letters = sum(c.isalnum() for text in texts for c in text)
    masked = 0
    for text, spans in zip(texts, predicted, strict=True):
        kept = (span for span in spans if SAME.get(span.label, span.label) not in spared)
        masked += len(set().union(*(_letters(text, span) for span in kept)))
    return masked / max(1, letters)


def covered(document: Document, predicted: Sequence[Span], which: Sequence[bool]) -> int:
    """How many of the marked spans are wholly masked, by whatever type."""
    masked = set().union(*(_letters(document.text, span) for span in predicted))
    marked = [span for span, mark in zip(document.spans, which, strict=True) if mark]
    return sum(_letters(document.text, span) <= masked for span in marked)
