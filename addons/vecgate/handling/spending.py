"""For what is a yes? The digest it is good for, spending it once, and what became of it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from vecgate.approvals.binding import binding as digest_of
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
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


@contextlib.asynccontextmanager
async def spent(gate: Gate, exchange: Exchange) -> AsyncIterator[None]:
    """One approval, one execution: it is spent as late as can be, or an outage would burn it.

    What became of it is written beside it: it was used, or nothing came of it.
    """
    if exchange.approval is not None:
        exchange.approval = await gate.board.use(exchange.approval.id, binding(exchange), exchange.id)
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
