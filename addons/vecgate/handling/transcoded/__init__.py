"""How does a call of gRPC pass steps that know REST? Read into its twin; its answer is printed from the twin's."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial

from vecgate.dialects.base.grpc import leg
from vecgate.dialects.base.grpc.protocol import ABORTED, PERMISSION_DENIED, STATUSES, UNAVAILABLE, Grpc, Reply
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.upstream import Upstream
from vecgate.egress.turns import Turn
from vecgate.egress.wire import Ticket
from vecgate.gate import Gate
from vecgate.handling.unpacking import room
from vecgate.parsing import grpc_framing as framing
from vecgate.parsing.inflate import NotWhole, OverBound, coding_of, inflated
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, MaskFailed

type Pairs = tuple[tuple[str, str], ...]

_HEADERS: Pairs = (("content-type", framing.CONTENT_TYPE), (framing.ACCEPTED, ",".join(framing.CODINGS)))


@dataclass(frozen=True, slots=True)
class Said:
    """What a client of gRPC gets: always status 200; a body and trailers, or trailers alone, which stand as headers."""

    headers: Pairs
    body: bytes = field(default=b"", repr=False)
    trailers: Pairs = ()


def grpc_of(gate: Gate, upstream: Upstream) -> Grpc | None:
    """How it is spoken to over gRPC; None: it is not, or no client may."""
    return gate.dialect(upstream).grpc if upstream.grpc_url else None


def is_spoken(gate: Gate, exchange: Exchange, *, over_2: bool) -> bool:
    """Whether its upstream is spoken to in the way in which it came: as gRPC, or as REST, over HTTP/2 or 1."""
    upstream = need(exchange.upstream)
    if exchange.grpc:
        return grpc_of(gate, upstream) is not None
    return not over_2 or bool(upstream.grpc_url)


def spoken(gate: Gate, exchange: Exchange) -> Grpc | None:
    """How this exchange is transcoded; None: it came as REST."""
    return grpc_of(gate, need(exchange.upstream)) if exchange.grpc else None


async def message(gate: Gate, exchange: Exchange) -> bytes:
    """The one message of a unary call, unpacked. Raises CallRefused (`body.*`)."""
    told = [value.lower() for name, value in exchange.raw.headers if name == framing.ENCODING]
    try:
        found = framing.unframed(exchange.raw.body)
    except framing.NotFramed as e:
        raise CallRefused(refuse("body.unreadable", cause="said", detail=f"of its message, {e}")) from e
    return await unpacked(
        found, told, gate.settings.limits.request_body, partial(room, gate, exchange, need(exchange.principal).key)
    )


async def unpacked(found: framing.Framed, told: list[str], most: int, may: Callable[[int], Awaitable[None]]) -> bytes:
    """A message of at most so many bytes; `told`: in which coding it is; `may`: waited for where it is large.

    Raises CallRefused as `message` does.
    """
    try:
        return await inflated(found.message, _coding(told), most, may) if found.is_packed else found.message
    except NotWhole as e:
        raise CallRefused(refuse("body.unreadable", cause="said", detail=f"it is compressed, and {e}")) from e
    except OverBound as e:
        raise CallRefused(refuse("body.too_large", limit=most)) from e


def _coding(told: list[str]) -> str:
    found = coding_of(told)
    if found not in framing.CODINGS[1:]:
        raise NotWhole("in no coding that is taken here")
    return found


async def read(gate: Gate, exchange: Exchange, grpc: Grpc) -> Call:
    """The twin of what was called. Raises CallRefused (`route.*`, `body.*`)."""
    grpc.method(exchange.grpc)  # what is not known, or never let through, is not unpacked
    said = await message(gate, exchange)
    if len(said) <= framing.LONG:
        return grpc.read(exchange.grpc, said, exchange.raw.headers)
    return await asyncio.to_thread(grpc.read, exchange.grpc, said, exchange.raw.headers)


def outgoing(gate: Gate, exchange: Exchange, call: Call) -> Call:
    """A call as its server gets it, over whichever protocol its client speaks. Raises CallRefused."""
    grpc = spoken(gate, exchange)
    return gate.dialect(need(exchange.upstream)).outgoing(call) if grpc is None else leg.outgoing(grpc, call)


async def answered(gate: Gate, exchange: Exchange, ticket: Ticket, call: Call, turn: Turn) -> Answer:
    """What the database says to a call, as the twin's answer. Raises as `Wire.send` does, and MaskFailed."""
    grpc = spoken(gate, exchange)
    if grpc is None:
        return await gate.wire.send(ticket, gate.dialect(need(exchange.upstream)).outgoing(call), turn=turn)
    answer = await gate.wire.send(ticket, leg.outgoing(grpc, call), grpc.key, turn)
    heard = leg.heard(grpc, call, answer)
    exchange.kept = heard.kept
    return heard.answer


def given(gate: Gate, exchange: Exchange) -> Said:
    """The masked answer as its client gets it. Raises MaskFailed where its message cannot say it."""
    grpc, answer, asked = need(spoken(gate, exchange)), need(exchange.answer), need(exchange.asked)
    try:
        reply = grpc.given(asked, Answer(answer.status, body=exchange.masked or b""), exchange.kept)
    except ValueError as e:
        raise MaskFailed("the masked answer cannot be said in its message") from e
    if reply.status == UNAVAILABLE and exchange.operation is not None and exchange.operation.group != "read":
        reply = replace(reply, status=ABORTED)  # perhaps it was done: official clients would send it again
    return _said(reply, tuple(exchange.notes.items()))


def printed(exchange: Exchange) -> Said:
    """What `given` has made of the answer, before it was recorded. Raises RuntimeError where it has not."""
    if not isinstance(exchange.printed, Said):
        raise RuntimeError("an earlier step of the path has not run")  # noqa: TRY004 - it is no matter of types
    return exchange.printed


def refused(gate: Gate | None, exchange: Exchange, refusal: Refusal) -> Said:
    """A refusal in the database's own way over gRPC, or in the plain one.

    What may have been executed is never called UNAVAILABLE: official clients would send it again.
    """
    grpc = grpc_of(gate, exchange.upstream) if gate is not None and exchange.upstream is not None else None
    if grpc is None:
        reply = Reply(None, STATUSES.get(refusal.status, PERMISSION_DENIED), str(refusal))
    else:
        reply = grpc.refused(exchange.grpc, refusal, exchange.agent)
    if reply.status == UNAVAILABLE and exchange.sent:
        reply = replace(reply, status=PERMISSION_DENIED)
    return _said(reply, retry_after=refusal.retry_after)


def opened(gate: Gate, exchange: Exchange) -> Said | None:
    """What the gateway answers itself, whoever asks, so that clients start; None: it is a call. Never fails."""
    try:
        grpc, found = spoken(gate, exchange), framing.unframed(exchange.raw.body)
        reply = None if grpc is None or found.is_packed else grpc.opened(exchange.grpc, found.message)
    except (framing.NotFramed, CallRefused):
        return None
    return None if reply is None else _said(reply)


def empty() -> Said:
    """That all is well, and no more."""
    return _said(Reply(b""))


def _said(reply: Reply, more: Pairs = (), retry_after: int | None = None) -> Said:
    ended = (*framing.ended(reply.status, reply.text, retry_after), *reply.metadata)
    if reply.message is None:
        return Said((*_HEADERS, *more, *ended))
    return Said((*_HEADERS, *more), framing.framed(reply.message), ended)
