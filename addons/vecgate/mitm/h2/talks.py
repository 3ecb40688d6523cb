"""Which requests of an HTTP/2 connection are streams of many calls (gRPC), and when does each go on?

Windows of such a stream open as its messages are worked off, those of its connection at once, so that one that is held
does not stop the others.
"""

import contextlib
from typing import Any, Final

import h2.exceptions
from h2.errors import ErrorCodes
from mitmproxy import http

from vecgate.mitm.carried import TERMS, Carry
from vecgate.mitm.h2.judging import Http2Judges
from vecgate.mitm.h2.stream import Stream
from vecgate.mitm.h2.talking import Late, Talking
from vecgate.parsing import grpc_framing as framing

#: Of one connection, at a time; clients have one or two. More are told to come again (REFUSED_STREAM).
MOST: Final = 8
_FIELDS: Final = (
    (b"content-type", framing.CONTENT_TYPE.encode()),
    (b"grpc-accept-encoding", ",".join(framing.CODINGS).encode()),
)
#: How every one is answered, to begin with.
_HEAD: Final = http.Response(b"HTTP/2.0", 200, b"", http.Headers(_FIELDS), b"", None, 0.0, None)


class Http2Talks(Http2Judges):
    """A connection some of whose streams go on."""

    def __init__(self, *of: Any, **how: Any) -> None:
        super().__init__(*of, **how)
        self._talks: dict[int, Talking] = {}

    def _begun(self, stream: Stream) -> None:
        flow = stream.carried.flow
        streamed = TERMS.streamed(flow)
        if streamed is None:
            super()._begun(stream)
        elif len(self._talks) >= MOST:
            self._drop(stream, ErrorCodes.REFUSED_STREAM)
            stream.is_whole = True
            self._forget(stream)
        else:
            talking = Talking(self.context, flow.request, streamed, stream.gone, self._now)
            self._talks[stream.number] = talking
            self.clients.talks.add(talking)

    # what comes

    def _take(self, number: int, stream: Stream | None, data: bytes, length: int) -> None:
        talking = self._talks.get(number)
        if stream is None or talking is None or not stream.waits:
            super()._take(number, stream, data, length)
            return
        if length and not self._is_over:
            self._h2.increment_flow_control_window(length)
        stream.unacked += length
        talking.take(data)
        self._go_on(stream, talking)

    def _window(self, stream: Stream) -> None:
        talking = self._talks.get(stream.number)
        if talking is None:
            super()._window(stream)
            return
        if stream.unacked and talking.is_hungry and stream.waits and not talking.needs_room:
            with contextlib.suppress(h2.exceptions.H2Error):
                self._h2.increment_flow_control_window(stream.unacked, stream.number)
            stream.unacked = 0

    def _whole(self, stream: Stream) -> None:
        talking = self._talks.get(stream.number)
        if talking is None:
            super()._whole(stream)
            return
        stream.is_whole = True
        talking.over()
        self._go_on(stream, talking)

    def _lose(self, stream: Stream) -> None:
        talking = self._talks.get(stream.number)
        if talking is None:
            super()._lose(stream)
            return
        talking.leave()
        stream.rest = memoryview(b"")
        stream.leave()
        if not talking.is_busy:
            self._forget(stream)

    def _forget(self, stream: Stream) -> None:
        talking = self._talks.pop(stream.number, None)
        if talking is not None:
            talking.leave()
            self.clients.talks.discard(talking)
        super()._forget(stream)

    # what is done

    def _pump(self, stream: Stream | None) -> None:
        talking = self._talks.get(stream.number) if stream is not None else None
        if stream is None or talking is None:
            super()._pump(stream)
        else:
            self._go_on(stream, talking)

    def _go_on(self, stream: Stream, talking: Talking) -> None:
        """Say what is to be said, and do the next piece of work once its client has taken that."""
        if stream.is_lost or self._is_over:
            if not talking.is_busy:
                self._forget(stream)
            return
        self._say_all(stream, talking)
        if stream.number not in self._talks or stream.rest:
            return
        work = talking.next()
        self._window(stream)
        if work is not None:
            self._out.append(Carry.of(self, work, lambda: self._worked(stream, talking)))
        else:
            self._say_all(stream, talking)  # that nothing more comes may have ended it

    def _worked(self, stream: Stream, talking: Talking) -> None:
        if not self._is_over:
            self._frames.worked()
            self.clients.takes(self.conn.id, len(self._streams), begun=talking.counted())
            if self.clients.is_spent(self.conn.id):
                self._say_farewell()
        self._go_on(stream, talking)

    def _say_all(self, stream: Stream, talking: Talking) -> None:
        said, ended = talking.said()
        if not (said or ended or stream.is_answered):
            return
        if not stream.is_answered:
            stream.goes_on = stream.is_answered = True
            self._answers.begin(stream, _HEAD)
        if said:
            stream.since = stream.since if stream.rest else self._now()
            stream.rest = memoryview(bytes(stream.rest) + said)
        if ended is not None:
            stream.goes_on, stream.is_over, stream.trailers = False, True, ended
        if self._answers.pump(stream):
            self._forget(stream)

    def _is_held(self, stream: Stream) -> bool:
        return stream.number in self._talks or super()._is_held(stream)

    # time

    def _look_at(self, stream: Stream, now: float) -> None:
        talking = self._talks.get(stream.number)
        if talking is None:
            super()._look_at(stream, now)
            return
        ends = self._ends or TERMS.ends() or self.clients.is_spent(self.conn.id)
        late: Late = talking.late(ends=ends)
        if stream.rest:
            late = "cut" if now - stream.since >= self.limits.answer_seconds else ""
        if late == "close":
            talking.closes()
            self._go_on(stream, talking)
        elif late == "cut":  # as clients know it of a server that is gone: what is not acknowledged, they send again
            self._drop(stream, ErrorCodes.INTERNAL_ERROR)
            self._lose(stream)
