"""Rules that no call can meet are told; and nothing is said of a rule that some call meets, or of which nobody knows."""

import pytest

from vecgate.policy.load import from_texts
from vecgate.policy.review.advice import Surroundings, advice
from vecgate.policy.review.contradictions import never

PLAIN = {"who": "anyone", "where": "anywhere", "operations": "[read]"}


def told(when: str = "", more: str = "", **words: str) -> list[str]:
    said = ", ".join(f"{name}: {value}" for name, value in (PLAIN | words).items())
    asks = f', when: "{when}"' if when else ""
    text = f"version: 1\nrules:\n  - {{name: r, {said}, effect: allow, mask: unsafe-nothing{asks}{more}}}\n"
    return [one for _, one in never(from_texts({"p.yaml": text}))]


NEVER: list[tuple[str, dict[str, str]]] = [
    ("principal.user == 'a' && principal.user == 'b'", {}),
    ("upstream == 'a' && upstream != 'a'", {}),
    ("principal.user in ['a', 'b'] && principal.user == 'c'", {}),
    ("'g' in principal.groups && !('g' in principal.groups)", {}),
    ("principal.claims.team == 'red' && principal.claims.team == 'blue'", {}),
    ("principal.claims.realm.role == 'x' && !(principal.claims.realm.role in ['x', 'y'])", {}),
    ("impact.records < 5 && impact.records > 10", {}),
    ("impact.records > 5 && impact.records < 6", {}),
    ("operation.limit < 0", {}),
    ("operation.kind == 'search' && operation.group == 'delete'", {}),
    ("operation.vectors && !operation.vectors", {}),
    ("in_network(source.address, '10.0.0.0/8') && in_network(source.address, '192.168.0.0/16')", {}),
    ("in_network(source.address, '10.1.0.0/16') && !in_network(source.address, '10.0.0.0/8')", {}),
    ("glob(principal.user, 'svc-*') && principal.user == 'ann'", {}),
    ("tenant == 'x' && (tenant == 'y' || tenant == 'z')", {}),
    ("glob(principal.user, 'a*') && glob(principal.user, 'b*')", {}),
    ("glob(principal.user, 'svc-*-eu') && !glob(principal.user, 'svc-*')", {}),
    ("glob(principal.user, 'a?') && glob(principal.user, '???')", {}),
    ("glob(tenant, 'a*') && glob(tenant, '*b') && !glob(tenant, 'a*b')  && tenant != 'ab'", {}),
    ("principal.user.startsWith('svc-') && principal.user.startsWith('ann')", {}),
    ("principal.user.startsWith('svc-') && glob(principal.user, 'job-*')", {}),
    ("principal.user.endsWith('x') && !principal.user.contains('x')", {}),
    ("time.getHours('UTC') == 3 && time.getHours('UTC') == 4", {}),
    ("time.getHours('Europe/Berlin') > 23", {}),
    ("time.getDayOfWeek('UTC') > 6", {}),
    ("time > timestamp('2026-12-02T00:00:00Z') && time < timestamp('2026-12-01T00:00:00Z')", {}),
    # what the rule says besides
    ("principal.user == 'bob'", {"who": "{users: [ann]}"}),
    ("!('a' in principal.groups)", {"who": "{groups: [a]}"}),
    ("principal.claims.team == 'red'", {"who": "{claims: {team: [blue]}}"}),
    ("operation.kind == 'delete_ids'", {}),
    ("upstream == 'north'", {"where": "{upstreams: [south]}"}),
]

