"""Who is connected, for how long may they keep us waiting? Lent to gate.py by door.py; whose it is: steps/identify.py.

Counts client connections, and ends slow ones.

mitmproxy accepts everybody and waits ten minutes for each byte. Here every client connection has a phase with an end:
`opening` (TLS and the first head), `idle`, `head`, `body`, then `work`, which is ours and has none, and `leaving`:
closed by us, while the client has not taken all of its answer. Over HTTP/2 all that is under way is `streams`, each of
which has times of its own (`h2/connection.py`). A connection counts until its last byte is gone.
Lives as long as the process, like the doorkeeper that it belongs to.
"""

import asyncio
import contextlib
import logging
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from weakref import WeakSet

from mitmproxy import connection, ctx

from vecgate.background import Tasks
from vecgate.settings.limits import Limits

log = logging.getLogger(__name__)

type Phase = Literal["opening", "idle", "head", "body", "work", "streams", "leaving"]

LOOK_SECONDS: Final = 0.5
_SAY_SECONDS: Final = 10.0  # between two lines of the log about connections that are not taken
_NO_LINGERING: Final = struct.pack("ii", 1, 0)
_UNDER_WAY: Final = frozenset({"body", "work"})


@dataclass(slots=True)
class ClientLine:
    """One client connection. Times are seconds on a clock that never goes back."""

    address: str
    opened: float
    since: float
    transport: asyncio.Transport | None = field(repr=False)
    phase: Phase = "opening"
    requests: int = 0
    streams: int = 0

    @property
    def unsent(self) -> int:
        """Bytes that the client has not taken yet."""
        return self.transport.get_write_buffer_size() if self.transport is not None else 0

    @property
    def is_there(self) -> bool:
        """Whether there is still something to end: asyncio fails on ending what is gone."""
        return self.transport is not None and (self.unsent > 0 or not self.transport.is_closing())


