"""What a plan comes to: each of its calls as it would be held alone; one that would be refused is the refusal of all."""

from dataclasses import replace
from typing import Any

import pytest

from handling.test_holding import PENDING, TEN, gate
from support.fakes.gates import ALLOW, DENY, HOLD, Calls, FakePart, exchange
from vecgate.api.plans import Step
from vecgate.domain.approval import Approvers, Circle, Impact, Stage
from vecgate.domain.call import Call
from vecgate.domain.decision import Decision, Rate
from vecgate.domain.exchange import Raw
from vecgate.handling.planned import planned
from vecgate.refusals.errors import CallRefused

STEPS = (Step("POST", "/a", {"x": 1}), Step("DELETE", "/b", None))
FEW = Stage(Circle(("data-owners",)), up_to=15, escalate=Circle(("security",)))
ASKING = replace(HOLD, approvers=Approvers.of("data-owners", reasons=("asking",)))


def made(*decisions: Decision, counts: tuple[Impact | None, ...] = (TEN, TEN)) -> Any:
    """A gate that decides on one step after the other, and the raw requests that its dialect was given."""
    found, raw = gate(PENDING, counts=counts), list[Raw]()

    def read(one: Raw) -> Call:
        raw.append(one)
        return Call(one.method, one.target, body=one.body)

    current = FakePart(conditional=False, sets={}, deputies=(), evaluate=lambda *_: decisions[len(raw) - 1])
    found.policies = FakePart(proposed=None, current=current)
    found.chroma.read, found.chroma.snapshots, found.chroma.keeps_none = read, False, ""
    return found, raw


async def test_each_call_is_read_as_if_it_came_in_now_and_counted() -> None:
    found, raw = made(HOLD, HOLD)
    came = Raw("POST", "/.vecgate/v1/plans", (("content-type", "text/plain"), ("x-forwarded-for", "192.0.2.1")), b"{}")
    plan = await planned(found, exchange(raw=came), STEPS, "because")
    assert [(one.method, one.target, one.body) for one in raw] == [("POST", "/a", b'{"x":1}'), ("DELETE", "/b", b"")]
    assert raw[0].headers == (("x-forwarded-for", "192.0.2.1"), ("content-type", "application/json"))
    assert raw[1].headers == (("x-forwarded-for", "192.0.2.1"),)
    assert [(one.impact, one.nonce) for one in plan.steps] == [(TEN, ""), (TEN, "")]
    assert (plan.why, plan.nonce, plan.operation) == ("/masked", "", "plan")


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        ((ALLOW, HOLD), "plan.step: Step 1 of this plan would be refused: plan.not_held: "),
        ((HOLD, DENY), "plan.step: Step 2 of this plan would be refused: policy.denied: "),
        ((HOLD, replace(HOLD, snapshot_first=True)), "Step 2 of this plan would be refused: hold.no_snapshots: "),
        ((HOLD, ASKING), "Step 2 of this plan would be refused: hold.needs_reason: "),
        ((HOLD, replace(HOLD, approvers=Approvers.of("x", issuers=("https://x",)))), None),
        ((replace(HOLD, approvers=Approvers.of("x", issuers=("https://a",))),
          replace(HOLD, approvers=Approvers.of("x", issuers=("https://b",)))), "plan.apart: "),
    ],
)  # fmt: skip
async def test_what_would_be_refused_is_the_refusal_of_all(decisions: tuple[Decision, ...], said: str | None) -> None:
    found, _ = made(*decisions)
    if said is None:
        assert (await planned(found, exchange(), STEPS, "")).approvers.issuers == ("https://x",)
        return
    with pytest.raises(CallRefused) as e:
        await planned(found, exchange(), STEPS, "")
    assert said in str(e.value.refusal)
    assert str(e.value.refusal).count("Nothing was sent.") == 1


@pytest.mark.parametrize(
    ("counts", "asked"), [((5, 10), "data-owners"), ((10, 10), "security"), ((1, None), "security")]
)
async def test_who_is_asked_turns_on_what_all_of_it_touches(counts: tuple[int | None, ...], asked: str) -> None:
    few = replace(HOLD, approvers=Approvers((FEW,)))
    each = tuple(None if count is None else Impact(count, 100, "t") for count in counts)
    found, _ = made(few, few, counts=each)
    plan = await planned(found, exchange(), STEPS, "")
    assert plan.approvers.stages[0].circle.groups == (asked,)
    alone = plan.steps[0].approvers.stages[0].circle.groups
    assert alone == ("data-owners",)


async def test_where_yeses_are_signed_a_plan_has_one_nonce_for_its_first_step() -> None:
    found, _ = made(HOLD, HOLD)
    given: list[Any] = []
    found.board.proof = FakePart(signed="require")
    found.board.nonces = FakePart(new=lambda *words: given.append(words) or "n1")
    plan = await planned(found, exchange(), STEPS, "")
    assert plan.nonce == "n1"
    assert len(given) == 1


async def test_a_database_that_is_not_there_is_named_with_those_that_are() -> None:
    found, _ = made(HOLD)
    with pytest.raises(CallRefused, match="there is no such database; there are tickets-db"):
        await planned(found, exchange(), [replace(STEPS[0], upstream="other")], "")


async def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    found, _ = made(replace(HOLD, rate=Rate(1, 60.0)))
    found.rates = FakePart(take=Calls(12.0))
    with pytest.raises(CallRefused) as e:
        await planned(found, exchange(), STEPS[:1], "")
    assert (e.value.refusal.code, e.value.refusal.retry_after) == ("plan.step", 13)
