"""What may be seen and recorded of a request? Its body, masked, and its first line."""

import asyncio
from typing import Final
from urllib.parse import unquote

import orjson
from mitmproxy import http

from vecgate.domain.call import Call, Json
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.masking.apply.masker import RECORD_PROFILE, TooMuchNew
from vecgate.parsing.framing import LARGE
from vecgate.recording.later import NOTE
from vecgate.recording.pretty import without_vectors

#: Characters of a request that were never seen before and are analysed for the record before it goes out: they take a
#: third of a second.
SHOWN_AT_ONCE: Final = 20_000


async def shown(gate: Gate, exchange: Exchange) -> Json:
    """The request's body as it may be seen and recorded. Raises MaskFailed or Unavailable('masker')."""
    call, operation, upstream = exchange.call, exchange.operation, exchange.upstream
    if call is None or operation is None or upstream is None or call.tree is None:
        return None
    if operation.dialect != upstream.dialect:  # a call for the gateway itself: the dialect has not read it
        return await gate.masking.masker.mask_text(orjson.dumps(call.tree).decode(), RECORD_PROFILE)
    surface = gate.dialect(upstream).surface(operation, answer=False)
    said = await unmeasured(call)
    try:
        mask = gate.masking.masker.mask_tree
        tree, _ = await mask(said, surface, RECORD_PROFILE, *exchange.whose, at_most=SHOWN_AT_ONCE)
    except TooMuchNew:
        exchange.shown_later = exchange.shown_later is None
        return NOTE
    return tree


async def unmeasured(call: Call) -> Json:
    """The tree of a call without its vectors; of a large one beside the loop, so that others have their turns."""
    if len(call.body) <= LARGE:
        return without_vectors(call.tree)
    return await asyncio.to_thread(without_vectors, call.tree)


async def show_request(gate: Gate, exchange: Exchange) -> None:
    """Fill in what may be seen and recorded of a request that was read. Raises as `shown` does."""
    exchange.shown_call = await shown(gate, exchange)
    await show_target(gate, exchange)


async def show_target(gate: Gate, exchange: Exchange) -> None:
    """The same of its first line alone."""
    call, operation = exchange.call, exchange.operation
    if call is not None:
        collections, said = operation.collections if operation else (), [value for _, value in call.query]
        path, *names = await gate.masking.shown.names([unquote(call.path), *said, *collections])
        exchange.shown_target, exchange.shown_names = str(path), tuple(map(str, names[len(said) :]))
        keys = [key for key, _ in call.query]
        exchange.shown_query = tuple(zip(keys, map(str, names[: len(said)]), strict=True))


async def show_flow(gate: Gate, exchange: Exchange, flow: http.HTTPFlow) -> None:
    """The same, and put into the flow. An answer that could not be masked is not asked for. Raises as `shown` does."""
    if exchange.profile is not None:
        await gate.masking.masker.prepare(exchange.profile, exchange.tenant)
    await show_request(gate, exchange)
    flow.request.path = need(exchange.shown_target)
    if exchange.call is not None and exchange.call.body:
        flow.request.raw_content = orjson.dumps(exchange.shown_call)
