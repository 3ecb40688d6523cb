"""Rules with rows and without, held and allowed: what do they come to for one caller?"""

import json
from dataclasses import replace

import pytest

from support.fakes.policy_words import asks, caller, policies, rowed, rule
from vecgate.domain.row import Row
from vecgate.policy.asked import testing
from vecgate.policy.asked.explain import explain
from vecgate.policy.asked.who import who
from vecgate.policy.language.schema import schema
from vecgate.policy.load import from_texts
from vecgate.policy.rules.evaluate import UNCLAIMED


def decide(rules, principal, kind="search", tenant=None):
    return policies(*rules).evaluate(principal, asks(kind, "tickets", tenant=tenant), "db")


WHOLE, HELD = rule("whole", operations='"*"'), rule("held", "hold", operations='"*"')
OWN_HOLD = rowed("held", rows='[{field: team, equals: "{claims.team}"}]', effect="hold")
SALES, TEAM = Row("dept", ("sales",)), Row("team", ("t1",))

#: (rules, claims, effect, reason, rows)
COMBINED = [
    # of two that allow, the first one decides
    ([rowed(), WHOLE], {"dept": "sales"}, "allow", "policy.allowed", (SALES,)),
    ([WHOLE, rowed()], {"dept": "sales"}, "allow", "policy.allowed", ()),
    ([rowed(), WHOLE], {}, "allow", "policy.allowed", ()),
    # a yes to a hold opens no more than what is allowed
    ([HELD, rowed()], {"dept": "sales"}, "hold", "policy.held", (SALES,)),
    ([OWN_HOLD, rowed()], {"dept": "sales", "team": "t1"}, "hold", "policy.held", (TEAM, SALES)),
    ([OWN_HOLD], {"team": "t1"}, "hold", "policy.held", (TEAM,)),
    ([HELD, WHOLE], {}, "hold", "policy.held", ()),
    ([HELD], {}, "hold", "policy.held", ()),
    # and who lacks a claim is neither let off nor given more
    ([OWN_HOLD, WHOLE], {}, "deny", UNCLAIMED, ()),
    ([HELD, rowed()], {}, "deny", UNCLAIMED, ()),
    ([HELD, rowed(), WHOLE], {}, "hold", "policy.held", ()),
    ([rule("held", "hold", where='{tenants: ["{claims.tenant}"]}'), WHOLE], {}, "deny", UNCLAIMED, ()),
    # deny wins, whatever the rows
    ([rowed(), rule("nobody", "deny", operations='"*"')], {"dept": "sales"}, "deny", "policy.denied", ()),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "claims", "effect", "reason", "rows"), COMBINED)
def test_rules_with_and_without_rows_come_to_one_decision(rules, claims, effect, reason, rows):
    decision = decide(rules, caller("ann", **claims), tenant="north")
    assert (decision.effect.value, decision.reason, decision.rows) == (effect, reason, rows)


#: where a rule of rows is, and which collections of `db` are reached by it
REACHED = [
    ("anywhere", [["tickets"], ["notes", "tickets"], []]),
    ('{collections: ["tick*"]}', [["tickets"], ["notes", "tickets"], []]),
    ('{collections: ["tick*"], tenants: ["{claims.tenant}"]}', [["tickets"]]),
    ('{upstreams: [db], collections: ["tick*"]}', [["tickets"]]),
]
MISSED = [('{collections: ["tick*"]}', ["notes"]), ("{upstreams: [other]}", ["tickets"])]


def test_a_rule_reaches_the_collections_that_it_is_about_whoever_asks():
    for where, reached in REACHED:
        [one] = policies(rule("whole"), rowed(where=where)).rowed
        assert all(one.reaches(replace(asks("upsert"), collections=(*names,)), "db") for names in reached)
    for where, names in MISSED:
        [one] = policies(rule("whole"), rowed(where=where)).rowed
        assert not one.reaches(replace(asks("upsert"), collections=(*names,)), "db")


def test_what_a_call_does_besides_narrows_its_rows_too():
    rules = [rowed("a", operations="upsert"), rowed("b", "[{field: team, equals: t1}]", operations="delete")]
    call = replace(asks("upsert", "tickets"), also=(asks("delete_ids", "tickets"),))
    assert policies(*rules).evaluate(caller("ann", dept="sales"), call, "db").rows == (SALES, TEAM)


def test_explain_and_who_tell_the_rows_and_the_claims_that_are_missing():
    known = policies(rowed())
    why = explain(known, caller("ann"), asks("search", "tickets"), "db")
    assert why.traces[0].misses == (
        "claims of 'rows': wants dept as a text, whole number or true/false; in 'any_of' also a list",
    )
    why = explain(known, caller("ann", dept="sales"), asks("search", "tickets"), "db")
    assert str(why.decision.rows[0]) == "dept = 'sales'"
    assert "of rows with dept = {claims.dept}" in str(next(who(known, asks("search", "tickets"), "")))


def test_a_test_file_expects_rows_by_value_and_type(tmp_path):
    (tmp_path / "p.yaml").write_text("version: 1\nrules:\n" + rowed())
    case = "  - {name: x, as: ann, operation: search, collection: t, expect: {effect: allow, rows: [%s]}}\n"
    for rows, failures in (
        ("{field: dept, equals: 1}", ()),
        ("{field: dept, any_of: [1]}", ()),
        ("{field: dept, equals: true}", ("rows: got dept = 1, expected dept = True",)),
        ("{field: dept, equals: '1'}", ("rows: got dept = 1, expected dept = '1'",)),
    ):
        head = "version: 1\nprincipals:\n  ann: {user: ann, claims: {dept: 1}}\ncases:\n"
        (tmp_path / "p.test.yaml").write_text(head + case % rows)
        report = testing.run(tmp_path, from_texts({"p.yaml": (tmp_path / "p.yaml").read_text()}), None)
        assert report.results[0].failures == failures


def test_the_schema_knows_rows():
    made = json.dumps(schema())
    assert '"RowFilter"' in made
    assert '"any_of"' in made
