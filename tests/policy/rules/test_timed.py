"""A decision stands until rules begin or end; whatever lies between is one decision."""

import random
from math import inf

import pytest

from vecgate.domain.decision import Effect
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.language.times import Hours
from vecgate.policy.load import from_texts
from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.timed import Stands, stands, turns

NOON = 1_798_632_000.0  # 2026-12-30 12:00 UTC, a Wednesday
ANN = Principal("https://login", "ann", "ann", frozenset({"staff"}), inf)
SEARCH = Operation("chroma", "search", "search", 1, collections=("t",))
RULE = "  - {{name: {0}, who: anyone, where: anywhere, operations: [search], effect: {1}, mask: {2}{3}}}\n"
MASKS = "version: 1\nmask_profiles: {m: {default: replace}}\nrules:\n"


def made(*rules: str) -> PolicySet:
    return from_texts({"p.yaml": MASKS + "".join(rules)})


def allow(name: str = "a", more: str = "", mask: str = "m") -> str:
    return RULE.format(name, "allow", mask, more and f", {more}")


def deny(more: str) -> str:
    return RULE.format("d", "deny", "m", f", {more}").replace(", mask: m", "")


def decided(policies: PolicySet, at: float = NOON) -> Stands | None:
    def decide(now: Circumstances):
        return policies.evaluate(ANN, SEARCH, "db", (), now)

    now = Circumstances(at)
    return stands(policies, decide, now, decide(now))


def test_without_times_nothing_ends_it() -> None:
    assert decided(made(allow())) is None
    policies = made(allow())
    assert (
        stands(
            policies, lambda now: policies.evaluate(ANN, SEARCH, "db"), UNKNOWN, policies.evaluate(ANN, SEARCH, "db")
        )
        is None
    )


@pytest.mark.parametrize(
    ("rules", "over"),
    [
        ([allow(more='until: "2026-12-30T13:00:00Z"')], 3600.0),
        ([allow(more='hours: [{from: "09:00", to: "12:30", zone: UTC}]')], 1800.0),
        ([allow(), deny('from: "2026-12-30T12:10:00Z"')], 600.0),  # a stronger one begins
        ([allow("a", 'until: "2026-12-30T13:00:00Z"'), allow("b", mask="unsafe-nothing")], 3600.0),  # another mask
        ([allow("a", 'until: "2026-12-30T13:00:00Z"'), allow("b")], 3600.0),  # it is another rule's then
        ([allow(), allow("b", 'until: "2026-12-30T13:00:00Z"')], None),  # one that does not decide
        (
            [allow(more='hours: [{from: "09:00", to: "13:00", zone: UTC}, {from: "13:00", to: "17:00", zone: UTC}]')],
            18000.0,
        ),
        ([allow(more='hours: [{from: "22:00", to: "12:01", zone: UTC}]')], 60.0),
        ([allow(more='hours: [{days: wed, from: "00:00", to: "24:00", zone: UTC}]')], 43200.0),
    ],
)
def test_it_stands_until_a_rule_begins_or_ends_and_not_a_moment_longer(rules: list[str], over: float | None) -> None:
    still = decided(made(*rules))
    assert still is not None
    for step in range(0, 86400, 60):
        at = NOON + step
        assert (still(at) > at) is (over is None or step < over), step


def test_a_no_is_not_watched() -> None:
    policies = made(deny('until: "2026-12-30T13:00:00Z"'))
    assert policies.evaluate(ANN, SEARCH, "db", (), Circumstances(NOON)).effect is Effect.DENY
    assert decided(policies) is None


def test_between_two_turns_hours_do_not_change_whatever_clocks_do() -> None:
    chance = random.Random(7)
    for _ in range(400):
        start, to = chance.sample(range(0, 1440, 5), 2)
        zone = chance.choice(["Europe/Vienna", "America/New_York", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe"])
        clock = [f"{one // 60:02}:{one % 60:02}" for one in (start, to)]
        hours = Hours.model_validate(
            {"from": clock[0], "to": clock[1], "zone": zone, "days": chance.choice(["mon-fri", "sat", "mon-sun"])}
        )
        at = NOON + chance.randrange(365 * 86400)
        until = hours.turns(at)
        assert at < until <= at + 86400
        assert {hours.hold(at + (until - at) * part) for part in (0, 0.3, 0.7, 0.999)} == {hours.hold(at)}


def test_all_rules_of_a_set_are_looked_at_once_for_all_calls() -> None:
    policies = made(allow(more='until: "2026-12-30T13:00:00Z"'), allow("b", 'until: "2026-12-30T14:00:00Z"'))
    assert [turns(policies, NOON + step) - NOON for step in (0, 3599, 3600, 7200)] == [3600, 3600, 7200, inf]
    assert turns(policies, NOON) - NOON == 3600  # a clock that was put back
