"""How does an answer go out over HTTP/2? As its client has windows for it: head, body piece by piece, trailers."""

from collections.abc import Mapping
from typing import Final

import h2.connection
from h2.errors import ErrorCodes
from hyperframe.frame import GoAwayFrame
from mitmproxy.http import Response

from vecgate.mitm.h2.frames import LONGEST, Frames
from vecgate.mitm.h2.stream import Pairs, Stream

_UNREAD: Final = 4  # largest answers that one client may leave untaken; a request more is reset
_SHORT: Final = 64 * 1024
#: Headers that belong to HTTP/1 alone (RFC 9113 section 8.2.2).
_OF_HTTP_1: Final = frozenset({b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"})


def is_last(response: Response) -> bool:
    """Whether it says, as over HTTP/1, that its connection is to end."""
    return any(k.lower() == b"connection" and v.lower() == b"close" for k, v in response.headers.fields)


def goaway(last: int, code: ErrorCodes) -> bytes:
    """No stream after that one is listened to. Those up to it are answered, as hyper-h2 would not do any more."""
    return GoAwayFrame(0, last_stream_id=last, error_code=code).serialize()


class Answers:
    """Those of one connection. `largest`: bytes of the largest answer that there can be."""

    def __init__(
        self, line: h2.connection.H2Connection, frames: Frames, streams: Mapping[int, Stream], largest: int
    ) -> None:
        self._h2, self._frames, self._streams, self._most = line, frames, streams, _UNREAD * largest

    def is_beyond(self, response: Response, unsent: int) -> bool:
        """Whether it is more than is kept of answers that their client does not take, `unsent` bytes among them.

        What is short is kept.
        """
        length = len(response.raw_content or b"")
        return length > _SHORT and length + unsent + sum(len(one.rest) for one in self._streams.values()) > self._most

    def begin(self, stream: Stream, response: Response) -> None:
        """Say its head; the rest is for `pump`."""
        pairs: Pairs = [(name.lower(), value) for name, value in response.headers.fields]
        head = [(b":status", b"%d" % response.status_code), *(one for one in pairs if one[0] not in _OF_HTTP_1)]
        stream.rest = memoryview(response.raw_content or b"")
        stream.trailers = list(response.trailers.fields) if response.trailers is not None else []
        stream.let_go()
        self._frames.worked()
        self._h2.send_headers(stream.number, head, end_stream=stream.is_sent)

    def pump(self, stream: Stream) -> bool:
        """Send what there are windows for; whether that was all."""
        while stream.rest:
            room = min(self._h2.local_flow_control_window(stream.number), LONGEST, len(stream.rest))
            if room <= 0:
                return False
            piece, stream.rest = bytes(stream.rest[:room]), stream.rest[room:]
            self._h2.send_data(stream.number, piece, end_stream=stream.is_sent)
            self._frames.sent(room)
        if stream.trailers and not stream.goes_on:
            self._h2.send_headers(stream.number, stream.trailers, end_stream=True)
        return not stream.goes_on
