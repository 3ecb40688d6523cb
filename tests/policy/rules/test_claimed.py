"""Which rows, and which tenant, does a rule open to somebody? Claims filled in with their type, or the rule is not theirs."""

import pytest

from support.fakes.policy_words import asks, caller, policies, rowed, rule
from support.tools.every import every
from vecgate.domain.decision import Effect
from vecgate.domain.row import Row
from vecgate.policy.rules.evaluate import NO_RULE


def decide(rules, principal, kind="search", tenant=None):
    return policies(*rules).evaluate(principal, asks(kind, "tickets", tenant=tenant), "db")


#: (rows of the rule, claims of the caller, the rows that are theirs; None: the rule is not for them)
FILLED = [
    # missing, or of another type
    ('[{field: dept, equals: "{claims.dept}"}]', {}, None),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": None}, None),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": ""}, None),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": []}, None),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": ["sales"]}, None),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": {"name": "sales"}}, None),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": 1.0}, None),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": 2**63}, None),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": "x" * 513}, None),
    ('[{field: dept, equals: "{claims.dept}"}]', {"DEPT": "sales"}, None),
    ('[{field: dept, any_of: ["{claims.depts}"]}]', {"depts": []}, None),
    ('[{field: dept, any_of: ["{claims.depts}"]}]', {"depts": ["sales", None]}, None),
    ('[{field: dept, any_of: ["{claims.depts}"]}]', {"depts": ["sales", ["hr"]]}, None),
    ('[{field: dept, any_of: [common, "{claims.depts}"]}]', {}, None),
    ('[{field: dept, any_of: ["{claims.depts}"]}]', {"depts": [str(i) for i in range(257)]}, None),
    ('[{field: dept, equals: "{claims.dept}"}, {field: team, equals: "{claims.team}"}]', {"dept": "sales"}, None),
    # filled in, each with its type
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": "sales"}, [("dept", ["sales"])]),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": 1}, [("dept", [1])]),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": "1"}, [("dept", ["1"])]),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": True}, [("dept", [True])]),
    ('[{field: dept, equals: "{claims.dept}"}]', {"dept": "*"}, [("dept", ["*"])]),
    ('[{field: dept, equals: "{claims.a.b}"}]', {"a": {"b": "sales"}}, [("dept", ["sales"])]),
    ('[{field: dept, equals: "{claims.https://x.example/dept}"}]', {"https://x.example/dept": "s"}, [("dept", ["s"])]),
    ('[{field: dept, any_of: ["{claims.depts}"]}]', {"depts": "sales"}, [("dept", ["sales"])]),
    ('[{field: dept, any_of: ["{claims.depts}"]}]', {"depts": [1, True, "1", 1]}, [("dept", [1, True, "1"])]),
    ('[{field: dept, any_of: [common, "{claims.depts}"]}]', {"depts": ["a", "b"]}, [("dept", ["common", "a", "b"])]),
    ("[{field: public, equals: true}]", {}, [("public", [True])]),
    ("[{field: level, any_of: [1, 2]}]", {}, [("level", [1, 2])]),
    (
        '[{field: metadata.dept, equals: "{claims.dept}"}, {field: year, equals: 2024}]',
        {"dept": "sales"},
        [("metadata.dept", ["sales"]), ("year", [2024])],
    ),
]  # fmt: skip


@every(("rows", "claims", "own"), FILLED)
def test_rows_are_filled_in_with_their_type_or_the_rule_is_not_theirs(rows, claims, own):
    decision = decide([rowed(rows=rows)], caller("ann", **claims))
    if own is None:
        assert (decision.effect, decision.reason, decision.rows) == (Effect.DENY, NO_RULE, ())
    else:
        assert decision.effect is Effect.ALLOW
        got = [(row.field, [(type(v), v) for v in row.values]) for row in decision.rows]
        assert got == [(field, [(type(v), v) for v in values]) for field, values in own]


STORED = [
    (Row("f", ("a",)), "a", True),
    (Row("f", ("a",)), "A", False),
    (Row("f", ("a",)), ["a"], False),
    (Row("f", ("a",)), None, False),
    (Row("f", (1,)), 1, True),
    (Row("f", (1,)), 1.0, True),
    (Row("f", (1,)), True, False),
    (Row("f", (1,)), "1", False),
    (Row("f", (True,)), True, True),
    (Row("f", (True,)), 1, False),
    (Row("f", (True,)), 1.0, False),
    (Row("f", ("a", 2)), 2, True),
    (Row("f", (2**62 + 1,)), float(2**62), False),
]


@pytest.mark.parametrize(("row", "value", "fits"), STORED)
def test_a_stored_value_is_compared_with_its_type(row, value, fits):
    assert row.fits(value) is fits


TENANTS = [
    ('["{claims.tenant}"]', {}, "north", False),
    ('["{claims.tenant}"]', {"tenant": ""}, "north", False),
    ('["{claims.tenant}"]', {"tenant": 7}, "7", False),
    ('["{claims.tenant}"]', {"tenant": ["north", 7]}, "north", False),
    ('["{claims.tenant}"]', {"tenant": "north"}, None, False),
    ('["{claims.tenant}"]', {"tenant": "*"}, "north", False),
    ('["{claims.tenant}"]', {"tenant": "nort?"}, "north", False),
    ('["{claims.tenant}"]', {"tenant": "north"}, "North", False),
    ('["{claims.tenant}", "shared-*"]', {}, "shared-x", False),
    ('["{claims.tenant}"]', {"tenant": "north"}, "north", True),
    ('["{claims.tenant}"]', {"tenant": ["south", "north"]}, "north", True),
    ('["{claims.tenant}", "shared-*"]', {"tenant": "north"}, "shared-x", True),
    ('["{claims.org.id}"]', {"org": {"id": "north"}}, "north", True),
]


@pytest.mark.parametrize(("tenants", "claims", "tenant", "fits"), TENANTS)
def test_a_tenant_of_a_claim_is_that_text_and_no_pattern(tenants, claims, tenant, fits):
    rules = [rule("r", where=f"{{tenants: {tenants}}}")]
    assert (decide(rules, caller("ann", **claims), tenant=tenant).effect is Effect.ALLOW) is fits
