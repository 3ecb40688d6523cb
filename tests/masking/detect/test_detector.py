"""Patterns and model together, with the field's name as context, in offsets of the value."""

import traceback

import pytest

from support.fakes.tickets import tickets
from vecgate.domain.finding import Finding
from vecgate.masking.apply.spans import merge
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.model import Model
from vecgate.masking.detect.texts import Text

STANDARD = ("PERSON", "EMAIL", "PHONE", "CREDIT_CARD", "IBAN", "SSN", "ID", "ADDRESS", "IP", "SECRET")


def _shown(detector: Detector, text: Text) -> list[tuple[str, str]]:
    found = merge(text.value, detector.analyse([text])[0], STANDARD)
    return [(f.entity, text.value[f.start : f.end]) for f in found]


def test_no_texts_no_findings(detector: Detector) -> None:
    assert detector.analyse([]) == []
    assert detector.analyse([Text("")]) == [[]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # bare
        (Text("Please ask John Miller, john@example.com."), [("PERSON", "John Miller"), ("EMAIL", "john@example.com")]),
        # the field's name tells what the value does not
        (Text("Anu Kotkas", hint="customer name"), [("PERSON", "Anu Kotkas")]),
        (Text("123456789", "patterns", "ssn"), [("SSN", "123456789")]),
        (Text("123456789", "patterns"), []),
        (Text("hunter22", "patterns", "password"), [("SECRET", "hunter22")]),
        # patterns only: the model is not asked
        (Text("Please ask John Miller", "patterns"), []),
        # shapes a tokenizer does not split
        (Text('{"id":7,"name":"Mary Jones","k":1'), [("PERSON", "Mary Jones")]),
        # capitals
        (Text("TICKET CLOSED BY JOHN MILLER TODAY"), [("PERSON", "JOHN MILLER")]),
        # a found name is known further on
        (Text("Mr. Zoltan Xhaka called. we told Xhaka to wait"), [("PERSON", "Zoltan Xhaka"), ("PERSON", "Xhaka")]),
        # disguised: the mask covers the original characters
        (Text("mail j\u200boe%40example.com now"), [("EMAIL", "j\u200boe%40example.com")]),
    ],
)
def test_analyse(detector: Detector, text: Text, expected: list[tuple[str, str]]) -> None:
    assert _shown(detector, text) == expected


def test_nothing_of_the_hint_is_found(detector: Detector) -> None:
    """A hint that itself looks personal must not shift or lengthen what is found in the value."""
    text = Text("john@example.com", "text", "mary@example.com")
    assert all(0 <= f.start < f.end <= len(text.value) for f in detector.analyse([text])[0])


@pytest.mark.parametrize(
    "text",
    ["Install with `pip install requests==2.31.0` and run `main.py --port 8080`.", "Error 0x80070005 at line 120, build 20240512.1", "Total 1,234,567.89 of 9,999,999 rows; p99 12.5 ms", "def compute(values: list[int]) -> float: return sum(values) / len(values)"],
)  # fmt: skip
def test_technical_text_is_left_alone(detector: Detector, text: str) -> None:
    assert _shown(detector, Text(text)) == []


def test_planted_data_in_tickets_is_found(detector: Detector) -> None:
    """Every planted number and address, and nine names in ten, in full."""
    made = tickets(120)
    found = detector.analyse([Text(t.text) for t in made])
    planted: dict[str, int] = {}
    missed: dict[str, list[str]] = {}
    for ticket, findings in zip(made, found, strict=True):
        hidden = {i for f in merge(ticket.text, findings, STANDARD) for i in range(f.start, f.end)}
        for kind, value in ticket.planted.items():
            at = ticket.text.index(value)
            planted[kind] = planted.get(kind, 0) + 1
            if any(i not in hidden for i in range(at, at + len(value)) if ticket.text[i].isalnum()):
                missed.setdefault(kind, []).append(value)
    names = missed.pop("name", [])
    assert missed == {}
    assert len(names) <= planted["name"] // 10
    assert min(planted.values()) >= 25


GERMAN = "Sehr geehrte Frau Weber, wir haben Ihre Bestellung erhalten und werden sie morgen mit der Post versenden."


class Reader:
    """A model that takes the first word of everything for a person, and says who it is."""

    def __init__(self, name: str, asked: list[tuple[str, str]]) -> None:
        self.name, self.asked = name, asked

    def ordinary(self, _word: str) -> bool | None:
        return None

    def common(self, _word: str) -> bool:
        return True

    def find(self, texts: list[str], level: str = "normal") -> list[list[Finding]]:
        self.asked += [(self.name, level) for _ in texts]
        return [[Finding(0, len(text.split()[0]), "PERSON", self.name)] for text in texts]


def test_each_text_goes_to_the_model_of_its_language_and_with_its_level() -> None:
    asked: list[tuple[str, str]] = []
    detector = Detector(Reader("default", asked), {"de": Reader("german", asked)})  # type: ignore[arg-type, dict-item]
    found = detector.analyse([Text("Weber wrote to us"), Text(GERMAN, level="high"), Text("Weber", level="high")])
    assert asked == [("default", "normal"), ("german", "high"), ("default", "high")]
    assert ["german" in {f.source for f in one} for one in found] == [False, True, False]
    assert all(f.entity != "UNSERVED" for one in found for f in one)


def test_a_language_without_a_model_is_said_and_read_as_well_as_can_be(detector: Detector) -> None:
    """The default model and the patterns do what they can; the policy decides whether that is enough."""
    text = GERMAN + " Antwort an weber@example.com."
    found = detector.analyse([Text(text), Text(text, "patterns")])
    assert Finding(0, len(text), "UNSERVED", "language:de") in found[0]
    assert "EMAIL" in {f.entity for f in found[0]}
    assert all(f.entity != "UNSERVED" for f in found[1])


def test_the_hint_does_not_decide_the_language(detector: Detector) -> None:
    value = "The parcel was left at the door and nobody signed for it."
    hint = "die der und ist nicht ein eine ich sie wir mit auf"
    assert all(f.entity != "UNSERVED" for f in detector.analyse([Text(value, hint=hint)])[0])


def test_others_are_let_in_all_the_while_a_long_text_is_read(model: Model) -> None:
    """Not only between the model's pieces: what comes after it takes as long in a text full of people."""
    detector = Detector(model)
    seen: list[str] = []
    detector.listen(lambda: seen.append("".join(frame.name for frame in traceback.extract_stack(limit=8))))
    text = "\n".join(f"Amelia Donnelly,p{i}@thistle.example,+1 415 555 {i:04d}" for i in range(700))
    (found,) = detector.analyse([Text(text)])
    for stage in ("find", "_hits", "_settled", "without_chance"):
        assert sum(stage in one for one in seen) > 10, stage
    assert len(found) >= 2000
