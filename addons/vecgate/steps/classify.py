"""What operation is this? An unlisted route is refused; what is sent later is what was read here."""

import asyncio
from functools import partial
from typing import Final

from mitmproxy import http

from vecgate.api.routes import OwnRequest
from vecgate.dialects import Dialect
from vecgate.domain.call import Call
from vecgate.domain.exchange import Exchange, Raw, need
from vecgate.masking.apply import record_ids
from vecgate.parsing.inflate import NotWhole, OverBound, coding_of, inflated
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused
from vecgate.steps._base import Step
from vecgate.steps.decide import may_ask

#: A body of so many bytes is read within some milliseconds.
_LARGE: Final = 256 * 1024
_ID_TOKEN: Final = record_ids.HINT.encode()
#: What said how the body was packed, and is no longer true.
_OF_THE_PACKED: Final = ("content-encoding", "content-length")


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
        exchange.raw = await self._unpacked(exchange.raw)
        own = self._own(exchange)
        if own is not None:
            exchange.call, exchange.operation, exchange.local = own
        else:
            dialect = self.gate.dialect(upstream)
            exchange.asked = exchange.call = await _read(dialect, exchange.raw)
            may = partial(may_ask, self.gate, exchange)
            exchange.operation = await dialect.classify(exchange.call, self.gate.ask(upstream), may=may)
            await self._open_ids(exchange)
        return None

    def _own(self, exchange: Exchange) -> OwnRequest | None:
        own = self.gate.own_request(need(exchange.principal), exchange.raw)
        return own or self.gate.unmasking(exchange) or self.gate.previewing(exchange)

    async def _open_ids(self, exchange: Exchange) -> None:
        """Ids that were shown as tokens become the ids that they stand for, before anything is decided on them."""
        call, operation = need(exchange.call), need(exchange.operation)
        if _ID_TOKEN not in call.body or not isinstance(call.tree, dict):
            return
        dialect = self.gate.dialect(need(exchange.upstream))
        inlets, rewritten = dialect.inlets(operation), partial(dialect.rewritten, operation)
        tree = await self.gate.record_ids.open(call.tree, inlets, rewritten, *self.gate.whose(exchange))
        exchange.asked = exchange.call = dialect.rebuilt(call, tree)

    async def _unpacked(self, raw: Raw) -> Raw:
        """The same with its body as the client had it before it packed it. Only now: whoever asks is known."""
        told = [value for name, value in raw.headers if name == "content-encoding"]
        if not told:
            return raw
        most = self.gate.settings.limits.request_body
        try:
            body = await inflated(raw.body, coding_of(told), most)
        except NotWhole as e:
            raise CallRefused(refuse("body.unreadable", detail=f"it is compressed, and {e}")) from e
        except OverBound as e:
            raise CallRefused(refuse("body.too_large", limit=most)) from e
        headers = tuple((name, value) for name, value in raw.headers if name not in _OF_THE_PACKED)
        return Raw(raw.method, raw.target, headers, body)
