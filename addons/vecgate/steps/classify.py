"""What operation is this? Ids shown as tokens are opened; an unlisted route is refused; what was read here is sent."""

import asyncio
from functools import partial
from typing import Final

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
from vecgate.refusals.catalogue import Refusal
from vecgate.steps._base import Step

#: Bytes of a body, and of the texts in it, that are read within some milliseconds: a filter written as a text (Milvus)
#: or a query (GraphQL) takes 1 to 3 us a byte, what is written as JSON a tenth of it.
_LONG: Final = 48 * 1024
_LONG_TEXTS: Final = 4 * 1024
_MANY_QUOTES: Final = 256


def _takes_long(body: bytes) -> bool:
    """Whether others would wait for it; numbers of a vector are read in no time."""
    if len(body) <= _LONG_TEXTS:
        return False
    if len(body) > _LONG or b"\\" in body or body.count(b'"') > _MANY_QUOTES:
        return True
    texts, at = 0, -1
    while texts <= _LONG_TEXTS and (begins := body.find(b'"', at + 1)) >= 0:
        at = body.find(b'"', begins + 1)
        at = len(body) if at < 0 else at
        texts += at - begins
    return texts > _LONG_TEXTS


async def _read(dialect: Dialect, raw: Raw) -> Call:
    """The call; one that takes long is read beside the loop, so that others have their turns meanwhile."""
    if not _takes_long(raw.body):
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
            exchange.raw = await unpacked(self.gate, exchange)
            exchange.asked = exchange.call = await _read(self.gate.dialect(upstream), exchange.raw)
        if exchange.turn is not None:
            exchange.turn.settle(len(need(exchange.call).body))
        await opened(self.gate, exchange)
        exchange.operation = await classified(self.gate, exchange, may=partial(may_ask, self.gate, exchange))
        await open_ids(self.gate, exchange)
