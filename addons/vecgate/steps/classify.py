"""What operation is this? An unlisted route is refused; what is sent later is what was read here."""

from mitmproxy import http

from vecgate.exchange import Exchange, need
from vecgate.refusals import Refusal
from vecgate.step import Step


class Classify(Step):
    """raw request -> exchange.call and exchange.operation"""

    name = "classify"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        upstream = need(exchange.upstream)
        own = self.gate.own_request(need(exchange.principal), exchange.raw)
        if own is not None:
            exchange.call, exchange.operation, exchange.local = own
        else:
            dialect = self.gate.dialect(upstream)
            exchange.call = dialect.read(exchange.raw)
            exchange.operation = await dialect.classify(exchange.call, self.gate.ask(upstream))
        return None
