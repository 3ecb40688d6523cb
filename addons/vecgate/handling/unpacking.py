"""How did the client have a body before it packed it? Inflated within bounds; ids shown as tokens are opened."""

from dataclasses import replace
from functools import partial
from typing import Final, Protocol
from urllib.parse import quote

from vecgate.domain.call import Call
from vecgate.domain.exchange import BodyTurn, Exchange, Raw, need
from vecgate.gate import Gate
from vecgate.masking.apply import record_ids
from vecgate.parsing import paths
from vecgate.parsing.inflate import NotWhole, OverBound, coding_of, inflated
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: What said how the body was packed, and is no longer true.
_OF_THE_PACKED: Final = ("content-encoding", "content-length")
_ID_TOKEN: Final = record_ids.HINT.encode()
_IN_PATH: Final = quote(record_ids.HINT, safe="")


class Weighs(Protocol):
    """An exchange, or another that has the turn of a large body."""

    turn: BodyTurn | None


async def room(gate: Gate, of: Weighs, whose: str, size: int) -> None:
    """Wait until so many bytes of its body may be in hand; `whose` it is. Raises CallRefused (`body.waited`)."""
    of.turn = turn = of.turn or gate.bodies.turn(whose)
    try:
        await turn.reach(size, gate.settings.limits.body_seconds)
    except TimeoutError as e:
        raise CallRefused(refuse("body.waited")) from e


async def unpacked(gate: Gate, exchange: Exchange) -> Raw:
    """Its request with its body unpacked. Raises CallRefused (`body.unreadable`, `body.too_large`, `body.waited`)."""
    raw = exchange.raw
    told = [value for name, value in raw.headers if name == "content-encoding"]
    if not told:
        return raw
    most = gate.settings.limits.request_body
    try:
        body = await inflated(
            raw.body, coding_of(told), most, partial(room, gate, exchange, need(exchange.principal).key)
        )
    except NotWhole as e:
        raise CallRefused(refuse("body.unreadable", detail=f"it is compressed, and {e}")) from e
    except OverBound as e:
        raise CallRefused(refuse("body.too_large", limit=most)) from e
    headers = tuple((name, value) for name, value in raw.headers if name not in _OF_THE_PACKED)
    return Raw(raw.method, raw.target, headers, body)


async def _beside(gate: Gate, exchange: Exchange, call: Call) -> Call:
    """The call with the ids that its path and its query name; all else there was decided on as it stands."""
    if _IN_PATH not in call.path and not any(record_ids.is_token(value) for _, value in call.query):
        return call
    dialect = gate.dialect(need(exchange.upstream))
    named = [(at, str(id)) for at, id in dialect.ids(call, need(exchange.operation)) if record_ids.is_token(id)]
    means = {(at, id): await gate.masking.record_ids.one(id, at, *exchange.whose) for at, id in named if at[:1] != "/"}
    segments, places = paths.split(call.path)[0], dialect.match(call).route.path.strip("/").split("/")
    if len(segments) == len(places):
        pairs = zip(places, segments, strict=True)
        opened = paths.join([means.get((f"path:{place.strip('{}')}", one), one) for place, one in pairs])
        call = replace(call, path=opened)
    query = [(key, means.get((f"query:{key}", value), value)) for key, value in call.query]
    return replace(call, query=tuple(query))


async def open_ids(gate: Gate, exchange: Exchange) -> None:
    """Ids that were shown as tokens become the ids that they stand for, before anything is decided on them."""
    call, operation = need(exchange.call), need(exchange.operation)
    exchange.asked = exchange.call = call = await _beside(gate, exchange, call)
    if _ID_TOKEN not in call.body or not isinstance(call.tree, dict):
        return
    dialect = gate.dialect(need(exchange.upstream))
    named = [at for at, id in dialect.ids(call, operation) if at[:1] == "/" and record_ids.is_token(id)]
    inlets, rewritten = dialect.inlets(operation), partial(dialect.rewritten, operation)
    inlets = replace(inlets, names=(*inlets.names, *named))
    tree = await gate.masking.record_ids.open(call.tree, inlets, rewritten, *exchange.whose)
    exchange.unopened = call.tree
    exchange.asked = exchange.call = dialect.rebuilt(call, tree)
