"""Whose large body is not read? Theirs whom the head of their request refuses: for what it is, or for its token.

Who shows no token, or what is none, is refused by `steps/identify.py` all the same, once the body is there. What
comes without a token (a logout, what a pager says) is small.
"""

from mitmproxy import http

from vecgate.domain.principal import Secret
from vecgate.gate import Gate
from vecgate.identity import bearer
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import TokenInvalid
from vecgate.refusals.mapping import refusal_for
from vecgate.steps._base import EXCHANGES, show


def is_refused(gate: Gate | None, flow: http.HTTPFlow) -> bool:
    """Whether nothing of its body is needed to refuse it; then the flow has the refusal as its answer."""
    exchange = EXCHANGES.get(flow)
    if exchange is None:
        return False
    if exchange.refusal is None and gate is not None:
        exchange.refusal = _of_token(gate, exchange.credentials)
        if exchange.refusal is not None:
            show(flow, gate, exchange, exchange.refusal)
    return exchange.refusal is not None


def _of_token(gate: Gate, credentials: tuple[tuple[str, Secret], ...]) -> Refusal | None:
    try:
        token = bearer.read(credentials, gate.token_headers)
    except TokenInvalid as e:
        return refusal_for(e, upstream="", sent=False, answer_body=0)
    return refuse("identity.missing") if token is None else None
