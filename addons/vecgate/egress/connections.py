"""Over which connection does a call go? The connection pool of one lease at one upstream, one call at a time on each.

Two identities never share one. A connection on which anything odd came is not used again, and one on which a call was
sent is never given up silently: its caller is told that the outcome is unknown.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from aiohappyeyeballs import start_connection

from vecgate.egress.turns import Sized, Turn
from vecgate.parsing.framing import LARGE, NotHttp
from vecgate.parsing.http1 import Reader
from vecgate.refusals.errors import AnswerWaited, OutcomeUnknown, Part, Unavailable

CONNECT_SECONDS: Final = 5.0
KEEPALIVE_SECONDS: Final = 15.0  # shorter than any database's, so that an idle connection is ours to close
_EYEBALLS_SECONDS: Final = 0.25  # RFC 8305 section 5


class Address:
    """Where an upstream is: `https://host:port` in parts, with the name that its certificate must carry."""

    def __init__(self, url: str, server_name: str | None) -> None:
        parts = urlsplit(url)
        self.is_tls = parts.scheme == "https"
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if self.is_tls else 80)
        self.name = server_name or self.host
        self.header = parts.netloc  # as a client writes it (RFC 9110 section 7.2)


class Connection[R: Sized](asyncio.Protocol):
    """One connection, carrying one call at a time, whichever protocol it speaks.

    `since`: when it fell idle, in seconds of the loop's clock; `why_not`: why nothing can be asked over it.
    """

    def __init__(self) -> None:
        self.since = 0.0
        self.why_not = ""
        self._transport: Any = None
        self._reader: R | None = None
        self._answered: asyncio.Future[bool] | None = None  # whether all of it is there; if not, it waits for its turn
        self._may_be_large = True

    @property
    def is_good(self) -> bool:
        """Whether it may carry another call."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's: it is open."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: it is gone."""
        self._end(exc)
        self._transport = None

    def _end(self, error: Exception | None) -> None:
        """Nothing more comes."""
        if self._answered is not None and not self._answered.done():
            self._fail(error or NotHttp("cut off"))

    def _fail(self, error: Exception) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error)
        self.cut()

    def _late(self) -> None:
        self._fail(TimeoutError())

    def _begin(self, raw: bytes, reader: R) -> None:
        """Send it."""
        raise NotImplementedError

    def _goes_on(self, reader: R) -> bool:
        """Whether it may carry another call after this one."""
        raise NotImplementedError

    def _halt(self, size: int) -> None:
        """Read no more of an answer of so many bytes before it has its turn, if it is large."""
        if size > LARGE and self._answered is not None and not self._may_be_large:
            self._may_be_large = True
            self._transport.pause_reading()
            self._answered.set_result(False)

    async def ask(self, raw: bytes, reader: R, deadline: float, turn: Callable[[], Awaitable[None]] | None) -> None:
        """Send these bytes and have `reader` read what comes, until `deadline` of the loop's clock.

        `turn`: waited for before a large answer is read; None: it need not wait. Raises OSError, or what the reader or
        `turn` raises; the connection is closed then, and whenever its state is not certain.
        """
        if not self.is_good:
            raise ConnectionResetError
        loop = asyncio.get_running_loop()
        self._reader, self._answered, self._may_be_large = reader, loop.create_future(), turn is None
        timer = loop.call_at(deadline, self._late)
        try:
            self._begin(raw, reader)
            if not await self._answered and turn is not None:
                self._answered = loop.create_future()
                await turn()
                if self._transport is not None:
                    self._transport.resume_reading()
                await self._answered
        except BaseException:
            self.cut()
            raise
        finally:
            timer.cancel()
            self._reader = self._answered = None
        if self._transport is not None and (not self._goes_on(reader) or self._transport.get_write_buffer_size()):
            self.close()

    def close(self) -> None:
        """End it in good order."""
        if self._transport is not None:
            self._transport.close()

    def cut(self) -> None:
        """End it at once; what is on the way is lost."""
        if self._transport is not None:
            self._transport.abort()


class Http1Connection(Connection[Reader]):
    """One of HTTP/1.1."""

    def data_received(self, data: bytes) -> None:
        """asyncio's: something came. What nobody asked for would be read as the next answer (RFC 9112 section 9.2)."""
        reader, answered = self._reader, self._answered
        if reader is None or answered is None or answered.done():
            self.cut()
            return
        try:
            reader.feed(data)
        except ValueError as e:
            self._fail(e)
            return
        if reader.done:
            answered.set_result(True)
        else:
            self._halt(reader.size)

    def eof_received(self) -> bool:
        """asyncio's: nothing more comes. An answer without a length ends here."""
        self._end(None)
        return False

    def _end(self, error: Exception | None) -> None:
        if self._reader is None or self._answered is None or self._answered.done():
            return
        try:
            self._reader.end()
        except ValueError as e:
            self._fail(error or e)
        else:
            self._answered.set_result(True)

    def _begin(self, raw: bytes, reader: Reader) -> None:
        self._transport.write(raw)

    def _goes_on(self, reader: Reader) -> bool:
        return reader.again


