"""Whose large body is read, over HTTP/2, and when? As over HTTP/1: it has its turn, and its window opens then.

Till then a client can send `AHEAD` of it, and then no more; others on the same connection go on.
"""

from vecgate.mitm.carried import Carry
from vecgate.mitm.h2.connection import AHEAD, WINDOW
from vecgate.mitm.h2.leaving import Http2Leaving
from vecgate.mitm.h2.stream import Stream
from vecgate.steps._base import UNREAD


class Http2Judges(Http2Leaving):
    """A connection that reads large bodies in their turns."""

    def _window(self, stream: Stream) -> None:
        if stream.waits and stream.judged == "not yet" and (size := stream.large()):
            stream.judged = "now"
            self._out.append(Carry.of(self, stream.carried.judge(size), lambda: self._judged(stream)))
        if stream.judged != "now":
            super()._window(stream)

    def _judged(self, stream: Stream) -> None:
        stream.judged, stream.since = "done", self._now()
        if self._is_over or not stream.waits:
            return
        if stream.carried.is_refused:
            self._unread(stream, UNREAD)
        elif stream.has_come:
            self._whole(stream)
        else:
            self._h2.increment_flow_control_window(WINDOW - AHEAD, stream.number)
            self._window(stream)

    def _whole(self, stream: Stream) -> None:
        if stream.judged == "now":
            stream.has_come = True
        else:
            super()._whole(stream)

    def _look_at(self, stream: Stream, now: float) -> None:
        if stream.judged != "now":
            super()._look_at(stream, now)
