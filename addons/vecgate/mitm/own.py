"""What speaks HTTP/1.1 with clients? Our own layer, on a parser that is our own (`parsing/talk.py`).

In the place of mitmproxy's HttpLayer, HttpStream and Http1Server, inside its TLS and its modes: the same flows, and the
same hooks in the same order. It is one layer where mitmproxy has three, and tells `clients.py` how far each request
has come.
"""

import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from mitmproxy import http
from mitmproxy.connection import ConnectionState
from mitmproxy.net.http.status_codes import RESPONSES
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import CommandGenerator

from vecgate.mitm import carried
from vecgate.mitm.carried import TERMS, Carried, Carry
from vecgate.mitm.shut import last_answer, refusal_for
from vecgate.parsing.talk import Ahead, Head, Large, Over, Said, Talk, Unread, Waits, Whole
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.steps._base import UNREAD

_PIECE: Final = 256 * 1024
_GO_ON: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class OwnLayer(layer.Layer):
    """HTTP/1.1 with one client."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        limits = TERMS.limits
        self._talk = Talk(limits.header_bytes, limits.request_body, limits.pipelined_bytes)
        self._out: list[commands.Command] = []
        self._now: Carried | None = None  # the request that is being read, or worked on
        self._is_at_work = self._is_over = False

    def handle_event(self, event: events.Event) -> CommandGenerator[None]:
        """mitmproxy's: what happened, and what is to be done then. Nothing here waits, so nothing is put off."""
        out: list[commands.Command] = []
        self._out = out
        if isinstance(event, events.DataReceived):
            self._talk.receive(event.data)
            self._read()
        elif isinstance(event, events.HookCompleted):
            assert isinstance(event.command, Carry)
            event.command.then()
        elif isinstance(event, events.ConnectionClosed):
            self._leave()
        self._out = []  # what was sent is not kept
        yield from out

    _handle_event = handle_event

    def _read(self) -> None:
        while (said := self._talk.next()) is not None:
            _HEARD[type(said)](self, said)
        if self._talk.in_head:
            TERMS.clients.begins(self.context.client.id)

    def _begin(self, head: Head) -> None:
        where = self.context
        host, port = where.server.address[:2] if where.server.address else ("", 0)
        scheme = b"https" if where.server.tls else b"http"
        self._now = Carried(
            where,
            http.Request(
                host, port, head.method, scheme, b"", head.target, head.version, http.Headers(head.fields), None,
                None, time.time(), None,
            ),
        )  # fmt: skip
        TERMS.clients.has_head(where.client.id)
        self._now.begin()

    def _look_at(self, said: Large) -> None:
        """A large body is read once there is room for it, and whoever sends it is known; till then nothing is."""
        now = self._now
        assert now is not None
        TERMS.clients.stops(self.context.client.id)
        self._carry(now.judge(said.size), lambda: self._judged(now))

    def _judged(self, of: Carried) -> None:
        TERMS.clients.goes_on(self.context.client.id)
        if self._now is not of or self._is_over:
            return
        if of.is_refused:
            self._turn_away(of)
        else:
            self._talk.admit()
            self._read()

    def _turn_away(self, failed: Carried) -> None:
        self._now = None
        answer, request = failed.flow.response, failed.flow.request
        assert answer is not None
        answer.headers["connection"] = "close"
        self._talk.turn_away()
        self._send(_written(answer.data, with_body=request.data.method != b"HEAD"))
        self._carry(failed.fail(UNREAD))

    def _go_on(self, _: Waits) -> None:
        assert self._now is not None
        self._send(_GO_ON)
        self._now.flow.request.headers.pop("expect", None)

    def _work(self, said: Whole) -> None:
        assert self._now is not None
        self._is_at_work = True
        TERMS.clients.has_body(self.context.client.id)
        self._carry(self._now.work(said.body), self._answer)

    def _answer(self) -> None:
        done, self._now, self._is_at_work = self._now, None, False
        if self._is_over:
            return
        if done is None or not done.is_answered:
            self._end()
            return
        answer, request = done.flow.response, done.flow.request
        assert answer is not None
        data, client = answer.data, self.context.client.id
        # After a 400 it is a matter of opinion where that request ends, and the next one begins.
        is_last = not self._talk.again or data.status_code == 400 or TERMS.clients.is_spent(client)
        is_last = is_last or "close" in answer.headers.get("connection", "").lower()
        if is_last:
            answer.headers["connection"] = "close"
        self._send(_written(data, with_body=request.data.method != b"HEAD"))
        TERMS.clients.answered(client)
        if is_last:
            self._end()
        else:
            self._talk.answered()
            self._read()

    def _refuse(self, said: Unread) -> None:
        """Say why it is not read. The rest of a body that is too large is let come, for its sender to read why."""
        failed, self._now = self._now, None
        limits = TERMS.limits
        refusal = (
            refusal_for(413, limits.request_body) if said.too_large else refuse("protocol.invalid", detail=said.why)
        )
        self._send(self._said(failed.flow.request if failed is not None else None, refusal))
        if not said.too_large:
            self._end()
        if failed is not None:
            self._carry(failed.fail(carried.TOO_LARGE if said.too_large else UNREAD))

    def _leave(self, _: Ahead | None = None) -> None:
        """The client has gone, or will say nothing more, or too much, which is the same to us."""
        left = self._now
        if not self._is_over:
            self._end()
        if left is None or left.left:
            return
        left.left = True
        if not self._is_at_work:  # its body was on the way
            self._now = None
            self._carry(left.fail(carried.LEFT))

    def _said(self, request: http.Request | None, refusal: Refusal) -> bytes:
        return last_answer(TERMS.words(self.context, request, refusal))

    def _send(self, data: bytes) -> None:
        """In pieces: OpenSSL keeps as much memory as it ever encrypted at once, for as long as a connection is."""
        for at in range(0, len(data), _PIECE):
            self._out.append(commands.SendData(self.context.client, data[at : at + _PIECE]))

    def _end(self, _: Over | None = None) -> None:
        self._is_over = True
        self._talk.stop()
        if self.context.client.state is not ConnectionState.CLOSED:
            self._out.append(commands.CloseConnection(self.context.client))

    def _carry(self, work: Coroutine[Any, Any, None], then: Callable[[], None] | None = None) -> None:
        self._out.append(Carry.of(self, work, then))


def _written(data: http.ResponseData, *, with_body: bool) -> bytes:
    reason = data.reason or RESPONSES.get(data.status_code, "").encode()
    lines = [b"HTTP/1.1 %d %b" % (data.status_code, reason), *(b"%b: %b" % one for one in data.headers.fields)]
    # Bytes after the head of an answer to HEAD would be read as the next answer (RFC 9110 section 9.3.2).
    return b"\r\n".join(lines) + b"\r\n\r\n" + ((data.content or b"") if with_body else b"")


#: What is done with what was said. A table: it is looked into several times for each request.
_HEARD: Final[Mapping[type[Said], Callable[[OwnLayer, Any], None]]] = {
    Head: OwnLayer._begin,
    Large: OwnLayer._look_at,
    Waits: OwnLayer._go_on,
    Whole: OwnLayer._work,
    Unread: OwnLayer._refuse,
    Ahead: OwnLayer._leave,
    Over: OwnLayer._end,
}
