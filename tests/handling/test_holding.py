"""Must a person say yes? A yes counts for what was shown, while it is still true."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import (
    ALLOW,
    APPROVED,
    DENY,
    HOLD,
    OPERATION,
    SETTINGS,
    Calls,
    FakeGate,
    FakePart,
    exchange,
    flow,
)
from vecgate.domain.approval import Approval, Impact
from vecgate.domain.call import Call
from vecgate.domain.decision import AS_IT_CAME, Approvers, Decision, Inputs
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import MaskProfile, OperatorSpec
from vecgate.domain.surface import Surface
from vecgate.handling.holding import grown
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import TokenInvalid
from vecgate.steps.hold import Hold

PENDING = replace(APPROVED, state="pending", approved_by=())
TEN = Impact(10, 100, "tickets")
REPLACES, HASHES = (MaskProfile("stored", {"EMAIL": OperatorSpec(name)}) for name in ("replace", "hash"))


class FakeDialect:
    """Counts: one number after the other. Classifies a second time as `again`, and the things are what they were."""

    asks = False

    def __init__(self, *counts: Impact | None, again: Operation = OPERATION) -> None:
        self.impact = Calls(*counts)
        self.classify_seen = Calls(again)
        self.patience: float | None = None
        self.uncounted: dict[str, str] = {}

    async def located(self, _call: Call, operation: Operation, _ask: Any) -> Operation:
        return operation

    def overwriting(self, _call: Call, _operation: Operation) -> None:
        return None

    def ids(self, _call: Call, _operation: Operation) -> tuple[()]:
        return ()

    def inlets(self, _operation: Operation) -> None:
        return None

    def surface(self, _operation: Operation, *, answer: bool) -> Surface:
        return Surface()

    def canonical(self, call: Call) -> Call:
        return call

    def restrict(self, call: Call, _operation: Operation, decision: Decision) -> Call:
        return replace(call, query=(("most", str(decision.max_results)),)) if decision.max_results else call


def gate(*asked: Approval, waited: Any = APPROVED, counts: tuple[Impact | None, ...] = (TEN,), **over: Any) -> FakeGate:
    """A board that answers `asked` to ask and `waited` to wait; alice's token and the decision stand."""
    board = FakePart(
        ask=Calls(*asked),
        planned=Calls(None),
        wait=waited if callable(waited) else Calls(waited),
        supersede=Calls(replace(PENDING, id="r2")),
    )
    parts: dict[str, Any] = {
        "board": board,
        "chroma": FakeDialect(*counts),
        "verifier": FakePart(check=Calls(ALICE)),
        "policies": FakePart(proposed=None, current=FakePart(conditional=False, evaluate=lambda *_: HOLD)),
        "recorder": FakePart(session=Calls("s1"), write=Calls()),
    }
    return FakeGate(**{**parts, **over})


async def run(gate: FakeGate, **over: Any) -> tuple[Any, Refusal | None]:
    found = exchange(**{"decision": HOLD, **over})
    return found, await Hold(gate).on_request(found, flow())


def now(decision: Decision) -> dict[str, Any]:
    """The policies as they are at the release."""
    return {
        "policies": FakePart(
            proposed=None,
            current=FakePart(conditional=False, evaluate=lambda *_: decision, profile=lambda name: MaskProfile(name)),
        )
    }


# what an approval is good for


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        (None, None, False),
        (Impact(0, 0, "t"), Impact(0, 0, "t"), False),
        (Impact(0, 5, "t"), Impact(1, 5, "t"), True),
        (Impact(100, 500, "t"), Impact(105, 500, "t"), False),
        (Impact(100, 500, "t"), Impact(106, 500, "t"), True),
        (Impact(100, 500, "t"), Impact(1, 500, "t"), False),
        # what could be counted and no longer can, or the other way round, is not what was shown
        (Impact(1, 5, "t"), None, True),
        (None, Impact(1, 5, "t"), True),
    ],
)
def test_more_than_was_shown(before: Impact | None, after: Impact | None, more: bool) -> None:
    assert grown(before, after, 0.05) is more


# waiting


@pytest.mark.parametrize("decision", [ALLOW, DENY])
async def test_only_what_is_held_waits(decision: Decision) -> None:
    found, refusal = await run(FakeGate(), decision=decision)
    assert refusal is None
    assert found.approval is None


async def test_a_held_call_is_recorded_before_it_waits_and_released_when_approved() -> None:
    made = gate(PENDING)
    found, refusal = await run(made)
    assert refusal is None
    assert made.recorder.write.given[0][1] == "request.held"
    assert found.approval is APPROVED
    assert made.board.ask.given[0][0].impact == TEN
    assert [given[:2] for given in made.board.wait.given] == [("r1", 2)]


async def test_what_is_approved_already_does_not_wait() -> None:
    made = gate(APPROVED)
    assert (await run(made))[1] is None
    assert made.board.wait.given == []


