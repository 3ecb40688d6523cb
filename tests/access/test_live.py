"""Each worker's view: a yes and an end are on all of them at once, and one that hears nothing trusts nothing."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from access.conftest import MakeAccess
from support.fakes.approvals import ALICE, BOB
from support.fakes.granting import ASKING, asked
from support.servers.valkey import Valkey
from support.tools.soon import soon
from vecgate.access import request
from vecgate.access.ledger import Entry, Living
from vecgate.access.live import GOOD_FOR, SKEW, Live
from vecgate.access.parts import AccessParts
from vecgate.access.proving import given
from vecgate.access.request import Request
from vecgate.consent.enrolled import Roots
from vecgate.consent.proof import Proof
from vecgate.refusals.errors import Unavailable
from vecgate.state import trust
from vecgate.state.register import Register


async def granted(parts: AccessParts, **over: Any) -> str:
    id = (await parts.ledger.ask(lambda id, now: asked(id, now, **over))).request.id
    await parts.move(id, lambda one, now: request.approve(one, BOB, now))
    return id


def revoke(one: Request, now: float) -> Request:
    return request.revoke(one, BOB, now, "enough")


async def test_an_empty_view_is_good_and_gives_nothing(make_access: MakeAccess) -> None:
    live = (await make_access()).live
    await soon(lambda: live.is_good)
    assert (live.of(ALICE.key), live.count, live.ended(ALICE.key)) == ((), 0, [])


async def test_a_view_that_was_never_read_is_not_good(make_access: MakeAccess) -> None:
    assert not Live((await make_access()).ledger).is_good


async def test_a_yes_and_an_end_reach_every_worker(make_access: MakeAccess) -> None:
    here, there = await make_access(), await make_access()
    await soon(lambda: here.live.is_good and there.live.is_good)
    id = await granted(here)
    await soon(lambda: bool(there.live.of(ALICE.key)))
    [grant] = there.live.of(ALICE.key)
    assert (grant.id, grant.approved_by, grant.reason) == (id, ("bob",), "INC-7")
    waiting = asyncio.ensure_future(there.live.until_over(grant))
    told: list[str] = []

    async def hear(ended: Request) -> None:
        told.append(ended.login)

    there.live.on_end(hear)
    await here.move(id, revoke)
    assert here.live.is_over(grant)  # where it was done, at once
    await asyncio.wait_for(waiting, 5)
    assert there.live.is_over(grant)
    assert there.live.of(ALICE.key) == ()
    assert [one.how for one in there.live.ended(ALICE.key)] == ["revoked"]
    await soon(lambda: told == [ALICE.key])


async def test_a_worker_that_comes_later_knows_what_is_granted_and_what_has_ended(make_access: MakeAccess) -> None:
    here = await make_access()
    id, other = await granted(here), await granted(here)
    await here.move(other, revoke)
    late = await make_access()
    await soon(lambda: late.live.is_good)
    assert [one.id for one in late.live.of(ALICE.key)] == [id]
    assert [one.id for one in late.live.ended(ALICE.key)] == [other]


async def test_time_ends_it_on_each_worker_by_itself(make_access: MakeAccess) -> None:
    here = await make_access()
    short = replace(asked().terms, seconds=0.5)
    await granted(here, terms=short, asked=short)
    [grant] = here.live.of(ALICE.key)
    await asyncio.wait_for(here.live.until_over(grant), 5)
    assert here.live.of(ALICE.key) == ()
    assert here.live.is_over(grant)
    assert [one.how for one in here.live.ended(ALICE.key)] == ["expired"]


async def test_what_is_carried_on_is_not_over_for_calls_under_way(make_access: MakeAccess) -> None:
    here = await make_access()
    short = replace(asked().terms, seconds=0.5)
    id = await granted(here, terms=short, asked=short)
    [grant] = here.live.of(ALICE.key)
    more = await granted(here, extends=id, follows=grant.ends)
    assert [one.id for one in here.live.of(ALICE.key)] == [id, more]  # what ends first is used first
    await asyncio.sleep(0.8)
    assert [one.id for one in here.live.of(ALICE.key)] == [more]
    assert not here.live.is_over(grant)
    await here.move(more, revoke)
    assert here.live.is_over(grant)


async def test_the_first_use_begins_its_time_once(make_access: MakeAccess) -> None:
    here, there = await make_access(), await make_access()
    id = await granted(here, asking=replace(ASKING, starts="first_use"))
    await soon(lambda: bool(there.live.of(ALICE.key)))
    [grant] = there.live.of(ALICE.key)
    assert grant.ends is None
    begun = await asyncio.gather(here.begun(grant), there.begun(grant), here.begun(grant))
    assert len({one.ends for one in begun if one is not None}) == 1
    assert (await here.ledger.entry(id)).request.ends == begun[0].ends  # type: ignore[union-attr]
    await here.move(id, revoke)
    assert await there.begun(grant) is None


async def test_what_nobody_has_used_in_time_gives_nothing_on_any_worker(make_access: MakeAccess) -> None:
    here, there = await make_access(), await make_access()
    await granted(here, asking=replace(ASKING, starts="first_use", pending=1.0))
    await soon(lambda: bool(there.live.of(ALICE.key)))
    [grant] = there.live.of(ALICE.key)
    for live in (here.live, there.live):
        await soon(lambda live=live: live.of(ALICE.key) == ())  # type: ignore[misc]
        assert live.is_over(grant)
        await soon(lambda live=live: live.count == 0)  # type: ignore[misc]
        assert [(one.how, one.ends) for one in live.ended(ALICE.key)] == [("expired", None)]
    assert await there.begun(grant) is None


async def test_what_is_granted_while_all_is_read_anew_is_not_lost(
    make_access: MakeAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await make_access()
    await soon(lambda: here.live.is_good)
    read, told = here.ledger.living, list[str]()

    async def read_and_grant() -> Living:
        found = await read()
        await granted(here)
        return found

    async def hear(ended: Request) -> None:
        told.append(ended.id)

    here.live.on_end(hear)
    monkeypatch.setattr(here.ledger, "living", read_and_grant)
    await here.live._anew()
    assert len(here.live.of(ALICE.key)) == 1
    assert told == []


async def test_who_hears_nothing_trusts_nothing_and_comes_back(
    make_access: MakeAccess, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await make_access()
    await granted(here)
    await soon(lambda: here.live.is_good)
    [grant] = here.live.of(ALICE.key)
    valkey.pause()
    try:
        began = time.monotonic()
        await soon(lambda: not here.live.is_good)
        await asyncio.wait_for(here.live.until_over(grant), 5)  # whoever waits is woken, and asks
        assert time.monotonic() - began < 60
        monkeypatch.setattr(trust, "PATIENCE", 0.01)
        with pytest.raises(Unavailable, match="nobody knows what is granted"):
            await here.live.sure()
        monkeypatch.setattr(trust, "PATIENCE", 60)
        waiting = asyncio.ensure_future(here.live.sure())
        await asyncio.sleep(0)
    finally:
        valkey.resume()
    await waiting  # a call that came meanwhile goes on
    await soon(lambda: here.live.is_good)
    assert here.live.of(ALICE.key) == (grant,)
    assert GOOD_FOR < 1


OURS = Proof("require", Roots(()), key=b"k" * 32)


async def of_word(parts: AccessParts, seconds: float) -> None:
    """Access that the gateway has given its word for, by the state's clock."""
    terms = replace(asked().terms, seconds=seconds)
    id = (await parts.ledger.ask(lambda id, now: asked(id, now, terms=terms, asked=terms))).request.id
    await parts.move(id, lambda one, now: given(replace(request.approve(one, BOB, now), automatic="short"), OURS))


