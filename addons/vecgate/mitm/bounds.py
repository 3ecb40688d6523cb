"""How much may a client send before we listen no more? Our own half of mitmproxy's HTTP/1, and of its TLS greeting.

mitmproxy buffers without a bound what it cannot use yet: a head that never ends, requests sent ahead of an answer,
the line before a chunk, trailers, the first message of TLS. Here each has one. What is over it is refused while an
answer can still be read, else the connection is closed. Also told here: how far each request has come (`clients.py`).
"""

from typing import ClassVar, Final

from mitmproxy.connection import ConnectionState
from mitmproxy.http import Request
from mitmproxy.net.http.http1 import expected_http_body_size
from mitmproxy.proxy import commands, events, server
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import CommandGenerator
from mitmproxy.proxy.layers import http, tls
from mitmproxy.proxy.layers.http import _base, _events, _http1

from vecgate.mitm import heads, patched
from vecgate.mitm.carried import LEFT, TERMS, Words
from vecgate.mitm.clients import Clients
from vecgate.mitm.shut import last_answer, refusal_for
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.rendering import Rendered, plain
from vecgate.settings.limits import Limits

type Commands = CommandGenerator[None]

#: How many times the largest body is read and thrown away, so that its sender comes to read why.
_DRAINED: Final = 4


def _plainly(_context: Context, _request: Request | None, refusal: Refusal) -> Rendered:
    return plain(refusal)


_original_drain: Final = server.ConnectionHandler.drain_writers
_original_greeting: Final = tls.ClientTLSLayer.receive_handshake_data


