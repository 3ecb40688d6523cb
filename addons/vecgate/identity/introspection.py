"""Whose is a token that says nothing itself? Its issuer is asked (RFC 7662), and what it answers is kept for a while.

One issuer's tokens may be opaque. Each is asked about once at a time, so many at once; where the issuer does not
answer, or answers what cannot be read in one way, nobody is let in. What it says is checked like a token's own claims.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

import aiohttp

from vecgate.background import Tasks
from vecgate.domain.call import Json
from vecgate.domain.principal import Principal
from vecgate.identity import claims
from vecgate.identity.envelope import invalid
from vecgate.identity.keys import MAX_DOCUMENT, trust
from vecgate.parsing.strict_json import NotStrict, parse
from vecgate.refusals.errors import Part, TokenInvalid, Unavailable
from vecgate.settings.issuers import Introspection, Issuer

ENTRIES: Final = 4096
#: So many tokens are asked about at once; more are refused, not kept waiting.
AT_ONCE: Final = 32


class Introspector:
    """Asks one issuer. `now` is in seconds since the epoch."""

    def __init__(self, issuer: Issuer, how: Introspection, now: Callable[[], float]) -> None:
        self._issuer, self._how, self._now = issuer, how, now
        self._trust = trust(issuer)
        self._session: aiohttp.ClientSession | None = None
        self._tasks = Tasks()
        self._flights: dict[bytes, asyncio.Task[None]] = {}
        self._known: dict[bytes, tuple[Principal | TokenInvalid, float]] = {}

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            trust_env=False,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(ssl=self._trust),
        )

    async def close(self) -> None:
        await self._tasks.close()
        if self._session is not None:
            await self._session.close()

    async def check(self, text: str) -> Principal:
        """The owner of a token. Raises TokenInvalid, or Unavailable('issuer keys')."""
        mark = sha256(text.encode()).digest()
        found = self._remembered(mark)
        if found is None:
            flight = self._flights.get(mark) or self._start(mark, text)
            await asyncio.wait({flight})  # whoever leaves does not end it for others
            flight.result()
            found = self._remembered(mark)
        if found is None:
            raise TokenInvalid("identity.expired", "it has expired")
        if isinstance(found, TokenInvalid):
            raise TokenInvalid(found.code, str(found))
        return found

    def _remembered(self, mark: bytes) -> Principal | TokenInvalid | None:
        found, until = self._known.get(mark, (None, 0.0))
        return found if self._now() < until else None

    def _start(self, mark: bytes, text: str) -> asyncio.Task[None]:
        if self._session is None or len(self._flights) >= AT_ONCE:
            raise Unavailable(Part.ISSUER_KEYS, "too many tokens are asked about")
        flight = self._flights[mark] = self._tasks.start(self._ask(self._session, mark, text), "introspection")
        flight.add_done_callback(lambda _: self._flights.pop(mark, None))
        return flight

    async def _ask(self, session: aiohttp.ClientSession, mark: bytes, text: str) -> None:
        try:
            async with asyncio.timeout(self._issuer.timeout):
                said = parse(await self._answer(session, text))
        except (aiohttp.ClientError, TimeoutError, NotStrict) as e:
            raise Unavailable(Part.ISSUER_KEYS, f"introspection: {type(e).__name__}") from e
        now, found = self._now(), self._read(said)
        ends = found.expires_at + self._issuer.leeway if isinstance(found, Principal) else now + self._how.cache
        while len(self._known) >= ENTRIES:
            del self._known[next(iter(self._known))]
        self._known[mark] = found, min(ends, now + self._how.cache)

    async def _answer(self, session: aiohttp.ClientSession, text: str) -> bytes:
        try:
            secret = self._how.secret_file.read_text("utf-8").strip()  # it may be another one by now
        except (OSError, ValueError) as e:
            raise Unavailable(Part.ISSUER_KEYS, "the 'secret_file' of introspection cannot be read") from e
        login = f"{quote(self._how.client_id, safe='')}:{quote(secret, safe='')}"  # RFC 6749 section 2.3.1
        form = {"token": text, "token_type_hint": "access_token"}
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": f"Basic {b64encode(login.encode()).decode()}",
        }
        asked = session.post(self._how.url, data=form, headers=headers, allow_redirects=False)
        async with asked as reply:
            if reply.status != 200 or reply.content_type != "application/json":
                raise Unavailable(Part.ISSUER_KEYS, f"introspection: status {reply.status}, {reply.content_type}")
            body = await reply.content.read(MAX_DOCUMENT + 1)
            while not reply.content.at_eof() and len(body) <= MAX_DOCUMENT:
                body += await reply.content.read(MAX_DOCUMENT)
            if len(body) > MAX_DOCUMENT:
                raise Unavailable(Part.ISSUER_KEYS, f"introspection: more than {MAX_DOCUMENT} bytes")
            return body

    def _read(self, said: Json) -> Principal | TokenInvalid:
        try:
            return self._principal(said)
        except TokenInvalid as e:
            return e

    def _principal(self, said: Json) -> Principal:
        issuer, now = self._issuer, self._now()
        if not isinstance(said, dict) or said.get("active") is not True:
            raise invalid("its issuer says that it is not active")
        if said.get("iss", issuer.issuer) != issuer.issuer:
            raise invalid("its 'iss' is not accepted")
        named = said.get("aud")
        audiences: list[Any] = named if isinstance(named, list) else [named]
        if not any(isinstance(one, str) and one in issuer.audiences for one in audiences):
            raise invalid("its 'aud' is not this gateway")
        found = claims.principal({"iat": now, **said}, issuer, now)
        # Where nobody says when it began, it began before whatever ended since.
        return found if "iat" in said else replace(found, claims=MappingProxyType(dict(said)))
