"""How are searches sent over HTTP/2, as REST or as gRPC? A load generator's client: one connection, several streams.

On hyper-h2 in Python, as the gateway's own side is: it takes more of the machine than aiohttp does over HTTP/1.1, so of
two rows the CPU of what stands between can be compared, and requests per second only with that in mind.
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, Self

import h2.config
import h2.connection
import h2.events
import h2.exceptions

_WINDOW: Final = 4 * 1024 * 1024
_FRAME: Final = 16_384

type Pairs = Sequence[tuple[str, str]]


class Lost(OSError):
    """The connection ended, or a stream was reset."""


class _Stream:
    """One request: what is still to be sent of it, and its answer so far."""

    def __init__(self, body: bytes, loop: asyncio.AbstractEventLoop) -> None:
        self.rest = memoryview(body)
        self.fields: dict[str, str] = {}
        self.body = bytearray()
        self.done: asyncio.Future[None] = loop.create_future()


class Streams(asyncio.Protocol):
    """One connection over TLS. Use it as a context manager, inside the running loop."""

    def __init__(self) -> None:
        config = h2.config.H2Configuration(client_side=True, header_encoding="utf-8")
        self._h2 = h2.connection.H2Connection(config)
        self._open: dict[int, _Stream] = {}
        self._transport: Any = None

    @classmethod
    async def to(cls, host: str, port: int, trusted: ssl.SSLContext) -> Self:
        """Connect; `trusted` offers h2. Raises OSError, also for a server that does not speak it."""
        loop = asyncio.get_running_loop()
        way, made = await loop.create_connection(cls, host, port, ssl=trusted)
        if way.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
            way.abort()
            raise Lost("it does not speak HTTP/2")
        return made

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's: it is open."""
        self._transport = transport
        self._h2.initiate_connection()
        self._h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: _WINDOW})
        self._h2.increment_flow_control_window(_WINDOW)
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: it is gone."""
        self._lose(exc)

    def data_received(self, data: bytes) -> None:
        """asyncio's: something came."""
        try:
            for event in self._h2.receive_data(data):
                self._one(event)
        except h2.exceptions.H2Error as e:
            self._lose(e)
        self._flush()

    def _lose(self, why: Exception | None) -> None:
        for stream in self._open.values():
            if not stream.done.done():
                stream.done.set_exception(Lost(type(why).__name__ if why else "closed"))

    def _one(self, event: Any) -> None:
        stream = self._open.get(getattr(event, "stream_id", None) or 0)
        match event:
            case h2.events.ConnectionTerminated():
                self._lose(Lost("GOAWAY"))
            case h2.events.WindowUpdated():
                for number in list(self._open):
                    self._pump(number)
            case _ if stream is not None and not stream.done.done():
                self._of(stream, event)

    def _of(self, stream: _Stream, event: Any) -> None:
        match event:
            case h2.events.ResponseReceived() | h2.events.TrailersReceived():
                stream.fields |= dict(event.headers)
            case h2.events.DataReceived():
                stream.body += event.data
                self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                stream.done.set_result(None)
            case h2.events.StreamReset():
                stream.done.set_exception(Lost(f"reset: {event.error_code}"))

    async def ask(self, head: Pairs, body: bytes) -> tuple[dict[str, str], bytes]:
        """One request, and its answer: headers with trailers, and body. Raises Lost."""
        number = self._h2.get_next_available_stream_id()
        stream = self._open[number] = _Stream(body, asyncio.get_running_loop())
        self._h2.send_headers(number, list(head), end_stream=not body)
        self._pump(number)
        self._flush()
        try:
            await stream.done
        finally:
            del self._open[number]
        return stream.fields, bytes(stream.body)

    def _pump(self, number: int) -> None:
        """Send of a body what there are windows for."""
        stream = self._open[number]
        while stream.rest:
            with suppress(h2.exceptions.StreamClosedError):
                room = min(self._h2.local_flow_control_window(number), _FRAME, len(stream.rest))
                if room <= 0:
                    return
                piece, stream.rest = bytes(stream.rest[:room]), stream.rest[room:]
                self._h2.send_data(number, piece, end_stream=not stream.rest)
                continue
            return

    def _flush(self) -> None:
        if (data := self._h2.data_to_send()) and not self._transport.is_closing():
            self._transport.write(data)


def trusting(ca: str) -> ssl.SSLContext:
    """What such a connection is opened with."""
    made = ssl.create_default_context(cafile=ca)
    made.set_alpn_protocols(["h2"])
    return made