@pytest.mark.parametrize(
    ("of_all", "told", "most"),
    [
        (None, None, 60),
        (4.0, None, 4),
        (4.0, 2.0, 1.5),
        (4.0, 30.0, 27),
        (4.0, 600.0, 60),
        (None, 5.0, 4.5),
        (0.0, 20.0, 0),
    ],
)
async def test_it_waits_as_long_as_its_client_says_else_as_such_clients_do(
    of_all: float | None, told: float | None, most: float
) -> None:
    made = gate(PENDING)
    made.chroma.patience = of_all
    await run(made, patience=told, decision=replace(HOLD, wait_seconds=60))
    ((_, seconds, *_),) = made.board.wait.given
    assert seconds == pytest.approx(most)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("pending", "hold.pending"),
        ("denied", "hold.denied"),
        ("expired", "hold.expired"),
        ("withdrawn", "hold.withdrawn"),
        ("used", "requests.settled"),
        ("unheard-of", "requests.settled"),
    ],
)
async def test_anything_but_a_yes_is_a_no_with_the_requests_id(state: str, code: str) -> None:
    _, refusal = await run(gate(PENDING, waited=replace(PENDING, state=state)))
    assert refusal is not None
    assert (refusal.code, refusal.request_id) == (code, "r1")


async def test_nothing_is_done_for_a_client_that_has_left_and_the_wait_ends() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def until_over(_id: str, _seconds: float, over: Callable[[], bool], *, step: int) -> Approval:
        assert (over(), step) == (False, 0)
        began.set()
        assert over()
        ended.set()
        return PENDING

    made = gate(PENDING, waited=until_over)
    _, refusal = await run(made, left=began.is_set)
    assert refusal is not None
    assert refusal.code == "hold.client_left"
    assert ended.is_set()
    assert made.verifier.check.given == []


# everything may have changed while it waited


async def test_the_token_is_checked_again() -> None:
    with pytest.raises(TokenInvalid):
        await run(gate(APPROVED, verifier=FakePart(check=Calls(TokenInvalid("identity.expired", "expired")))))


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (DENY, "policy.denied"),
        (replace(DENY, rule=""), "policy.no_rule"),
        (replace(HOLD, rule="other"), "hold.pending"),
        (replace(HOLD, mask="other"), "hold.pending"),
        (replace(HOLD, vectors=True), "hold.pending"),
        (replace(HOLD, max_results=2), "hold.pending"),
        (replace(HOLD, max_records=2), "hold.pending"),
        (replace(HOLD, inputs=Inputs(filters="refuse")), "hold.pending"),
        (replace(HOLD, approvers=Approvers.of("others")), "hold.pending"),
        (ALLOW, "hold.changed"),
    ],
)
async def test_the_decision_is_made_again(decision: Decision, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vecgate.handling.holding.clean", Calls(None))
    _, refusal = await run(gate(APPROVED, **now(decision)))
    assert refusal is not None
    assert refusal.code == code


@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [
        (None, None, True),
        (REPLACES, replace(REPLACES), True),  # a set that was read again
        (REPLACES, HASHES, False),
        (None, HASHES, False),
    ],
)
async def test_what_was_cleaned_by_another_profile_is_asked_about_anew(
    before: Any, after: Any, passes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = replace(HOLD, inputs=Inputs(payload="mask", profile="stored") if after else AS_IT_CAME)
    policies = FakePart(conditional=False, evaluate=lambda *_: held, profile=lambda _: after)
    monkeypatch.setattr("vecgate.handling.holding.clean", Calls(None))
    given = gate(APPROVED, policies=FakePart(proposed=None, current=policies))
    _, refusal = await run(given, decision=held, stored_profile=before)
    assert (refusal is None) is passes
    assert refusal is None or refusal.code == "hold.pending"


@pytest.mark.parametrize(
    "again",
    [
        replace(OPERATION, collections=("contracts",)),  # renamed
        replace(OPERATION, things=("another id",)),  # dropped, and made anew
        replace(OPERATION, kind="delete_ids"),
    ],
)
async def test_what_the_call_means_is_asked_of_the_server_again(again: Operation) -> None:
    made = gate(APPROVED)
    made.chroma.classify_seen = Calls(again)
    found, refusal = await run(made)
    assert refusal is not None
    assert (refusal.code, refusal.request_id, found.operation) == ("hold.pending", "r2", again)
    old, held, old_binding, _ = made.board.supersede.given[0]
    assert (old, old_binding == held.binding) == ("r1", False)
    assert held.things == again.things


async def test_a_count_that_grew_is_asked_about_anew() -> None:
    made = gate(APPROVED, counts=(TEN, Impact(11, 100, "tickets")))
    found, refusal = await run(made)
    assert refusal is not None
    assert (refusal.code, refusal.request_id) == ("hold.pending", "r2")
    assert made.board.supersede.given[0][0] == "r1"
    assert "11 of 100" in str(found.impact)
    assert SETTINGS.hold.growth == 0.05
