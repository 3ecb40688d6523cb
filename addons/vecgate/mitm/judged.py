"""Whose large body is not read? Theirs whom the head of their request refuses: for what it is, or for its token.

Who shows no good token is refused by `steps/identify.py` all the same, once the body is there. What comes without a
token (a logout, what a pager says) is small. Of all others, only so many bytes are in hand at once: more wait.
"""

from mitmproxy import http

from vecgate.domain.exchange import Exchange
from vecgate.gate import Gate
from vecgate.handling.unpacking import room
from vecgate.identity import bearer
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import VecgateError
from vecgate.refusals.mapping import refusal_for
from vecgate.steps._base import EXCHANGES, show


async def is_refused(gate: Gate | None, flow: http.HTTPFlow, size: int) -> bool:
    """Whether nothing of its body, of some `size` bytes, is to be read; then the flow has the refusal as its answer."""
    exchange = EXCHANGES.get(flow)
    if exchange is None:
        return False
    if exchange.refusal is None and gate is not None:
        exchange.refusal = await _why(gate, exchange, size)
        if exchange.refusal is not None:
            show(flow, gate, exchange, exchange.refusal)
    return exchange.refusal is not None


async def _why(gate: Gate, exchange: Exchange, size: int) -> Refusal | None:
    try:
        token = bearer.read(exchange.credentials, gate.token_headers)
        if token is None:
            return refuse("identity.missing")
        principal = await gate.verifier.check(token, exchange.client)
        await room(gate, exchange, principal.key, size)
    except VecgateError as e:
        return refusal_for(e, upstream="", sent=False, answer_body=0)
    return None
