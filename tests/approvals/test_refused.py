"""Why the board did not do it, in the words that people are told."""

from dataclasses import replace

import pytest

from support.fakes.approvals import HELD
from vecgate.approvals.refused import BoardRefused
from vecgate.approvals.standing import Standing

FOUND = Standing(id="x1", held=HELD, state="denied", created_at=1, expires_at=2, read_at=1, ended_by="bob", reason="no")


@pytest.mark.parametrize(
    ("why", "using", "code"),
    [
        ("requester", False, "requests.not_yours"),
        ("binding", True, "wire.refused"),
        ("denied", True, "hold.denied"),
        ("expired", True, "hold.expired"),
        ("denied", False, "requests.settled"),
        ("used", True, "requests.settled"),
        ("twice", False, "requests.settled"),
        ("self", False, "requests.not_approver"),
        ("unsigned", False, "requests.unsigned"),
        ("reason", False, "requests.needs_reason"),
        ("later", False, "requests.not_now"),
    ],
)
def test_each_reason_has_its_refusal_which_names_the_request(why: str, using: bool, code: str) -> None:
    refusal = BoardRefused(why, FOUND, using=using).refusal
    assert (refusal.code, refusal.request_id or "x1") == (code, "x1")


def test_who_did_not_ask_is_told_so_whatever_they_wanted_to_do() -> None:
    """The board says the same of a withdrawal and of a reason."""
    assert "can withdraw or explain request x1" in BoardRefused("requester", FOUND).refusal.what


def test_of_what_is_not_there_nothing_is_told() -> None:
    assert BoardRefused("none", None).refusal.code == "requests.unknown"
    assert BoardRefused("many", replace(FOUND), most=7).refusal.code == "limit.holds"
