"""Conditions are checked as they are read: names, types, what is written in them; and what they hold of."""

import pytest

from support.tools.every import every
from vecgate.policy.language.whens import DEAR, LONGEST, NAMES, Untold, When, parse_when

KNOWN = {
    "principal.user": "svc-bot",
    "principal.groups": ["support", "night"],
    "principal.issuer": "https://login",
    "principal.claims": {
        "team": "red", "level": 3, "admin": True, "realm_access": {"roles": ["reader"]}, "https://x/y": ["a"], "none": None,
    },
    "operation.kind": "search",
    "operation.group": "read",
    "operation.limit": 10,
    "operation.vectors": False,
    "upstream": "tickets-db",
    "tenant": "t1",
    "database": "d1",
    "collections": ["tickets-eu", "tickets-us"],
    "fields": ["team", "person.email"],
    "source.address": "10.1.2.3",
    "impact.records": 12,
}  # fmt: skip


@every(
    ("text", "holds"),
    [
        ("principal.user == 'svc-bot'", True),
        ("glob(principal.user, 'svc-*')", True),
        ("glob(principal.user, 'SVC-*')", False),
        ("'night' in principal.groups && !('day' in principal.groups)", True),
        ("principal.claims.team == 'red'", True),
        ("'reader' in principal.claims.realm_access.roles", True),
        ("principal.claims['https://x/y'].exists(one, one == 'a')", True),
        ("principal.claims.level >= 3", True),
        ("principal.claims.admin == true", True),
        ("principal.claims.none == null", True),
        ("has(principal.claims.nobody) && principal.claims.nobody == 1", False),
        ("principal.claims.nobody == 1 || principal.user == 'svc-bot'", True),  # what is true anyway is true
        ("collections.all(one, one.startsWith('tickets-'))", True),
        ("collections.exists(one, glob(one, '*-us'))", True),
        ("fields.exists(one, one.contains('email'))", True),
        ("in_network(source.address, '10.0.0.0/8')", True),
        ("in_network(source.address, '192.168.0.0/16') || in_network(source.address, '::1')", False),
        ("impact.records > 10 && operation.limit <= 10", True),
        ("principal.user.matches('^svc-[a-z]+$')", True),
        ("operation.group == 'read' ? upstream == 'tickets-db' : false", True),
        ("size(collections) == 2 && tenant + database == 't1d1'", True),
        ("in_network(source.address, '0.0.0.0/0') && tenant != '1/0'", True),
        ("operation.kind in ['search', 'count'] && glob(operation.kind, 's*')", True),
        ("operation.kind.startsWith('sea') || operation.kind == 'delete_ids'", True),
    ],
)
def test_a_condition_holds_or_not_of_what_is_known(text, holds):
    assert parse_when(text).holds(KNOWN) is holds


@pytest.mark.parametrize(
    "text",
    [
        "principal.claims.nobody == 1",
        "principal.claims.team.inner == 1",
        "principal.claims.team > 3",
        "principal.claims['realm_access'].roles[7] == 'x'",
        "1 / (impact.records - 12) == 1",
        "time > timestamp('2026-01-01T00:00:00Z')",  # not known here
        "time.getHours(principal.claims.team) == 1",
        "time.getHours() < 24 && time.getDayOfMonth() == 0 && time.getMonth() != 11",
        "principal.user.matches(principal.claims.team + '(')",
        "in_network(upstream, '10.0.0.0/8')",
    ],
)
def test_what_cannot_be_told_is_said_and_never_taken_for_a_yes_or_a_no(text):
    with pytest.raises(Untold):
        parse_when(text).holds(KNOWN)


