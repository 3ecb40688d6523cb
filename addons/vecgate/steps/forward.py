"""To which upstream, exactly what? The only step that names one: a one-use ticket for this very call."""

from mitmproxy import http

from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.steps._base import Step


def may_leave(exchange: Exchange) -> bool:
    """Whether the path has said yes: allowed, or held and approved. Asked here again, whatever ran before."""
    match need(exchange.decision).effect:
        case Effect.ALLOW:
            return True
        case Effect.HOLD:
            return bool(exchange.waived) or (exchange.approval is not None and exchange.approval.state == "approved")
    return False


class Forward(Step):
    """call + lease -> exchange.ticket"""

    name = "forward"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        if not may_leave(exchange):
            return refuse("wire.refused")
        if exchange.local is not None:
            return None
        upstream, lease = need(exchange.upstream), need(exchange.lease)
        if exchange.parts is None:
            exchange.ticket = self.gate.wire.ticket(need(exchange.call), upstream, lease)
        else:
            told = enumerate(exchange.parts, start=1)
            exchange.tickets = tuple([self.gate.wire.ticket(call, upstream, lease, turn) for turn, call in told])
            exchange.ticket = exchange.tickets[0]
        return None
