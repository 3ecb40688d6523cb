"""How guards are written in a rule: what is taken, what it comes to, and what is wrong with the rest."""

import pytest

from vecgate.domain.guards import NO_GUARDS, Guards
from vecgate.policy.load import from_texts
from vecgate.refusals.errors import PolicyError

RULE = "version: 1\nrules:\n  - {{name: r, who: anyone, where: anywhere, operations: [read, write], effect: {effect}, {more}}}\n"


def guards(more: str, effect: str = "allow") -> object:
    mask = "" if effect == "deny" else "mask: unsafe-nothing, "
    return from_texts({"p.yaml": RULE.format(effect=effect, more=mask + more)}).rules[0].guards


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("scores: drop", "scores drop"),
        ("scores: {round: 2}", "scores 2"),
        ("scores: {round: 0}", "scores 0"),
        ("limits: {depth: 100}", "depth 100"),
        ("stamp: true, show_stamp: true", "stamp, show_stamp"),
        ("quarantine: mark", "quarantine mark"),
        (
            "budget: {records: 500/day, searches: 2000/day, opened: 20/day, similar: 9/h, within: 0.1}",
            "budget records 500/day and searches 2000/day and opened 20/day and similar 9/h",
        ),
        ("canaries: {ids: [a, b]}", "canaries 2 ids"),
        ("canaries: {mark: {bait: true}}", "canaries by mark"),
    ],
)
def test_what_is_written_is_what_is_guarded(more: str, said: str) -> None:
    assert str(guards(more)) == said


def test_ids_of_canaries_are_spelled_as_databases_answer_with_them() -> None:
    made = guards("canaries: {ids: [7, c-1, 0F8FAD5BD9CB469FA16570867728950E]}")
    assert isinstance(made, Guards)
    assert made.canaries is not None
    assert made.canaries.ids >= {"7", "c-1", "0f8fad5b-d9cb-469f-a165-70867728950e"}


def test_a_rule_that_says_nothing_guards_nothing() -> None:
    assert guards("vectors: false") is NO_GUARDS
    assert guards("scores: keep, stamp: false") is NO_GUARDS


@pytest.mark.parametrize(
    ("more", "effect", "said"),
    [
        ("scores: round", "allow", "'scores' is keep, drop, or {round: 2}"),
        ("scores: {round: 9}", "allow", "'scores' is keep, drop, or {round: 2}"),
        ("scores: {round: true}", "allow", "'scores' is keep, drop, or {round: 2}"),
        ("budget: {records: 500}", "allow", "'500' is not a rate"),
        ("budget: {}", "allow", "'budget' is empty"),
        ("budget: {record: 5/day}", "allow", "Did you mean 'records'?"),
        ("budget: {records: 5/day, within: 0.1}", "allow", "'within' needs 'similar'"),
        ("canaries: {}", "allow", "'canaries' is empty"),
        ("quarantine: keep", "allow", "quarantine"),
        ("quarantine: mark", "deny", "a deny rule lets nothing in or out"),
        ("stamp: true", "deny", "a deny rule lets nothing in"),
        ("scores: drop", "deny", "a deny rule gives no answer"),
        ("budget: {records: 5/day}", "deny", "a deny rule has nothing to count"),
        ("canaries: {ids: [a]}", "deny", "a deny rule gives no answer"),
        ("oracles: {allow: [a]}", "deny", "a deny rule gives no answer"),
        ("oracles: {allow: [a]}", "allow", "every field may be asked for; leave it out"),
        ("oracles: {}", "allow", "'oracles' is empty"),
    ],
)
def test_what_cannot_be_meant_is_a_mistake(more: str, effect: str, said: str) -> None:
    with pytest.raises(PolicyError) as e:
        guards(more, effect)
    assert said in "; ".join(e.value.problems)


def test_the_set_knows_whether_anybody_stamps_or_has_canaries() -> None:
    for more, reserves, canaries in (
        ("vectors: false", False, False),
        ("stamp: true", True, False),
        ("quarantine: mark", True, False),
        ("canaries: {ids: [a]}", False, True),
    ):
        found = from_texts({"p.yaml": RULE.format(effect="allow", more="mask: unsafe-nothing, " + more)})
        assert (found.reserves, found.may_lock) == (reserves, canaries)


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("author", True),
        ("person.email", True),
        ("#document", True),
        ("von der Leyen", True),
        ("*", False),
        ("*.author", False),
        ("auth?r", False),
        ("orders[].sku", False),
        ("", False),
        (".", False),
        ("a..b", False),
        (" a", False),
    ],
)
def test_a_masked_field_is_exempt_by_a_name_and_no_pattern(name: str, fine: bool) -> None:
    rule = f'{{name: r, who: anyone, where: anywhere, operations: [read], effect: allow, mask: m, oracles: {{allow: ["{name}"]}}}}'
    text = f"version: 1\nmask_profiles: {{m: {{default: replace}}}}\nrules:\n  - {rule}\n"
    if fine:
        found = from_texts({"p.yaml": text}).rules[0].guards
        assert (found.exempt, str(found)) == (frozenset({name}), f"exempt {name}")
    else:
        with pytest.raises(PolicyError, match="is no name of a field"):
            from_texts({"p.yaml": text})
