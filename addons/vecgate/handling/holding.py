"""How does a request wait for a person? Its things are located, it is shown, and checked again after a yes."""

import time
from dataclasses import replace
from hashlib import sha256
from typing import Literal

from mitmproxy import http

from vecgate.approvals.held import Held, index
from vecgate.approvals.refused import said
from vecgate.approvals.standing import Standing
from vecgate.domain.approval import AS_A_WHOLE, Approval, Approvers, Impact
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import UNMASK
from vecgate.domain.people import around, chain
from vecgate.gate import Gate
from vecgate.handling import bound, observing
from vecgate.handling.asking import may_count, reason, samples, shown_body, used, waive
from vecgate.handling.cleaning import clean
from vecgate.handling.deciding import decide, target
from vecgate.handling.keeping import keep, unable
from vecgate.handling.lessening import cuts, lessened
from vecgate.handling.locked import is_over, over
from vecgate.handling.oracles import asks_for_masked
from vecgate.handling.recording import begin
from vecgate.handling.rows import asking, confine
from vecgate.handling.scanning import classified
from vecgate.handling.spending import binding, proven
from vecgate.handling.stamping import checked
from vecgate.handling.unasked.conditions import automatic
from vecgate.policy.rules.whom import Nobody, asked
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, Unavailable


def grown(before: Impact | None, now: Impact | None, tolerance: float) -> bool:
    """Whether the call would touch more than the approver was shown, beyond the tolerance."""
    if before is None or now is None:
        return before is not now
    return not now.within(before, tolerance)


def askable(gate: Gate, exchange: Exchange, records: int | None) -> Approvers:
    """Who is asked about a call that touches so many records (None: nobody can say). Raises CallRefused."""
    decision, operations = need(exchange.decision), (need(exchange.operation), *need(exchange.operation).also)
    touched = {name for one in operations for name in one.collections}
    policies, principal = gate.policies.current, need(exchange.principal)
    try:
        return asked(need(decision.approvers), policies, principal, sorted(touched), records, gate.on_call.people)
    except Nobody as e:
        raise CallRefused(refuse("hold.nobody", rule=decision.rule, stage=str(e))) from e


