"""Which key has this id, right now? One issuer's keys (JWKS), cached, fetched without holding anybody up.

A known key is never waited for: a refresh runs behind it, and while the issuer is away it is used until
`keys_stale`. An unknown key id causes at most one fetch per `keys_cooldown`, failed fetches included, so
made-up ids cannot be turned into load on the issuer. A single fetch serves all who wait. A key that was asked for
only after the last fetch began may be a new one: whoever brings it is told when to come again, and not to log in.
"""

import asyncio
import logging
import math
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from vecgate.background import Tasks
from vecgate.identity import jwks
from vecgate.parsing.strict_json import NotStrict, parse
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import Part, SettingsError, TokenInvalid, Unavailable
from vecgate.settings.issuers import Issuer

MAX_DOCUMENT: Final = 256 * 1024
#: Of so many unknown keys it is known since when they are asked for.
_UNKNOWN: Final = 1024
DISCOVERY_PATH: Final = "/.well-known/openid-configuration"

_log: Final = logging.getLogger(__name__)


class IssuerKeys:
    """The keys of one issuer. Open it inside the running loop; close it there. Ages count on `clock`, in seconds."""

    def __init__(self, issuer: Issuer, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises SettingsError when the CA file cannot be used, or there is no URL to find keys under."""
        if urlsplit(issuer.jwks_url or issuer.issuer).scheme not in ("http", "https"):
            raise SettingsError([f"issuers: {issuer.issuer}: not a URL, so it needs a 'jwks_url'"])
        self._issuer = issuer
        self._clock = clock
        self._trust = trust(issuer)
        self._session: aiohttp.ClientSession | None = None
        self._tasks = Tasks()
        self._flight: asyncio.Task[None] | None = None
        self._keys: jwks.Keyring = {}
        self._fetched_at = -math.inf
        self._began_at = -math.inf  # the last fetch that succeeded
        self._unknown: dict[tuple[str, str], float] = {}  # since when they are asked for
        self._rests_until = -math.inf
        self._failure: str | None = "not fetched yet"

    async def open(self) -> None:
        """Start the first fetch. It may fail: the gateway starts without the issuer and finds it later."""
        self._session = session(self._trust, force_close=True)
        self._start()

    async def close(self) -> None:
        await self._tasks.close()
        if self._session is not None:
            await self._session.close()

    def known(self, key_id: str, algorithm: str) -> jwks.Key | None:
        """The key if it is at hand and not too old. Never waits; an ageing set is refreshed behind it."""
        return self._keys.get((key_id, algorithm)) if self.look() else None

    def look(self) -> bool:
        """Whether keys are at hand and not too old. Never waits; what is missing or ageing is fetched behind it."""
        age = self._clock() - self._fetched_at
        if age > self._issuer.keys_fresh:
            self._start()
        return age <= self._issuer.keys_stale

    async def find(self, key_id: str, algorithm: str) -> jwks.Key:
        """The key, fetched if need be.

        Raises Unavailable('issuer keys') when the issuer cannot be asked, TokenInvalid when it does not know the key.
        """
        key = self.known(key_id, algorithm)
        since = self._asked_since(key_id, algorithm) if key is None else 0.0
        # The fetch under way may have begun before the key was made: then there is a second one.
        while key is None and (flight := self._start(unknown=True)) is not None:
            await asyncio.wait({flight})  # a waiter who leaves does not end the fetch of the others
            key = self.known(key_id, algorithm)
        if key is not None:
            self._unknown.pop((key_id, algorithm), None)
            return key
        pause = math.ceil(max(1.0, self._rests_until - self._clock()))
        if self._failure is not None:
            raise Unavailable(Part.ISSUER_KEYS, self._failure, retry_after=pause)
        if since > self._began_at:
            raise Unavailable(Part.ISSUER_KEYS, "a key that may be new is not looked for yet", retry_after=pause)
        if key_id == jwks.NO_ID:
            raise TokenInvalid("identity.invalid", "it has no 'kid', and its issuer has more than one key, or none")
        raise TokenInvalid("identity.invalid", "its issuer has no such key for this algorithm")

    def _asked_since(self, key_id: str, algorithm: str) -> float:
        while len(self._unknown) >= _UNKNOWN:
            del self._unknown[next(iter(self._unknown))]
        return self._unknown.setdefault((key_id, algorithm), self._clock())

    def _start(self, *, unknown: bool = False) -> asyncio.Task[None] | None:
        """A fetch, or the one under way; None in the pause. After one that was not for an `unknown` key is none."""
        if self._flight is not None and not self._flight.done():
            return self._flight
        if self._session is None or self._clock() < self._rests_until:
            return None
        self._flight = self._tasks.start(self._fetch(self._session, unknown=unknown), "issuer keys")
        return self._flight

    async def _fetch(self, session: aiohttp.ClientSession, *, unknown: bool) -> None:
        before, self._failure = self._failure, "interrupted"
        began_at = self._clock()
        try:
            async with asyncio.timeout(self._issuer.timeout):
                body = await self._get(session, await self._address(session))
            self._keys = jwks.read(body, self._issuer.algorithms)
        except (aiohttp.ClientError, TimeoutError, NotStrict, Unavailable) as e:
            self._failure = str(e) if isinstance(e, NotStrict | Unavailable) else type(e).__name__
            if self._failure != before:  # it is tried again and again: the same reason is told once
                _log.warning("keys of issuer %s cannot be fetched: %s", self._issuer.issuer, self._failure)
        else:
            self._began_at, self._fetched_at, self._failure = began_at, self._clock(), None
        finally:
            if unknown or self._failure is not None:
                self._rests_until = self._clock() + self._issuer.keys_cooldown

    async def _address(self, session: aiohttp.ClientSession) -> str:
        """Where the keys are: as set, or as the issuer itself says (OpenID Connect Discovery 1.0 section 4)."""
        if self._issuer.jwks_url is not None:
            return self._issuer.jwks_url
        tree = parse(await self._get(session, self._issuer.issuer.rstrip("/") + DISCOVERY_PATH))
        if not isinstance(tree, dict) or tree.get("issuer") != self._issuer.issuer:
            raise Unavailable(Part.ISSUER_KEYS, "discovery names another issuer")  # section 4.3: must be identical
        found = tree.get("jwks_uri")
        schemes = ("https",) if self._issuer.issuer.startswith("https:") else ("http", "https")
        if not isinstance(found, str) or _scheme(found) not in schemes:
            raise Unavailable(Part.ISSUER_KEYS, "discovery names no usable 'jwks_uri'")
        return found

    async def _get(self, session: aiohttp.ClientSession, url: str) -> bytes:
        file = self._issuer.keys_token_file
        try:
            token = file.read_text("ascii").strip() if file is not None else None  # it is renewed now and then
        except (OSError, ValueError) as e:
            raise Unavailable(Part.ISSUER_KEYS, "its 'keys_token_file' cannot be read") from e
        return await _get(session, url, token)


def session(trusts: ssl.SSLContext | bool, *, force_close: bool = False) -> aiohttp.ClientSession:
    """How an issuer, or whoever it names, is asked: without cookies, and by nobody's proxy."""
    return aiohttp.ClientSession(
        trust_env=False,  # a proxy from the environment could hand us its own keys
        auto_decompress=False,  # a small document could unpack to a huge one
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=aiohttp.TCPConnector(ssl=trusts, force_close=force_close),
    )


def trust(issuer: Issuer, ca: Path | None = None) -> ssl.SSLContext:
    """Whom to believe to be the issuer, or what is `ca`'s beside it. Raises SettingsError."""
    try:
        return trusting(ca or issuer.ca)
    except OSError as e:  # ssl.SSLError is one
        raise SettingsError([f"issuers: {issuer.issuer}: the CA file {ca or issuer.ca} cannot be used"]) from e


async def whole(reply: aiohttp.ClientResponse, most: int, of: str = "") -> bytes:
    """What was answered, of at most so many bytes; `of` stands before the reason. Raises Unavailable('issuer keys')."""
    body = bytearray()
    async for chunk in reply.content.iter_chunked(65536):
        body += chunk
        if len(body) > most:
            raise Unavailable(Part.ISSUER_KEYS, f"{of}more than {most} bytes")
    return bytes(body)


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:  # brackets of an address that do not close
        return ""


async def _get(session: aiohttp.ClientSession, url: str, token: str | None = None) -> bytes:
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    async with session.get(url, headers=headers, allow_redirects=False) as reply:
        if reply.status != 200:
            raise Unavailable(Part.ISSUER_KEYS, f"status {reply.status}")
        return await whole(reply, MAX_DOCUMENT)
