"""Recorded calls are decided on by two sets; told is what would change for the caller, and what nobody can tell."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.policy.asked.replay import called, changes, turns_on_what_is_not_recorded

AT = "2026-11-27T10:00:00+00:00"


def record(kind="search", names=("t",), **more):
    who = {"user": "ann", "key": "https://login#ann", "groups": ["support"]}
    return {
        "who": who,
        "operation": {"kind": kind, "collections": [*names]},
        "upstream": "db",
        "client": "10.0.0.1",
        **more,
    }


def changed(old, new, *records):
    calls = [called(AT, "s", f"x{i}", one) for i, one in enumerate(records)]
    return [str(one) for one in changes(old, new, filter(None, calls))]


def test_a_call_that_would_be_denied_is_told_with_who_what_and_where():
    told = changed(
        policies(rule("a")), policies(rule("a", where="{collections: [other]}")), record(), record(names=("other",))
    )
    assert told == [f"{AT} ann: search on t of db: allow by 'a' -> deny, no rule (s x0)"]


@pytest.mark.parametrize(
    ("new", "n"),
    [
        (rule("b"), 0),  # another name decides the same
        (rule("a", "hold"), 1),
        (rule("a").replace("}\n", ", vectors: true}\n"), 1),
        (rule("a").replace("}\n", ", limits: {max_results: 5}}\n"), 1),
        (rule("a").replace("}\n", ', until: "2026-11-27T09:00:00Z"}\n'), 1),  # by the time of the record
        (rule("a").replace("}\n", ', until: "2026-11-27T11:00:00Z"}\n'), 0),
        (rule("a").replace("}\n", ", when: \"in_network(source.address, '10.0.0.0/8')\"}\n"), 0),
        (rule("a").replace("}\n", ", when: \"'leads' in principal.groups\"}\n"), 1),
    ],
)
def test_what_changes_is_what_it_comes_to_for_the_caller(new, n):
    assert len(changed(policies(rule("a")), policies(new), record())) == n


def test_a_mask_is_compared_by_what_it_does():
    from vecgate.policy.load import from_texts

    def masked(name, email):
        profile = f"version: 1\nmask_profiles: {{{name}: {{default: replace, entities: {{EMAIL: {email}}}}}}}\nrules:\n"
        return from_texts({"p.yaml": profile + rule("a").replace("unsafe-nothing", name)})

    assert changed(masked("one", "keep"), masked("two", "keep"), record()) == []
    assert len(changed(masked("one", "keep"), masked("one", "redact"), record())) == 1


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"who": None, "operation": None, "upstream": None},
        record(upstream=None),
        record(kind=""),
        record(kind="no_such_kind"),
        record(who=None),
    ],
)
def test_what_was_no_call_for_a_database_is_left_aside(told):
    assert called(AT, "s", "x", told) is None


@pytest.mark.parametrize(
    ("text", "unsure"),
    [
        (rule("a"), False),
        (rule("a", who="{claims: {team: red}}"), True),
        (rule("a", where="{tenants: [t]}"), True),
        (rule("a").replace("}\n", ", when: \"principal.claims.team == 'red'\"}\n"), True),
        (rule("a").replace("}\n", ", when: \"principal.user == 'ann'\"}\n"), False),
    ],
)
def test_rules_that_turn_on_what_is_not_recorded_are_known(text, unsure):
    assert turns_on_what_is_not_recorded(policies(text).rules[0]) is unsure
