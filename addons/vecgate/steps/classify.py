"""What operation is this? Ids shown as tokens are opened; an unlisted route is refused; what was read here is sent."""

import asyncio
from functools import partial
from typing import Final

from mitmproxy import http

from vecgate.dialects import Dialect
from vecgate.domain.call import Call
from vecgate.domain.exchange import Exchange, Raw, need
from vecgate.handling.deciding import may_ask
from vecgate.handling.scanning import classified
from vecgate.handling.unpacking import unpacked
from vecgate.masking.apply import record_ids
from vecgate.refusals.catalogue import Refusal
from vecgate.steps._base import Step

#: A body of so many bytes is read within some milliseconds.
_LARGE: Final = 256 * 1024
_ID_TOKEN: Final = record_ids.HINT.encode()


async def _read(dialect: Dialect, raw: Raw) -> Call:
    """The call; a large body is read beside the loop, so that others have their turns meanwhile."""
    if len(raw.body) <= _LARGE:
        return dialect.read(raw)
    return await asyncio.to_thread(dialect.read, raw)


class Classify(Step):
    """raw request -> exchange.call and exchange.operation"""

    name = "classify"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        upstream = need(exchange.upstream)
        exchange.raw = await unpacked(self.gate, exchange.raw)
        exchange.asked = exchange.call = await _read(self.gate.dialect(upstream), exchange.raw)
        exchange.operation = await classified(self.gate, exchange, may=partial(may_ask, self.gate, exchange))
        await self._open_ids(exchange)
        return None

    async def _open_ids(self, exchange: Exchange) -> None:
        """Ids that were shown as tokens become the ids that they stand for, before anything is decided on them."""
        call, operation = need(exchange.call), need(exchange.operation)
        if _ID_TOKEN not in call.body or not isinstance(call.tree, dict):
            return
        dialect = self.gate.dialect(need(exchange.upstream))
        inlets, rewritten = dialect.inlets(operation), partial(dialect.rewritten, operation)
        tree = await self.gate.masking.record_ids.open(call.tree, inlets, rewritten, *exchange.whose)
        exchange.unopened = call.tree
        exchange.asked = exchange.call = dialect.rebuilt(call, tree)
