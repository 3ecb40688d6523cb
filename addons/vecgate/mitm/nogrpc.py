"""What is a client told that speaks gRPC, or HTTP/2 at all? That REST is spoken here, in a shape that it shows.

A client of gRPC offers HTTP/2 alone in its greeting of TLS. It would tell its user of a broken connection, and try
again for minutes, if nobody answered in HTTP/2. So such a greeting is taken, and each call on it is refused with
PERMISSION_DENIED, which no official client repeats. Nothing of a call is read but its first headers; the connection
ends within the time of a first head.
"""

from typing import Final
from urllib.parse import quote

import h2.config
import h2.connection
import h2.events
import h2.exceptions
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import CommandGenerator
from mitmproxy.proxy.layers import http
from mitmproxy.proxy.layers.http import _base

from vecgate.mitm import patched
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.rendering import plain

type Commands = CommandGenerator[None]

#: Bytes, and calls, after which a connection is closed.
_MOST_BYTES: Final = 256 * 1024
_MOST_CALLS: Final = 32
_DENIED: Final = "7"  # PERMISSION_DENIED
H2: Final = b"h2"


class NoGrpc(_base.HttpConnection):
    """In the place of mitmproxy's HTTP/2 towards clients."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, context.client)
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self._bytes = self._calls = 0
        self._is_over = False

    def _handle_event(self, event: events.Event) -> Commands:
        if isinstance(event, events.Start):
            self._h2.initiate_connection()
            yield from self._sent()
        elif isinstance(event, events.DataReceived) and not self._is_over:
            self._bytes += len(event.data)
            yield from self._read(event.data)
        elif isinstance(event, events.ConnectionClosed):
            yield commands.CloseConnection(self.conn)

    def _read(self, data: bytes) -> Commands:
        try:
            for event in self._h2.receive_data(data):
                if isinstance(event, h2.events.RequestReceived) and event.stream_id is not None:
                    self._calls += 1
                    self._answer(event.stream_id, {str(k): str(v) for k, v in event.headers or []})
        except (h2.exceptions.H2Error, ValueError):
            self._is_over = True
        if self._bytes > _MOST_BYTES or self._calls >= _MOST_CALLS:
            self._is_over = True
        yield from self._sent()
        if self._is_over:
            yield commands.CloseConnection(self.conn)

    def _answer(self, stream: int, headers: dict[str, str]) -> None:
        refusal = refuse("protocol.grpc")
        if headers.get("content-type", "").startswith("application/grpc"):
            self._h2.send_headers(stream, _denied(refusal), end_stream=True)
            return
        said = plain(refusal)
        self._h2.send_headers(stream, [(":status", str(said.status)), *said.headers])
        self._h2.send_data(stream, said.body, end_stream=True)

    def _sent(self) -> Commands:
        data = self._h2.data_to_send()
        if data:
            yield commands.SendData(self.conn, data)


def _denied(refusal: Refusal) -> list[tuple[str, str]]:
    """An answer of gRPC that is its trailers alone; its text is percent-encoded there."""
    told = quote(str(refusal), safe=" !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~")
    return [(":status", "200"), ("content-type", "application/grpc"), ("grpc-status", _DENIED), ("grpc-message", told)]


def speaks_h2_alone(offered: list[bytes]) -> bool:
    """Whether a greeting of TLS offers HTTP/2, and nothing that is spoken here."""
    return H2 in offered and not any(one.startswith(b"http/1") for one in offered)


def refuse_grpc() -> None:
    """For the life of this process."""
    patched.check("nogrpc")
    patched.replace(http, "Http2Server", NoGrpc)
