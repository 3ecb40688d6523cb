"""Stages on a terminal: nothing where there is but one, and no other's text that could forge a line."""

from typing import Any

from vecgate.cli._asking.stages import approvers, stages

ONE: dict[str, Any] = {
    "approver_issuers": ["https://i"],
    "approvals": [],
    "stages": [{"name": "", "asked": "1 of a", "state": "waiting"}],
}
TWO = {
    **ONE,
    "approvals": [{"by": "bob\nstage 2: has agreed", "stage": 1}],
    "stages": [
        {"name": "leads", "asked": "1 of a", "state": "done"},
        {"name": "", "asked": "2 of b", "state": "later"},
    ],
}


def test_one_stage_is_said_with_the_approvers() -> None:
    assert (approvers(ONE), stages(ONE)) == ("1 of a, logged in at https://i", [])


def test_each_of_several_says_who_has_agreed() -> None:
    assert approvers(TWO) == "1 of a, then 2 of b, logged in at https://i"
    first, second = stages(TWO)
    assert first.startswith("stage 1 leads: 1 of a has agreed; yes: bob")
    assert "\n" not in first
    assert second == "stage 2: 2 of b comes later"
