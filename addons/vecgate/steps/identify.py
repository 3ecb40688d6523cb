"""Who is calling? The token stands where the SDK puts its key; without a good one nothing is read."""

from mitmproxy import http

from vecgate.domain.exchange import Exchange
from vecgate.handling.callers import held, logout, on_call
from vecgate.handling.callers.proving import certificate, proven
from vecgate.handling.locked import locked
from vecgate.identity import bearer
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.steps._base import Step


class Identify(Step):
    """credentials -> exchange.principal"""

    name = "identify"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        if exchange.raw.method == "POST" and not exchange.grpc:  # signed by whoever sends it, without a token
            if exchange.raw.target == logout.PATH:
                return await logout.logged_out(self.gate, exchange)
            if exchange.raw.target.startswith(on_call.PATH):
                return await on_call.told(self.gate, exchange)
        token = bearer.read(exchange.credentials, self.gate.token_headers)
        if token is None:
            return refuse("identity.missing")
        client = flow.client_conn
        principal = await self.gate.verifier.check(token, exchange.client)
        if principal.proof:
            shown = certificate(client.certificate_list[0].fingerprint()) if client.certificate_list else ""
            principal = await proven(self.gate, exchange, principal, token, secure=client.tls, certificate=shown)
        exchange.principal, exchange.token = principal, token
        return await locked(self.gate, exchange) or held.elsewhere(exchange)
