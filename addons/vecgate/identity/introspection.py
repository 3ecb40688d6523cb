"""Whose is a token that says nothing itself? Its issuer is asked (RFC 7662), and what it answers is kept for a while.

One issuer's tokens may be opaque. Each is asked about once at a time, so many at once; where the issuer does not
answer, or answers what cannot be read in one way, nobody is let in. What it says is checked like a token's own claims.

Anybody can bring a text that is no token, and each is a question. So who has brought many wrong ones is asked for no
more of them (strangers.py), and some of the questions at once are kept for tokens that were good before.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType
from typing import Final

import aiohttp

from vecgate.domain.call import Json
from vecgate.domain.principal import Principal
from vecgate.identity import claims
from vecgate.identity.asked import Asked
from vecgate.identity.client_secret import ClientSecret, Read
from vecgate.identity.envelope import invalid
from vecgate.identity.keys import MAX_DOCUMENT, session, trust, whole
from vecgate.identity.strangers import Strangers
from vecgate.parsing.strict_json import NotStrict, parse
from vecgate.refusals.errors import Part, TokenInvalid, Unavailable
from vecgate.settings.issuers import Introspection, Issuer

#: Of the questions at once, so many are for tokens that were good before; of so many it is known.
_KEPT_FOR_KNOWN: Final = 8
_KNOWN: Final = 4096
#: What it may be, where its issuer says so (RFC 7662 section 2.2), as glewlwyd writes it, too: a refresh token is
#: active.
_KINDS: Final = frozenset({"bearer", "dpop", "access_token"})


class Introspector:
    """Asks one issuer. `now` is in seconds since the epoch."""

    def __init__(self, issuer: Issuer, how: Introspection, read: Read, now: Callable[[], float]) -> None:
        self._issuer, self._how, self._now = issuer, how, now
        self._trust = trust(issuer)
        self._secret = ClientSecret(how, read, now)
        self._found: Asked[Principal | TokenInvalid] = Asked("introspection", now)
        self._strangers = Strangers(now)
        self._good: dict[bytes, None] = {}  # digests of tokens that were good when they were last asked about
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = session(self._trust)

    async def close(self) -> None:
        await self._found.close()
        if self._session is not None:
            await self._session.close()

    async def check(self, text: str, address: str = "") -> Principal:
        """The owner of a token that came from an address. Raises TokenInvalid, or Unavailable('issuer keys')."""
        mark = sha256(text.encode()).digest()
        spare = 0 if mark in self._good else _KEPT_FOR_KNOWN
        found = await self._found.get(mark, lambda: self._asked(text, mark, address), spare=spare)
        if found is None:
            raise TokenInvalid("identity.expired", "it has expired")
        if isinstance(found, TokenInvalid):
            raise TokenInvalid(found.code, str(found))
        return found

    async def _asked(self, text: str, mark: bytes, address: str) -> tuple[Principal | TokenInvalid, float]:
        is_good = mark in self._good
        if not is_good and not self._strangers.may_ask(address):
            raise Unavailable(Part.ISSUER_KEYS, "introspection: too many wrong tokens come from this address")
        answer = await self._ask(text)
        self._good.pop(mark, None)
        if not isinstance(answer[0], TokenInvalid):
            if len(self._good) >= _KNOWN:
                del self._good[next(iter(self._good))]
            self._good[mark] = None
        elif not is_good:
            self._strangers.was_wrong(address)
        return answer

    async def _ask(self, text: str) -> tuple[Principal | TokenInvalid, float]:
        try:
            async with asyncio.timeout(self._issuer.timeout):
                said = parse(await self._answer(text))
        except (aiohttp.ClientError, TimeoutError, NotStrict) as e:
            raise Unavailable(Part.ISSUER_KEYS, f"introspection: {type(e).__name__}") from e
        now, found = self._now(), self._read(said)
        ends = found.expires_at + self._issuer.leeway if isinstance(found, Principal) else now + self._how.cache
        return found, min(ends, now + self._how.cache)

    async def _answer(self, text: str) -> bytes:
        if self._session is None:
            raise Unavailable(Part.ISSUER_KEYS, "introspection: not open")
        form = {"token": text, "token_type_hint": "access_token"}
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": await self._secret.basic(),
        }
        asked = self._session.post(self._how.url, data=form, headers=headers, allow_redirects=False)
        async with asked as reply:
            if reply.status in (400, 401):
                self._secret.forget()
            if reply.status != 200 or reply.content_type != "application/json":
                raise Unavailable(Part.ISSUER_KEYS, f"introspection: status {reply.status}, {reply.content_type}")
            return await whole(reply, MAX_DOCUMENT, "introspection: ")

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
        kind = str(said.get("token_type", "bearer")).lower()
        if kind not in _KINDS or (kind == "dpop" and "cnf" not in said):
            raise invalid("its issuer says that it is no access token, or not to which key it is bound")
        if not claims.is_for(said, issuer):
            raise invalid(f"its '{issuer.audience_claim}' is not this gateway")
        found = claims.principal({"iat": now, **said}, issuer, now)
        # Where nobody says when it began, it began before whatever ended since.
        return found if "iat" in said else replace(found, claims=MappingProxyType(dict(said)))
