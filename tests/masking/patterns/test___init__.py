"""Every module of patterns is found by its name, and no text makes them slow."""

# ruff: noqa: RUF001  # disguises are what is tested

import pytest

from support.findings import found
from vecgate.masking import patterns
from vecgate.masking.normalise import normalise
from vecgate.masking.patterns import Patterns, discover
from vecgate.masking.patterns._base import Rule
from vecgate.profiles import ENTITIES


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
    patterns = Patterns((Rule("EMAIL", "any", "an @", "@"),))
    monkeypatch.setattr(patterns, "_gate", type("Empty", (), {"Match": lambda self, raw: []})())
    assert [f.entity for f in patterns.find(normalise("a@b"))] == ["EMAIL"]


def test_a_rule_in_the_wrong_module_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vecgate.masking.patterns.mac.RULES", (Rule("EMAIL", "lost", "never", "x"),))
    with pytest.raises(TypeError, match=r"it belongs to email\.py"):
        discover()


@pytest.mark.parametrize(
    "unit", ["1-", "4 1 1 ", "AB12 ", "1:", "a@", "12 A ", "Name: A ", "\\u", "&#", "eyJ.", "a at b."]
)
def test_repeated_near_hits_are_answered(unit: str) -> None:
    """Patterns that backtrack need minutes for these; RE2 does not, and checks look at bounded stretches."""
    text = unit * (20_000 // len(unit))
    assert all(0 <= f.start < f.end <= len(text) for f in Patterns().find(normalise(text)))


def test_offsets_are_those_of_characters_not_of_bytes() -> None:
    assert found("EMAIL", "Çağrı yazdı → çağrı@example.com ✓") == ["çağrı@example.com"]


def test_underscore_modules_are_not_recognisers() -> None:
    assert not [m for m in dir(patterns) if m == "_base" and hasattr(patterns._base, "RULES")]
