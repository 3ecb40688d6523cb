"""Words of rules that do nothing are told, each with its rule; those that do something are not."""

import pytest

from vecgate.policy.load import from_texts
from vecgate.policy.review.advice import Surroundings, advice

HEAD = "version: 1\nmask_profiles: {m: {default: replace}}\nrules:\n"


def rule(name: str = "r", who: str = "{groups: [g]}", where: str = "{collections: [t]}", ops: str = "[search]", more: str = "", effect: str = "allow", mask: str = "mask: m") -> str:  # fmt: skip
    words = ", ".join(filter(None, (mask, more)))
    return f"  - {{name: {name}, who: {who}, where: {where}, operations: {ops}, effect: {effect}, {words}}}\n"


def told(*rules: str, head: str = HEAD, **around: object) -> str:
    found = advice(from_texts({"p.yaml": head + "".join(rules)}), Surroundings(starts=False, **around))  # type: ignore[arg-type]
    return "\n".join(found)


NEVER, ALWAYS = "true of none of its operations and databases", "'when' is always true"


@pytest.mark.parametrize(
    ("when", "where", "said"),
    [
        ("false", "anywhere", NEVER),
        ("true", "anywhere", ALWAYS),
        ("operation.kind == 'count'", "anywhere", NEVER),  # the rule is about searches
        ("operation.group == 'write' && principal.user == 'ann'", "anywhere", NEVER),
        ("operation.kind in ['search', 'count']", "anywhere", ALWAYS),
        ("upstream == 'other'", "{upstreams: [db]}", NEVER),
        ("upstream == 'other'", '{upstreams: ["d*"]}', NEVER),
        ("upstream == 'db'", "{upstreams: [db]}", ALWAYS),
        ("upstream == 'db' || upstream == 'two'", "anywhere", ALWAYS),
        ("upstream == 'db'", "anywhere", ""),
        ("principal.user == 'ann'", "anywhere", ""),
        ("operation.limit < 10", "anywhere", ""),
        ("operation.kind == 'search' && source.address != ''", "anywhere", ""),
    ],
)
def test_a_condition_that_comes_to_the_same_whoever_calls(when: str, where: str, said: str) -> None:
    found = told(rule(where=where, more=f'when: "{when}"'), upstreams=("db", "two"))
    assert said in found if said else "'when'" not in found


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("'tickets*' in collections", "its 'when' compares exactly with 'tickets*'; glob(..., 'tickets*') tells"),
        ("principal.user == 'svc-*'", "compares exactly with 'svc-*'"),
        ("principal.claims.team in ['red', 'blu?']", "compares exactly with 'blu?'"),
        ("source.address == '10.0.0.0/8'", "in_network(source.address, '10.0.0.0/8') tells what is in it"),
        ("glob(principal.user, 'svc-*') && principal.claims.url == 'a/b'", ""),
        ("collections.exists(c, glob(c, 'tickets*')) && source.address == '10.0.0.1'", ""),
        ("principal.user.matches('a*') && principal.claims['a*'] == 'b'", ""),
    ],
)
def test_patterns_and_networks_that_are_compared_as_they_stand(when: str, said: str) -> None:
    found = told(rule(more=f'when: "{when}"'))
    assert said in found if said else "compares" not in found


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("true", "the 'when' of its automatic answer 'a' is always true"),
        ("false", "the 'when' of its automatic answer 'a' is true of none"),
        ("impact.records > 50", "no request that it is about can meet the 'when' of its automatic answer 'a'"),
        ("tenant == 'a' && tenant == 'b'", "no request that it is about can meet"),
        ("tenant == 'a*'", "the 'when' of its automatic answer 'a' compares exactly with 'a*'"),
        ("impact.records > 49", ""),
    ],
)
def test_conditions_of_automatic_answers_are_looked_at_as_well(when: str, said: str) -> None:
    approvers = f'approvers: {{groups: [lead], automatic: [{{name: a, answer: deny, when: "{when}"}}]}}'
    found = told(rule(effect="request", more=f"grant: {{longest: 1h, records: 50}}, {approvers}"))
    assert said in found if said else "'when'" not in found


