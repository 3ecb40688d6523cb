"""May they? Default deny; the decision names its rule."""

from mitmproxy import http

from vecgate.domain.exchange import Exchange
from vecgate.handling.deciding import decide, too_fast
from vecgate.handling.guarding import spend
from vecgate.handling.locked import while_free
from vecgate.refusals.catalogue import Refusal
from vecgate.steps._base import Step


class Decide(Step):
    """principal + operation -> exchange.decision, and the call restricted to what it allows"""

    name = "decide"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        return await while_free(self.gate, exchange, self._decided(exchange))

    async def _decided(self, exchange: Exchange) -> Refusal | None:
        refusal = await decide(self.gate, exchange) or await too_fast(self.gate, exchange)
        return refusal or await spend(self.gate, exchange)
