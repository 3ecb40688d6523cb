"""Where requests are kept: who is faster counts, a yes is kept, and nobody has more open than one may."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from access.conftest import MakeAccess
from support.fakes.approvals import ALICE, BOB, CAROL, HELD
from support.fakes.granting import ASKING, asked
from vecgate.access import request
from vecgate.access.ledger import Ledger
from vecgate.access.request import Request
from vecgate.consent.judge import Objection
from vecgate.domain.approval import Approvers
from vecgate.domain.principal import Principal
from vecgate.refusals.errors import CallRefused

type Move = Callable[[Request, float], Request]


def fresh(**over: Any) -> Callable[[str, float], Request]:
    return lambda id, now: asked(id, now, **over)


def yes(who: Principal = BOB) -> Move:
    return lambda one, now: request.approve(one, who, now)


def no(who: Principal = BOB) -> Move:
    return lambda one, now: request.deny(one, who, now)


async def outcome(work: Awaitable[Any]) -> str:
    try:
        await work
    except Objection as e:
        return e.why
    return "done"


async def test_what_is_asked_can_be_found_again(make_access: MakeAccess) -> None:
    ledger = (await make_access()).ledger
    made = (await ledger.ask(fresh())).request
    assert (await ledger.entry(made.id)).request == made
    assert [entry.request for entry in await ledger.list()] == [made]
    assert await ledger.open_of(ALICE.key) == [made]
    assert await ledger.open_of(BOB.key) == []
    with pytest.raises(LookupError):
        await ledger.entry("0000000000")
    assert HELD.requester == ALICE.key


async def test_the_time_is_the_servers(make_access: MakeAccess) -> None:
    ledger = (await make_access()).ledger
    before = await ledger.now()
    made = (await ledger.ask(fresh())).request
    assert before <= made.created <= await ledger.now()


async def test_of_two_yes_at_once_both_count_and_none_twice(make_access: MakeAccess) -> None:
    here, there = (await make_access()).ledger, (await make_access()).ledger
    for _ in range(5):
        id = (await here.ask(fresh(asking=replace(ASKING, approvers=Approvers.of("data-owners", count=2))))).request.id
        moves = [
            here.move(id, yes(BOB)),
            there.move(id, yes(CAROL)),
            here.move(id, yes(CAROL)),
            there.move(id, yes(BOB)),
        ]
        done = sorted(await asyncio.gather(*map(outcome, moves)))
        assert done.count("done") == 2
        one = (await here.entry(id)).request
        assert (one.state, {vote.by for vote in one.votes}) == ("granted", {"bob", "carol"})
        await here.move(id, lambda found, now: request.give_back(found, ALICE, now))


async def test_of_yes_and_no_at_once_one_counts(make_access: MakeAccess) -> None:
    here, there = (await make_access()).ledger, (await make_access()).ledger
    for _ in range(5):
        id = (await here.ask(fresh())).request.id
        done = await asyncio.gather(outcome(here.move(id, yes())), outcome(there.move(id, no(CAROL))))
        state = (await here.entry(id)).request.state
        assert done == (["done", "denied"] if state == "denied" and done[0] == "done" else done)
        assert [one == "done" for one in done] == [state == "granted", state == "denied"]
        if state == "granted":
            await here.move(id, lambda found, now: request.give_back(found, ALICE, now))


async def test_after_a_revocation_no_use_begins(make_access: MakeAccess) -> None:
    here, there = (await make_access()).ledger, (await make_access()).ledger
    for _ in range(5):
        id = (await here.ask(fresh(asking=replace(ASKING, starts="first_use")))).request.id
        await here.move(id, yes())
        revoked = here.move(id, lambda one, now: request.revoke(one, BOB, now))
        done = await asyncio.gather(outcome(revoked), outcome(there.move(id, request.use)))
        assert done[0] == "done"
        assert done[1] in ("done", "revoked")
        assert (await there.entry(id)).request.how == "revoked"
        assert await outcome(there.move(id, request.use)) == "revoked"


async def test_nobody_has_more_open_than_one_may(make_access: MakeAccess) -> None:
    ledger = (await make_access(open_per_user=2)).ledger
    first = (await ledger.ask(fresh())).request
    await ledger.ask(fresh())
    with pytest.raises(CallRefused) as caught:
        await ledger.ask(fresh())
    assert caught.value.refusal.code == "limit.requests"
    await ledger.ask(fresh(login=CAROL.key, user="carol"))  # of others nothing is counted
    await ledger.move(first.id, lambda one, now: request.withdraw(one, ALICE, now))
    await ledger.ask(fresh())


async def test_what_has_run_out_is_seen_so_and_kept_for_a_while(make_access: MakeAccess) -> None:
    ledger = (await make_access(kept=1.5)).ledger

    def short(id: str, now: float) -> Request:
        return replace(asked(id, now), expires=now + 0.2)

    id = (await ledger.ask(short)).request.id
    await asyncio.sleep(0.3)
    assert (await ledger.entry(id)).request.how == "expired"
    assert await ledger.open_of(ALICE.key) == []
    assert await outcome(ledger.move(id, yes())) == "expired"
    await asyncio.sleep(1.7)
    with pytest.raises(LookupError):
        await ledger.entry(id)


async def test_a_server_that_keeps_nothing_is_not_asked(make_access: MakeAccess) -> None:
    ledger: Ledger = (await make_access()).ledger
    id = (await ledger.ask(fresh())).request.id
    assert (await ledger.move(id, yes())).rev == 2
    living = await ledger.living()
    assert [(entry.rev, entry.request.state) for entry in living.entries] == [(2, "granted")]
    assert await ledger.news("0-0", 0.1)
