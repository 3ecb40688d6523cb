"""What may go in? Personal data is masked or refused before it is embedded or stored; filters are translated."""

from mitmproxy import http

from vecgate.domain.exchange import Exchange
from vecgate.handling.cleaning import clean
from vecgate.handling.locked import while_free
from vecgate.handling.oracles import asks_for_masked
from vecgate.handling.rows import confine
from vecgate.handling.stamping import checked
from vecgate.refusals.catalogue import Refusal
from vecgate.steps._base import Step


class Cleanse(Step):
    """decision.inputs -> exchange.call, cleaned: what is approved, recorded and sent from here on"""

    name = "cleanse"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        return await while_free(self.gate, exchange, self._cleansed(exchange))

    async def _cleansed(self, exchange: Exchange) -> Refusal | None:
        refusal = await asks_for_masked(self.gate, exchange) or await clean(self.gate, exchange)
        refusal = refusal or await checked(self.gate, exchange)
        if refusal is None:
            await confine(self.gate, exchange)
        return refusal
