"""Is the token of who is logged in still good, and who renews it? One at a time for each session, before it ends.

What a token is renewed with is good once: a renewal that was begun is brought to its end, whoever has stopped waiting
for it, since its answer holds the next.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from vecgate.console.asking import Refused
from vecgate.console.login import Ended, LoggedIn, LoginFailed, LoginService
from vecgate.console.sessions import Session, Sessions
from vecgate.domain.principal import Secret

#: Renewed so long before its end, in seconds.
AHEAD: Final = 30.0
#: How often it is looked for sessions that are over, in seconds; and so many are ended at once.
WATCH: Final = 60.0
_AT_ONCE: Final = 8
_log = logging.getLogger(__name__)


class Renewal:
    """Of all sessions. `now`: seconds since the epoch."""

    def __init__(self, login: LoginService, now: Callable[[], float]) -> None:
        self._login, self._now = login, now
        self._under_way: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def token(self, session: Session) -> Secret:
        """One that is good now. Raises Refused: 401, the login has ended; 503, nobody can say."""
        if session.renewal is not None and self._left(session) <= AHEAD:
            task = asyncio.ensure_future(self._renewed(session))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            await asyncio.shield(task)
        return session.token

    async def watch(self, sessions: Sessions) -> None:
        """End those at the login service that are over here, whoever has closed their browser."""
        while True:
            await asyncio.sleep(WATCH)
            await self.end(*sessions.over())

    async def end(self, *over: Session) -> None:
        """Have the login service end them, too."""
        await asyncio.gather(*map(self._end, over))

    async def _end(self, session: Session) -> None:
        async with self._turns, session.turn:
            renewal, session.renewal = session.renewal, None
            if renewal is None:
                return
            try:
                await self._login.end(renewal)
            except LoginFailed as e:
                _log.warning("a logout was not told to the login service: %s", e)

    async def _renewed(self, session: Session) -> None:
        async with session.turn:
            left, renewal = self._left(session), session.renewal
            if renewal is None or left > AHEAD:
                return
            was = LoggedIn(session.user, session.token, session.good_until, renewal)
            try:
                fresh = await self._login.renew(was, self._now())
            except Ended as e:
                session.renewal = None
                raise Refused(401, str(e)) from e
            except LoginFailed as e:
                if left > 0:
                    return
                raise Refused(503, f"{e} Nothing was done.") from e
            session.token, session.good_until, session.renewal = fresh.token, fresh.ends, fresh.renewal

    def _left(self, session: Session) -> float:
        return session.good_until - self._now()
