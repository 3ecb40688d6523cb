"""What operation is this? Ids shown as tokens are opened; an unlisted route is refused; what was read here is sent."""

import asyncio
from functools import partial

from mitmproxy import http

from vecgate.dialects import Dialect
from vecgate.domain.call import Call
from vecgate.domain.exchange import Exchange, Raw, need
from vecgate.handling import transcoded
from vecgate.handling.continuing import opened
from vecgate.handling.deciding import may_ask
from vecgate.handling.locked import while_free
from vecgate.handling.scanning import classified
from vecgate.handling.transcoded.streamed import begun
from vecgate.handling.unpacking import open_ids, unpacked
from vecgate.parsing.framing import LARGE
from vecgate.refusals.catalogue import Refusal
from vecgate.steps._base import Step


async def _read(dialect: Dialect, raw: Raw) -> Call:
    """The call; a large body is read beside the loop, so that others have their turns meanwhile."""
    if len(raw.body) <= LARGE:
        return dialect.read(raw)
    return await asyncio.to_thread(dialect.read, raw)


class Classify(Step):
    """raw request -> exchange.call and exchange.operation"""

    name = "classify"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        return await while_free(self.gate, exchange, self._classified(exchange))

    async def _classified(self, exchange: Exchange) -> None:
        upstream = need(exchange.upstream)
        await self.gate.versions.check(upstream.name)
        if (grpc := transcoded.spoken(self.gate, exchange)) is not None:
            if await begun(self.gate, exchange, grpc):
                return None
            exchange.asked = exchange.call = await transcoded.read(self.gate, exchange, grpc)
        else:
            exchange.raw = await unpacked(self.gate, exchange.raw)
            exchange.asked = exchange.call = await _read(self.gate.dialect(upstream), exchange.raw)
        await opened(self.gate, exchange)
        exchange.operation = await classified(self.gate, exchange, may=partial(may_ask, self.gate, exchange))
        await open_ids(self.gate, exchange)
