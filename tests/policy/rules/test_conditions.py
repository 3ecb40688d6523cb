"""A rule that does not count now is as if it was not there, whatever its effect; what is not known opens nothing."""

from dataclasses import replace

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
        ("until: 2026-12-31", "if it is a moment, say where: '2026-12-31 Europe/Vienna'"),
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


def when(text: str, words: str) -> str:
    return only(text, f'when: "{words}"')


RED = "principal.claims.team == 'red'"


@pytest.mark.parametrize(
    ("effect", "claims", "decides"),
    [
        ("allow", {"team": "red"}, ("allow", "red", "policy.allowed")),
        ("allow", {"team": "blue"}, ("allow", "rest", "policy.allowed")),
        ("deny", {"team": "red"}, ("deny", "red", "policy.denied")),
        ("deny", {"team": "blue"}, ("allow", "rest", "policy.allowed")),
        ("hold", {"team": "red"}, ("hold", "red", "policy.held")),
        ("hold", {"team": "blue"}, ("allow", "rest", "policy.allowed")),
        *((effect, {}, ("deny", "red", "policy.condition")) for effect in ("allow", "deny", "hold")),
    ],
)
def test_a_rule_is_about_calls_that_its_condition_holds_of_and_what_cannot_be_told_is_denied(effect, claims, decides):
    found = policies(when(rule("red", effect), RED), rule("rest"))
    got = found.evaluate(caller(**claims), asks("search", "t"), "db")
    assert (got.effect.value, got.rule, got.reason) == decides


def test_claims_are_read_as_identity_hands_them_on():
    from types import MappingProxyType

    who = replace(caller(), claims=MappingProxyType({"team": "red"}))
    assert policies(when(rule("r"), RED)).evaluate(who, asks("search", "t"), "db").effect is Effect.ALLOW


def test_what_a_condition_cannot_tell_matters_only_where_its_rule_would_decide():
    red = when(rule("red"), RED)
    for before in (rule("first"), rule("stop", "deny"), rule("ask", "hold")):
        assert policies(before, red).evaluate(caller(), asks("search", "t"), "db").reason != "policy.condition"
    elsewhere = when(rule("red", where="{collections: [other]}"), RED)
    assert policies(elsewhere, rule("rest")).evaluate(caller(), asks("search", "t"), "db").rule == "rest"


@pytest.mark.parametrize(
    ("words", "now", "effect"),
    [
        ("in_network(source.address, '10.0.0.0/8')", Circumstances(1.0, "10.9.9.9"), "allow"),
        ("in_network(source.address, '10.0.0.0/8')", Circumstances(1.0, "11.9.9.9"), "deny"),
        ("in_network(source.address, '10.0.0.0/8')", Circumstances(1.0), "deny"),
        ("!fields.exists(f, f == 'ssn')", Circumstances(1.0, fields=("a", "b")), "allow"),
        ("!fields.exists(f, f == 'ssn')", Circumstances(1.0, fields=("a", "ssn")), "deny"),
        ("!fields.exists(f, f == 'ssn')", Circumstances(1.0), "deny"),
        ("impact.records <= 5", Circumstances(1.0, records=5), "allow"),
        ("impact.records <= 5", Circumstances(1.0, records=6), "deny"),
        ("impact.records <= 5", Circumstances(1.0), "deny"),
        ("time.getHours('Europe/Vienna') == 12", WITHIN, "allow"),
        ("time.getHours('Europe/Vienna') == 11", WITHIN, "deny"),
    ],
)
def test_circumstances_can_be_asked_about_and_what_is_not_known_opens_nothing(words, now, effect):
    found = policies(when(rule("r"), words))
    assert found.evaluate(caller(), asks("search", "t"), "db", (), now).effect == effect


def test_before_names_are_known_a_condition_says_neither_yes_nor_no():
    named = "collections.exists(c, c == 'hr')"
    assert policies(when(rule("r"), named)).at_best(caller(), asks("search"), "db").effect is Effect.ALLOW
    barred = policies(when(rule("hr-no", "deny"), named), rule("rest"))
    assert barred.at_best(caller(), asks("search"), "db").effect is Effect.ALLOW
    assert barred.evaluate(caller(), asks("search", "hr"), "db").effect is Effect.DENY


@pytest.mark.parametrize(
    ("claims", "effect", "reason"),
    [
        ({"team": "red"}, "allow", "policy.allowed"),
        ({"team": "blue"}, "deny", "policy.no_rule"),
        ({}, "deny", "policy.condition"),
    ],
)
def test_what_does_not_turn_on_names_is_asked_before_they_are_known(claims, effect, reason):
    best = policies(when(rule("r"), RED)).at_best(caller(**claims), asks("search"), "db")
    assert (best.effect, best.reason) == (effect, reason)


