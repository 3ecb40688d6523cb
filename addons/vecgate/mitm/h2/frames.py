"""How much work may a client's HTTP/2 frames make? Each is counted by its first nine bytes, before anybody reads it.

What costs its sender nothing has a rate: pings and settings (CVE-2019-9512, CVE-2019-9515), resets (CVE-2023-44487),
priorities and windows (CVE-2019-9513, CVE-2019-9511), frames with nothing in them (CVE-2019-9518), heads and ends of
what was reset, each of which is answered by a reset. A head, in however
many CONTINUATION frames it comes (CVE-2024-27316), has the length that a head has in HTTP/1.
"""

from collections.abc import Callable
from typing import Final

from h2.errors import ErrorCodes

PREFACE: Final = 24  # bytes of the greeting that comes before the first frame (RFC 9113 section 3.4)
LONGEST: Final = 16_384  # of a frame's payload: nobody was told that longer ones are taken
_HEAD: Final = 9
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
_ACK: Final = 0x1
_END_HEADERS: Final = 0x4
#: What a frame costs that carries nothing, of so many units to begin with and so many more a second.
_COSTS: Final = {PRIORITY: 1, SETTINGS: 20, PING: 5, WINDOW_UPDATE: 1}
_UNKNOWN: Final = 2
_UNITS: Final = 1000.0
_A_SECOND: Final = 200.0
_SMALL: Final = 1024  # of bytes in a frame of data; smaller ones count
_OF_A_CALL: Final = 10  # what one may cost: its head and its end, a ping, and windows
_OF_AN_ANSWER: Final = 3  # windows that a client may open for each full frame that it gets


class Flood(Exception):
    """More than anybody needs. `code` is what the connection ends with."""

    def __init__(self, code: ErrorCodes = ErrorCodes.ENHANCE_YOUR_CALM) -> None:
        super().__init__(code.name)
        self.code = code


class Frames:
    """The frames of one connection. `head_since`: when a head began that is not whole yet; None: there is none."""

    def __init__(self, head_bytes: int, resets: int, now: Callable[[], float]) -> None:
        self.head_since: float | None = None
        self._most, self._resets, self._now = head_bytes, resets, now
        self._left, self._left_resets, self._at = _UNITS, float(resets), now()
        self._skip = PREFACE
        self._begun = b""
        self._head = 0

    def read(self, data: bytes) -> None:
        """Count what came. Raises Flood."""
        if self._begun:
            data, self._begun = self._begun + data, b""
        at, end = self._skip, len(data)
        while at + _HEAD <= end:
            length = int.from_bytes(data[at : at + 3], "big")
            if length > LONGEST:
                raise Flood(ErrorCodes.FRAME_SIZE_ERROR)
            self._count(data[at + 3], data[at + 4], length)
            at += _HEAD + length
        if at < end:
            self._begun = data[at:]
        self._skip = max(0, at - end)

    def _count(self, kind: int, flags: int, length: int) -> None:
        if kind in (HEADERS, CONTINUATION):
            self._of_a_head(kind, flags, length)
        elif kind == RST_STREAM:
            self.reset()
        elif kind == DATA:
            if length < _SMALL:
                self.pay(1)
        else:
            self.pay(1 if kind in (SETTINGS, PING) and flags & _ACK else _COSTS.get(kind, _UNKNOWN))

    def _of_a_head(self, kind: int, flags: int, length: int) -> None:
        self._head = length if kind == HEADERS else self._head + length
        if self._head > self._most:
            raise Flood
        if flags & _END_HEADERS:
            self.pay(1)
            self.head_since = None
        elif self.head_since is None:
            self.head_since = self._now()

    def reset(self) -> None:
        """A stream was reset, by them or because of them. Raises Flood where that is too many a minute."""
        self._refill()
        self._left_resets -= 1
        if self._left_resets < 0:
            raise Flood

    def pay(self, units: float) -> None:
        """Something was done that cost its sender nothing. Raises Flood where it is too much."""
        self._left -= units
        if self._left < 0:
            self._refill()
            if self._left < 0:
                raise Flood

    def sent(self, length: int) -> None:
        """A frame of an answer went out: whoever takes it opens windows for more."""
        if length >= _SMALL:
            self._left = min(self._left + _OF_AN_ANSWER, _UNITS)

    def worked(self) -> None:
        """A request, or a message of a stream, was worked off: its sender waited for that.

        Clients of gRPC measure their line by a ping for each answer (grpc-go, grpc-java), and open windows.
        """
        self._left = min(self._left + _OF_A_CALL, _UNITS)

    def _refill(self) -> None:
        now = self._now()
        passed, self._at = now - self._at, now
        self._left = min(_UNITS, self._left + passed * _A_SECOND)
        self._left_resets = min(float(self._resets), self._left_resets + passed * self._resets / 60)
