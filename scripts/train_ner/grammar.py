"""How does a line of a template file become a text with its spans? `{slot}`s are filled, one of `<a|b|c>` is taken."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from .makers import Makers, words
from .odd import SLOTS, Odd

FOLDER: Final = Path(__file__).parent / "templates"
LABELS: Final = {
    "person": "PERSON", "place": "LOC", "org": "ORG", "address": "ADDRESS", "brand": "ORG",
    **{slot: label for slot, label in SLOTS.items() if label},
}  # fmt: skip
_CHOICE: Final = re.compile(r"<([^<>|\n]*(?:\|(?:[^<>|\n]|<\{email\}>)*)+)>")
_SLOT: Final = re.compile(r"\{([A-Za-z_]+)\}")

_FAKED: Final = {
    "card": "credit_card_number", "iban": "iban", "ssn": "ssn", "ip": "ipv4", "uuid": "uuid4", "url": "url",
    "user": "user_name", "word": "word", "day": "day_of_week", "month": "month_name",
}  # fmt: skip
_DATES: Final = ("%Y-%m-%d", "%d/%m/%Y", "%B %d, %Y", "%d %b %Y", "%d.%m.%Y")
_NUMBERS: Final = ("??-#####", "#######", "ORD-#####", "INV####-##", "TKT#######", "CUST_####", "#######?")

type Span = list[Any]


class Row(NamedTuple):
    """A text and what is in it: `[start, end, label]`, end exclusive, in order."""

    text: str
    spans: list[Span]


@cache
def lines(name: str) -> tuple[str, ...]:
    """The templates of one file."""
    raw = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.replace("\\n", "\n").replace("\\t", "\t") for line in raw if line.strip())


class Grammar:
    """Fills templates. `sentences` are natural ones without names, for `{sentence}`."""

    def __init__(self, makers: Makers, sentences: list[str]) -> None:
        self._makers, self._pick, self._sentences = makers, makers.random, sentences
        self._odd = Odd(makers)

    def _heading(self) -> str:
        pick, before, last = self._pick, words("heading_a"), words("heading_b")
        title = [pick.choice(before) for _ in range(pick.choice([0, 1, 1, 1, 2]))] + [pick.choice(last)]
        if pick.random() < 0.2:
            title += [pick.choice(["and", "of", "for", "with"]), pick.choice(before), pick.choice(last)]
        return " ".join(title)

    def _fill(self, slot: str) -> str | None:
        if slot in SLOTS:
            return self._odd(slot)
        if slot == "sentence_lower":
            return "".join(c for c in self._pick.choice(self._sentences).lower() if c not in ",.;:!?")
        return self._usual(slot)

    def _usual(self, slot: str) -> str | None:
        makers, pick = self._makers, self._pick
        if slot == "heading":
            return self._heading()
        if slot == "Role":
            return pick.choice(words("role")).capitalize()
        if slot == "verb":
            return self.render(pick.choice(words("verb"))).text
        if slot == "sentence":
            return pick.choice(self._sentences)
        if slot in {"person", "place", "org", "address", "phone", "email"}:
            return str(getattr(makers, slot)())
        if slot in _FAKED:
            return str(getattr(makers.plain, _FAKED[slot])())
        if (FOLDER.parent / "lists" / f"{slot}.txt").is_file():
            return pick.choice(words(slot))
        return self._figure(slot)

    def _figure(self, slot: str) -> str | None:
        plain, pick = self._makers.plain, self._pick
        ways: dict[str, Callable[[], Any]] = {
            "date": lambda: plain.date(pattern=pick.choice(_DATES)),
            "time": lambda: plain.time(pattern="%H:%M"),
            "id": lambda: plain.bothify(pick.choice(_NUMBERS)),
            "number": lambda: pick.randint(2, 9999),
            "small_number": lambda: pick.randint(10, 59),
            "digit": lambda: pick.randint(1, 9),
            "age": lambda: pick.randint(1, 97),
            "year": lambda: pick.randint(1850, 2026),
            "money": lambda: f"{pick.choice('$€£')}{pick.randint(1, 90000):,}",
        }
        return str(ways[slot]()) if slot in ways else None

    def render(self, template: str) -> Row:
        """One text of a template."""
        chosen = _CHOICE.sub(lambda m: self._pick.choice(m[1].split("|")), template)
        text, spans, at = "", [], 0
        for slot in _SLOT.finditer(chosen):
            filled = self._fill(slot[1])
            if filled is None:
                continue
            text += chosen[at : slot.start()]
            if slot[1] in LABELS:
                spans.append([len(text), len(text) + len(filled), LABELS[slot[1]]])
            text += filled
            at = slot.end()
        return Row(text + chosen[at:], spans)

    def of(self, *files: str) -> Row:
        """One text of any template of these files."""
        return self.render(self._pick.choice(lines(self._pick.choice(files))))


def join(rows: list[Row], between: str) -> Row:
    """Several texts as one."""
    text: str = ""
    spans: list[Span] = []
    for row in rows:
        text += between if text else ""
        spans += [[start + len(text), end + len(text), label] for start, end, label in row.spans]
        text += row.text
    return Row(text, spans)
