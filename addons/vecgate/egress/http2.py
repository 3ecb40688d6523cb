"""Over which connection does a call go that is one of HTTP/2 (gRPC)? One of a lease's own, one call at a time on each.

Beside `connections.py`, which keeps the pool: the same promises, another protocol. On hyper-h2; whatever a server does
that nobody asked for ends the connection.
"""

import asyncio
from typing import Any, Final

import h2.events
import h2.exceptions
import h2.settings
from h2.errors import ErrorCodes

from vecgate.egress.connections import Connection
from vecgate.parsing.framing import NotHttp, TooLarge
from vecgate.parsing.grpc_framing import HEAD as FRAMING
from vecgate.parsing.http2 import Http2Line
from vecgate.refusals.errors import Part, Unavailable

ALPN: Final = "h2"
#: What a server may send ahead of being read: all that is kept is bounded by the answer's limit.
_WINDOW: Final = 4 * 1024 * 1024
_FRAME: Final = 16_384
_IDLE_BYTES: Final = 16_384  # between two calls: settings, pings; more is odd

_OF_AN_ANSWER: Final = (
    h2.events.ResponseReceived,
    h2.events.DataReceived,
    h2.events.TrailersReceived,
    h2.events.StreamEnded,
    h2.events.StreamReset,
)

type Pairs = tuple[tuple[str, str], ...]


class Asked:
    """The head of one request, and its answer as that comes in. `limit` bounds the answer's body, in bytes."""

    def __init__(self, head: Pairs, limit: int) -> None:
        self.head = head
        self.status = 0
        self.body = bytearray()
        self._limit = limit
        self._fields: dict[str, list[str]] = {}

    def values(self, name: str) -> list[str]:
        """The values of a header or a trailer, given in lower case."""
        return self._fields.get(name, [])

    @property
    def size(self) -> int:
        """How many bytes its message has, as its head says; its limit, where that is not so."""
        told = int.from_bytes(self.body[1:FRAMING]) if len(self.body) >= FRAMING else 0
        return told if len(self.body) <= told + FRAMING else self._limit

    def told(self, pairs: Any) -> None:
        """Headers or trailers came. Raises NotHttp."""
        for name, value in pairs or ():
            key, text = bytes(name).decode("latin-1"), bytes(value).decode("latin-1")
            if key == ":status":
                if self.status or not text.isdigit():
                    raise NotHttp("no one status")
                self.status = int(text)
            else:
                self._fields.setdefault(key, []).append(text)

    def take(self, data: bytes) -> None:
        """A piece of the body. Raises TooLarge."""
        self.body += data
        if len(self.body) > self._limit:
            raise TooLarge("over the bound")


class Http2Connection(Connection[Asked]):
    """One connection."""

    def __init__(self) -> None:
        super().__init__()
        self._h2 = Http2Line(client_side=True)
        self._unsent = memoryview(b"")
        self._number = 0
        self._ends = False
        self._idle = 0

    @property
    def is_good(self) -> bool:
        return super().is_good and not self._ends

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's: it is open."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None and tls.selected_alpn_protocol() != ALPN:
            self.why_not = "it does not speak HTTP/2"
            return
        self._h2.initiate_connection()
        codes = h2.settings.SettingCodes
        self._h2.update_settings({codes.ENABLE_PUSH: 0, codes.INITIAL_WINDOW_SIZE: _WINDOW})
        self._h2.increment_flow_control_window(_WINDOW)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """asyncio's: something came."""
        self._idle = 0 if self._reader is not None else self._idle + len(data)
        if self._idle > _IDLE_BYTES:
            self.cut()
            return
        try:
            for event in self._h2.receive_data(data):
                self._one(event)
            self._send()
        except (NotHttp, TooLarge, Unavailable) as e:
            self._fail(e)
        except (h2.exceptions.H2Error, ValueError):
            self._fail(NotHttp("no HTTP/2"))
        self._flush()

    def _one(self, event: Any) -> None:
        number, asked = getattr(event, "stream_id", None), self._reader
        if isinstance(event, h2.events.ConnectionTerminated):
            self._ends = True
            if asked is not None and (event.last_stream_id or 0) < self._number:
                raise Unavailable(Part.UPSTREAM, "it takes no more calls")
        elif isinstance(event, _OF_AN_ANSWER) and asked is not None and number == self._number:
            self._of(asked, event)
        elif isinstance(event, _OF_AN_ANSWER):
            raise NotHttp("something nobody asked for")

    def _of(self, asked: Asked, event: Any) -> None:
        match event:
            case h2.events.StreamReset():
                if event.error_code == ErrorCodes.REFUSED_STREAM:
                    raise Unavailable(Part.UPSTREAM, "it takes no more calls")
                raise NotHttp("reset")
            case h2.events.DataReceived():
                asked.take(event.data or b"")
                self._halt(asked.size)
                self._h2.acknowledge_received_data(event.flow_controlled_length, self._number)
            case h2.events.StreamEnded():
                self._ends |= bool(self._unsent)  # answered before all of it was read
                if self._answered is not None and not self._answered.done():
                    self._answered.set_result(True)
            case _:
                asked.told(event.headers)

    def _begin(self, raw: bytes, asked: Asked) -> None:
        self._idle, self._unsent = 0, memoryview(raw)
        self._number = self._h2.get_next_available_stream_id()
        self._h2.send_headers(self._number, [(k.encode(), v.encode()) for k, v in asked.head], end_stream=not raw)
        self._send()
        self._flush()

    def _goes_on(self, asked: Asked) -> bool:
        return not self._ends

    def _send(self) -> None:
        """What the server has windows for."""
        while self._unsent and self._reader is not None:
            room = min(self._h2.local_flow_control_window(self._number), _FRAME, len(self._unsent))
            if room <= 0:
                return
            piece, self._unsent = bytes(self._unsent[:room]), self._unsent[room:]
            self._h2.send_data(self._number, piece, end_stream=not self._unsent)

    def _flush(self) -> None:
        if (data := self._h2.data_to_send()) and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)
