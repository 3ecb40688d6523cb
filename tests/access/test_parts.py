"""What is used up is over, on every worker, whoever finds out."""

from access.conftest import MakeAccess
from support.fakes.approvals import ALICE, BOB
from support.fakes.granting import asked
from support.tools.soon import soon
from vecgate.access import request


async def test_what_is_used_up_is_over(make_access: MakeAccess) -> None:
    here, there = await make_access(), await make_access()
    id = (await here.ledger.ask(asked)).request.id
    await here.move(id, lambda one, now: request.approve(one, BOB, now))
    await soon(lambda: bool(there.live.of(ALICE.key)))
    [grant] = there.live.of(ALICE.key)
    ended: list[bool] = []

    async def end() -> None:
        ended.append(await there.use_up(grant))

    there.soon(end())
    await soon(lambda: here.live.is_over(grant))
    assert not await there.use_up(grant)  # once more changes nothing
    assert ended == [True]
    assert (await here.ledger.entry(id)).request.how == "used_up"
