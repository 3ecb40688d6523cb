"""To which upstream, exactly what? The only step that names one: a one-use ticket for this very call."""

from functools import partial

from mitmproxy import http

from vecgate.domain.exchange import Exchange, need
from vecgate.handling.continuing import going
from vecgate.handling.deciding import may_leave
from vecgate.handling.stamping import stamped
from vecgate.handling.transcoded import outgoing
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.steps._base import Step


class Forward(Step):
    """call + lease -> exchange.ticket"""

    name = "forward"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        if not may_leave(exchange):
            return refuse("wire.refused")
        if (refusal := await going(self.gate, exchange)) is not None:
            return refusal
        upstream, lease = need(exchange.upstream), need(exchange.lease)
        written = partial(outgoing, self.gate, exchange)
        if exchange.parts is None:
            call = need(exchange.call)
            exchange.stamped = stamped(self.gate, exchange, call)
            exchange.ticket = self.gate.wire.ticket(written(exchange.stamped or call), upstream, lease)
        else:
            made = [stamped(self.gate, exchange, call) for call in exchange.parts]
            exchange.stamped = made[0]
            exchange.parts = tuple([new or call for new, call in zip(made, exchange.parts, strict=True)])
            told = enumerate(exchange.parts, start=1)
            tickets = [self.gate.wire.ticket(written(call), upstream, lease, turn) for turn, call in told]
            exchange.tickets = tuple(tickets)
            exchange.ticket = exchange.tickets[0]
        return None
