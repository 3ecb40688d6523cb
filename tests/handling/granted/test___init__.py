"""What holds a call under a grant: it is cut when the grant ends, nobody passes whom nobody can tell about, and words."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import ALLOW, Calls, FakeGate, FakePart, exchange
from support.fakes.granting import grant
from support.fakes.granting import granted as granted_request
from vecgate.domain.operation import Operation
from vecgate.handling import granted
from vecgate.refusals.errors import CallRefused, Part, Unavailable
from vecgate.state.budgets import Used
from vecgate.state.register import Register

UNDER = replace(ALLOW, grant=grant())


class FakeLive(FakePart):
    """A view that is told what it sees."""

    def __init__(self) -> None:
        self.over, self.is_good, self.bell = False, True, asyncio.Event()

    def is_over(self, _grant: Any) -> bool:
        return self.over

    def request(self, _id: str) -> Any:
        return replace(granted_request(), how="revoked", ended_by="bob", why="enough")

    async def sure(self) -> None:
        if not self.is_good:
            raise Unavailable(Part.STATE, "nobody knows")

    async def until_over(self, _grant: Any) -> None:
        await self.bell.wait()


def gate(live: FakeLive, *used: Used) -> FakeGate:
    budgets = FakePart(meet=Calls(*used), take=Calls(*used))
    parts = FakePart(live=live, use_up=Calls(False), begun=Calls(None), register=Register())
    return FakeGate(access=parts, guards=FakePart(budgets=budgets))


async def test_a_call_without_a_grant_asks_nobody() -> None:
    plain = exchange(decision=ALLOW)
    assert await granted.over(gate(FakeLive()), plain) is None
    assert await granted.while_live(gate(FakeLive()), plain, asyncio.sleep(0, "done")) == "done"
    assert await granted.room(gate(FakeLive()), plain) is None
    assert (await granted.relied_on(gate(FakeLive()), ALLOW)) is ALLOW


async def test_a_call_is_cut_when_its_grant_ends() -> None:
    live, cut = FakeLive(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cut.set()

    doing = asyncio.ensure_future(granted.while_live(gate(live), exchange(decision=UNDER), work()))
    await asyncio.sleep(0)
    live.over = True
    live.bell.set()
    with pytest.raises(CallRefused) as caught:
        await doing
    assert caught.value.refusal.code == "access.ended"
    assert 'it was revoked by bob, who says: "enough"' in str(caught.value.refusal)
    assert cut.is_set()


async def test_a_call_that_ends_first_is_answered() -> None:
    assert await granted.while_live(gate(FakeLive()), exchange(decision=UNDER), asyncio.sleep(0, "done")) == "done"


async def test_where_nobody_can_tell_nothing_passes() -> None:
    live = FakeLive()
    live.is_good = False
    with pytest.raises(Unavailable):
        await granted.over(gate(live), exchange(decision=UNDER))
    with pytest.raises(Unavailable):
        await granted.relied_on(gate(live), UNDER)


async def test_a_grant_that_ended_before_its_first_use_begins_nothing() -> None:
    with pytest.raises(CallRefused) as caught:
        await granted.relied_on(gate(FakeLive()), UNDER)
    assert caught.value.refusal.code == "access.ended"


@pytest.mark.parametrize(("used", "over"), [(0, False), (99, False), (100, True), (101, True)])
async def test_what_is_used_up_is_not_asked_for(used: int, over: bool) -> None:
    found = await granted.room(gate(FakeLive(), Used(True, used, 1)), exchange(decision=UNDER))
    assert (found is not None) is over


async def test_more_than_is_left_is_not_given_and_the_last_of_it_is() -> None:
    last = exchange(decision=UNDER)
    await granted.count(gate(FakeLive(), Used(True, 100, 1)), last, ["a"])
    assert last.spent
    with pytest.raises(CallRefused, match="used up"):
        await granted.count(gate(FakeLive(), Used(False, 99, 1)), exchange(decision=UNDER), ["a", "b"])


@pytest.mark.parametrize(
    ("found", "over", "spent"), [((True, 1), False, False), ((True, 2), False, True), ((False, 2), True, False)]
)
async def test_opened_tokens_are_taken_off_a_grant(found: tuple[bool, int], over: bool, spent: bool) -> None:
    under = replace(ALLOW, grant=grant(terms=replace(grant().terms, opened=2)))
    opening = exchange(decision=under, operation=Operation("vecgate", "unmask", "unmask", 3, limit=1))
    refusal = await granted.opened(gate(FakeLive(), Used(*found, 1)), opening)
    assert (refusal is not None, opening.spent) == (over, spent)
    assert await granted.opened(gate(FakeLive()), exchange(decision=UNDER)) is None  # it names no such number


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"how": "revoked", "ended_by": "bob"}, "it was revoked by bob"),
        ({"how": "given_back"}, "you gave it back"),
        ({"how": "used_up"}, "the records or tokens it was for are used up"),
        ({"how": "expired"}, "its time is over"),
        ({"how": "expired", "ends": None}, "it was not used in time"),
    ],
)
def test_how_it_ended_is_told(how: dict[str, Any], said: str) -> None:
    assert granted.words(replace(granted_request(), **how)) == said
    assert granted.words(None) == "it is not there any more"


@pytest.mark.parametrize(
    ("glass", "command"),
    [("", "vecgate access again r1"), ("call", "vecgate access break-glass --upstream db --reason ...")],
)
async def test_what_has_ended_is_had_again_as_it_was_had(glass: str, command: str) -> None:
    """What nobody was asked for cannot be asked for."""
    with pytest.raises(CallRefused) as caught:
        await granted.relied_on(gate(FakeLive()), replace(ALLOW, grant=grant(glass=glass)))
    assert f"If you need it again: '{command}'" in str(caught.value.refusal)
