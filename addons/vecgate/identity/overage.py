"""Which groups is somebody in whose token holds too many to list them? Their directory is asked, as the settings say.

The address stands in the settings, with claims of the proven token in it: the one that the token names is never
called. The gateway asks as a client of its own (client credentials, RFC 6749 section 4.4), over TLS, and keeps the
answer for a while. Where nobody answers, or not all of it, nobody is let in.
https://learn.microsoft.com/en-us/graph/api/directoryobject-getmemberobjects
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

import aiohttp

from vecgate.domain.claims import claim
from vecgate.domain.principal import Principal, Secret
from vecgate.identity import claims, groups
from vecgate.identity.asked import Asked
from vecgate.identity.client_secret import ClientSecret, Read
from vecgate.identity.envelope import invalid, usable
from vecgate.identity.keys import session, trust, whole
from vecgate.parsing.strict_json import NotStrict, parse
from vecgate.refusals.errors import Part, TokenInvalid, Unavailable
from vecgate.settings.issuers import Issuer, Overage

#: Longest answer in bytes, and most groups in it.
LONGEST: Final = 1024 * 1024
MOST: Final = 12_000
#: A token for the directory is renewed so long before its end, in seconds.
_AHEAD: Final = 60.0
_NAMED: Final = re.compile(r"\{([\w.]+)\}")
#: What may stand in an address for a claim: nothing that leads elsewhere below it, or behind it.
_PART: Final = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9._@:+|-]{1,256}")


class Refused(Exception):
    """The directory does not take our token."""


class Lookup:
    """Groups of one issuer's people. `now` is in seconds since the epoch. Raises SettingsError for a bad CA file."""

    def __init__(self, issuer: Issuer, how: Overage, read: Read, now: Callable[[], float]) -> None:
        self._issuer, self._how, self._now = issuer, how, now
        self._trust = trust(issuer, how.ca)
        self._secret = ClientSecret(how, read, now)
        self._found: Asked[tuple[frozenset[str], float]] = Asked("groups", now)
        self._session: aiohttp.ClientSession | None = None
        self._own: tuple[Secret, float] | None = None
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        self._session = session(self._trust)

    async def close(self) -> None:
        await self._found.close()
        if self._session is not None:
            await self._session.close()

    async def principal(self, told: Mapping[str, Any]) -> tuple[Principal, float]:
        """The owner of a proven token, with their groups, and until when these count.

        Raises TokenInvalid, Unavailable('issuer keys').
        """
        # First all else that is said of them: nobody's directory is asked for a token that does not count.
        found = claims.principal(groups.without(told, self._issuer.groups_claim), self._issuer, self._now())
        address = self._address(told)
        mark = sha256(address.encode()).digest()
        answer = await self._found.get(mark, lambda: self._asked(address))
        if answer is None:
            raise Unavailable(Part.ISSUER_KEYS, "groups: their answer came too late")
        return replace(found, groups=answer[0], claims=MappingProxyType(dict(told))), answer[1]

    def _address(self, told: Mapping[str, Any]) -> str:
        def part(named: re.Match[str]) -> str:
            text = usable(claim(told, named[1]), named[1])
            if not _PART.fullmatch(text):
                raise invalid(f"its '{named[1]}' cannot stand in the address of its groups")
            return quote(text, safe="")

        return _NAMED.sub(part, self._how.url)

    async def _asked(self, address: str) -> tuple[tuple[frozenset[str], float], float]:
        try:
            async with asyncio.timeout(self._issuer.timeout * 2):
                try:
                    tree = await self._answer(address)
                except Refused:  # it may have been ended, or its client changed
                    self._own = None
                    tree = await self._answer(address)
        except (aiohttp.ClientError, TimeoutError, NotStrict, Refused) as e:
            raise Unavailable(Part.ISSUER_KEYS, f"groups: {type(e).__name__}") from e
        until = self._now() + self._how.cache
        return (self._listed(tree), until), until

    def _listed(self, tree: Any) -> frozenset[str]:
        listed = tree.get("value") if isinstance(tree, dict) else None
        if not isinstance(listed, list) or len(listed) > MOST or "@odata.nextLink" in tree:
            raise Unavailable(Part.ISSUER_KEYS, "groups: the directory did not list all of them")
        try:
            return frozenset(usable(one, self._issuer.groups_claim) for one in listed)
        except TokenInvalid as e:
            raise Unavailable(Part.ISSUER_KEYS, "groups: the directory's answer cannot be read") from e

    async def _answer(self, address: str) -> Any:
        headers = {"Authorization": f"Bearer {(await self._token()).reveal()}"}
        body = {"securityEnabledOnly": self._how.security_groups}
        status, raw = await self._post(address, headers, json=body)
        if status == 401:
            raise Refused
        if status == 404:
            raise TokenInvalid("identity.overage", "its directory does not know whose groups these are")
        if status != 200:
            raise Unavailable(Part.ISSUER_KEYS, f"groups: status {status}")
        return parse(raw)

    async def _token(self) -> Secret:
        """What the gateway itself asks with."""
        async with self._turn:
            if self._own is not None and self._now() < self._own[1]:
                return self._own[0]
            headers = {"Authorization": await self._secret.basic()}
            form = {"grant_type": "client_credentials", "scope": self._how.scope}
            status, raw = await self._post(self._how.token_url, headers, data=form)
            if status in (400, 401):
                self._secret.forget()
            tree = parse(raw) if status == 200 else None
            token, life = (tree.get("access_token"), tree.get("expires_in")) if isinstance(tree, dict) else (None, None)
            if not isinstance(token, str) or not token.isascii() or not token.isprintable() or type(life) is not int:
                raise Unavailable(Part.ISSUER_KEYS, f"groups: no token to ask with (status {status})")
            self._own = Secret(token), self._now() + max(0.0, life - _AHEAD)
            return self._own[0]

    async def _post(self, url: str, headers: dict[str, str], **sent: Any) -> tuple[int, bytes]:
        if self._session is None:
            raise Unavailable(Part.ISSUER_KEYS, "groups: not open")
        told = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        async with self._session.post(url, headers=told, allow_redirects=False, **sent) as reply:
            return reply.status, await whole(reply, LONGEST, "groups: ")
