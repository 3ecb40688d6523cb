"""With which short-lived credential? Issued in the caller's name, never longer than their token."""

from mitmproxy import http

from vecgate.domain.exchange import Exchange, need
from vecgate.refusals.catalogue import Refusal
from vecgate.steps._base import Step


class Lease(Step):
    """principal + upstream -> exchange.lease"""

    name = "lease"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        principal, upstream = need(exchange.principal), need(exchange.upstream)
        exchange.lease = await self.gate.leases.get(principal, upstream.name)
        return None
