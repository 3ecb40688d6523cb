"""Who is told that a login has ended (back-channel logout)? Each gateway of the settings, until it says that it knows.

OpenID Connect Back-Channel Logout 1.0. A gateway that is away is asked again for as long as a token of that login could
still count; after that there is nothing left to end. A process that is ended before tells nobody any more.
A gateway's CA is read when it is told for the first time: one that makes its own has none before it was started.
"""

import asyncio
import logging
import secrets
import ssl
from collections.abc import Callable
from typing import Final

import aiohttp

from vecgate.background import Tasks
from vecgate.identity.logout import EVENT
from vecgate.idp.keys import SigningKeys
from vecgate.idp.told import LONGEST, Gateway, LoginSettings
from vecgate.refusals.errors import Unavailable

_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 15.0
_log = logging.getLogger(__name__)


class Leaving:
    """Tells gateways in the background: nobody waits for it. Open it inside the running loop."""

    def __init__(self, told: LoginSettings, now: Callable[[], float]) -> None:
        self._told, self._now = told, now
        self._tasks = Tasks()
        self._lines: dict[str, aiohttp.ClientSession] = {}
        self._turn = asyncio.Lock()
        self._keys: SigningKeys | None = None

    async def open(self, keys: SigningKeys) -> None:
        """With these keys it signs."""
        self._keys = keys
        for one in self._told.gateways:
            if one.ca and not one.ca.is_file():
                _log.warning("%s is not there yet: until it is, %s is told of no logout", one.ca, one.url)

    async def close(self) -> None:
        await self._tasks.close()
        for line in self._lines.values():
            await line.close()

    def ended(self, sid: str) -> None:
        """A login has ended; its tokens are to count nowhere."""
        for gateway in self._told.gateways:
            self._tasks.start(self._tell(gateway, sid), "a logout")

    async def _tell(self, gateway: Gateway, sid: str) -> None:
        until, pause = self._now() + LONGEST, _PAUSE
        while not await self._knows(gateway, sid):
            if self._now() + pause >= until:
                _log.warning("%s was not told of a logout: it did not answer in %d seconds", gateway.url, LONGEST)
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _line(self, gateway: Gateway) -> aiohttp.ClientSession:
        """Raises OSError for a CA that cannot be read."""
        async with self._turn:
            if gateway.url not in self._lines:
                trust = await asyncio.to_thread(ssl.create_default_context, cafile=gateway.ca)
                line, timeout = aiohttp.TCPConnector(ssl=trust, limit=4), aiohttp.ClientTimeout(total=10)
                self._lines[gateway.url] = aiohttp.ClientSession(connector=line, timeout=timeout, trust_env=False)
            return self._lines[gateway.url]

    async def _knows(self, gateway: Gateway, sid: str) -> bool:
        try:
            line = await self._line(gateway)
            form = {"logout_token": await self._token(gateway, sid)}
            async with line.post(gateway.url, data=form, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, Unavailable) as e:
            _log.info("%s is not told of a logout yet: %s", gateway.url, type(e).__name__)
            return False
        if 400 <= status < 500:  # it will say no again
            _log.warning("%s takes no logouts from here (status %d): see its 'logout_audience'", gateway.url, status)
        return 200 <= status < 500

    async def _token(self, gateway: Gateway, sid: str) -> str:
        now = int(self._now())
        claims = {
            "iss": self._told.url,
            "aud": gateway.audience,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_hex(16),
            "sid": sid,
            "events": {EVENT: {}},
        }
        if self._keys is None:
            raise RuntimeError("it is not open")
        return await self._keys.sign(claims, "logout+jwt")
