"""How is HTTP/2 spoken on one connection with a client? On hyper-h2, with an owner for each stream, and bounds.

The same hooks as HTTP/1, in the same order, so that no step knows the difference. Bounded are: what frames cost
(`frames.py`), requests at a time and in all, those that are reset, what of their bodies is kept before they are whole,
how long a head, a body and the taking of an answer may last, and how long nothing need be said.
"""

import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import h2.events
import h2.exceptions
import h2.settings
from h2.errors import ErrorCodes
from hpack.exceptions import HPACKError
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import CommandGenerator
from mitmproxy.proxy.layers.http import _base

from vecgate.mitm.carried import LEFT, TERMS, TOO_LARGE, Carry
from vecgate.mitm.h2.answers import Answers, goaway, is_last
from vecgate.mitm.h2.frames import Flood, Frames
from vecgate.mitm.h2.stream import Pairs, Stream
from vecgate.parsing.http2 import Http2Line
from vecgate.steps._base import UNREAD

type Commands = CommandGenerator[None]

LOOK_SECONDS: Final = 0.5
WINDOW: Final = 1024 * 1024  # that a client may send ahead, of all requests
AHEAD: Final = 256 * 1024  # and of each, before it is known whether it is read


class Http2(_base.HttpConnection):
    """In the place of mitmproxy's HTTP/2 towards clients."""

    def __init__(self, context: Context, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(context, context.client)
        self._now = now
        self._h2 = Http2Line(client_side=False)
        self.limits, self.clients = TERMS.limits, TERMS.clients
        self._frames = Frames(self.limits.header_bytes, self.limits.stream_resets, now)
        self._streams: dict[int, Stream] = {}
        self._answers = Answers(self._h2, self._frames, self._streams, self.limits.answer_body)
        self._last = 0  # the last stream that is listened to
        self._ends = self._is_over = False
        self._wakes: float | None = None
        self._idle_since = now()
        self._stuck_since: float | None = None  # from when on its client takes nothing of what was sent
        self._out: list[commands.Command] = []

    def handle_event(self, event: events.Event) -> Commands:
        """As Layer.handle_event; nothing here waits, so nothing is put off."""
        if isinstance(event, events.Start):
            self._greet()
        elif isinstance(event, events.DataReceived):
            self._read(event.data)
        elif isinstance(event, events.ConnectionClosed):
            self._close(send=False)
        elif isinstance(event, events.HookCompleted):
            assert isinstance(event.command, Carry)
            event.command.then()
        elif isinstance(event, events.Wakeup):
            self._wakes = None
            self._look()
        self._flush()
        self._set_clock()
        out, self._out = self._out, []
        yield from out

    _handle_event = handle_event

    # what comes

    def _greet(self) -> None:
        codes, limits = h2.settings.SettingCodes, self.limits
        self._h2.initiate_connection()
        told: dict[int, int] = {codes.MAX_CONCURRENT_STREAMS: limits.streams, codes.INITIAL_WINDOW_SIZE: AHEAD}
        self._h2.update_settings({**told, codes.MAX_HEADER_LIST_SIZE: limits.header_bytes})
        self._h2.decoder.max_header_list_size = self.limits.header_bytes
        self._h2.increment_flow_control_window(WINDOW)

    def _read(self, data: bytes) -> None:
        if self._is_over:
            return
        try:
            self._frames.read(data)
            for event in self._h2.receive_data(data):
                self._one(event)
        except Flood as e:
            self._end(e.code)
        except (h2.exceptions.H2Error, ValueError) as e:  # hyper-h2 has written down why, for its client
            too_large = isinstance(e, h2.exceptions.DenialOfServiceError)
            if isinstance(e.__cause__, HPACKError) and not too_large:  # it has a code of its own (RFC 9113 section 4.3)
                self._h2.clear_outbound_data_buffer()
                self._end(ErrorCodes.COMPRESSION_ERROR)
            self._close()

    def _one(self, event: Any) -> None:
        number = getattr(event, "stream_id", None) or 0
        stream = self._streams.get(number)
        match event:
            case h2.events.RequestReceived():
                self._begin(number, [(bytes(name), bytes(value)) for name, value in event.headers])
            case h2.events.DataReceived():
                self._take(number, stream, event.data, event.flow_controlled_length)
            case h2.events.StreamReset():
                self._reset(stream, theirs=event.remote_reset)
            case h2.events.WindowUpdated():
                self._pump(stream) if number else self._pump_all()
            case _:
                self._other(event, stream)

    def _other(self, event: Any, stream: Stream | None) -> None:
        match event:
            case h2.events.StreamEnded() if stream is not None:
                self._whole(stream)
            case h2.events.RemoteSettingsChanged():
                self._pump_all()
            case h2.events.ConnectionTerminated():  # who says so waits for no answer
                self._close()

    def _reset(self, stream: Stream | None, *, theirs: bool) -> None:
        if not theirs:  # they had hyper-h2 do it (CVE-2025-8671)
            self._frames.reset()
        if stream is not None:
            self._lose(stream)

    def _begin(self, number: int, head: Pairs) -> None:
        if self._ends or len(self._streams) >= self.limits.streams:  # reset ones that are still at work count, too
            self._frames.pay(1)
            self._h2.reset_stream(number, ErrorCodes.REFUSED_STREAM)
            return
        self._last = number
        stream = self._streams[number] = Stream(number, head, self.context, self._now())
        self.clients.takes(self.conn.id, len(self._streams), begun=1)
        if self.clients.is_spent(self.conn.id):
            self._say_farewell()
        self._begun(stream)

    def _begun(self, stream: Stream) -> None:
        stream.carried.begin()

    def _take(self, number: int, stream: Stream | None, data: bytes, length: int) -> None:
        if stream is None or not stream.waits:  # of one that was refused: let it come to its end
            if length and not self._is_over:
                self._h2.acknowledge_received_data(length, number)
            return
        stream.body += data
        stream.unacked += length
        if len(stream.body) > stream.most:
            self._unread(stream, TOO_LARGE if len(stream.body) > self.limits.request_body else UNREAD)
        else:
            self._window(stream)

    def _unread(self, stream: Stream, words: str) -> None:
        stream.body, stream.is_over = bytearray(), True
        self._window(stream)
        self._carry(stream, stream.carried.fail(words))

    def _window(self, stream: Stream) -> None:
        if stream.unacked and not self._is_over:
            self._h2.acknowledge_received_data(stream.unacked, stream.number)
        stream.unacked = 0

    # what becomes of it

    def _whole(self, stream: Stream) -> None:
        if not stream.waits:
            return
        body, stream.body = bytes(stream.body), bytearray()
        if not stream.fits(len(body)):  # hyper-h2 looks only where there is a body
            self._drop(stream, ErrorCodes.PROTOCOL_ERROR)
            self._lose(stream)
            return
        stream.is_whole = True
        self._window(stream)
        self._carry(stream, stream.carried.work(body))

    def _carry(self, stream: Stream, work: Coroutine[Any, Any, None]) -> None:
        self._out.append(Carry.of(self, work, lambda: self._through(stream)))

    def _through(self, stream: Stream) -> None:
        stream.is_answered, stream.since = True, self._now()
        response = stream.answer
        if stream.is_lost or self._is_over:
            self._forget(stream)
        elif response is None or self._answers.is_beyond(response, self.clients.unsent(self.conn.id)):
            self._drop(stream, ErrorCodes.CANCEL)
            self._forget(stream)
        else:
            if is_last(response):
                self._say_farewell()
            self._answers.begin(stream, response)
            self._pump(stream)

    def _pump(self, stream: Stream | None) -> None:
        """Send of an answer what its client has windows for."""
        if stream is not None and stream.is_answered and not self._is_over and self._answers.pump(stream):
            self._forget(stream)

    def _pump_all(self) -> None:
        for stream in list(self._streams.values()):
            self._pump(stream)

    def _forget(self, stream: Stream) -> None:
        if self._streams.pop(stream.number, None) is None or self._is_over:
            return
        # One that was answered early may come to its end (`_take`): reset now, curl 7.88 shows no answer.
        self.clients.takes(self.conn.id, len(self._streams))
        self._idle_since = self._now()
        if self._ends and not self._streams:
            self._close()

    def _lose(self, stream: Stream) -> None:
        """Its client has left it: who works for it is told, and nobody answers."""
        stream.body, stream.rest = bytearray(), memoryview(b"")
        waited = stream.waits
        stream.leave()
        if stream.is_answered:
            self._forget(stream)
        elif waited:
            self._carry(stream, stream.carried.fail(LEFT))

    def _drop(self, stream: Stream, code: ErrorCodes) -> None:
        with contextlib.suppress(h2.exceptions.H2Error):  # it may be closed already
            self._h2.reset_stream(stream.number, code)

    # the end

    def _say_farewell(self) -> None:
        """Take no more requests; those that are here are answered (RFC 9113 section 6.8)."""
        if not self._ends:
            self._ends = True
            self._flush()
            self._out.append(commands.SendData(self.conn, goaway(self._last, ErrorCodes.NO_ERROR)))

    def _end(self, code: ErrorCodes) -> None:
        self._flush()
        self._out.append(commands.SendData(self.conn, goaway(self._last, code)))
        self._close(send=False)

    def _close(self, *, send: bool = True) -> None:
        if self._is_over:
            return
        if send:
            self._flush()
        self._is_over = True
        for stream in list(self._streams.values()):
            self._lose(stream)
        self.clients.takes(self.conn.id, 0)
        self._out.append(commands.CloseConnection(self.conn))

    def _flush(self) -> None:
        if not self._is_over and (data := self._h2.data_to_send()):
            self._out.append(commands.SendData(self.conn, data))

    # time

    def _set_clock(self) -> None:
        """Be woken while somebody is waited for."""
        if self._is_over:
            return
        waits = self._streams or self._frames.head_since is not None
        due = self._now() + (LOOK_SECONDS if waits else max(LOOK_SECONDS, self.limits.idle_seconds - LOOK_SECONDS))
        if self._wakes is None or due < self._wakes - LOOK_SECONDS:
            self._wakes = due
            self._out.append(commands.RequestWakeup(due - self._now()))

    def _look(self) -> None:
        """End what is late."""
        now, limits = self._now(), self.limits
        if self._is_over:
            return
        head = self._frames.head_since
        if head is not None and now - head >= limits.head_seconds:
            self._end(ErrorCodes.ENHANCE_YOUR_CALM)
            return
        self._stuck_since = (self._stuck_since or now) if self.clients.unsent(self.conn.id) else None
        if self._stuck_since is not None and now - self._stuck_since >= limits.answer_seconds:
            self._end(ErrorCodes.ENHANCE_YOUR_CALM)
            return
        for stream in list(self._streams.values()):
            self._look_at(stream, now)
        if not self._streams and head is None and now - self._idle_since >= limits.idle_seconds - 2 * LOOK_SECONDS:
            self._end(ErrorCodes.NO_ERROR)

    def _look_at(self, stream: Stream, now: float) -> None:
        most = self.limits.answer_seconds if stream.is_answered else self.limits.body_seconds
        if (stream.is_answered or stream.waits) and now - stream.since >= most:
            self._drop(stream, ErrorCodes.CANCEL)
            self._lose(stream)
