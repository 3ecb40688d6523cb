"""How did the client have a body before it packed it? Inflated within bounds; ids shown as tokens are opened."""

from functools import partial
from typing import Final

from vecgate.domain.exchange import Exchange, Raw, need
from vecgate.gate import Gate
from vecgate.masking.apply import record_ids
from vecgate.parsing.inflate import NotWhole, OverBound, coding_of, inflated
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: What said how the body was packed, and is no longer true.
_OF_THE_PACKED: Final = ("content-encoding", "content-length")
_ID_TOKEN: Final = record_ids.HINT.encode()


async def unpacked(gate: Gate, raw: Raw) -> Raw:
    """The same request with its body unpacked. Raises CallRefused (`body.unreadable`, `body.too_large`)."""
    told = [value for name, value in raw.headers if name == "content-encoding"]
    if not told:
        return raw
    most = gate.settings.limits.request_body
    try:
        body = await inflated(raw.body, coding_of(told), most)
    except NotWhole as e:
        raise CallRefused(refuse("body.unreadable", detail=f"it is compressed, and {e}")) from e
    except OverBound as e:
        raise CallRefused(refuse("body.too_large", limit=most)) from e
    headers = tuple((name, value) for name, value in raw.headers if name not in _OF_THE_PACKED)
    return Raw(raw.method, raw.target, headers, body)


async def open_ids(gate: Gate, exchange: Exchange) -> None:
    """Ids that were shown as tokens become the ids that they stand for, before anything is decided on them."""
    call, operation = need(exchange.call), need(exchange.operation)
    if _ID_TOKEN not in call.body or not isinstance(call.tree, dict):
        return
    dialect = gate.dialect(need(exchange.upstream))
    inlets, rewritten = dialect.inlets(operation), partial(dialect.rewritten, operation)
    tree = await gate.masking.record_ids.open(call.tree, inlets, rewritten, *exchange.whose)
    exchange.unopened = call.tree
    exchange.asked = exchange.call = dialect.rebuilt(call, tree)
