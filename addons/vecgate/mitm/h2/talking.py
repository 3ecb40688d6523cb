"""How does one stream of HTTP/2 carry many calls (gRPC)? Message after message, each with a flow of its own.

Its client goes on sending as far as its window goes, which opens as messages are worked off. Each call that a message
stands for goes through all hooks as if it had come alone, with the head of the stream: its token is checked anew. The
stream ends after what all connections end after (`connection_requests`, `connection_seconds`), after `stream_seconds`
in which nothing was said, and when the gateway does: it is told so by a message (`closes`), and still listened to.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final, Literal

from mitmproxy import http
from mitmproxy.proxy.context import Context

from vecgate.handling.transcoded.streamed import Streamed
from vecgate.mitm.carried import TERMS, TOO_LARGE, Carried
from vecgate.mitm.h2.stream import GONE, Gone, Pairs
from vecgate.mitm.shut import refusal_for
from vecgate.parsing import grpc_framing as framing
from vecgate.parsing.framing import LARGE
from vecgate.refusals.catalogue import refuse
from vecgate.steps._base import UNREAD

type Late = Literal["", "close", "cut"]

#: Of a stream's head, what is not said of its calls: they are whole, not packed, and have a deadline of their own.
_OF_THE_STREAM: Final = frozenset({b"content-length", b"grpc-timeout", b"grpc-encoding"})
_LONGEST_MS: Final = 99_999_999  # eight digits


class Talking:
    """One such stream: its client's bytes, and the flow that is worked on. Windows are those of `talks.py`."""

    def __init__(
        self, where: Context, head: http.Request, streamed: Streamed, gone: Gone, now: Callable[[], float]
    ) -> None:
        self._where, self._head, self.streamed, self._gone, self._now = where, head, streamed, gone, now
        self._inbox = bytearray()
        self._carried: Carried | None = None
        self._calls = 0
        self._began = self._since = now()
        self._closing: float | None = None  # from when on its client knows that it is to end
        self.is_busy = self._is_over = self._has_asked = self._has_room = False
        timeout = framing.seconds(head.headers.get(framing.TIMEOUT, ""))
        self._until = None if timeout is None else self._began + timeout

    # what comes

    def take(self, data: bytes) -> None:
        """Bytes of its client."""
        if not self._inbox:
            self._since = self._now()
        self._inbox += data

    def over(self) -> None:
        """Its client says no more."""
        self._is_over = True

    def leave(self) -> None:
        """Its client has left: who works for it is told."""
        self._inbox.clear()
        self.streamed.let_go()
        if self._carried is not None:
            self._carried.left = True

    @property
    def is_hungry(self) -> bool:
        """Whether its client has to send more, before anything can be done."""
        return len(self._inbox) < self._wanted

    @property
    def needs_room(self) -> bool:
        """Whether its next message is large, and has no room yet."""
        return self._wanted > LARGE and not self._has_room

    @property
    def _wanted(self) -> int:
        if len(self._inbox) < framing.HEAD:
            return framing.HEAD
        return framing.length(self._inbox)

    # what is done

    def next(self) -> Coroutine[Any, Any, None] | None:
        """The next piece of work; None: there is none yet, or one is being done."""
        work = None if self.is_busy else self._next()
        self.is_busy = self.is_busy or work is not None
        return None if work is None else self._done(work)

    def _next(self) -> Coroutine[Any, Any, None] | None:
        talk, problem = self.streamed.talk, self._problem()
        if talk.asks:
            return self._ask()
        if not self._has_room:
            self.streamed.let_go()
        if talk.ended is not None or self._is_through():
            return None
        if problem:
            self._inbox.clear()
            return self._unread(problem)
        if self.needs_room:
            return self._room()
        if not self.is_hungry:
            return self.streamed.heard(self._taken())
        if self._is_over:
            talk.over()
        return None

    def _problem(self) -> str:
        """Why what has come can be no message, in the words of a request that cannot be read."""
        if self._wanted > TERMS.limits.request_body + framing.HEAD:
            return TOO_LARGE
        is_cut = bool(self._inbox) and self._is_over and self.is_hungry
        # Whoever nobody was asked about yet sends nothing large.
        is_odd = is_cut or (self._inbox and self._inbox[0] > 1) or (self._wanted > LARGE and not self._has_asked)
        return UNREAD if is_odd else ""

    async def _room(self) -> None:
        """Wait until its next message has its turn."""
        self._has_room = await self.streamed.room(self._wanted)
        if not self._has_room:
            self._inbox.clear()

    async def _done(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            self.streamed.refused(refuse("gate.failed", step="stream"))
            raise
        finally:
            self.is_busy, self._since = False, self._now()

    def _taken(self) -> framing.Framed:
        length = self._wanted
        found = framing.Framed(bool(self._inbox[0]), bytes(self._inbox[framing.HEAD : length]))
        del self._inbox[:length]
        self._has_room = False
        return found

    async def _ask(self) -> None:
        asked, self._has_asked = self.streamed.talk.asks.popleft(), True
        carried = self._flow(asked.method)
        await carried.work(framing.framed(asked.message))
        self._carried = None
        if carried.is_answered:
            self.streamed.told(asked, carried.flow.response)
        else:  # by whoever sits before a mitmweb of their own
            self.streamed.refused(refuse("gate.closed"))

    async def _unread(self, words: str) -> None:
        """What cannot be read is recorded as any other such request, and ends it."""
        await self._flow(self._head.path).fail(words)
        self._carried = None
        detail = "of a message, it is cut off, or begins with another byte than 0 or 1"
        why = refuse("body.unreadable", cause="said", detail=detail)
        self.streamed.refused(refusal_for(413, TERMS.limits.request_body) if words == TOO_LARGE else why)

    def _flow(self, path: str) -> Carried:
        fields = [one for one in self._head.headers.fields if one[0] not in _OF_THE_STREAM]
        if self._until is not None:
            left = max(0, min(int((self._until - self._now()) * 1000), _LONGEST_MS))
            fields.append((b"grpc-timeout", b"%dm" % left))
        request = self._head.copy()
        request.headers, request.path = http.Headers(fields), path
        self._calls += 1
        self._carried = carried = Carried(self._where, request)
        GONE[carried.flow] = self._gone
        carried.left = self._gone.is_true
        carried.begin()
        return carried

    def said(self) -> tuple[bytes, Pairs | None]:
        """What its client gets now, framed; and, if that is all there will be, with what it ends."""
        talk = self.streamed.talk
        found = b"".join([framing.framed(talk.said.popleft()) for _ in range(len(talk.said))])
        if talk.ended is None or talk.asks or self.is_busy:
            return found, None
        ended = framing.ended(talk.ended.status, talk.ended.text)
        return found, [(name.encode(), value.encode()) for name, value in ended]

    def counted(self) -> int:
        """How many calls it has made since it was asked last."""
        found, self._calls = self._calls, 0
        return found

    # the end

    def closes(self) -> None:
        """Say that it is to end."""
        if self._closing is None:
            self._closing = self._now()
            self.streamed.talk.closes()

    def _is_through(self) -> bool:
        """Whether its client has had the time to end it."""
        return self._closing is not None and self._now() - self._closing >= TERMS.limits.body_seconds

    def late(self, *, ends: bool) -> Late:
        """What is due: that it be told to end (`ends`: so does all around it), or that it be cut off."""
        now, limits = self._now(), TERMS.limits
        waited = 0.0 if self.is_busy else now - self._since
        if self._closing is not None:
            return "cut" if self._is_through() and not self.is_busy else ""
        if self._inbox and waited >= limits.body_seconds:
            return "cut"
        most = limits.stream_seconds if self.streamed.talk.stranger is None else limits.body_seconds
        return "close" if ends or waited >= most else ""
