"""What does a client ask, and where does its request end? HTTP/1.1 of one connection, without a socket.

Whoever has the connection gives it what comes (`receive`), asks what was said (`next`), and tells it when a request is
answered: what was sent ahead waits until then. A head may be anything that HTTP/1.1 allows in one reading only; bare
line feeds, folded lines, leading empty lines and trailers are refused (RFC 9112 sections 2.2, 5.2 and 7.1.2).
"""

import re
from dataclasses import dataclass, field
from typing import Final

from vecgate.parsing.framing import LARGE, Message, NotHttp, TooLarge

#: How many times the largest body is read and thrown away, so that its sender comes to read why.
_DRAINED: Final = 4
_FIRST: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]++) ([\x21-\x7e\x80-\xff]++) (HTTP/1\.[01])(?=\r\n)")
_BARE: Final = re.compile(rb"(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request; where its body ends is looked at only after somebody has seen this."""

    method: bytes
    target: bytes
    version: bytes
    fields: list[tuple[bytes, bytes]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Large:
    """Its body is large, or will be: it is read on once it is admitted, or thrown away once it is turned away.

    `size`: how many bytes it has, as far as that is known.
    """

    size: int


@dataclass(frozen=True, slots=True)
class Waits:
    """The body comes once its sender is told to go on (100-continue)."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The request is complete."""

    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unread:
    """It cannot be read any further, for this reason; `too_large`: what still comes of it is thrown away until Over."""

    why: str
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """More was sent ahead of an answer than is kept: whoever does that is taken to have left."""


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing more is read: the connection is to be closed."""


type Said = Head | Large | Waits | Whole | Unread | Ahead | Over


class Talk(Message):
    """One connection. Bounds in bytes: of a head, of a body, and of what is sent ahead of an answer."""

    def __init__(self, head: int, body: int, ahead: int) -> None:
        super().__init__(body)
        self._head_bytes, self._ahead = head, ahead
        self._said: Said | None = None
        self._next = self._then = self._read_head
        self._is_admitted = self._asks = False

    @property
    def in_head(self) -> bool:
        """Whether a request has begun whose head is not whole."""
        return bool(self._rest) and self._next == self._read_head

    def receive(self, data: bytes) -> None:
        """Take what came next."""
        self._rest += data

    def next(self) -> Said | None:
        """What was said next, in the order in which it came; None: more has to come, or an answer is due."""
        try:
            while self._said is None and self._next():
                pass
        except TooLarge:
            self._throw_away()
            self._say(Unread("its body is too large", too_large=True))
        except NotHttp as e:
            self._say(Unread(str(e)))
            self.stop()
        said, self._said = self._said, None
        return said

    def admit(self) -> None:
        """A large body may come."""
        self._is_admitted, self._next = True, self._then
        self._leave_to_go_on()

    def turn_away(self) -> None:
        """A large body may not: what still comes of it is thrown away until Over, for its sender to read why."""
        self._next = self._then
        self._throw_away()

    def answered(self) -> None:
        """The request that was whole has its answer: what was sent behind it is read now."""
        self._next = self._read_head

    def stop(self) -> None:
        """Read nothing more."""
        self._next = self._ignore
        self._body.clear()

    def _say(self, said: Said) -> bool:
        self._said = said
        return True

    def _ignore(self) -> bool:
        self._rest.clear()
        return False

    def _read_head(self) -> bool:
        rest, most = self._rest, self._head_bytes
        if not rest:
            return False
        if rest[0] in b"\r\n":
            raise NotHttp("it begins with an empty line")
        before = self._looked
        at = self._end_of(b"\r\n\r\n", most)
        if at < 0:
            if _BARE.search(rest, before, most):
                raise NotHttp("its head has line ends of another form than CR LF")
            if len(rest) >= most:
                raise NotHttp(f"its head is longer than {most} bytes")
            return False
        head = self._cut(at)
        first = _FIRST.match(head)
        if first is None:
            raise NotHttp("its first line is not one of HTTP/1.1")
        method, target, version = first.groups()
        fields = self._read_fields(head, first.end())
        self._wanted, self._is_admitted = 0, False
        self._next = lambda: self._begin_body(target, version)
        return self._say(Head(method, target, version, fields))

    def _begin_body(self, target: bytes, version: bytes) -> bool:
        is_current = version == b"HTTP/1.1"
        told = self._told(is_current)
        if not target.startswith(b"/"):  # it is for a proxy: whom it is for would be said twice
            raise NotHttp("absolute form")
        # One of HTTP/1.0 would take it for the answer (RFC 9110 section 10.1.1).
        asks = self._fields.get(b"expect", [b""])[0].lower() == b"100-continue"
        self._asks = bool(told) and asks and is_current
        self._begin(told or 0)
        return self._is_asked_for() or self._leave_to_go_on()

    def _leave_to_go_on(self) -> bool:
        if self._asks:
            self._asks = False
            self._say(Waits())
        return True

    def _is_asked_for(self) -> bool:
        if self._is_admitted or len(self._body) + self._wanted <= LARGE:
            return False
        size = self.size
        self._then, self._next = self._next, self._stay
        return self._say(Large(size))

    def _stay(self) -> bool:
        return False

    def _read_size(self) -> bool:
        return super()._read_size() and (self._is_asked_for() or True)

    def _finish(self) -> bool:
        body = bytes(self._body)
        self._body.clear()
        self._next = self._wait
        return self._say(Whole(body))

    def _read_trailer(self) -> bool:
        if len(self._rest) < 2:
            return False
        if self._rest[:2] != b"\r\n":
            raise NotHttp("trailers")
        del self._rest[:2]
        return self._finish()

    def _wait(self) -> bool:
        if len(self._rest) <= self._ahead:
            return False
        self.stop()
        return self._say(Ahead())

    def _throw_away(self) -> None:
        most = _DRAINED * self._limit
        self._wanted = min(self._wanted, most) if self._next == self._read_length else most
        self._body.clear()
        self._next = self._drain

    def _drain(self) -> bool:
        self._wanted -= len(self._rest)
        self._rest.clear()
        if self._wanted > 0:
            return False
        self.stop()
        return self._say(Over())