SOMETIMES: list[tuple[str, dict[str, str]]] = [
    ("principal.user == 'a' || principal.user == 'b'", {}),
    ("principal.user != 'a' && principal.user != 'b'", {}),
    ("'a' in principal.groups && 'b' in principal.groups", {}),
    ("'a' in principal.groups && !('b' in principal.groups)", {"who": "{groups: [a, b]}"}),
    ("impact.records > 5 && impact.records < 7", {}),
    ("impact.records >= 0", {}),
    ("'reader' in principal.claims.roles && 'writer' in principal.claims.roles", {}),
    ("!has(principal.claims.team)", {}),
    ("has(principal.claims.team) && principal.claims.team == 'red'", {}),
    ("principal.claims.age > 17 && principal.claims.age < 19", {}),
    ("principal.claims.level == true", {}),
    ("in_network(source.address, '10.0.0.0/8') && !in_network(source.address, '10.1.0.0/16')", {}),
    ("in_network(source.address, '10.0.0.0/8') || in_network(source.address, '2001:db8::/32')", {}),
    ("glob(principal.user, 'svc-?x*')", {}),
    ("principal.user == upstream", {}),
    ("upstream == 'north'", {"where": "{upstreams: [n*]}"}),
    ("operation.kind == 'search'", {}),
    ("glob(principal.user, 'a*') && glob(principal.user, '*b')", {}),
    ("glob(principal.user, 'a*') && !glob(principal.user, 'a?')", {}),
    ("glob(principal.user, 'a*') && principal.user != 'a'", {}),
    ("glob(principal.user, 'a*') || glob(principal.user, 'b*')", {}),
    ("glob(tenant, 'a*') && glob(principal.user, 'b*')", {}),
    ("principal.user.startsWith('ab') && principal.user.endsWith('ba')", {}),
    ("principal.user.contains('b') && !principal.user.startsWith('b')", {}),
    ("time.getHours('Asia/Kathmandu') == 9 && time.getHours('UTC') == 3", {}),
    ("time.getDayOfWeek('UTC') == 0 && time.getHours('Europe/Vienna') > 21", {}),
    ("time > timestamp('2026-12-01T00:00:00Z') && time < timestamp('2026-12-02T00:00:00+01:00')", {}),
    ("time.getHours() < 5", {}),
    # of these nothing is known
    ("principal.user > 'a' && principal.user < 'b'", {}),
    ("principal.claims.team.startsWith('x') && tenant == 'y'", {}),
    ("principal.claims.team.startsWith('x')", {}),
    ("principal.claims.team > 'a' && principal.claims.team < 'b'", {}),
    ("principal.user.startsWith('*') && principal.user == 'x'", {}),
    ("principal.user.startsWith(upstream) && principal.user.endsWith('x')", {}),
    ("time.getMinutes('UTC') == 7", {}),
    ("time.getHours('UTC') == 3 && time < timestamp('2026-12-01T00:00:00Z')", {}),
    ("principal.user.matches('^a.*z$') && principal.user.startsWith('abc')", {}),
    ("size(fields) > 3 && fields.all(f, f == 'x')", {}),
    ("principal.claims.n + 1 == 3", {}),
]


@pytest.mark.parametrize(("when", "words"), NEVER)
def test_what_no_call_can_meet_is_told(when: str, words: dict[str, str]) -> None:
    assert told(when, **words) == ["rule 'r': no call that it is about can meet its 'when'"]


@pytest.mark.parametrize(("when", "words"), SOMETIMES)
def test_of_what_some_call_meets_nothing_is_said(when: str, words: dict[str, str]) -> None:
    assert told(when, **words) == []


MONDAY = ', hours: [{days: [mon], from: "09:00", to: "17:00", zone: Europe/Vienna}]'


@pytest.mark.parametrize(
    ("begins", "until", "never_comes"),
    [
        ("2026-12-05 Europe/Vienna", "2026-12-06 Europe/Vienna", True),  # a weekend
        ("2026-12-07 17:00 Europe/Vienna", "2026-12-08 Europe/Vienna", True),  # after work
        ("2026-12-07 16:59 Europe/Vienna", "2026-12-08 Europe/Vienna", False),
        ("2026-12-05 Europe/Vienna", "2026-12-07 Europe/Vienna", False),
        ("2026-12-05 Europe/Vienna", "2026-12-31 Europe/Vienna", False),
    ],
)
def test_hours_that_never_come_are_told(begins: str, until: str, never_comes: bool) -> None:
    found = told(more=f"{MONDAY}, from: {begins}, until: {until}")
    assert bool(found) is never_comes
    assert told(more=MONDAY) == []


def test_a_rule_is_told_of_once() -> None:
    text = "version: 1\nrules:\n  - {name: r, who: anyone, where: anywhere, operations: [read], effect: deny, when: \"operation.kind == 'upsert'\"}\n"
    found = [one for one in advice(from_texts({"p.yaml": text}), Surroundings()) if "'when'" in one]
    assert len(found) == 1