@every(
    ("text", "said"),
    [
        (
            "principal.usr == 'a'",
            "line 1, column 10: undeclared reference to 'principal.usr'; known are principal.user",
        ),
        ("\n  principal.user == 1", "line 2, column 18: found no matching overload for '_==_'"),
        ("principal.user == 'a' &&", "line 1, column 25: Syntax error"),
        ("a &&& b", "line 1, column 5: Syntax error"),
        ("open('/etc/passwd')", "line 1, column 5: undeclared reference to 'open'"),
        ("__import__('os').system('x') == 0", "undeclared reference to '__import__'"),
        ("principal.__class__ == ''", "undeclared reference to 'principal.__class__'"),
        ("principal.user", "it comes to STRING, not to true or false"),
        ("principal.claims.admin", "it comes to DYN, not to true or false"),
        ("in_network(source.address, '10.0.0.1/8')", "line 1, column 27: 10.0.0.1/8 has host bits set"),
        ("in_network(source.address, 'home')", "does not appear to be an IPv4 or IPv6 network"),
        ("in_network(source.address, principal.user)", "it takes a text in quotes as it stands"),
        ("glob(principal.user, 'svc-[ab]')", "is no pattern"),
        ("glob(principal.user, principal.claims.team)", "it takes a text in quotes as it stands"),
        ("principal.user.matches('(')", "is no regular expression of RE2"),
        ("time.getHours('Vienna') == 1", "is no time zone"),
        ("time > timestamp('2026-01-01')", "is no moment"),
        # of no call could it be told
        ("time > timestamp('2026-13-01T00:00:00Z')", "timestamp('2026-13-01T00:00:00Z') comes to nothing for any call"),
        ("time - time < duration('1 day')", "duration('1 day') comes to nothing for any call"),
        ("principal.user == 'a' && int('x') > 1", "int('x') comes to nothing for any call: cannot convert"),
        ("1 / 0 == 1", "line 1, column 3: nothing can be divided by zero"),
        ("upstream == '1/0' &&\n operation.limit % 0 == 1", "line 2, column 18: nothing can be divided by zero"),
        ("['a'][3] == 'a'", "it comes to nothing for any call: Index error"),
        ("in_network('10.0.0', '10.0.0.0/8')", "'10.0.0' does not appear to be an IPv4 or IPv6 address"),
        ("matches(principal.user, '(')", "is no regular expression of RE2"),
        ("time.getMonth() == 12", "line 1, column 5: 'getMonth' is a number from 0 to 11; January is 0"),
        ("time.getDayOfMonth('Europe/Vienna') == 31", "'getDayOfMonth' is a number from 0 to 30"),
        ("time.getDayOfWeek('UTC') in [6, 7]", "'getDayOfWeek' is a number from 0 to 6; Sunday is 0"),
        ("time.getMinutes() >= 61", "'getMinutes' is a number from 0 to 59"),
        (
            "operation.kind in ['search', 'serch']",
            "line 1, column 30: unknown kind of operation 'serch'. Known: those that stand",
        ),
        ("'reads' != operation.group", "unknown group of operation 'reads'. Known: read, write"),
        (
            "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, "
            "[1,2,3,4,5,6,7,8,9].all(d, [1,2,3,4,5,6,7,8,9].all(e, a + b + c + d + e > 0)))))",
            "it comes to nothing for any call: Iteration budget",
        ),
        ("", "is an expression of CEL"),
        (" ", "is an expression of CEL"),
        (True, "is an expression of CEL"),
        ("true || " * 200 + "true", f"up to {LONGEST} characters"),
    ],
)
def test_a_mistake_is_told_as_it_is_read_with_line_and_column(text, said):
    with pytest.raises(ValueError, match="'when'") as e:
        parse_when(text)
    assert said in str(e.value)


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("principal.user == 'fields'", set()),
        ("size(fields) == 0", {"fields"}),
        ("impact.records < 5 || fields.exists(f, f == 'a')", {*DEAR}),
        ("principal.groups.exists(fields, fields == 'a')", set()),
    ],
)
def test_it_is_known_what_it_asks_about_that_is_dear_to_find_out(text, needs):
    assert parse_when(text).needs == needs


def test_every_name_can_be_asked_about():
    for name, kind in NAMES.items():
        assert isinstance(parse_when(f"dyn({name}) == dyn({name})"), When), (name, kind)


def test_the_same_words_are_the_same_condition():
    assert parse_when("upstream == 'a'") == parse_when("upstream == 'a'") != parse_when("upstream == 'b'")
