"""How do programs that speak gRPC outlive a token (HTTP/2)? Call by call, as others do over HTTP/1.1 (`endpoint.py`).

Each call is a stream: its key is looked at and the token of now takes its place; message by message it goes on to the
gateway, and what comes back comes back. Nothing is held but what the other side has no room for yet, and only as much
as the windows of both let through.
"""

import selectors
import socket
import ssl
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import h2.config
import h2.connection
import h2.events as said
from h2.errors import ErrorCodes
from h2.exceptions import ProtocolError, StreamClosedError, TooManyStreamsError
from hyperframe.frame import GoAwayFrame

from vecgate.refusals.errors import VecgateError

#: More than a record of TLS holds, so that none of it is left where nobody sees it.
_PIECE: Final = 64 * 1024
_PIECES: Final = 16
#: Who does not take what it is told (answers to pings, refusals) is heard no further than this, in bytes.
_UNSAID: Final = 1024 * 1024
#: Seconds for what is left to say at the end.
_LAST: Final = 5.0
#: Codes of gRPC: https://grpc.io/docs/guides/status-codes/
UNAVAILABLE: Final = 14
UNAUTHENTICATED: Final = 16

type Headers = list[tuple[str, str]]


class Refused(VecgateError):
    """A call goes no further; `code` is gRPC's word for it."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class _Patient(h2.connection.H2Connection):
    """As hyper-h2's; who takes no more calls still answers those that are there, or waits for them (RFC 9113, 6.8)."""

    def _receive_goaway_frame(self, frame: Any) -> tuple[list[Any], list[said.Event]]:
        told = said.ConnectionTerminated()
        told.error_code, told.last_stream_id = frame.error_code, frame.last_stream_id
        return [], [told]


class _Side:
    """One of the two connections, and by its streams what comes from them."""

    def __init__(self, line: ssl.SSLSocket, *, is_client: bool) -> None:
        line.setblocking(False)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each window waits for a word of its receipt
        self.line, self.out, self.ways = line, bytearray(), dict[int, _Way]()
        self.h2 = _Patient(h2.config.H2Configuration(client_side=is_client, header_encoding="utf-8"))
        self.h2.initiate_connection()

    def came(self) -> list[Any]:
        """What it says, some pieces at a time. Raises EOFError at its end, OSError, ProtocolError."""
        found: list[Any] = []
        for _ in range(_PIECES):
            try:
                raw = self.line.recv(_PIECE)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return found
            if not raw and not found:
                raise EOFError
            if not raw:
                return found
            found += self.h2.receive_data(raw)
        return found

    def wanted(self) -> int:
        """What is waited for: what it says, and that it takes what it is told. Raises OSError."""
        is_said = self.sent()
        listens = selectors.EVENT_READ if len(self.out) < _UNSAID else 0
        return listens | (0 if is_said else selectors.EVENT_WRITE)

    def sent(self) -> bool:
        """Whether it took all that is to be said. Raises OSError."""
        self.out += self.h2.data_to_send()
        try:
            while self.out:
                del self.out[: self.line.send(self.out[:_PIECE])]
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        return True


@dataclass(slots=True, eq=False)
class _Way:
    """What goes from a stream of one side to one of the other. `waits`: data, and headers that are its last."""

    source: _Side
    of: int
    target: _Side
    to: int
    waits: deque[bytes | Headers] = field(default_factory=deque)
    ends: bool = False

    def end(self, headers: Headers | None = None) -> None:
        """That is all; once."""
        if not self.ends:
            self.waits.append(headers or [])
            self.ends = True

    def go(self) -> None:
        """As far as there is room. Raises StreamClosedError where nobody listens any more."""
        while self.waits:
            first = self.waits[0]
            if isinstance(first, list):
                if first:
                    self.target.h2.send_headers(self.to, first, end_stream=True)
                else:
                    self.target.h2.end_stream(self.to)
            else:
                room = min(self.target.h2.local_flow_control_window(self.to), self.target.h2.max_outbound_frame_size)
                if room <= 0:
                    return
                self.target.h2.send_data(self.to, first[:room])
                self.took(len(first[:room]))
                if first[room:]:
                    self.waits[0] = first[room:]
                    continue
            self.waits.popleft()

    def took(self, size: int) -> None:
        """So much was passed on, or let go: as much may come."""
        if size:
            self.source.h2.acknowledge_received_data(size, self.of)

    def gone(self) -> None:
        """Nothing more goes this way."""
        waits, self.ends = list(self.waits), True
        self.waits.clear()
        self.took(sum(len(one) for one in waits if isinstance(one, bytes)))


