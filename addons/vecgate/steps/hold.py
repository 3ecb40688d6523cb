"""Must a person say yes? The request waits here, and everything is checked again before it goes on."""

from mitmproxy import http

from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.handling.holding import Holding
from vecgate.refusals.catalogue import Refusal
from vecgate.steps._base import Step


class Hold(Step):
    """decision 'hold' -> exchange.approval, approved"""

    name = "hold"

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate)
        self._holding = Holding(gate)

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        if exchange.turn is not None and need(exchange.decision).effect is Effect.HOLD:
            exchange.turn.end()  # others do not wait for a person
        return await self._holding.hold(exchange, flow)
