"""How does a worker stop without cutting anyone off? It stops listening, finishes what is under way, then ends.

A held request is not waited for: its client is told at once to send it again (`hold.pending`), and the identical
request attaches to the same approval at another worker, or at this one's successor.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from weakref import WeakSet

from mitmproxy import http

from vecgate.background import Tasks

log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 0.05
_NEW_SECONDS: Final = 1.0  # who has connected gets that long to send a request, as it cannot know that we end


class Drain:
    """Last in the list: counts what is under way, and has connections closed once it drains.

    `talks`: how many streams of many calls there are, which are told to end.
    """

    def __init__(self, seconds: float, talks: Callable[[], int] = lambda: 0) -> None:
        self._seconds, self._talks = seconds, talks
        self._live: WeakSet[http.HTTPFlow] = WeakSet()
        self._tasks = Tasks()
        self.draining = False

    @property
    def in_flight(self) -> int:
        """How many requests have begun and not ended."""
        return len(self._live)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """One more."""
        self._live.add(flow)

    def response(self, flow: http.HTTPFlow) -> None:
        """One less. While it drains, the client is told to come back over a new connection: to somebody else."""
        self._live.discard(flow)
        if self.draining and flow.response is not None:
            flow.response.headers["connection"] = "close"

    def error(self, flow: http.HTTPFlow) -> None:
        """One less."""
        self._live.discard(flow)

    def begin(self, master: Any, release: Callable[[], None], leave: Callable[[], Awaitable[None]]) -> None:
        """Begin to drain `master`, which is shut down in the end; a second time, shut it down at once.

        `release` has held requests answered, once nobody can connect; `leave` comes last, with everything still open.
        """
        if self.draining:
            master.shutdown()
            return
        self.draining = True
        self._tasks.start(self._drain(master, release, leave), "drain")

    async def _drain(self, master: Any, release: Callable[[], None], leave: Callable[[], Awaitable[None]]) -> None:
        log.info("draining: %d in flight", self.in_flight)
        proxy = master.addons.get("proxyserver")
        end = time.monotonic() + self._seconds
        master.options.update(server=False)
        while (len(proxy.servers) or proxy.servers.is_updating) and time.monotonic() < end:  # noqa: ASYNC110 - mitmproxy tells nobody
            await asyncio.sleep(_LOOK_SECONDS)
        release()  # only now: who is sent away comes back at once, and must not come back to here
        await asyncio.sleep(_LOOK_SECONDS)  # what the kernel has accepted already becomes a request
        while (self._live or self._talks() or _is_busy(proxy.connections)) and time.monotonic() < end:  # noqa: ASYNC110 - buffers tell nobody
            await asyncio.sleep(_LOOK_SECONDS)
        if self._live:
            log.warning("draining took too long: %d requests are cut off", self.in_flight)
        await leave()
        master.shutdown()


def _is_busy(connections: dict[Any, Any]) -> bool:
    """Whether somebody has only just connected, or an answer is still on its way out."""
    if any(time.time() - handler.client.timestamp_start < _NEW_SECONDS for handler in connections.values()):
        return True
    writers = [io.writer for handler in connections.values() for io in handler.transports.values()]
    return any(w is not None and w.transport.get_write_buffer_size() for w in writers)
