"""Now, and only what carries a ticket. The raw answer stays in the exchange; no flow ever holds it."""

from mitmproxy import http

from vecgate.approvals.board import BoardRefused
from vecgate.exchange import Exchange, need
from vecgate.refusals import Refusal, refuse
from vecgate.step import Step
from vecgate.steps.hold import binding
from vecgate.wire import Ticket


class Send(Step):
    """exchange.ticket -> exchange.answer"""

    name = "send"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        if exchange.session is None:
            return refuse("record.unavailable")  # what is not recorded is not sent
        if exchange.left():
            return refuse("hold.client_left", id=exchange.approval.id if exchange.approval else exchange.id)
        if exchange.local is not None:
            exchange.answer = await exchange.local()
            return None
        if not isinstance(exchange.ticket, Ticket):
            return refuse("wire.refused")
        refusal = await self._use_approval(exchange)
        if refusal is not None:
            return refusal
        exchange.sent = True
        try:
            exchange.answer = await self.gate.wire.send(exchange.ticket, need(exchange.call))
        finally:  # whatever came of it, names the dialect remembers may have changed
            self.gate.dialect(need(exchange.upstream)).forget(need(exchange.operation), exchange.answer)
        return None

    async def _use_approval(self, exchange: Exchange) -> Refusal | None:
        """One approval, one execution: taken as late as can be, so that an outage before does not burn it."""
        approval = exchange.approval
        if approval is None:
            return None
        try:
            exchange.approval = await self.gate.board.use(approval.id, binding(exchange), exchange.id)
        except BoardRefused as e:
            return refuse("requests.settled", request_id=approval.id, id=approval.id, state=e.why)
        return None
