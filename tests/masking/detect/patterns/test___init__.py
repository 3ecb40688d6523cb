"""Every module of patterns is found by its name, and no text makes them slow."""

# ruff: noqa: RUF001  # disguises are what is tested

import ast
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import re2

from support.fakes.tickets import tickets
from support.tools.alike import alike
from support.tools.every import every
from support.tools.findings import found
from vecgate.domain.profiles import ENTITIES
from vecgate.masking.detect import patterns
from vecgate.masking.detect.normalise import normalise
from vecgate.masking.detect.patterns import Patterns, _Gate, _options, discover
from vecgate.masking.detect.patterns._base import Recogniser


def test_no_rules_find_nothing() -> None:
    """An empty set of rules is a set that finds nothing, not an error."""
    assert list(Patterns(()).find(normalise("john@example.com"))) == []


def test_an_empty_text_holds_nothing() -> None:
    assert list(Patterns().find(normalise(""))) == []


def test_every_rule_is_of_a_known_entity_and_has_its_own_name() -> None:
    rules = discover()
    assert {rule.entity for rule in rules} <= set(ENTITIES)
    assert len({(rule.entity, rule.name) for rule in rules}) == len(rules)


def test_every_rule_says_what_proves_it_in_a_few_words() -> None:
    """A comma parts the wrappings of what was packed in a finding's source, so no name has one."""
    assert all(5 <= len(rule.why) <= 90 and "," not in rule.name for rule in discover())


def test_when_the_set_cannot_tell_every_rule_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """RE2 gives no hit at all when it runs out of memory; that must not mean that nothing is there."""
    gate = _Gate(
        [(3, Recogniser("EMAIL", "any", "an @", "@")), (7, Recogniser("EMAIL", "dot", "a dot", "[.]"))], _options()
    )
    assert (gate.likely(b"a@b"), gate.likely(b"a.b"), gate.likely(b"ab")) == ([3], [7], [])
    monkeypatch.setattr(gate, "_set", type("Empty", (), {"Match": lambda self, raw: []})())
    assert gate.likely(b"ab") == [3, 7]


def _texts() -> Iterator[str]:
    """Every string in the tests of masking: hits, near misses and disguises of every rule."""
    for file in Path(__file__).parents[2].rglob("test_*.py"):
        yield from (
            node.value
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
    yield from (ticket.text for ticket in tickets(60))


def test_no_gate_keeps_a_hit_out() -> None:
    """With or without gates, the same is found."""
    patterns, texts = Patterns(), set(_texts())
    gated = [list(patterns.find(normalise(text))) for text in texts]
    for gate in patterns._gates:
        gate._set = type("Empty", (), {"Match": lambda self, raw: []})()
    all_tried = [list(patterns.find(normalise(text))) for text in texts]
    kept_out = [(t, f) for t, some, every in zip(texts, gated, all_tried, strict=True) for f in every if f not in some]
    assert kept_out == []
    assert sum(map(len, gated)) > 500


@pytest.mark.parametrize(
    "unit", ["1-", "4 1 1 ", "AB12 ", "1:", "a@", "12 A ", "Name: A ", "\\u", "&#", "eyJ.", "a at b."]
)
def test_repeated_near_hits_are_answered(unit: str) -> None:
    """Patterns that backtrack need minutes for these; RE2 does not, and checks look at bounded stretches."""
    text = unit * (20_000 // len(unit))
    assert all(0 <= f.start < f.end <= len(text) for f in Patterns().find(normalise(text)))


@pytest.mark.parametrize("many", [25, pytest.param(100, marks=pytest.mark.long)])
@every("rule", discover(), ids=lambda rule: f"{rule.entity}-{rule.name}")
def test_a_check_answers_whatever_has_the_form(rule: Recogniser, many: int) -> None:
    """A check that fails would make a record unreadable for good."""
    random, patterns, hits = Random(7), Patterns((rule,)), 0
    form = re2.compile(rule.pattern.encode(), _options())
    for _ in range(many):
        text = f" {alike(rule.pattern, random)} "
        hits += form.search(text.encode("ascii")) is not None
        assert all(0 <= hit.start < hit.end <= len(text) for hit in patterns.find(normalise(text)))
    assert hits > many / 10, "what was made up has not the form"


def test_offsets_are_those_of_characters_not_of_bytes() -> None:
    assert found("EMAIL", "Çağrı yazdı → çağrı@example.com ✓") == ["çağrı@example.com"]


def test_underscore_modules_are_not_recognisers() -> None:
    assert not [m for m in dir(patterns) if m == "_base" and hasattr(patterns._base, "RULES")]