@pytest.mark.parametrize(
    ("excepted", "said"),
    [
        ("{operations: [search]}", "takes every call"),
        ("{operations: [read]}", "takes every call"),
        ('{where: {collections: ["*"]}}', "takes every call"),
        ("{where: {collections: [t]}}", "takes every call"),
        ("{operations: [upsert]}", "about operations that it is not about"),
        ("{where: {collections: [other]}}", "about collections that it is not about: other"),
        ("{where: {collections: [t]}, who: {users: [ann]}}", ""),
        ("{where: {collections: [t], upstreams: [db]}}", ""),
        ('{where: {collections: ["t?"]}}', "about collections that it is not about: t?"),
    ],
)
def test_an_exception_that_takes_all_or_nothing(excepted: str, said: str) -> None:
    found = told(rule(more=f"except: [{excepted}]"))
    assert said in found if said else "exception" not in found


@pytest.mark.parametrize(
    ("ops", "more", "word"),
    [
        ("[upsert]", "limits: {max_results: 5}", "limits.max_results"),
        ("[search]", "limits: {max_records: 5}", "limits.max_records"),
        ("[count]", "limits: {depth: 5}", "limits.depth"),
        ("[search]", "stamp: true", "stamp"),
        ("[search]", "inputs: {payload: mask, profile: m}", "inputs.payload"),
        ("[upsert]", "scores: drop", "scores"),
        ("[upsert]", "canaries: {ids: [a]}", "canaries"),
        ("[collection_read]", "vectors: true", "vectors"),
        ("[search, upsert]", "limits: {max_results: 5, max_records: 5}, stamp: true", ""),
        ("[read]", "limits: {depth: 5}, scores: drop, canaries: {ids: [a]}, vectors: true", ""),
    ],
)
def test_a_limit_of_another_kind(ops: str, more: str, word: str) -> None:
    found = told(rule(ops=ops, more=more))
    assert f"'{word}' does nothing here" in found if word else "does nothing" not in found


@pytest.mark.parametrize(
    ("ops", "where", "said"),
    [
        ("[search, search]", "{collections: [t]}", "'search' stands among its operations"),
        ("[read, search]", "{collections: [t]}", "'search' stands among its operations"),
        ("[search, read]", "{collections: [t]}", "'search' stands among its operations"),
        ("[search]", '{collections: ["t*", tickets]}', "'tickets' stands among its collections"),
        ("[search]", '{collections: ["*", t]}', "'t' stands among its collections"),
        ("[search]", "{collections: [t, t]}", "'t' stands among its collections"),
        ("[search]", '{tenants: ["{claims.tenant}", "*"]}', "'{claims.tenant}' stands among its tenants"),
        ("[search]", '{upstreams: ["db*", db-1], databases: [a]}', "'db-1' stands among its upstreams"),
        ("[search]", '{tenants: ["{claims.tenant}", "t-*"]}', ""),
        ("[search, count]", '{collections: ["t*", u]}', ""),
    ],
)
def test_what_stands_twice(ops: str, where: str, said: str) -> None:
    found = told(rule(ops=ops, where=where))
    assert said in found if said else "stands among" not in found


@pytest.mark.parametrize(
    ("who", "where", "said"),
    [
        ("{groups: [g]}", '{collections: ["tickets,orders"]}', "'tickets,orders' is one name, with ','"),
        ("{groups: [g]}", '{tenants: ["a;b"]}', "'a;b' is one name, with ';'"),
        ("{groups: [g]}", '{collections: ["tickets%"]}', "'tickets%' is a name with '%'"),
        ('{groups: ["team-[ab]"]}', "anywhere", "'team-[ab]' is compared exactly, with its brackets"),
        ('{groups: ["[EXT] Team"]}', '{collections: ["t.-_*"]}', ""),
    ],
)
def test_names_that_look_like_several(who: str, where: str, said: str) -> None:
    found = told(rule(who=who, where=where))
    assert said in found if said else "name" not in found


def test_asked_above_a_number_nobody_can_tell() -> None:
    asks = "approvers: {groups: [o], above: 5}"
    assert "'approvers.above' does nothing here" in told(rule(ops="[read]", effect="hold", more=asks))
    assert "'approvers.above'" not in told(rule(ops="[delete]", effect="hold", more=asks))


def test_patterns_of_sets_may_meet() -> None:
    head = HEAD.replace("rules:", 'collections: {a: {patterns: ["t*"]}, b: {patterns: [tickets]}}\nrules:')
    assert "stands among" not in told(rule(where="{sets: [a, b]}"), head=head)


ASKS = "approvers: {groups: [o]}, grant: {longest: 2h}"


