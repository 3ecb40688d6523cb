"""Who is told that a login has ended (back-channel logout)? Each gateway of the settings, until it says that it knows.

OpenID Connect Back-Channel Logout 1.0. A gateway that is away is asked again for as long as a token of that login could
still count; after that there is nothing left to end. Who is still to be told is kept in Valkey, from the step in which
the login ends (leaving.lua): another process goes on where one was ended, or the same after its next start.
A gateway's CA is read when it is told for the first time: one that makes its own has none before it was started.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import aiohttp
import orjson

from vecgate.background import Tasks
from vecgate.identity.logout import EVENT
from vecgate.idp.keys import SigningKeys
from vecgate.idp.told import LONGEST, Gateway
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Script, Store

_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 15.0
#: How often it is looked for what another process has left, in seconds.
_WATCH_SECONDS: Final = 2.0
#: So long who has claimed an entry has it alone: longer than a gateway has time to answer.
_CLAIM_SECONDS: Final = 15.0
_MOST: Final = 64
_LEAVING: Final = Script.load("vecgate.idp", "leaving.lua")
_log = logging.getLogger(__name__)


class Leaving:
    """Tells gateways in the background: nobody waits for it. Open it inside the running loop."""

    def __init__(self, issuer: str, gateways: Sequence[Gateway], store: Store, now: Callable[[], float]) -> None:
        """`issuer`: who tells, as gateways know it. Clock: seconds since the epoch."""
        self._issuer, self._store, self._now = issuer, store, now
        self._gateways = {one.url: one for one in gateways}
        self._tasks, self._changed = Tasks(), asyncio.Event()
        self._lines: dict[str, aiohttp.ClientSession] = {}
        self._turn = asyncio.Lock()
        self._keys: SigningKeys | None = None

    async def open(self, keys: SigningKeys) -> None:
        """With these keys it signs."""
        self._keys = keys
        for one in self._gateways.values():
            if one.ca and not one.ca.is_file():
                _log.warning("%s is not there yet: until it is, %s is told of no logout", one.ca, one.url)
        if self._gateways:
            self._tasks.start(self._watch(), "logouts")

    async def close(self) -> None:
        await self._tasks.close()
        for line in self._lines.values():
            await line.close()

    async def end(self, sid: str, login: str) -> bool:
        """End the login that is kept under this key; its tokens are to count nowhere. False: it had ended before.

        Raises Unavailable('state').
        """
        until = self._now() + LONGEST
        entries = [orjson.dumps([self._issuer, url, sid, until]).decode() for url in self._gateways]
        try:
            return bool(await self._run("end", *entries, login=login))
        finally:
            self._changed.set()

    async def _watch(self) -> None:
        while True:
            self._changed.clear()
            wait = _WATCH_SECONDS
            with suppress(Unavailable):
                entries, first = await self._run("claim", _CLAIM_SECONDS, _MOST)
                for entry in entries:
                    self._tasks.start(self._tell(entry), "a logout")
                wait = min(wait, max(0.0, float(first))) if first else wait
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()

    async def _tell(self, entry: str) -> None:
        issuer, url, sid, until = orjson.loads(entry)
        gateway, left = self._gateways.get(url), until - self._now()
        if left <= 0:
            _log.warning("%s was not told of a logout: it did not answer in %d seconds", url, LONGEST)
            await self._run("gone", entry)
            return
        if issuer != self._issuer or gateway is None:  # of another service, or in the settings no more
            return
        pause = 0.0  # where this process ends meanwhile, the next one need not wait
        try:
            if await self._knows(gateway, sid):
                await self._run("gone", entry)
            else:  # as long as it has been tried
                pause = min(max(_PAUSE, LONGEST - left), _LONGEST_PAUSE)
        finally:
            await self._run("again", entry, pause)
            self._changed.set()

    async def _run(self, what: str, *words: str | float, login: str = "") -> Any:
        keys = [self._store.key("idp", "leaving"), *([login] if login else [])]
        return await self._store.run(_LEAVING, keys, [what, *words], durable=what == "end")

    async def _line(self, gateway: Gateway) -> aiohttp.ClientSession:
        """Raises OSError for a CA that cannot be read."""
        async with self._turn:
            if gateway.url not in self._lines:
                trust = await asyncio.to_thread(trusting, gateway.ca)
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
            "iss": self._issuer,
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
