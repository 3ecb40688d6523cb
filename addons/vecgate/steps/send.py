"""Now, and only what carries a ticket. The raw answer stays in the exchange; no flow ever holds it."""

from mitmproxy import http

from vecgate.exchange import Exchange, need
from vecgate.masking.ingest import Written
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
            await self._use_approval(exchange)
            exchange.answer = await exchange.local()
            return None
        if not isinstance(exchange.ticket, Ticket):
            return refuse("wire.refused")
        await self._use_approval(exchange)
        exchange.sent = True
        try:
            exchange.answer = await self.gate.wire.send(exchange.ticket, need(exchange.call))
        finally:  # whatever came of it, names the dialect remembers may have changed
            self.gate.dialect(need(exchange.upstream)).forget(need(exchange.operation), exchange.answer)
        if exchange.answer.status < 300:
            self._learn(exchange)
        return None

    async def _use_approval(self, exchange: Exchange) -> None:
        """One approval, one execution: as late as can be, or an outage would burn it."""
        if exchange.approval is not None:
            exchange.approval = await self.gate.board.use(exchange.approval.id, binding(exchange), exchange.id)

    def _learn(self, exchange: Exchange) -> None:
        """What was stored is analysed before somebody reads it: soon, and when nobody waits for an answer."""
        call, operation = need(exchange.call), need(exchange.operation)
        dialect = self.gate.dialect(need(exchange.upstream))
        read = dialect.stored(operation, call.tree) if isinstance(call.tree, dict) else None
        if read is not None:
            surface = dialect.surface(read.operation, answer=True)
            self.gate.ingest.put(Written(read.records, surface, self.gate.readers(), len(call.body)))