class Holding:
    """Holds a call for a database. What else may be held says of itself what is counted, and how it is read again."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    async def hold(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        """Wait for a yes where the decision asks for one, and see that it is still for this."""
        decision = need(exchange.decision)
        if decision.effect is not Effect.HOLD:
            return None
        if (refusal := unable(self.gate, exchange)) is not None:
            return None if self._passes(exchange) else refusal
        await self.locate(exchange)
        exchange.impact = await self.impact(exchange)
        plan = await self._planned(exchange)
        if await self._unasked(exchange, plan):
            return None
        held = await self.held(exchange, plan.held.why if plan else None)
        approval = await self._asked(held, exchange.impact)
        exchange.approval = approval
        if approval.state == "pending":
            flow.request.path = need(exchange.shown_target)
            await begin(self.gate, exchange, "request.held")
            exchange.approval = approval = await self._wait(exchange, decision, approval)
        if exchange.left():
            return refuse("hold.client_left", id=approval.id)
        if (refusal := await over(self.gate, exchange)) is not None:  # it would not have come so far without its grant
            return refusal
        if approval.state != "approved":
            return self._unapproved(approval, held, exchange.about)
        return await self._release(exchange, approval, held)

    async def _unasked(self, exchange: Exchange, plan: Standing | None) -> bool:
        """Whether nobody is asked. What is only observed waits for no plan either."""
        if plan is None:
            return await self._waived(exchange)
        return (plan.state == "pending" and self._passes(exchange)) or await self.answered(exchange)

    async def _planned(self, exchange: Exchange) -> Standing | None:
        """The plan in which it is this call's turn. While the state is away it is nobody's."""
        try:
            found = index(need(exchange.principal).key, binding(exchange), self._approvers(exchange))
            return await self.gate.board.planned(need(exchange.principal).key, found)
        except (CallRefused, Unavailable):
            return None

    async def _waived(self, exchange: Exchange) -> bool:
        """Whether nobody need be asked."""
        exchange.waived = await waive(self.gate, exchange)
        if not exchange.waived and self._passes(exchange):
            return True
        exchange.waived = exchange.waived or await automatic(self.gate, exchange)
        if exchange.waived:
            await keep(self.gate, exchange)
        return bool(exchange.waived)

    async def answered(self, exchange: Exchange) -> Literal[False]:
        """A planned call takes the yes to its plan and no other; a no by condition is one. Raises CallRefused."""
        await automatic(self.gate, exchange)
        exchange.parts = None
        return False

    def _passes(self, exchange: Exchange) -> bool:
        """Whether it is only observed that somebody would have been asked."""
        if observing.would_hold(self.gate, exchange):
            exchange.waived = "observed only: nobody was asked"
        return bool(exchange.waived)

    async def _asked(self, held: Held, impact: Impact | None) -> Approval:
        approval = await self.gate.board.ask(held)
        attached = approval.state in ("pending", "approved") and approval.turn is None  # a plan's are counted in turn
        if attached and self._grown(approval, impact):  # it was asked about less
            return await self._anew(approval.id, held, held.binding)
        if approval.nonce != held.nonce:
            self.gate.board.nonces.drop(held.nonce)
        return approval

    async def _anew(self, id: str, held: Held, binding: str, step: int = 0) -> Approval:
        approval = await self.gate.board.supersede(id, held, binding, step)
        if approval.nonce != held.nonce:  # another worker was faster
            self.gate.board.nonces.drop(held.nonce)
        return approval

    def _grown(self, approval: Approval, now: Impact | None) -> bool:
        """Whether a yes would be for more than was shown; one that is for certain records never is."""
        return approval.bound is None and grown(approval.impact, now, self.gate.settings.hold.growth)

    async def locate(self, exchange: Exchange) -> None:
        """Find out what it is about, whatever it is called."""
        call, operation, upstream = need(exchange.call), need(exchange.operation), need(exchange.upstream)
        dialect = self.gate.dialect(upstream)
        exchange.operation = await dialect.located(call, operation, self.gate.ask(upstream))
        exchange.call = dialect.canonical(call)  # however a client wrote it: what is agreed to is what is sent

    async def impact(self, exchange: Exchange) -> Impact | None:
        """How much it would touch; None: nobody can say, or it stands in the request itself."""
        upstream = need(exchange.upstream)
        dialect = self.gate.dialect(upstream)
        most = self.gate.settings.hold.bind_ids
        return await dialect.impact(need(exchange.call), need(exchange.operation), asking(self.gate, exchange), most)

    async def read_again(self, exchange: Exchange) -> Refusal | None:
        """What the call means, whether it may pass and as what it would be sent, as of now."""
        exchange.operation = await classified(self.gate, exchange, anew=True)
        refusal = await decide(self.gate, exchange) or await asks_for_masked(self.gate, exchange)
        refusal = refusal or await clean(self.gate, exchange) or await checked(self.gate, exchange)
        if refusal is None:
            await confine(self.gate, exchange)
        return refusal

    async def _wait(self, exchange: Exchange, decision: Decision, approval: Approval) -> Approval:
        seconds = self._seconds(exchange, decision)
        self.gate.held[exchange.id] = exchange.started
        step = approval.turn.step if approval.turn else 0
        try:
            return await self.gate.board.wait(approval.id, seconds, lambda: self._is_vain(exchange), step=step)
        finally:
            del self.gate.held[exchange.id]

    def _is_vain(self, exchange: Exchange) -> bool:
        return exchange.left() or self.gate.draining or is_over(self.gate, exchange)

    def _uncounted(self, exchange: Exchange) -> str:
        """Why nobody can say how many records it touches; empty for what is the gateway's own."""
        operation = need(exchange.operation)
        if operation.dialect != need(exchange.upstream).dialect:
            return ""
        return self.gate.dialect(need(exchange.upstream)).uncounted.get(operation.name, "")

    def _seconds(self, exchange: Exchange, decision: Decision) -> float:
        """How long it waits: as its rule says, but no longer than its client said, else as the database's clients do.

        These count from when they had sent it, and something of that time is gone already.
        """
        seconds = decision.wait_seconds or self.gate.settings.hold.wait
        most, told = self.gate.dialect(need(exchange.upstream)).patience, exchange.patience
        if told is not None and most != 0:  # 0: they are told at once, whatever they say
            most = told - max(0.5, told / 10)
        if most is None:
            return seconds
        gone = time.perf_counter() - exchange.steps[0][1] if exchange.steps else 0.0
        return max(0.0, min(seconds, most - gone))

    def _unapproved(self, approval: Approval, held: Held, about: str | None) -> Refusal:
        match approval.state:
            case "denied":
                by = approval.ended_by or "an approver"
                return refuse("hold.denied", request_id=approval.id, id=approval.id, by=by, why=said(approval.reason))
            case "expired" | "withdrawn":
                return refuse(f"hold.{approval.state}", request_id=approval.id, id=approval.id)
            case "pending":
                counted = f"would touch {approval.impact}" if held.told else "approvers are told how many records"
                size = counted if approval.impact else held.effect
                impact = f"would open {about}" if about and held.operation == UNMASK else size
                return refuse(
                    "hold.pending", request_id=approval.id, retry_after=5,
                    id=approval.id, impact=impact, approvers=held.deciders,
                )  # fmt: skip
        return refuse("requests.settled", request_id=approval.id, id=approval.id, state=approval.state)

    async def _release(self, exchange: Exchange, approval: Approval, asked_as: Held) -> Refusal | None:
        """Everything once more, as if it came in now: token, names, things, decision and count may all have changed."""
        # What was proven when it came is proven: the same proof would not do twice.
        proof = need(exchange.principal).proof
        found = await self.gate.verifier.check(need(exchange.token), exchange.client)
        exchange.principal = replace(found, proof=proof) if proof else found
        asked = binding(exchange)
        refusal = await self.read_again(exchange)
        if refusal is not None:
            return refusal
        await self.locate(exchange)
        decision = need(exchange.decision)
        changed = binding(exchange) != asked
        if changed and decision.effect is not Effect.HOLD:
            return refuse("hold.changed", request_id=approval.id, id=approval.id)
        impact = await self.impact(exchange)
        yes = None if changed else await proven(self.gate, exchange, asked_as, approval.id)
        if yes is not None and not self._grown(yes, impact) and await self._bind(exchange, yes):
            exchange.approval = yes
            if (refusal := await lessened(self.gate, exchange, yes)) is not None:
                return refusal
            await keep(self.gate, exchange)
            return None
        exchange.impact = impact
        held = await self.held(exchange)
        step = approval.turn.step if approval.turn else 0
        exchange.approval = again = await self._anew(approval.id, held, asked, step)
        if again.state == "approved":  # somebody was faster with both: this request waits for nothing any more
            return refuse("hold.changed", request_id=approval.id, id=approval.id)
        return self._unapproved(again, held, exchange.about)

    async def _bind(self, exchange: Exchange, approval: Approval) -> bool:
        """Whether it is known what may be sent: all that the call selects, or the records the yes is for."""
        if approval.bound is None:
            return True
        exchange.parts = await bound.parts(self.gate, exchange, approval)
        return exchange.parts is not None

    def _nonce(self, exchange: Exchange) -> str:
        if self.gate.board.proof.signed != "require":
            return ""
        hold = self.gate.settings.hold
        return self.gate.board.nonces.new(binding(exchange), hold.pending + hold.grant)

    def _approvers(self, exchange: Exchange) -> Approvers:
        return askable(self.gate, exchange, exchange.impact.touched if exchange.impact else None)

    async def held(self, exchange: Exchange, said: str | None = None, *, alone: bool = True) -> Held:
        """What people are asked about it. `said`: why, where that was said before; `alone` False: in a plan of its."""
        principal, operation, call = need(exchange.principal), need(exchange.operation), need(exchange.call)
        decision, impact, approvers = need(exchange.decision), exchange.impact, self._approvers(exchange)
        why = await reason(self.gate, exchange) if said is None else said
        if "asking" in approvers.reasons and not why:
            raise CallRefused(refuse("hold.needs_reason", rule=decision.rule))
        marks = await bound.marks(self.gate, exchange)
        return Held(
            requester=principal.key,
            user=principal.user,
            upstream=need(exchange.upstream).name,
            rule=decision.rule,
            operation=operation.kind,
            target=exchange.about or target(operation),
            method=call.method,
            path=call.path,
            why=why,
            body=await shown_body(self.gate, exchange),
            samples=await samples(self.gate, exchange),
            used=await used(self.gate, exchange),
            told=exchange.impact is None or await may_count(self.gate, exchange),
            binding=binding(exchange),
            approvers=approvers,
            names=around(principal),
            acting=chain(principal),
            impact=exchange.impact,
            note=impact.note if impact else self._uncounted(exchange),
            things=operation.things,
            bound=impact.touched if impact is not None and marks else None,
            marks=marks,
            records=sha256(marks.encode()).hexdigest() if marks else "",
            nonce=self._nonce(exchange) if alone else "",
            policy=decision.policy_version,
            would=exchange.would,
            cuts=await cuts(self.gate, exchange) if alone else AS_A_WHOLE,
        )