class Link[R: Sized]:
    """The connections of one lease to one upstream: at most `most`, opened when needed, closed when idle.

    As many again may be there with large answers, which wait for their turn: small ones go on meanwhile.

    `tls` is what it is opened with, where the address is one of TLS; `kind` which protocol is spoken over them.
    `peer_ends`: when the server's certificate ends, in seconds since the epoch; None before the first connection.
    `busy`: those that a call is under way on.
    """

    def __init__(self, address: Address, tls: ssl.SSLContext | None, most: int, kind: type[Connection[R]]) -> None:
        self.address = address
        self._tls = tls if address.is_tls else None
        self._free, self._aside = asyncio.Semaphore(most), asyncio.Semaphore(most)
        self._kind = kind
        self._idle: list[Connection[R]] = []
        self.busy: set[Connection[R]] = set()
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False
        self.peer_ends: float | None = None

    async def ask(self, raw: bytes, reader: R, seconds: float, turn: Turn | None = None) -> None:
        """Send a request, once, and have `reader` read its answer, within so many seconds; `turn`: of a large one.

        Raises Unavailable('upstream') (nothing was sent), OutcomeUnknown (it may have been), AnswerWaited (it was, and
        its answer did not have its turn), or what the reader raises.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        await self._place(deadline)
        line, place = None, self._free

        async def wait(turn: Turn) -> None:
            nonlocal place
            if place is self._free and not self._aside.locked():
                await self._aside.acquire()  # at once
                self._free.release()
                place = self._aside
            try:
                async with asyncio.timeout_at(deadline):
                    await turn.take(reader.size)
            except TimeoutError as e:
                raise AnswerWaited("it is large, and had no turn") from e

        try:
            line = self._take(loop.time()) or await self._connect(deadline)
            self.busy.add(line)
            await line.ask(raw, reader, deadline, partial(wait, turn) if turn is not None else None)
        except OSError as e:
            raise OutcomeUnknown(type(e).__name__) from e
        finally:
            place.release()
            if line is not None:
                self._give(line, loop)

    async def _place(self, deadline: float) -> None:
        if not self._free.locked():
            await self._free.acquire()  # at once
            return
        try:
            async with asyncio.timeout_at(deadline):
                await self._free.acquire()
        except TimeoutError as e:
            raise Unavailable(Part.UPSTREAM, "all connections are busy") from e

    def _take(self, now: float) -> Connection[R] | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_good and now - line.since < KEEPALIVE_SECONDS:
                return line
            line.close()
        return None

    async def _connect(self, deadline: float) -> Connection[R]:
        to, loop = self.address, asyncio.get_running_loop()
        name = to.name if self._tls is not None else None
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + CONNECT_SECONDS)):
                places = await loop.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
                found = await start_connection(places, happy_eyeballs_delay=_EYEBALLS_SECONDS)
                way, line = await loop.create_connection(self._kind, sock=found, ssl=self._tls, server_hostname=name)
        except OSError as e:  # a certificate that is not good, and a time-out, are some too
            raise Unavailable(Part.UPSTREAM, type(e).__name__) from e
        if shown := way.get_extra_info("peercert"):
            self.peer_ends = ssl.cert_time_to_seconds(shown["notAfter"])
        if line.why_not:
            line.cut()
            raise Unavailable(Part.UPSTREAM, line.why_not)
        return line

    def _give(self, line: Connection[R], loop: asyncio.AbstractEventLoop) -> None:
        self.busy.discard(line)
        if self._closed:
            line.close()
        elif line.is_good:
            line.since = loop.time()
            self._idle.append(line)
            if self._sweep is None:
                self._sweep = loop.call_later(KEEPALIVE_SECONDS, self._tidy, loop)

    def _tidy(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for line in self._idle:
            if now - line.since >= KEEPALIVE_SECONDS:
                line.close()
        self._idle = [line for line in self._idle if line.is_good]
        self._sweep = loop.call_later(KEEPALIVE_SECONDS, self._tidy, loop) if self._idle else None

    def close(self) -> None:
        """Close what is idle now, and what is busy when its call is answered."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        while self._idle:
            self._idle.pop().close()

    async def cut(self) -> None:
        """End every connection at once; calls under way fail with OutcomeUnknown."""
        lines = [*self._idle, *self.busy]
        self._closed = True
        self.close()
        for line in lines:
            line.cut()
        await asyncio.sleep(0)