def test_a_grant_by_a_rule_whose_condition_cannot_be_told_is_worth_nothing():
    from vecgate.domain.grant import Grant
    from vecgate.policy.rules.offers import for_call, most

    text = only(rule("ask", "hold").replace("effect: hold", "effect: request"), "grant: {longest: 8h}")
    found = policies(when(text, RED))
    given = Grant("g", "ask", caller().key, most(found.asking["ask"], "db"), 0, None)
    for claims, effect in (({"team": "red"}, "allow"), ({"team": "blue"}, "deny"), ({}, "deny")):
        got = found.evaluate(caller(**claims), asks("search", "t"), "db", (given,))
        assert got.effect == effect
        asked = for_call(found.asking.values(), caller(**claims), asks("search", "t"), "db")
        assert (asked is not None) is (effect == "allow")


def test_a_condition_is_explained():
    found = policies(when(rule("red"), RED), rule("rest"))
    no = explain(found, caller(team="blue"), asks("search", "t"), "db")
    assert no.traces[0].misses == ("when: wants principal.claims.team == 'red'",)
    untold = explain(found, caller(), asks("search", "t"), "db")
    assert str(untold.traces[0]).startswith("-> deny  red (p.yaml:3): when: cannot be told")


def test_a_mistake_in_a_condition_is_a_mistake_of_the_policy():
    with pytest.raises(PolicyError) as e:
        policies(when(rule("r"), "principal.usr == 'a'"))
    assert "p.yaml:3: rule 1 'r': 'when', line 1, column 10: undeclared reference to 'principal.usr'" in str(e.value)


def excepting(text: str, words: str) -> str:
    return only(text, f"except: [{words}]")


@pytest.mark.parametrize(
    ("effect", "words", "names", "user", "about"),
    [
        ("allow", "{where: {collections: [hr]}}", ("t",), "bob", True),
        ("allow", "{where: {collections: [hr]}}", ("hr",), "bob", False),
        ("allow", "{where: {collections: [hr]}}", ("t", "hr"), "bob", False),  # any is enough to allow nothing
        ("deny", "{where: {collections: [pub]}}", ("pub",), "bob", False),
        ("deny", "{where: {collections: [pub]}}", ("pub", "t"), "bob", True),  # it takes all to deny nothing
        ("deny", "{where: {collections: [pub]}}", (), "bob", True),
        ("hold", "{who: {users: [ann]}}", ("t",), "ann", False),
        ("hold", "{who: {users: [ann]}}", ("t",), "bob", True),
        ("deny", "{who: {users: [ann]}, where: {collections: [t]}}", ("x",), "ann", True),  # all that it says
        ("deny", "{who: {users: [ann]}}, {where: {collections: [x]}}", ("x",), "bob", False),  # one of several
        ("deny", "{operations: [search]}", ("t",), "bob", False),
        ("deny", "{operations: [count]}", ("t",), "bob", True),
    ],
)
def test_a_rule_is_not_about_what_it_excepts(effect, words, names, user, about):
    found = policies(excepting(rule("r", effect), words), *(() if effect == "allow" else (rule("rest"),)))
    assert (found.evaluate(caller(user), asks("search", *names), "db").rule == "r") is about


def test_what_wipes_all_collections_is_not_allowed_where_one_is_excepted():
    text = rule("r", operations='"*"', where='{collections: ["*"]}')
    wiped = asks("collection_drop")
    assert policies(text).evaluate(caller(), wiped, "db").effect is Effect.ALLOW
    assert (
        policies(excepting(text, "{where: {collections: [hr]}}")).evaluate(caller(), wiped, "db").effect is Effect.DENY
    )


@pytest.mark.parametrize(
    ("effect", "words", "best"),
    [
        ("allow", "{where: {collections: [hr]}}", "allow"),  # it may be another one
        ("allow", "{who: {users: [alice]}}", "deny"),
        ("deny", "{where: {collections: [pub]}}", "allow"),  # it may be that one
        ("deny", "{who: {users: [alice]}}", "allow"),
        ("deny", "{who: {users: [bob]}}", "deny"),
    ],
)
def test_before_names_are_known_an_exception_may_be_meant(effect, words, best):
    found = policies(excepting(rule("r", effect), words), *(() if effect == "allow" else (rule("rest"),)))
    assert found.at_best(caller(), asks("search"), "db").effect == best


def test_an_exception_is_explained_and_keeps_a_rule_from_covering_others():
    from vecgate.policy.review.reach import unreachable

    text = excepting(rule("r", "deny"), "{who: {users: [alice]}}")
    found = policies(text, rule("rest"))
    assert explain(found, caller(), asks("search", "t"), "db").traces[0].misses == ("except: not about users alice",)
    assert [*unreachable(found.rules)] == []
