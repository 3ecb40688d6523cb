"""With which short-lived credential? Issued on the caller's own login, never longer than their token."""

from mitmproxy import http

from vecgate.exchange import Exchange, need
from vecgate.refusals import Refusal
from vecgate.step import Step


class Lease(Step):
    """principal + upstream -> exchange.lease"""

    name = "lease"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        if exchange.local is not None:
            return None
        principal, token, upstream = need(exchange.principal), need(exchange.token), need(exchange.upstream)
        exchange.lease = await self.gate.leases.get(principal, token, upstream.name)
        return None
