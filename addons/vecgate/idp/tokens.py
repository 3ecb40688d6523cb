"""What is in a token, and which token is renewed by which? `at+jwt` (RFC 9068), and refresh tokens that are used once.

A refresh token that comes a second time was stolen, or its thief came first: then the whole family ends, and its login
with it (RFC 9700 section 4.14.2).
"""

import secrets
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt

from vecgate.idp.kept import Kept, mark, secret
from vecgate.idp.keys import SigningKeys
from vecgate.idp.logins import Login, Logins
from vecgate.idp.told import LoginSettings
from vecgate.parsing.strict_json import NotStrict, parse

_OPTIONS: Final[Any] = {"require": ["exp", "iat", "iss", "aud", "sub", "sid"], "verify_exp": False, "verify_iat": False}


class NotGranted(Exception):
    """`error` is one of RFC 6749 section 5.2, RFC 8628 section 3.5 or RFC 8693; its words are our own."""

    def __init__(self, error: str, words: str) -> None:
        self.error = error
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class Given:
    """One of our tokens that came back, proven, and its login, which is good."""

    claims: Mapping[str, Any]
    login: Login
    sid: str


class Tokens:
    """Raises Unavailable('state') and Unavailable('vault')."""

    def __init__(
        self, told: LoginSettings, keys: SigningKeys, kept: Kept, logins: Logins, now: Callable[[], float]
    ) -> None:
        self._told, self._keys, self._kept, self._logins, self._now = told, keys, kept, logins, now

    async def first(self, sid: str, client: str, scope: str, nonce: str | None = None) -> dict[str, Any]:
        """For a login that was granted. With a nonce, an ID token says who it is, to that client. Raises NotGranted."""
        login = await self._alive(sid)
        family, word = secrets.token_hex(16), secret()
        kept = {"sid": sid, "client": client, "scope": scope, "word": mark(word)}
        await self._kept.new("family", family, kept, max(1.0, login.ends - self._now()))
        answer = await self._answer(login, sid, client, scope, f"{family}.{word}")
        return answer if nonce is None else answer | {"id_token": await self._about(login, sid, client, nonce)}

    async def renewed(self, token: str, client: str) -> dict[str, Any]:
        """For a refresh token; it is used up. Raises NotGranted."""
        family, _, word = token.partition(".")
        kept = await self._kept.get("family", family)
        if kept is None or kept["client"] != client:
            raise NotGranted("invalid_grant", "that login has ended; log in again")
        fresh, is_right = secret(), secrets.compare_digest(kept["word"], mark(word))
        if is_right:  # signed before it is used up: while the keys are away nobody loses theirs
            login = await self._alive(kept["sid"])
            answer = await self._answer(login, kept["sid"], client, kept["scope"], f"{family}.{fresh}")
            if await self._kept.swap("family", family, kept, kept | {"word": mark(fresh)}):
                return answer
        await self._ended(family, kept["sid"])
        raise NotGranted("invalid_grant", "that token was used before: its login has ended, for whoever has it")

    async def revoke(self, token: str) -> str:
        """End the login that a refresh or an access token is of (RFC 7009). Its `sid`; empty: there is none.

        Raises NotGranted for an agent's token: it is for one database and minutes, and no right to log its person out.
        """
        family, _, word = token.partition(".")
        kept = await self._kept.get("family", family)
        if kept is not None:
            if not secrets.compare_digest(kept["word"], mark(word)):
                return ""
            await self._ended(family, kept["sid"])
            return str(kept["sid"])
        try:
            given = await self.given(token)
        except NotGranted:
            return ""
        if "act" in given.claims:
            raise NotGranted("unsupported_token_type", "an agent's token ends by itself, or with its person's login")
        await self._logins.end(given.sid)
        return given.sid

    async def given(self, token: str) -> Given:
        """What one of our access tokens says, if it is good now; an agent's, too. Raises NotGranted."""
        no = NotGranted("invalid_grant", "that is no token of this login service, or it has ended")
        keys = {one.name: one.public for one in await self._keys.published()}
        head = _head(token)
        if set(head) != {"alg", "typ", "kid"} or head["typ"] != "at+jwt" or head["kid"] not in keys:
            raise no
        try:
            key, us = keys[head["kid"]], self._told
            claims = jwt.decode(token, key, ["ES256"], issuer=us.url, audience=us.audience, options=_OPTIONS)
        except jwt.PyJWTError:
            raise no from None
        if not claims["iat"] - 5 <= self._now() < claims["exp"]:
            raise no
        return Given(claims, await self._alive(str(claims["sid"])), str(claims["sid"]))

    async def signed(
        self, login: Login, sid: str, client: str, scope: str, seconds: float, **more: Any
    ) -> tuple[str, int]:
        """An access token, and how long it lives: never beyond its login. Raises NotGranted."""
        now = int(self._now())
        ends = int(min(now + seconds, login.ends))
        if ends <= now:
            raise NotGranted("invalid_grant", "that login has ended; log in again")
        claims = {
            "iss": self._told.url,
            "aud": self._told.audience,
            "sub": login.user,
            "client_id": client,
            "iat": now,
            "exp": ends,
            "jti": secrets.token_hex(16),
            "sid": sid,
            "auth_time": int(login.at),
            "amr": list(login.amr),
            "groups": list(login.groups),
            "scope": scope,
        }
        return await self._keys.sign(claims | more, "at+jwt"), ends - now

    async def _answer(self, login: Login, sid: str, client: str, scope: str, refresh: str) -> dict[str, Any]:
        token, seconds = await self.signed(login, sid, client, scope, self._told.token_seconds)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": seconds,
            "refresh_token": refresh,
            "scope": scope,
        }

    async def _about(self, login: Login, sid: str, client: str, nonce: str) -> str:
        """An ID token (OpenID Connect Core, section 2). It opens nothing: another `aud`, another `typ`."""
        now = int(self._now())
        claims = {
            "iss": self._told.url,
            "aud": client,
            "sub": login.user,
            "preferred_username": login.user,
            "iat": now,
            "exp": int(min(now + self._told.token_seconds, login.ends)),
            "sid": sid,
            "auth_time": int(login.at),
            "amr": list(login.amr),
            **({"nonce": nonce} if nonce else {}),
        }
        return await self._keys.sign(claims, "JWT")

    async def _alive(self, sid: str) -> Login:
        login = await self._logins.of(sid)
        if login is None:
            raise NotGranted("invalid_grant", "that login has ended; log in again")
        return login

    async def _ended(self, family: str, sid: str) -> None:
        await self._logins.end(sid)
        await self._kept.end("family", family)


def _head(token: str) -> dict[str, Any]:
    first = token.partition(".")[0]
    try:
        tree = parse(urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (NotStrict, ValueError):
        return {}
    return tree if isinstance(tree, dict) else {}
