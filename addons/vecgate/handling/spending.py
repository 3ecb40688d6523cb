"""For what is a yes? The digest it is good for, spending it once, and what became of it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.approvals.binding import binding as digest_of
from vecgate.approvals.held import Held
from vecgate.domain.approval import Approval
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import AnswerTooLarge, CallRefused, PartlyDone, Unavailable, WireRefused

#: Then no byte of the call has left.
_NOTHING_SENT: Final = (CallRefused, Unavailable, WireRefused)


def binding(exchange: Exchange) -> str:
    """The digest an approval is good for: who does what to which things, by which rule, as it would be sent."""
    return digest_of(
        need(exchange.call),
        need(exchange.principal),
        need(exchange.upstream).name,
        need(exchange.operation),
        need(exchange.decision),
        (exchange.profile, exchange.stored_profile),
    )


async def proven(gate: Gate, exchange: Exchange, held: Held, id: str) -> Approval | None:
    """A yes that those who may have signed for this request; None: its nonce is gone, so it must be asked anew.

    Of what the state holds, nothing is believed: what is not known here was signed, or it is not proven.
    """
    if gate.board.proof.signed != "require":
        return exchange.approval
    found = await gate.board.show(id)
    known = replace(held, **{name: getattr(found.held, name) for name in _SIGNED})
    why = gate.board.proof.unproven(replace(known.case, since=found.created_at), partial(known.facts, id), found.votes)
    if why:
        raise CallRefused(refuse("hold.unproven", request_id=id, id=id, why=why))
    grant = gate.settings.hold.grant
    return found.approval if await gate.board.nonces.obtain(found.held.nonce, held.binding, grant) else None


#: What was so when it was asked, and may be another by now.
_SIGNED: Final = ("nonce", "policy", "impact", "bound", "records", "why")


@contextlib.asynccontextmanager
async def spent(gate: Gate, exchange: Exchange) -> AsyncIterator[None]:
    """One approval, one execution: it is spent as late as can be, or an outage would burn it.

    What became of it is written beside it: it was used, or nothing came of it.
    """
    if exchange.approval is not None:
        asked = binding(exchange)
        proofs, nonce = exchange.approval.proofs, exchange.approval.nonce
        exchange.approval = replace(await gate.board.use(exchange.approval.id, asked, exchange.id), proofs=proofs)
        if gate.board.proof.signed == "require" and not gate.board.nonces.spend(nonce, asked):
            id = exchange.approval.id
            raise CallRefused(refuse("hold.unproven", request_id=id, id=id, why="it was executed before"))
    try:
        yield
    except AnswerTooLarge:
        await _settle(gate, exchange, executed=True)
        raise
    except BaseException as e:
        words = "nothing was executed" if isinstance(e, _NOTHING_SENT) else "it may have been executed"
        if isinstance(e, PartlyDone):
            words = f"{e.done} of {e.parts} parts were executed"
        await _settle(gate, exchange, executed=False, words=words)
        raise
    await _settle(gate, exchange, executed=True)


async def _settle(gate: Gate, exchange: Exchange, *, executed: bool, words: str = "") -> None:
    if exchange.approval is not None:
        await gate.board.settle(exchange.approval.id, exchange.id, executed=executed, words=words)
        if executed:
            exchange.approval = replace(exchange.approval, state="used")
