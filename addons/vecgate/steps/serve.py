"""Is it for the gateway itself? Then it is answered here, and goes no further: nothing of it reaches a database."""

from dataclasses import replace

from mitmproxy import http

from vecgate.api import routes
from vecgate.api.own import Asked, Own
from vecgate.api.plans import Plans
from vecgate.domain.call import Answer
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.handling.callers import held
from vecgate.handling.cleaning import cleaned, entry_of
from vecgate.handling.deciding import decided, may_leave, too_fast
from vecgate.handling.granted.debriefing import counted
from vecgate.handling.guarding import opened
from vecgate.handling.holding import Holding
from vecgate.handling.locked import over
from vecgate.handling.planned import planned
from vecgate.handling.recording import begin
from vecgate.handling.showing import show_flow
from vecgate.handling.spending import spent
from vecgate.handling.unpacking import unpacked
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.steps._base import EXCHANGES, Step


class _Held(Holding):
    """What it works on stands in the request itself: nothing is to be located or counted, and it is not read anew."""

    def __init__(self, gate: Gate, own: Own) -> None:
        super().__init__(gate)
        self._own = own

    async def locate(self, exchange: Exchange) -> None:
        """It is located."""

    async def impact(self, exchange: Exchange) -> None:
        """Nothing is counted."""

    async def read_again(self, exchange: Exchange) -> Refusal | None:
        """May it still, and as what?"""
        return await permitted(self.gate, exchange, self._own) or await made_fit(self.gate, exchange, self._own)


async def permitted(gate: Gate, exchange: Exchange, own: Own) -> Refusal | None:
    """Whether a rule allows it, or asks somebody, and whether it could be answered then."""
    exchange.call = own.call  # where somebody was asked in between, it was masked already
    refusal = await decided(gate, exchange)
    if refusal is None:
        await own.check(exchange)
        exchange.about = own.about
    return refusal


async def made_fit(gate: Gate, exchange: Exchange, own: Own) -> Refusal | None:
    """What is masked as a write is masked as the decision says."""
    call = need(exchange.call)
    if not own.goes_in or need(exchange.decision).inputs.keeps_all or not isinstance(call.tree, dict):
        return None
    tree, refusal = await cleaned(gate, exchange, entry_of(gate, exchange, call.tree))
    if refusal is None:
        exchange.call = replace(call, body=strict_json.dump(tree), tree=tree)
    return refusal


class Serve(Step):
    """a call for the gateway -> exchange.answer, masked"""

    name = "serve"

    async def request(self, flow: http.HTTPFlow) -> None:
        """mitmproxy's hook; nothing is spent on what is for a database."""
        exchange = EXCHANGES.get(flow)
        if exchange is not None and exchange.raw.target.startswith(routes.OWN) and not exchange.grpc:
            await super().request(flow)

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        found = routes.find(exchange.raw.method, exchange.raw.target)
        if found is None:
            return None
        route, id = found
        exchange.raw = await unpacked(self.gate, exchange)
        dialect = self.gate.dialect(need(exchange.upstream))
        own = route.own(self.gate.lent, Asked(need(exchange.principal), exchange.raw, dialect, id))
        exchange.call, exchange.operation, exchange.about = own.call, own.operation, own.about
        refusal = await self._ruled(exchange, flow, own)
        return refusal or await self._answered(exchange, flow, own)

    async def _ruled(self, exchange: Exchange, flow: http.HTTPFlow, own: Own) -> Refusal | None:
        if isinstance(own, Plans):
            own.plan = await planned(self.gate, exchange, own.steps, own.reason)
        if not own.ruled:
            exchange.decision = own.allowed(self.gate.policies)
            return None if isinstance(own, Plans) else held.beyond_oneself(exchange)  # its calls were looked at
        return (
            await permitted(self.gate, exchange, own)
            or await too_fast(self.gate, exchange)
            or await opened(self.gate, exchange)
            or await made_fit(self.gate, exchange, own)
            or await _Held(self.gate, own).hold(exchange, flow)
        )

    async def _answered(self, exchange: Exchange, flow: http.HTTPFlow, own: Own) -> Refusal | None:
        if not may_leave(exchange):
            return refuse("wire.refused")
        await show_flow(self.gate, exchange, flow)
        exchange.session = await begin(self.gate, exchange, "request.sent")  # what is not recorded is not answered
        if exchange.left():
            return refuse("hold.client_left", id=exchange.approval.id if exchange.approval else exchange.id)
        async with spent(self.gate, exchange):
            answered = await own.answer(exchange)
        if (refusal := await over(self.gate, exchange)) is not None:
            return refusal
        body = strict_json.dump(answered.document)
        exchange.answer = Answer(200, (("content-type", "application/json"),), body)
        exchange.masked, exchange.masked_counts = body, dict(answered.masked)
        exchange.masked_tree = exchange.recorded = answered.document if answered.told is None else answered.told
        await counted(self.gate, exchange)
        return None
