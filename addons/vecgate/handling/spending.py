"""For what is a yes? The digest it is good for, spending it once, and what became of it."""

import contextlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.approvals.binding import binding as digest_of
from vecgate.approvals.board import Became
from vecgate.approvals.held import Held
from vecgate.approvals.less import signed as signed_less
from vecgate.approvals.plans import good_for, spends
from vecgate.approvals.standing import Standing
from vecgate.consent.enrolled import Unproven
from vecgate.domain.approval import Approval, Turn
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import AnswerTooLarge, CallRefused, PartlyDone, Unavailable, WireRefused

#: Then no byte of the call has left.
_NOTHING_SENT: Final = (CallRefused, Unavailable, WireRefused)


def binding(exchange: Exchange) -> str:
    """The digest an approval is good for: who does what to which things, by which rule, as it would be sent.

    Where the yes was to less, it is that of the whole which was asked about.
    """
    whole = exchange.whole or (need(exchange.call), need(exchange.decision), exchange.profile)
    call, decision, profile = whole
    return digest_of(
        call,
        need(exchange.principal),
        need(exchange.upstream).name,
        need(exchange.operation),
        decision,
        (profile, exchange.stored_profile),
    )


async def proven(gate: Gate, exchange: Exchange, held: Held, id: str) -> Approval | None:
    """A yes that those who may have signed for this request; None: its nonce is gone, so it must be asked anew.

    Of what the state holds, nothing is believed: what is not known here was signed, or it is not proven.
    """
    if gate.board.proof.signed != "require":
        return exchange.approval
    found = await gate.board.show(id)
    if (turn := need(exchange.approval).turn) is not None:
        return await _proven_at(gate, found, held, turn)
    known = replace(held, **{name: getattr(found.held, name) for name in _SIGNED})
    why = gate.board.proof.unproven(replace(known.case, since=found.created_at), partial(known.facts, id), found.votes)
    if why:
        raise _unproven(id, why)
    try:
        less = signed_less(found.votes)
    except Unproven as e:
        raise _unproven(id, str(e)) from e
    mine = await gate.board.nonces.obtain(found.held.nonce, held.binding, gate.settings.hold.grant)
    return replace(found.approval, less=less) if mine else None


async def _proven_at(gate: Gate, found: Standing, held: Held, turn: Turn) -> Approval | None:
    """The same of a step of a plan, which is known by the seal of the worker that took it."""
    plan, id = found.held, found.id
    if not hmac.compare_digest(gate.board.nonces.sealed(plan).encode(), found.seal.encode()):
        raise _unproven(id, "the plan is not the one that was asked for")
    yes = found.approval_at(turn.step)
    if yes.turn is None or plan.steps[turn.step - 1].index != held.index or plan.names != held.names:
        raise _unproven(id, "this call is not that step of it")
    if why := gate.board.proof.unproven(found.case, partial(plan.facts, id), found.votes):
        raise _unproven(id, why)
    for_what = spends(yes, held.binding)
    mine = await gate.board.nonces.obtain(plan.nonce, for_what, gate.settings.hold.grant, comes_back=True)
    return yes if mine else None


def _unproven(id: str, why: str) -> CallRefused:
    return CallRefused(refuse("hold.unproven", request_id=id, id=id, why=why))


#: What was so when it was asked, and may be another by now.
_SIGNED: Final = ("nonce", "policy", "impact", "bound", "records", "why")


@contextlib.asynccontextmanager
async def spent(gate: Gate, exchange: Exchange) -> AsyncIterator[None]:
    """One approval, one execution: it is spent as late as can be, or an outage would burn it.

    What became of it is written beside it: it was used, or nothing came of it.
    """
    if exchange.approval is not None:
        await _spend(gate, exchange, exchange.approval)
    try:
        yield
    except AnswerTooLarge:
        planned = exchange.approval is not None and exchange.approval.turn is not None
        await _settle(gate, exchange, *(("spent", "its answer was too large") if planned else ("used", "")))
        raise
    except BaseException as e:
        words = "nothing was executed" if isinstance(e, _NOTHING_SENT) else "it may have been executed"
        if isinstance(e, PartlyDone):
            words = f"{e.done} of {e.parts} parts were executed"
        await _settle(gate, exchange, "spent", words)
        raise
    await _done(gate, exchange)


async def _spend(gate: Gate, exchange: Exchange, yes: Approval) -> None:
    """Use the yes up, and its nonce. Raises CallRefused: then nothing may be executed on it."""
    asked, id = binding(exchange), yes.id
    used = await gate.board.use(id, asked, exchange.id, yes.turn.step if yes.turn else 0)
    exchange.approval = replace(used, proofs=yes.proofs, turn=yes.turn, less=yes.less)
    if gate.board.proof.signed == "require" and not gate.board.nonces.spend(yes.nonce, spends(yes, asked)):
        if yes.turn is not None:  # another worker has it by now: it is as if nobody had begun
            await gate.board.settle(id, exchange.id, "back")
        raise _unproven(id, "it was executed before, or somebody said no since")


async def _done(gate: Gate, exchange: Exchange) -> None:
    """It was executed. Of a plan only what the database did as well: after a step that failed, none comes."""
    yes, answer = exchange.approval, exchange.answer
    if yes is None or yes.turn is None:
        return await _settle(gate, exchange, "used")
    if answer is None or answer.status >= 300:
        return await _settle(gate, exchange, "spent", f"the database answered {answer.status if answer else 'nothing'}")
    if gate.board.proof.signed == "require" and yes.turn.then:
        then = good_for(yes.turn.plan, yes.turn.step + 1, yes.turn.then)
        gate.board.nonces.go_on(yes.nonce, then, gate.settings.hold.grant)
    await _settle(gate, exchange, "used")


async def _settle(gate: Gate, exchange: Exchange, became: Became, words: str = "") -> None:
    if exchange.approval is not None:
        await gate.board.settle(exchange.approval.id, exchange.id, became, words)
        if became == "used":
            exchange.approval = replace(exchange.approval, state="used")
