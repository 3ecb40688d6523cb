"""Who can do this? Rules, effects and people, holds included."""

import pytest

from support.fakes.policy_words import asks, policies, rule
from vecgate.policy.asked.who import Around, people, who
from vecgate.policy.language.model import Who
from vecgate.policy.language.times import parse_moment
from vecgate.policy.load import from_texts

SET = policies(
    rule("work", who="{groups: [owners]}", where='{collections: ["*"]}', operations="read, delete"),
    rule("ask", "hold", who="{groups: [owners]}", where='{collections: ["*"]}', operations="delete_filter"),
    rule("hr", "deny", who="{except_groups: [hr]}", where='{collections: ["hr-*"]}', operations='"*"'),
    rule("north", who="{users: [nina]}", where="{upstreams: [north-db], tenants: [north]}", operations="delete"),
)


def listed(kind, *names, upstream="", **place):
    return [str(entry) for entry in who(SET, asks(kind, *names, **place), upstream)]


def test_holds_come_before_what_they_catch():
    assert listed("delete_filter", "tickets", upstream="south-db") == [
        "hold  groups owners, by 'ask' (p.yaml:4); in collections any in *; once 1 of leads agree; shown with 'unsafe-nothing'",
        "allow groups owners, by 'work' (p.yaml:3); in collections all in *; shown with 'unsafe-nothing'; but 'ask' decides",
    ]


def test_a_deny_that_may_hit_them_is_named():
    assert listed("delete_ids", "hr-pay", upstream="south-db") == [
        "deny  all but groups hr, by 'hr' (p.yaml:5); in collections any in hr-*",
        "allow groups owners, by 'work' (p.yaml:3); in collections all in *; shown with 'unsafe-nothing'; unless 'hr' decides",
    ]


def test_what_is_not_said_of_the_place_may_be_any():
    assert any(line.startswith("allow users nina") for line in listed("delete_ids", "tickets"))
    assert not any("nina" in line for line in listed("delete_ids", "tickets", upstream="south-db"))
    assert not any("nina" in line for line in listed("delete_ids", "tickets", tenant="south"))


def test_a_rule_about_a_part_of_the_place_outranks_nobody_in_the_rest():
    lines = listed("delete_ids")
    assert "but" not in next(line for line in lines if "'work'" in line)


def test_an_unknown_kind_is_nobody_s():
    assert listed("teleport", "tickets") == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("anyone", "anyone"),
        (Who(groups=("a", "b")), "groups a, b"),
        (Who(agents=("helper", "*")), "agents helper, *"),
        (Who(users=("u",), claims={"amr": ("mfa",)}), "users u with claim amr mfa"),
    ],
)
def test_people_are_told_in_plain_words(said, told):
    assert people(said) == told


TIMED = from_texts(
    {
        "p.yaml": """version: 1
mask_profiles:
  careful: {default: replace}
  open: {default: replace}
deputies:
  - {for: bob, by: dana, from: 2026-11-21 UTC, until: 2026-12-05 UTC, groups: [owners]}
  - {for: bob, by: dora, from: 2026-01-01 UTC, until: 2026-01-05 UTC, groups: [owners]}
  - {for: otto, by: dana, from: 2026-11-21 UTC, until: 2026-12-05 UTC}
rules:
  - {name: shut, who: anyone, where: anywhere, operations: [search], effect: deny, until: 2026-11-01 UTC}
  - name: office
    who: {groups: [support]}
    where: anywhere
    operations: [search]
    effect: allow
    mask: careful
    hours: [{days: mon-fri, from: "09:00", to: "17:00", zone: Europe/Berlin}]
  - {name: gone, who: anyone, where: anywhere, operations: [count], effect: allow, mask: careful, until: 2026-11-01 UTC}
  - name: ask
    who: {groups: [support]}
    where: anywhere
    operations: [delete_ids]
    effect: hold
    mask: careful
    approvers: {stages: [{users: [bob]}, {groups: [owners]}]}
  - name: granted
    who: {groups: [support]}
    where: anywhere
    operations: [aggregate]
    effect: request
    mask: careful
    approvers: {groups: [owners]}
    grant: {longest: 2h, masks: [open]}
  - {name: scans, who: anyone, where: anywhere, operations: [scan], effect: deny}
"""
    }
)
SUNDAY, MONDAY = (parse_moment(f"2026-11-{day} 12:00 UTC", end=False) for day in (29, 30))


def timed(kind, at=MONDAY, observed=""):
    return [*who(TIMED, asks(kind, "tickets"), "db", Around.of(TIMED, at, observed))]


@pytest.mark.parametrize(("at", "said"), [(SUNDAY, "not now"), (MONDAY, "now")])
def test_a_line_tells_when_it_counts_and_whether_that_is_now(at, said):
    line = next(str(one) for one in timed("search", at) if "'office'" in str(one))
    assert f"only mon,tue,wed,thu,fri 09:00-17:00 Europe/Berlin ({said}); shown with 'careful'" in line
    assert "shut" not in line  # a rule that is over decides nothing
    before = [str(one) for one in who(TIMED, asks("search", "tickets"), "db", Around.of(TIMED, 1.0))]
    assert "unless 'shut' decides" in before[1]


def test_what_is_over_lets_nobody_any_more():
    (gone,) = timed("count")
    assert ("(over)" in str(gone), gone.lets) == (True, False)
    assert next(iter(who(TIMED, asks("count", "tickets"), "db", Around.of(TIMED, 1.0)))).lets
    (office,) = (one for one in timed("search", SUNDAY) if "office" in str(one))
    assert office.lets  # on Monday


def test_a_hold_tells_who_stands_in_for_whom():
    (line,) = map(str, timed("delete_ids"))
    told = "dana as a deputy of bob (user bob, owners) from 2026-11-21 00:00:00Z until 2026-12-06 00:00:00Z"
    assert told in line
    assert ("dora" in line, "otto" in line) == (False, False)


def test_several_masks_are_told():
    (line,) = map(str, timed("aggregate"))
    assert "shown with 'careful' or 'open', as was asked for" in line


def test_a_no_that_is_only_observed_is_told_so():
    (hold,) = timed("delete_ids", observed="mode: observe")
    assert "only observed: that is noted, and passes (mode: observe)" in str(hold)
    shut = next(iter(who(TIMED, asks("search", "tickets"), "db", Around.of(TIMED, 1.0, "mode: observe"))))
    assert ("only observed" in str(shut), shut.lets) == (True, True)
    (scans,) = timed("scan", observed="mode: observe")
    assert ("only observed" in str(scans), scans.lets) == (False, False)  # raw ways out are never lenient
