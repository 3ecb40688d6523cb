"""A rule that does not count now is as if it was not there, whatever its effect; what is not known opens nothing."""

import pytest

from support.fakes.policy_words import asks, caller, policies, rule
from vecgate.domain.decision import Effect
from vecgate.policy.asked.explain import explain
from vecgate.policy.language.times import parse_moment
from vecgate.policy.load import from_texts
from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances
from vecgate.refusals.errors import PolicyError

SPAN = "from: 2026-12-01 Europe/Vienna, until: 2026-12-31 Europe/Vienna"


def only(text: str, words: str) -> str:
    """A rule with more words."""
    return text.replace("}\n", f", {words}}}\n") if text.endswith("}\n") else text


def moment(text: str) -> Circumstances:
    return Circumstances(parse_moment(text, end=False))


BEFORE, WITHIN, LAST, AFTER = (
    moment("2026-11-30 23:59:59 Europe/Vienna"),
    moment("2026-12-24 12:00 Europe/Vienna"),
    moment("2026-12-31 23:59:59 Europe/Vienna"),
    moment("2027-01-01 00:00 Europe/Vienna"),
)


@pytest.mark.parametrize(
    ("now", "decides"), [(BEFORE, "always"), (WITHIN, "december"), (LAST, "december"), (AFTER, "always")]
)
@pytest.mark.parametrize("effect", ["deny", "hold"])
def test_before_and_after_its_time_a_rule_is_as_if_it_was_not_there(effect, now, decides):
    found = policies(only(rule("december", effect), SPAN), rule("always"))
    assert found.evaluate(caller(), asks("search", "t"), "db", (), now).rule == decides


@pytest.mark.parametrize(("now", "effect"), [(BEFORE, "deny"), (WITHIN, "allow"), (LAST, "allow"), (AFTER, "deny")])
def test_what_is_allowed_for_a_time_is_allowed_then_only(now, effect):
    found = policies(only(rule("december"), SPAN))
    assert found.evaluate(caller(), asks("search", "t"), "db", (), now).effect == effect
    assert found.at_best(caller(), asks("search"), "db", (), now).effect == effect


@pytest.mark.parametrize(("effect", "decides"), [("allow", ""), ("deny", "december"), ("hold", "december")])
def test_where_nobody_knows_the_time_nothing_is_opened_and_nothing_is_lifted(effect, decides):
    assert policies(only(rule("december", effect), SPAN)).evaluate(caller(), asks("search", "t"), "db").rule == decides
    assert policies(rule("always")).evaluate(caller(), asks("search", "t"), "db", (), UNKNOWN).effect is Effect.ALLOW


def test_one_of_several_hours_is_enough_and_all_else_must_hold_too():
    two = 'hours: [{days: [mon-fri], from: "09:00", to: "12:00", zone: UTC}, {from: "13:00", to: "17:00", zone: UTC}]'
    found = policies(only(rule("office"), f"{two}, until: 2026-12-04 UTC"))
    asked = {
        text: found.evaluate(caller(), asks("search", "t"), "db", (), moment(text)).effect.value
        for text in ("2026-12-04 11:00 UTC", "2026-12-04 12:30 UTC", "2026-12-04 16:00 UTC", "2026-12-05 16:00 UTC")
    }
    assert [*asked.values()] == ["allow", "deny", "allow", "deny"]


@pytest.mark.parametrize(
    ("now", "said"),
    [(BEFORE, "from: begins 2026-11-30 23:00:00Z"), (AFTER, "until: over since 2026-12-31 23:00:00Z")],
)
def test_it_is_explained_why_a_rule_does_not_count(now, said):
    found = policies(only(rule("december"), SPAN))
    assert explain(found, caller(), asks("search", "t"), "db", (), now).traces[0].misses == (said,)


def test_hours_are_explained_too():
    found = policies(only(rule("office"), 'hours: [{days: [mon], from: "09:00", to: "12:00", zone: UTC}]'))
    why = explain(found, caller(), asks("search", "t"), "db", (), moment("2026-12-04 11:00 UTC"))
    assert why.traces[0].misses == ("hours: wants mon 09:00-12:00 UTC",)


def test_no_rule_with_a_time_is_taken_for_one_that_always_decides():
    from vecgate.policy.review.reach import unreachable

    always, sometimes = rule("always", operations="read"), only(rule("sometimes", operations="read"), SPAN)
    assert [r.rule.name for r, _ in unreachable(policies(sometimes, always).rules)] == []
    assert [r.rule.name for r, _ in unreachable(policies(always, sometimes).rules)] == ["sometimes"]
    twin = only(rule("twin", operations="read"), SPAN)
    assert [r.rule.name for r, _ in unreachable(policies(sometimes, twin).rules)] == ["twin"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("until: 2026-12-31", "p.yaml:3: this reads as a YAML timestamp; put it in quotes"),
        ('until: "2026-12-31"', "p.yaml:3: rule 1 'r': '2026-12-31' is no moment. It lacks its time zone"),
        ("from: 2026-12-02 UTC, until: 2026-12-01 UTC", "over at 2026-12-02 00:00:00Z, before it begins"),
        ('hours: [{from: 9:00, to: "17:00", zone: UTC}]', "'540' is no time of day"),
        ('hours: [{from: "09:00", to: "17:00"}]', "zone"),
    ],
)
def test_a_time_that_is_none_is_a_mistake_with_its_line(words, said):
    with pytest.raises(PolicyError) as e:
        from_texts({"p.yaml": "version: 1\nrules:\n" + only(rule("r"), words)})
    assert said in "\n".join(e.value.problems)
