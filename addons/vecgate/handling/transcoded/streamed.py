"""How does a stream of gRPC pass steps that know unary calls? Message by message, each unpacked and made a call."""

import asyncio
from functools import partial
from typing import Final

from mitmproxy import http

from vecgate.dialects.base.grpc.protocol import UNKNOWN, Asked, Grpc, Reply
from vecgate.domain.call import Answer
from vecgate.domain.exchange import BodyTurn, Exchange
from vecgate.domain.upstream import Upstream
from vecgate.gate import Gate
from vecgate.handling import transcoded
from vecgate.handling.unpacking import room
from vecgate.parsing import grpc_framing as framing
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused

#: Whose large messages on streams are: all of them have one share, as only their calls tell who writes.
_OF_STREAMS: Final = ""


def streaming(gate: Gate) -> frozenset[str]:
    """The methods, of whichever upstream, whose calls are streams."""
    spoken = [one for upstream in gate.registry if (one := transcoded.grpc_of(gate, upstream)) is not None]
    return frozenset(path for one in spoken for path, row in one.methods.items() if row.streams)


def streamed(gate: Gate, upstream: Upstream, path: str, headers: transcoded.Pairs) -> "Streamed | None":
    """The stream that a call of this method is; None: it is none."""
    grpc = transcoded.grpc_of(gate, upstream)
    row = grpc.methods.get(path) if grpc is not None else None
    if grpc is None or row is None or not row.streams:
        return None
    return Streamed(gate, grpc, path, headers)


async def begun(gate: Gate, exchange: Exchange, grpc: Grpc) -> bool:
    """Whether it is the beginning of a stream, and answered by that; what is written on it are calls of their own.

    Raises CallRefused for what is no message.
    """
    row = grpc.methods.get(exchange.grpc)
    if row is None or not row.streams or not grpc.begins(exchange.grpc, await transcoded.message(gate, exchange)):
        return False
    exchange.answer, exchange.printed = Answer(200), transcoded.empty()
    return True


class Streamed:
    """One stream of a client. Lives as long as it; whose it is, each of its calls is asked anew."""

    def __init__(self, gate: Gate, grpc: Grpc, path: str, headers: transcoded.Pairs) -> None:
        self.talk = grpc.talk(path)
        self.turn: BodyTurn | None = None
        self._gate, self._grpc, self._path = gate, grpc, path
        self._coding = [value.lower() for name, value in headers if name == framing.ENCODING]

    async def room(self, size: int) -> bool:
        """Wait until there is room for a message of so many bytes; whoever is not known has none."""
        self.talk.ended = self.talk.ended or self.talk.stranger
        if self.talk.ended is None:
            try:
                await room(self._gate, self, _OF_STREAMS, size)
            except CallRefused as e:
                self.refused(e.refusal)
        return self.talk.ended is None

    def let_go(self) -> None:
        """What it had in hand is worked off."""
        if self.turn is not None:
            self.turn.end()

    async def heard(self, found: framing.Framed) -> None:
        """A message has come."""
        try:
            most = self._gate.settings.limits.request_body
            message = await transcoded.unpacked(found, self._coding, most, partial(room, self._gate, self, _OF_STREAMS))
        except CallRefused as e:
            self.refused(e.refusal)
            return
        if len(message) <= framing.LONG:
            self.talk.heard(message)
        else:
            await asyncio.to_thread(self.talk.heard, message)

    def told(self, asked: Asked, response: http.Response | None) -> None:
        """So was a call answered, or refused."""
        self.talk.told(asked, reply_of(response))

    def refused(self, refusal: Refusal) -> None:
        """It cannot go on. What was written before is answered."""
        self.talk.ended = self.talk.ended or self._grpc.refused(self._path, refusal)


def reply_of(response: http.Response | None) -> Reply:
    """The answer to a call, as a client of gRPC reads it. One that is none of gRPC is given where there is no path."""
    told = dict[str, str]()
    if response is not None:
        ended = response.trailers if response.trailers is not None else http.Headers()
        told = {name.lower(): value for pairs in (response.headers, ended) for name, value in pairs.items()}
    if response is None or framing.STATUS not in told:
        return Reply(None, UNKNOWN, str(refuse("gate.closed")))
    status, text = int(told[framing.STATUS]), framing.percent_decoded(told.get(framing.TEXT, ""))
    body = response.raw_content or b""
    return Reply(framing.unframed(body).message if body and not status else None, status, text)
