"""Who owns one request of HTTP/2? A stream: what has come of it, who works on it, whether its client still waits."""

import time
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

from mitmproxy import http
from mitmproxy.proxy.context import Context

from vecgate.mitm.carried import TERMS, Carried
from vecgate.parsing import grpc_framing
from vecgate.parsing.framing import LARGE, UNTOLD

type Pairs = list[tuple[bytes, bytes]]

_GRPC: Final = grpc_framing.CONTENT_TYPE.encode()


class Gone:
    """Whether a client has reset its request, or the connection is no more. It knows no flow, so that none is kept."""

    __slots__ = ("is_true",)

    def __init__(self) -> None:
        self.is_true = False


#: By flow, of those over HTTP/2.
GONE: Final[WeakKeyDictionary[http.HTTPFlow, Gone]] = WeakKeyDictionary()


def gone_of(flow: http.HTTPFlow) -> Gone:
    """Of that flow; of one over HTTP/1, one that stays as it is."""
    return GONE.get(flow) or Gone()


def _request(head: Pairs, where: Context) -> http.Request:
    """`:authority` becomes the Host, as the door knows it; that trailers are taken (`te`) is what all of gRPC say."""
    told = dict(head)
    named = told.get(b":authority")
    hosts = [(b"host", named)] if named is not None else []
    rest = [one for one in head if one[0][:1] != b":" and one[0] != b"te" and (named is None or one[0] != b"host")]
    address: Any = where.server.address or ("", 0)
    return http.Request(
        address[0], address[1], told.get(b":method", b""), told.get(b":scheme", b""), b"", told.get(b":path", b""),
        b"HTTP/2.0", http.Headers([*hosts, *rest]), None, None, time.time(), None,
    )  # fmt: skip


class Stream:
    """One request. `since`: from when on its client is waited for, for its body, then for taking its answer.

    `unacked`: how much came for which no window was opened again; `is_over`: nothing more of it is read; `goes_on`:
    what is to be sent (`rest`) is not all of its answer; `judged`: whether it is known that its body is
    to be read on, where it is large, and `has_come`: all of it had come before; `most`: how large it may be.
    """

    def __init__(self, number: int, head: Pairs, where: Context, since: float) -> None:
        self.number, self.since = number, since
        self._carried: Carried | None = Carried(where, _request(head, where))
        self.gone = GONE[self.carried.flow] = Gone()
        self.body = bytearray()
        self.unacked = 0
        self.is_whole = self.is_over = self.is_answered = self.goes_on = False
        self.judged: Literal["not yet", "now", "done"] = "not yet"
        self.has_come = False
        self.most = TERMS.limits.request_body + grpc_framing.HEAD
        self.rest = memoryview(b"")
        self.trailers: Pairs = []

    @property
    def carried(self) -> Carried:
        """Its request, and who works on it; no more once it is answered."""
        assert self._carried is not None
        return self._carried

    @property
    def answer(self) -> http.Response | None:
        """What its client gets; None: it gets none."""
        return self.carried.flow.response if self.carried.is_answered or not self.is_whole else None

    def let_go(self) -> None:
        """It is answered: of all that was known of it, only what is not sent yet is kept."""
        self._carried = None

    @property
    def waits(self) -> bool:
        """Whether its client still has to send of it."""
        return not (self.is_whole or self.is_over)

    @property
    def is_sent(self) -> bool:
        """Whether nothing of its answer is left to be sent."""
        return not (self.rest or self.trailers or self.goes_on)

    @property
    def is_lost(self) -> bool:
        """Whether its client has left it."""
        return self.gone.is_true

    def large(self) -> int:
        """How many bytes its body will have, about; 0: they are few, as far as is known."""
        headers, came = dict(self.carried.flow.request.headers.fields), len(self.body)
        told = headers.get(b"content-length", b"")
        size, is_packed = int(told[:18]) if told.isdigit() else 0, b"content-encoding" in headers
        if headers.get(b"content-type", b"").startswith(_GRPC) and came >= grpc_framing.HEAD:
            size, is_packed = grpc_framing.length(self.body), bool(self.body[0])
        if max(size, came) <= LARGE:
            return 0
        if size >= came:
            self.most = size
        return size if size >= came and not is_packed else max(came, TERMS.limits.request_body // UNTOLD)

    def fits(self, length: int) -> bool:
        """Whether its body is as long as its head says (RFC 9113 section 8.1.1)."""
        told = self.carried.flow.request.headers.get("content-length")
        return told is None or told == str(length) or "," in told  # two of them are the door's to refuse

    def leave(self) -> None:
        """Its client has left it: whoever works on it can know."""
        self.gone.is_true = self.is_over = True
        if self._carried is not None:
            self._carried.left = True