class Clients:
    """An addon with two hooks; our half of HTTP/1 (`bounds.py`) tells it how far each request has come."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.limits = Limits()
        self.under_way = 0
        self.talks: WeakSet[object] = WeakSet()  # streams of many calls: they end once their clients were told to
        self._now = now
        self._lines: dict[str, ClientLine] = {}
        self._from: Counter[str] = Counter()
        self._stopped: dict[str, asyncio.Event] = {}
        self._tasks = Tasks()
        self._watching = False
        self.refused = 0
        self._unheard = 0
        self._said = -_SAY_SECONDS

    @property
    def count(self) -> int:
        """How many connections there are."""
        return len(self._lines)

    def counts(self) -> tuple[int, int]:
        """How many connections there are, and how many were closed unheard so far."""
        return self.count, self.refused

    def client_connected(self, client: connection.Client) -> None:
        """mitmproxy's hook: take the connection, or have it closed at once."""
        address = str(client.peername[0])
        if len(self._lines) >= self.limits.clients or self._from[address] >= self.limits.clients_per_address:
            client.error = "too many connections"
            self._say_unheard()
            return
        now = self._now()
        self._lines[client.id] = ClientLine(address, now, now, _transport(client))
        self._from[address] += 1
        if not self._watching:
            self._watching = True
            self._tasks.start(self._watch(), "watch client connections")

    def client_disconnected(self, client: connection.Client) -> None:
        """mitmproxy's hook: it is closed; its answer may still be on the way."""
        line = self._lines.get(client.id)
        if line is None:
            return
        self.goes_on(client.id)
        self._enter(line, "leaving")
        if line.transport is not None:
            line.transport.close()  # mitmproxy forgets to, when it is told to close in the middle of a read
        if not line.unsent:
            self._forget(client.id)

    # what our half of HTTP/1 tells

    def begins(self, client: str) -> None:
        """The first byte of a head is there."""
        line = self._lines.get(client)
        if line is not None and line.phase == "idle":
            self._enter(line, "head")

    def has_head(self, client: str) -> None:
        """A head is complete."""
        line = self._lines.get(client)
        if line is not None and line.phase != "leaving":
            line.requests += 1
            self._enter(line, "body")

    def stops(self, client: str) -> None:
        """For our sake nothing more of its request is read."""
        line = self._lines.get(client)
        if line is not None and line.phase == "body":
            self._enter(line, "work")
            self._stopped[client] = asyncio.Event()

    def goes_on(self, client: str) -> None:
        """It is read on; the time for its body begins now."""
        line, stopped = self._lines.get(client), self._stopped.pop(client, None)
        if stopped is not None:
            stopped.set()
            if line is not None and line.phase == "work":
                self._enter(line, "body")

    async def may_read(self, client: str) -> None:
        """Wait until what it sends is read on."""
        if (stopped := self._stopped.get(client)) is not None:
            await stopped.wait()

    def has_body(self, client: str) -> None:
        """A request is complete: from now on we are the ones who take time."""
        line = self._lines.get(client)
        if line is not None and line.phase == "body":
            self._enter(line, "work")

    def answered(self, client: str) -> None:
        """The answer is handed over to the connection."""
        line = self._lines.get(client)
        if line is not None and line.phase in _UNDER_WAY:
            self._enter(line, "idle")

    def takes(self, client: str, streams: int, begun: int = 0) -> None:
        """So many requests are under way on a connection of HTTP/2, of which so many have just begun."""
        line = self._lines.get(client)
        if line is None:
            return
        self.under_way += streams - line.streams
        line.streams, line.requests = streams, line.requests + begun
        if line.phase != "leaving":
            self._enter(line, "streams" if streams else "idle")

    def unsent(self, client: str) -> int:
        """Bytes that a client has not taken yet."""
        line = self._lines.get(client)
        return line.unsent if line is not None else 0

    def is_spent(self, client: str) -> bool:
        """Whether this connection has lived long enough, or carried enough requests, to end with its answer."""
        line = self._lines.get(client)
        if line is None:
            return True
        age = self._now() - line.opened
        return line.requests >= self.limits.connection_requests or age >= self.limits.connection_seconds

    # time

    def is_late(self, line: ClientLine) -> bool:
        """Whether a connection has used up the time of its phase."""
        limits = self.limits
        if line.phase in ("idle", "leaving") and line.unsent:
            allowed = limits.answer_seconds
        else:
            allowed = {
                "opening": limits.head_seconds,
                "head": limits.head_seconds,
                "body": limits.body_seconds,
                "idle": limits.idle_seconds,
                "leaving": 0.0,
            }.get(line.phase, float("inf"))
        return self._now() - line.since >= allowed

    def look(self) -> None:
        """End every connection that is late."""
        for client, line in list(self._lines.items()):
            if not self.is_late(line):
                continue
            if line.is_there:
                _cut(line)
            if line.phase == "leaving":
                self._forget(client)

    async def _watch(self) -> None:
        try:
            while self._lines:
                await asyncio.sleep(LOOK_SECONDS)
                self.look()
        finally:  # the next connection begins anew, whatever became of this
            self._watching = False

    def _enter(self, line: ClientLine, phase: Phase) -> None:
        self.under_way += (phase in _UNDER_WAY) - (line.phase in _UNDER_WAY)
        line.phase, line.since = phase, self._now()

    def _forget(self, client: str) -> None:
        line = self._lines.pop(client)
        self._from[line.address] -= 1
        if not self._from[line.address]:
            del self._from[line.address]

    def _say_unheard(self) -> None:
        self.refused += 1
        self._unheard += 1
        if self._now() - self._said >= _SAY_SECONDS:  # not one line each: that would be the next flood
            log.warning("%d client connections were closed unheard: there are %d", self._unheard, len(self._lines))
            self._said, self._unheard = self._now(), 0


def _cut(line: ClientLine) -> None:
    """End it, with all that was not sent; for mitmproxy, the client has left."""
    transport: Any = line.transport
    ended = transport.get_extra_info("socket")
    with contextlib.suppress(OSError):  # otherwise the kernel would keep megabytes for a client that takes nothing
        ended.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
    transport.abort()


def _transport(client: connection.Client) -> asyncio.Transport | None:
    proxyserver: Any = ctx.master.addons.get("proxyserver")
    handler = proxyserver.connections.get(client.id) if proxyserver is not None else None
    writer = handler.transports[client].writer if handler is not None else None
    found: asyncio.Transport | None = getattr(writer, "transport", None)
    return found
