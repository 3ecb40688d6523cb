"""How a plan is written down, and how it is told."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB, held
from support.fakes.gates import FakePart, exchange
from vecgate.api.own import Asked, Parts
from vecgate.api.plans import Plans, Step
from vecgate.api.requests import document
from vecgate.approvals.board import Board
from vecgate.approvals.held import Held
from vecgate.approvals.plans import MOST, plan_of
from vecgate.approvals.standing import Standing
from vecgate.domain.approval import Impact
from vecgate.domain.exchange import Raw
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import CallRefused

CALL = {"method": "DELETE", "path": "/collections/a"}
STEPS = tuple(held(binding=digit * 64) for digit in "abc")
PLAN = plan_of(STEPS, STEPS[0].approvers, "", "v1")


def own(tree: Any, board: Any = None) -> Plans:
    parts = Parts(board, None, (), None, None, None, None, None)  # type: ignore[arg-type]
    raw = Raw("POST", "/.vecgate/v1/plans", (), dump(tree))
    return Plans(parts, Asked(ALICE, raw, FakePart()))  # type: ignore[arg-type]


def test_calls_are_read_in_their_order() -> None:
    made = own({"calls": [CALL, {**CALL, "body": {"a": 1}, "upstream": "other"}], "reason": " INC-7 "})
    assert made.steps == (Step("DELETE", "/collections/a", None), Step("DELETE", "/collections/a", {"a": 1}, "other"))
    assert made.reason == "INC-7"


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ([], "an object with calls, reason"),
        ({}, "1 to 20 calls"),
        ({"calls": []}, "1 to 20 calls"),
        ({"calls": [CALL] * (MOST + 1)}, "1 to 20 calls"),
        ({"calls": CALL}, "1 to 20 calls"),
        ({"calls": [7]}, "an object with method"),
        ({"calls": [{}]}, "'method' and 'path'"),
        ({"calls": [{**CALL, "method": None}]}, "'method' and 'path'"),
        ({"calls": [{**CALL, "headers": {}}]}, "an object with method"),
        ({"calls": [{**CALL, "path": "a"}]}, "begins with '/'"),
        ({"calls": [{**CALL, "path": "/ä"}]}, "percent-encoded"),
        ({"calls": [{**CALL, "upstream": 1}]}, "'upstream' is a name"),
        ({"calls": [CALL], "reason": "a\nb"}, "one line"),
        ({"calls": [CALL], "x": 1}, "an object with calls"),
        ({"calls": [{**CALL, "body": "x" * 65536}]}, "at most 65536 bytes"),
    ],
)
def test_what_is_no_plan_is_refused(tree: Any, said: str) -> None:
    with pytest.raises(CallRefused) as e:
        own(tree)
    assert said in str(e.value.refusal)


async def asked(board: Board, plan: Held) -> Any:
    made = own({"calls": [CALL]}, board)
    made.plan = plan
    return (await made.answer(exchange())).document


async def test_the_identical_plan_is_attached_to_unless_it_was_asked_about_less(board: Board) -> None:
    first = (await asked(board, PLAN))["id"]
    assert (await asked(board, PLAN))["id"] == first
    more = replace(PLAN, steps=(replace(STEPS[0], impact=Impact(413, 500, "tickets")), *STEPS[1:]))
    again = await asked(board, more)
    assert again["id"] != first
    assert again["steps"][0]["touched"] == 413
    assert (await board.show(first)).state == "withdrawn"


async def test_a_no_to_it_is_told(board: Board) -> None:
    await board.deny((await asked(board, PLAN))["id"], BOB, "not today")
    with pytest.raises(CallRefused, match=r"hold\.denied"):
        await asked(board, PLAN)


@pytest.mark.parametrize(
    ("state", "turn", "running", "stands"),
    [
        ("pending", 1, "", ["next", "later", "later"]),
        ("approved", 2, "", ["done", "next", "later"]),
        ("approved", 2, "x1", ["done", "running", "later"]),
        ("used", 3, "x1", ["done", "done", "done"]),
        ("spent", 2, "x1", ["done", "not known to be done", "not run"]),
        ("denied", 2, "", ["done", "not run", "not run"]),
        ("expired", 1, "", ["not run", "not run", "not run"]),
    ],
)
def test_each_step_tells_how_it_stands(state: str, turn: int, running: str, stands: list[str]) -> None:
    found = Standing("p1", PLAN, state, 1, 2, 1, turn=turn, running=running)
    told: Any = document(found, BOB)["steps"]
    assert [step["stands"] for step in told] == stands


def test_who_may_not_count_is_not_told_by_asking_for_a_plan() -> None:
    secret = tuple(replace(one, told=False, samples=("a",)) for one in STEPS)
    found = Standing("p1", plan_of(secret, PLAN.approvers, "", ""), "pending", 1, 2, 1)
    mine, theirs = str(document(found, ALICE)), str(document(found, BOB))
    assert ("412" in mine, "412" in theirs) == (False, True)