@pytest.mark.parametrize(
    ("allowed", "is_moot"),
    [
        (rule("a"), True),
        (rule("a", who="anyone", ops="[read]"), True),
        (rule("a", where="{collections: [u]}"), False),
        (rule("a", ops="[count]"), False),
        (rule("a", mask="mask: unsafe-nothing"), False),
    ],
)
def test_what_is_asked_for_and_allowed_anyway(allowed: str, is_moot: bool) -> None:
    found = told(allowed, rule("q", effect="request", more=ASKS))
    assert ("rule 'q': what may be asked for by it is allowed anyway, by 'a' (p.yaml:4)" in found) is is_moot


@pytest.mark.parametrize(
    ("ops", "more", "is_told"),
    [
        ("[delete_ids]", ASKS, True),
        ("[delete_ids, count]", ASKS, False),
        ("[delete_ids]", ASKS.replace("2h", "2h, covers_holds: true"), False),
    ],
)
def test_what_is_granted_and_held_all_the_same(ops: str, more: str, is_told: bool) -> None:
    held = rule("h", who="anyone", ops="[delete]", effect="hold", more="approvers: {groups: [o]}")
    found = told(held, rule("q", ops=ops, effect="request", more=more))
    assert ("rule 'q': each call under it is held by 'h'" in found) is is_told


@pytest.mark.parametrize(
    ("when", "ops", "said"),
    [
        ("operation.limit < 10", "[delete_ids]", "'operation.limit', which none of its operations (delete_ids) has"),
        ("!operation.vectors", "[delete, upsert]", "is never true"),
        ("operation.vectors || principal.user == 'ann'", "[collection_drop]", "is never true"),
        ("impact.records < 5", "[lock]", "is never known, and denies"),
        ("'t' in collections", "[health, auth_read]", "is always empty"),
        ("operation.limit < 10", "[delete_ids, search]", ""),
        ("operation.vectors", "[read]", ""),
        ("operation.limit < 10", "[unmask]", ""),
        ("impact.records < 5 && 't' in collections", "[delete]", ""),
    ],
)
def test_what_no_operation_of_a_rule_has_is_told(when: str, ops: str, said: str) -> None:
    found = told(rule(ops=ops, where="anywhere", more=f'when: "{when}"'))
    assert said in found if said else "of its operations" not in found


HOURS = 'hours: [{{days: [{}], from: "{}", to: "{}", zone: {}}}]'


@pytest.mark.parametrize(
    ("deny", "allow", "dead"),
    [
        (("mon-fri", "08:00", "20:00"), ("mon-fri", "09:00", "17:00"), True),
        (("mon-sun", "22:00", "06:00"), ("sat", "23:00", "05:00"), True),  # over midnight, into Sunday
        (("sat", "22:00", "06:00"), ("sun", "00:00", "06:00"), True),
        (("mon-fri", "08:00", "20:00"), ("mon-fri", "07:00", "17:00"), False),
        (("mon-fri", "08:00", "20:00"), ("mon-sat", "09:00", "17:00"), False),
        (("sat", "22:00", "06:00"), ("sat", "00:00", "06:00"), False),
        (
            ("mon-fri", "08:00", "20:00", "UTC"),
            ("mon-fri", "09:00", "17:00"),
            False,
        ),  # whose clocks differ by how much?
    ],
)
def test_what_is_allowed_within_wider_hours_of_a_deny_is_never_reached(
    deny: tuple[str, ...], allow: tuple[str, ...], dead: bool
) -> None:
    wide, narrow = (HOURS.format(*one, *["Europe/Vienna"][: 4 - len(one)]) for one in (deny, allow))
    found = told(rule("closed", more=wide, effect="deny", mask=""), rule("open", more=narrow))
    assert ("rule 'open' is never reached: 'closed'" in found) is dead
    assert "rule 'closed' is never" not in found


@pytest.mark.parametrize(
    ("deny", "allow", "dead"),
    [
        ("until: '2027-06-30 UTC'", "until: '2027-03-31 UTC'", True),
        ("from: '2027-01-01 UTC', until: '2027-06-30 UTC'", "from: '2027-02-01 UTC', until: '2027-03-31 UTC'", True),
        ("from: '2027-01-01 UTC'", "until: '2027-03-31 UTC'", False),
        ("until: '2027-03-31 UTC'", "until: '2027-06-30 UTC'", False),
        ("from: '2027-01-01 UTC', until: '2027-06-30 UTC'", "from: '2026-12-01 UTC', until: '2027-03-31 UTC'", False),
    ],
)
def test_what_is_allowed_within_a_longer_time_of_a_deny_is_never_reached(deny: str, allow: str, dead: bool) -> None:
    found = told(rule("closed", more=deny, effect="deny", mask=""), rule("open", more=allow))
    assert ("rule 'open' is never reached: 'closed'" in found) is dead
