"""With which short-lived credential? Issued in the caller's name, never longer than their token, for no more than this.

Under a grant it is for the collections of the call alone: a grant may be for less than its rule.
"""

from mitmproxy import http

from vecgate.credentials.scoping import scope
from vecgate.domain.exchange import Exchange, need
from vecgate.policy.rules.outright import outright
from vecgate.refusals.catalogue import Refusal
from vecgate.steps._base import Step


class Lease(Step):
    """principal + upstream -> exchange.lease"""

    name = "lease"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        principal, upstream = need(exchange.principal), need(exchange.upstream)
        operation, decision = need(exchange.operation), need(exchange.decision)
        named = outright(self.gate.policies.current, decision.rule) if decision.grant is None else frozenset[str]()
        exchange.lease = await self.gate.leases.get(principal, upstream.name, scope(operation, named))
        return None