@pytest.mark.parametrize(("ahead", "lives"), [(0.0, True), (20.0, False)])
async def test_where_the_state_is_not_believed_our_own_clock_ends_it(
    make_access: MakeAccess, ahead: float, lives: bool
) -> None:
    """Whoever sets the state's clock back stretches nothing: here it is so many seconds behind ours."""
    parts = await make_access()
    await of_word(parts, 15.0)
    live = Live(parts.ledger, proof=OURS, wall=lambda: time.time() + ahead)
    live.open()
    await soon(lambda: live.is_good)
    believing = Live(parts.ledger, wall=lambda: time.time() + ahead)
    believing.open()
    await soon(lambda: believing.is_good)
    assert bool(live.of(ALICE.key)) is lives
    assert believing.of(ALICE.key)
    await live.close()
    await believing.close()


@pytest.mark.parametrize("ahead", [SKEW + 5, -SKEW - 5])
async def test_a_state_whose_clock_is_another_is_not_trusted(
    make_access: MakeAccess, ahead: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "PATIENCE", 1.0)
    parts = await make_access()
    live = Live(parts.ledger, proof=OURS, wall=lambda: time.time() + ahead)
    live.open()
    with pytest.raises(Unavailable):
        await live.sure()
    assert not live.is_good
    await live.close()


class _Slow:
    """A ledger that answers late, by a clock of its own."""

    def __init__(self, *news: tuple[str, dict[str, str]]) -> None:
        self.now, self._news, self.register = 0.0, news, Register()

    async def news(self, place: str, seconds: float) -> Sequence[tuple[str, dict[str, str]]]:
        self.now += 0.0 if self._news else seconds
        return self._news

    async def led(self) -> None:
        self.now += GOOD_FOR - 0.1

    async def entry(self, id: str) -> Entry:
        raise LookupError(id)


@pytest.mark.parametrize("news", [(), (("1-0", {"id": "x"}),)])
async def test_that_nothing_came_is_as_new_as_the_end_of_the_wait(news: Sequence[Any]) -> None:
    slow = _Slow(*news)
    live = Live(slow, lambda: slow.now)  # type: ignore[arg-type]
    await live._follow("0-0")
    assert live.is_good
    slow.now += 0.1
    assert not live.is_good
