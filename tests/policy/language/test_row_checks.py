"""Mistakes that people make with rows and claims, and what is said of each."""

import pytest

from support.fakes.policy_words import policies, rowed, rule
from support.tools.every import every
from vecgate.refusals.errors import PolicyError

#: (the rule, what is said of it)
WRONG = [
    # claims that are none
    (rowed(rows='[{field: dept, equals: "{claim.dept}"}]'), "Write the whole value as '{claims.NAME}'"),
    (rowed(rows='[{field: dept, equals: "{dept}"}]'), "Write the whole value as '{claims.NAME}'"),
    (rowed(rows='[{field: dept, equals: "{claims.dept"}]'), "Write the whole value as '{claims.NAME}'"),
    (rowed(rows='[{field: dept, equals: "{{claims.dept}}"}]'), "Write the whole value as '{claims.NAME}'"),
    (rowed(rows='[{field: dept, equals: "${claims.dept}"}]'), "Write the whole value as '{claims.NAME}'"),
    (rowed(rows='[{field: dept, equals: "$claims.dept"}]'), "Write the whole value as '{claims.NAME}'"),
    (rowed(rows='[{field: dept, equals: "x-{claims.dept}"}]'), "Write the whole value as '{claims.NAME}'"),
    (rowed(rows='[{field: dept, equals: "{claims.}"}]'), "Write the whole value as '{claims.NAME}'"),
    (rowed(rows='[{field: dept, equals: "{claims.realm_access}"}]'), "holds other claims"),
    (rowed(rows='[{field: dept, equals: "{claims.sub.name}"}]'), "can be no claim"),
    (rowed(rows='[{field: dept, any_of: ["{claims.groups[0]}"]}]'), "can be no claim"),
    (rule("r", where='{tenants: ["t-{claims.tenant}"]}'), "Write the whole value as '{claims.NAME}'"),
    # claims where nothing fills them in
    (rule("r", where='{collections: ["{claims.dept}"]}'), "stands for itself here"),
    (rule("r", where='{databases: ["{claims.dept}"]}'), "stands for itself here"),
    (rule("r", who='{groups: ["{claims.dept}"]}'), "stands for itself here"),
    (rule("r", who='{claims: {dept: "{claims.dept}"}}'), "stands for itself here"),
    # fields and values
    (rowed(rows="[]"), "'rows' is empty"),
    (rowed(rows="{field: dept, equals: sales}"), "'rows' must be a list"),
    (rowed(rows="[{field: dept}]"), "has either 'equals', a value, or 'any_of'"),
    (rowed(rows="[{field: dept, equals: a, any_of: [b]}]"), "has either 'equals', a value, or 'any_of'"),
    (rowed(rows="[{field: dept, any_of: []}]"), "'any_of' is empty"),
    (rowed(rows="[{field: dept, any_of: sales}]"), "'any_of' must be a list"),
    (rowed(rows="[{field: dept, equal: a}]"), "unknown key 'equal'"),
    (rowed(rows="[{fields: dept, equals: a}]"), "unknown key 'fields'"),
    (rowed(rows="[{equals: a}]"), "missing 'field'"),
    (rowed(rows="[{field: dept, equals: ''}]"), "an empty text tells no rows"),
    (rowed(rows="[{field: dept, equals: ' a'}]"), "has spaces around it"),
    (rowed(rows="[{field: dept, equals: 1.5}]"), "a text, a whole number, true/false"),
    (rowed(rows="[{field: dept, equals: [a]}]"), "a text, a whole number, true/false"),
    (rowed(rows="[{field: dept, equals: 9223372036854775808}]"), "63 bits"),
    (rowed(rows="[{field: 'chroma:document', equals: a}]"), "no field that rows can be told by"),
    (rowed(rows="[{field: '#document', equals: a}]"), "no field that rows can be told by"),
    (rowed(rows="[{field: 'dept[]', equals: a}]"), "no field that rows can be told by"),
    (rowed(rows="[{field: '\"dept\"', equals: a}]"), "no field that rows can be told by"),
    (rowed(rows="[{field: '*.dept', equals: a}]"), "no field that rows can be told by"),
    (rowed(rows="[{field: dept, equals: a}, {field: dept, equals: b}]"), "stands here twice"),
    # rules that have no rows to tell
    (rowed(effect="deny"), "a deny rule denies calls whole"),
    (rowed(operations="read, schema"), "'schema' is never about some rows alone"),
    (rowed(operations="collection_drop"), "'collection_drop' is never about some rows alone"),
    (rowed(operations="unmask"), "'unmask' is never about some rows alone"),
    (rowed(where="{without_collection: true}"), "a call that names no collection is about no rows"),
    (rule("r", "deny", where='{tenants: ["{claims.tenant}"]}'), "a deny rule about the tenant of a claim"),
]  # fmt: skip


@every(("text", "said"), WRONG)
def test_a_mistake_with_rows_or_claims_is_told(text, said):
    with pytest.raises(PolicyError) as e:
        policies(text)
    assert any(said in problem for problem in e.value.problems), e.value.problems