class BoundedServer(_http1.Http1Server):
    """mitmproxy's HTTP/1 towards clients, with an end to everything."""

    limits: ClassVar[Limits] = Limits()
    clients: ClassVar[Clients] = Clients()
    _read = 0  # bytes of the body that came, and those that may still come after it was refused
    _unread = 0

    def read_headers(self, event: events.ConnectionEvent) -> Commands:
        """As Http1Server.read_headers, up to `header_bytes`."""
        if isinstance(event, events.DataReceived) and self.buf:
            self.clients.begins(self.conn.id)
            found = heads.problem(bytes(self.buf), self.limits.header_bytes)
            if found is not None:
                yield from self._refuse(found)
                return
        for command in super().read_headers(event):
            if isinstance(command, commands.SendData):  # mitmproxy's own words for a head that it cannot read
                command = commands.SendData(self.conn, self._said(refusal_for(400)))
            if isinstance(command, _base.ReceiveHttp) and isinstance(command.event, _events.RequestHeaders):
                self.clients.has_head(self.conn.id)
                self._read = 0
            yield command

    def read_body(self, event: events.Event) -> Commands:
        """As Http1Server.read_body; the line before a chunk up to `header_bytes`, and no trailers."""
        number = self.stream_id
        if isinstance(event, events.ConnectionClosed):
            yield from self._left()
            return
        try:
            for command in super().read_body(event):
                if isinstance(command, _base.ReceiveHttp) and isinstance(command.event, _events.RequestEndOfMessage):
                    self.clients.has_body(self.conn.id)
                elif isinstance(command, _base.ReceiveHttp) and isinstance(command.event, _events.RequestData):
                    self._read += len(command.event.data)
                elif isinstance(command, commands.CloseConnection) and self.response is None:  # a broken chunk
                    yield commands.SendData(self.conn, self._said(refusal_for(400)))
                yield command
        except NotImplementedError:
            yield from self._refuse("trailers", number)
            return
        if self.state == self.read_body and len(self.buf) > self.limits.header_bytes:
            yield from self._refuse("the line before a chunk is too long", self.stream_id)

    def wait(self, event: events.Event) -> Commands:
        """As Http1Server.wait, up to `pipelined_bytes`: beyond it, whoever sends is taken to have left."""
        if isinstance(event, events.DataReceived) and len(self.buf) > self.limits.pipelined_bytes:
            self.state = self.done
            yield from self._left()
            return
        yield from super().wait(event)

    def drain(self, event: events.Event) -> Commands:
        """The rest of a body that is refused is not kept: whoever reads only after sending gets to read why."""
        self._unread -= len(self.buf)
        self.buf.maybe_extract_at_most(len(self.buf))
        if isinstance(event, events.ConnectionClosed) or self._unread <= 0:
            self.state = self.done
            yield commands.CloseConnection(self.conn)

    def _said(self, refusal: Refusal) -> bytes:
        return last_answer(TERMS.words(self.context, self.request, refusal))

    def _fail(self, code: _events.ErrorCode) -> Commands:
        """As Http1Server.send does it, in the database's words; a body that is too large is let come to its end."""
        status = code.http_status_code()
        if not self.conn.state & ConnectionState.CAN_WRITE:
            return
        if status is not None and not self.response:
            yield commands.SendData(self.conn, self._said(refusal_for(status, self.limits.request_body)))
            if status == 413 and self.state == self.read_body:
                told = expected_http_body_size(self.request) if self.request is not None else None
                most = _DRAINED * self.limits.request_body
                self._unread = most if told is None or told < 0 else min(told - self._read, most)
                self.state = self.drain
                yield from self.drain(events.Start())
                return
        yield commands.CloseConnection(self.conn)

    def send(self, event: _events.HttpEvent) -> Commands:
        """As Http1Server.send; the last answer of a connection says that it is the last.

        A 400 is always the last: where that request ends, and the next one begins, is then a matter of opinion.
        """
        if isinstance(event, _events.ResponseEndOfMessage):
            self.clients.answered(self.conn.id)
        if isinstance(event, _events.ResponseProtocolError):
            yield from self._fail(event.code)
            return
        status = event.response.status_code if isinstance(event, _events.ResponseHeaders) else 0
        if isinstance(event, _events.ResponseHeaders) and (status == 400 or self._is_spent(status)):
            event.response.headers["connection"] = "close"
        yield from super().send(event)
        if 100 <= status < 200:
            self.response = None  # it was not the answer: an error may still be told

    def _is_spent(self, status: int) -> bool:
        return status >= 200 and self.clients.is_spent(self.conn.id)

    def _left(self) -> Commands:
        yield commands.CloseConnection(self.conn)
        yield _base.ReceiveHttp(
            _events.RequestProtocolError(self.stream_id, LEFT, _events.ErrorCode.CLIENT_DISCONNECTED)
        )

    def _refuse(self, detail: str, number: int | None = None) -> Commands:
        """Say why and close; `number` is the stream of a request that has begun."""
        refusal = refuse("protocol.invalid", detail=detail)
        self.state = self.done
        yield commands.SendData(self.conn, self._said(refusal))
        yield commands.CloseConnection(self.conn)
        if number is not None:
            yield _base.ReceiveHttp(
                _events.RequestProtocolError(number, "the request could not be read", _events.ErrorCode.KILL)
            )


def _greeting(self: tls.ClientTLSLayer, data: bytes) -> CommandGenerator[tuple[bool, str | None]]:
    if self.client_hello_parsed:
        return (yield from _original_greeting(self, data))
    if len(self.recv_buffer) + len(data) > BoundedServer.limits.header_bytes:
        return False, "the TLS greeting is too long"
    done, problem = yield from _original_greeting(self, data)
    # Its words repeat the whole greeting.
    return done, "the TLS greeting cannot be read" if problem and problem.startswith("Cannot parse") else problem


async def _drained(self: server.ConnectionHandler) -> None:
    """Between two reads of a connection: whoever is to wait is not read from, and in the end cannot send."""
    await _original_drain(self)  # type: ignore[no-untyped-call]
    await BoundedServer.clients.may_read(self.client.id)


def bound(limits: Limits, clients: Clients, words: Words = _plainly) -> None:
    """Bound every connection from now on, for the life of this process or until the next call."""
    patched.check("bounds")
    BoundedServer.limits, BoundedServer.clients = limits, clients
    TERMS.limits, TERMS.clients, TERMS.words = limits, clients, words
    clients.limits = limits
    patched.replace(http, "Http1Server", BoundedServer)
    patched.replace(server.ConnectionHandler, "drain_writers", _drained)
    patched.replace(tls.ClientTLSLayer, "receive_handshake_data", _greeting)
