"""What follows once access is over: who may review broken glass, what it comes to, and when it is too late."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from access.conftest import MakeAccess, make_access, valkey
from support.fakes.approvals import ALICE, BOB, CAROL, MALLORY, person, wide
from support.fakes.granting import ASKING, asked, granted
from vecgate.access import aftermath, request
from vecgate.access.aftermath import is_late, owes_review, review
from vecgate.access.due import Due
from vecgate.access.request import Request, as_of
from vecgate.consent.judge import Objection
from vecgate.domain.approval import Approvers
from vecgate.domain.principal import Principal

__all__ = ["make_access", "valkey"]

TWO = replace(ASKING, approvers=Approvers.of("data-owners", count=2))
#: Broken at 1000, over at 8200, to be reviewed until 8300.
END, UNTIL = 8200.0, 8300.0


def broken(now: float = 1000.0, **over: Any) -> Request:
    return request.granted(asked(now=now, glass="command", review_within=100.0, **over), now)


def refused(work: Callable[[], Any]) -> str:
    with pytest.raises(Objection) as caught:
        work()
    return caught.value.why


def test_nobody_agreed_and_it_is_granted() -> None:
    one = broken()
    assert (one.state, one.votes, one.begun, one.ends) == ("granted", (), 1000.0, END)
    grant = one.grant()
    assert grant is not None
    assert (grant.glass, grant.approved_by) == ("command", ())


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (ALICE, "self"),
        (person("other", "data-owners", user=wide("alice")), "self"),
        (replace(BOB, claims={"act": {"sub": "alice"}}), "self"),
        (MALLORY, "group"),
    ],
)
def test_somebody_else_reviews_it(who: Principal, why: str) -> None:
    assert refused(lambda: review(broken(), who, END, True, "fine")) == why
    assert not owes_review(as_of(broken(), END), who)
    assert owes_review(as_of(broken(), END), BOB)


def test_it_is_reviewed_once_it_is_over_with_a_reason_and_by_all_that_it_takes() -> None:
    assert refused(lambda: review(broken(), BOB, END - 1, True, "fine")) == "lasts"
    assert refused(lambda: review(granted(), BOB, 20_000.0, True, "fine")) == "whole"
    assert refused(lambda: review(broken(), BOB, END, True, "")) == "reason"
    done = review(broken(), BOB, END, True, "fine")
    assert (done.verdict, done.found, done.due) == ("justified", "fine", 0.0)
    assert refused(lambda: review(done, CAROL, END, False, "it was not")) == "reviewed"
    first = review(broken(asking=TWO), BOB, END, True, "fine")
    assert (first.verdict, owes_review(first, BOB), owes_review(first, CAROL)) == ("", False, True)
    assert refused(lambda: review(first, BOB, END, True, "fine")) == "twice"
    assert review(first, CAROL, END, True, "fine").verdict == "justified"
    assert review(first, CAROL, END, False, "no ticket").verdict == "unjustified"


def test_it_is_late_when_nobody_has_reviewed_it_and_can_still_be_reviewed() -> None:
    over = as_of(broken(), END)
    assert (over.review_until, over.due) == (UNTIL, UNTIL)
    assert not is_late(broken(), UNTIL)  # read before its end was
    assert [is_late(over, at) for at in (UNTIL - 1, UNTIL)] == [False, True]
    assert aftermath.late(over, UNTIL - 1) == over
    late = aftermath.late(over, UNTIL)
    assert (late.verdict, late.due, is_late(late, UNTIL)) == ("late", 0.0, False)
    assert review(late, BOB, UNTIL, True, "late, but fine").verdict == "justified"
    first = review(broken(asking=TWO), BOB, END, True, "fine")
    assert is_late(first, UNTIL)  # one of two is not all that it takes


def test_an_early_end_is_reviewed_earlier() -> None:
    ended = request.revoke(broken(), BOB, 2000.0, "enough")
    assert ended.review_until == 2100.0


async def test_one_worker_is_told_that_it_is_late_and_a_review_keeps_it_from_being(make_access: MakeAccess) -> None:
    parts, told = await make_access(), list[tuple[str, str]]()
    await parts.due.close()

    def made(id: str, now: float) -> Request:
        one = asked(id, now, glass="call", review_within=2.0)  # long enough for a review on a full machine
        return request.granted(replace(one, terms=replace(one.terms, seconds=0.2)), now)

    ids = [(await parts.ask(made)).request.id for _ in range(2)]
    assert {grant.glass for grant in parts.live.of(ALICE.key)} == {"call"}
    due = Due(parts.ledger)
    due.on_expired(_noting(told, "expired"))
    due.on_late(_noting(told, "late"))
    await _until(due, lambda: len(told) == 2)
    await parts.move(ids[0], lambda one, now: review(one, BOB, now, True, "fine"))
    await _until(due, lambda: len(told) == 3)
    await due.look()
    assert sorted(told) == sorted([("expired", ids[0]), ("expired", ids[1]), ("late", ids[1])])
    assert [(await parts.ledger.entry(id)).request.verdict for id in ids] == ["justified", "late"]


def _noting(told: list[tuple[str, str]], what: str) -> Any:
    async def tell(one: Request) -> None:
        told.append((what, one.id))

    return tell


async def _until(due: Due, is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        await due.look()
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came to this")