class Streams:
    """A client's connection. `line`: to it, after the handshake. `reached`: a line to the gateway.

    `told`: what goes to the gateway in the place of a call's headers; it raises Refused.
    """

    def __init__(
        self, line: ssl.SSLSocket, reached: Callable[[], ssl.SSLSocket], told: Callable[[Headers], Headers]
    ) -> None:
        self._client, self._gateway = _Side(line, is_client=False), list[_Side]()
        self._reached, self._told, self._leaves = reached, told, False

    def run(self) -> None:
        """Until one of both goes."""
        try:
            while True:
                self._turn([self._client, *self._gateway])
        except (EOFError, OSError, ProtocolError):
            return
        finally:
            self._last(self._client)
            for one in self._gateway:
                self._last(one)
                one.line.close()

    def _last(self, side: _Side) -> None:
        """What is still to be said there, if it is taken soon."""
        with suppress(OSError, ProtocolError):
            side.line.settimeout(_LAST)
            side.line.sendall(bytes(side.out) + side.h2.data_to_send())

    def _turn(self, sides: list[_Side]) -> None:
        """Say what can be said, and take in what comes. Raises EOFError, OSError, ProtocolError at the end."""
        for side in sides:
            for way in list(side.ways.values()):
                self._go(way)
        if self._leaves and not self._client.ways:
            raise EOFError
        with selectors.DefaultSelector() as ready:
            for side in sides:
                ready.register(side.line, side.wanted(), side)
            came = [key.data for key, how in ready.select() if how & selectors.EVENT_READ]
        for side in came:
            for event in side.came():
                self._on(side, event)

    def _go(self, way: _Way) -> None:
        try:
            way.go()
        except StreamClosedError:
            way.gone()
        if way.target is self._client and way.ends and not way.waits:  # answered: whatever was still to be said
            self._over(way)

    def _over(self, way: _Way) -> None:
        """Neither way of a call goes on."""
        for one in (way.source.ways.pop(way.of, None), way.target.ways.pop(way.to, None)):
            if one is not None:
                if not one.ends:
                    self._reset(one.target, one.to, ErrorCodes.CANCEL)
                one.gone()

    def _on(self, side: _Side, event: Any) -> None:
        match event:
            case said.RequestReceived():
                self._asked(event.stream_id, _texts(event.headers), is_whole=event.stream_ended is not None)
            case said.ConnectionTerminated():
                self._farewell(side, event)
            case said.DataReceived():
                self._data(side, event)
            case said.StreamReset() | said.StreamEnded() | said.TrailersReceived():
                if (way := side.ways.get(event.stream_id)) is not None:
                    self._ended(way, event)
            case said.ResponseReceived() | said.InformationalResponseReceived():
                if (way := side.ways.get(event.stream_id)) is not None:
                    self._answered(way, event)

    def _data(self, side: _Side, event: said.DataReceived) -> None:
        way = side.ways.get(event.stream_id)
        if way is None or way.ends:  # of a call that was refused, or answered
            side.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            return
        way.took(event.flow_controlled_length - len(event.data))
        way.waits.append(event.data)

    def _ended(self, way: _Way, event: Any) -> None:
        if isinstance(event, said.TrailersReceived):
            way.end(_texts(event.headers))
        elif isinstance(event, said.StreamEnded):
            way.end()
        elif not (way.ends and way.target is self._client):  # else the answer is whole, and still on its way
            self._reset(way.target, way.to, event.error_code)
            way.ends = True
            self._over(way)

    def _answered(self, way: _Way, event: Any) -> None:
        if getattr(event, "stream_ended", None) is not None:
            return way.end(_texts(event.headers))
        try:
            way.target.h2.send_headers(way.to, event.headers)
        except StreamClosedError:
            way.gone()

    def _asked(self, stream: int, headers: Headers, *, is_whole: bool) -> None:
        try:
            kept = self._told(headers)
            if self._leaves:
                return self._reset(self._client, stream, ErrorCodes.REFUSED_STREAM)
            if not self._gateway:
                self._gateway.append(_Side(self._reached(), is_client=True))
        except Refused as e:
            return self._refused(stream, headers, e)
        (gateway,) = self._gateway
        there = gateway.h2.get_next_available_stream_id()
        try:
            gateway.h2.send_headers(there, kept, end_stream=is_whole)
        except TooManyStreamsError:  # RFC 9113 section 8.7: it was not passed on, and may come again
            return self._reset(self._client, stream, ErrorCodes.REFUSED_STREAM)
        self._client.ways[stream] = _Way(self._client, stream, gateway, there, ends=is_whole)
        gateway.ways[there] = _Way(gateway, there, self._client, stream)

    def _refused(self, stream: int, headers: Headers, why: Refused) -> None:
        text = f"vecgate exec: {why}"
        shown = "".join(c if " " <= c <= "~" and c != "%" else "?" for c in text)
        if any(name == "content-type" and value.startswith("application/grpc") for name, value in headers):
            no = [("content-type", "application/grpc"), ("grpc-status", str(why.code)), ("grpc-message", shown)]
            return self._client.h2.send_headers(stream, [(":status", "200"), *no], end_stream=True)
        status = "401" if why.code == UNAUTHENTICATED else "502"
        self._client.h2.send_headers(stream, [(":status", status), ("content-type", "text/plain")])
        return self._client.h2.send_data(stream, f"{shown}\n".encode(), end_stream=True)

    def _reset(self, side: _Side, stream: int, code: ErrorCodes | int) -> None:
        with suppress(StreamClosedError):
            side.h2.reset_stream(stream, code)

    def _farewell(self, side: _Side, event: Any) -> None:
        """What is under way is answered, where nothing is wrong; a client is told to begin another connection."""
        if event.error_code != ErrorCodes.NO_ERROR:
            raise EOFError
        if side is not self._client and not self._leaves:
            last = max(self._client.h2.highest_inbound_stream_id, 0)
            self._client.out += self._client.h2.data_to_send() + GoAwayFrame(0, last_stream_id=last).serialize()
        self._leaves = True


def _texts(headers: Iterable[Any]) -> Headers:
    return [(str(name), str(value)) for name, value in headers]
