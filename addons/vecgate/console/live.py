"""How does a page change by itself? By events (SSE), while it is open: so much waits for you, something has changed.

The page is then asked for anew, as by hand: nothing is told here that it does not show. An open page is no activity:
who has gone away is logged out all the same.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import orjson
from starlette.responses import Response, StreamingResponse

from vecgate.console.asking import Refused, WebFailed
from vecgate.console.sessions import Session
from vecgate.console.visit import Visit

#: So many pages of one person are told, and of all together; more are not, and are reloaded by hand.
MOST: Final = 4
MOST_OF_ALL: Final = 300
#: The least time from one question to the next, and after the gateway did not answer, in seconds.
PAUSE: Final = 1.0
AWAY: Final = 5.0
#: How often it is looked whether a page is still to be told.
LOOK: Final = 0.5


class Live:
    """All pages that are told. `now`: seconds since the epoch."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._told = 0
        #: Whether the console is to end: then no page keeps it.
        self.ending: Callable[[], bool] = lambda: False

    async def page(self, visit: Visit) -> Response:
        """The events of one page; 204, which ends a browser's asking: there are too many."""
        if visit.session.told >= MOST or self._told >= MOST_OF_ALL:
            return Response(status_code=204)
        return StreamingResponse(self._events(visit), media_type="text/event-stream")

    async def _events(self, visit: Visit) -> AsyncIterator[bytes]:
        session = visit.session
        session.told, self._told = session.told + 1, self._told + 1
        try:
            async for event in self._news(visit, session):
                yield event
        finally:
            session.told, self._told = session.told - 1, self._told - 1

    async def _news(self, visit: Visit, session: Session) -> AsyncIterator[bytes]:
        mark = "0"
        yield b"retry: 5000\n\n"
        while not self._is_over(session):
            answered = False
            try:
                told = await self._asked(visit, mark)
                if told is None:
                    break
                yield _event("news", {"waiting": told["waiting"]}) if told["mark"] != mark else b": nothing new\n\n"
                mark, answered = str(told["mark"]), True
            except Refused as e:
                if e.status == 401:
                    break
            except WebFailed:
                pass
            if not answered:
                yield b": the gateway does not answer\n\n"
            await asyncio.sleep(PAUSE if answered else AWAY)
        if not self.ending():
            yield _event("end", {})

    def _is_over(self, session: Session) -> bool:
        return self.ending() or session.is_over(self._now())

    async def _asked(self, visit: Visit, mark: str) -> Any:
        """What the gateway tells, once there is something new; None: it is over meanwhile."""
        asking = asyncio.ensure_future(visit.ask("GET", f"/news/{mark}"))
        try:
            while not asking.done() and not self._is_over(visit.session):
                await asyncio.wait({asking}, timeout=LOOK)
            return asking.result() if asking.done() else None
        finally:
            asking.cancel()


def _event(name: str, tree: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps(tree))
