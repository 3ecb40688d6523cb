"""How does a person log in? At the login service, by OpenID Connect's code flow with PKCE; nothing is typed here."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
import jwt

from vecgate.console.asking import Web, WebFailed
from vecgate.console.places import Places
from vecgate.console.sessions import Login
from vecgate.domain.principal import Secret

_SIGNED_BY: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY: Final = 15  # seconds that two clocks may differ


class LoginFailed(Exception):
    """It did not come to a login. Its words are the console's own."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who, with which token for the gateway, until when."""

    user: str
    token: Secret
    ends: float


class LoginService:
    """What the console is told of at its issuer, asked for anew at each login."""

    def __init__(self, places: Places, web: Web) -> None:
        self._places, self._web = places, web

    async def address(self, login: Login) -> str:
        """Where the browser is sent. Raises LoginFailed."""
        about = await self._about()
        digest = hashlib.sha256(login.verifier.encode()).digest()
        words = {
            "response_type": "code",
            "client_id": self._places.client,
            "redirect_uri": self._places.back,
            "scope": self._places.scope,
            "state": login.state,
            "nonce": login.nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{about['authorization_endpoint']}?{urlencode(words)}"

    async def redeem(self, login: Login, code: str) -> LoggedIn:
        """What a code is worth, to whom left with this login. Raises LoginFailed."""
        about = await self._about()
        words = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._places.back,
            "client_id": self._places.client,
            "code_verifier": login.verifier,
        }
        auth = None
        if self._places.secret is not None:
            auth = aiohttp.BasicAuth(self._places.client, self._places.secret.reveal())
        given = await self._ask("POST", about["token_endpoint"], data=words, auth=auth)
        claims = await self._claims(about, str(given.get("id_token", "")), login.nonce)
        token = given.get(self._places.token)
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
            raise LoginFailed(f"The login service gave no {self._places.token}.")
        name = claims.get("preferred_username") or claims.get("email") or claims["sub"]
        life = given.get("expires_in")
        ends = claims["iat"] + life if isinstance(life, int) and life > 0 else claims["exp"]
        return LoggedIn(str(name), Secret(token), float(ends))

    async def _claims(self, about: Mapping[str, Any], token: str, nonce: str) -> dict[str, Any]:
        keys = await self._ask("GET", about["jwks_uri"])
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            found = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key_id in (None, key.key_id)]
            claims: dict[str, Any] = jwt.decode(
                token,
                found[0].key,
                algorithms=[name for name in _SIGNED_BY if name == found[0].algorithm_name],
                audience=self._places.client,
                issuer=self._places.issuer,
                leeway=_LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
        except (jwt.PyJWTError, IndexError, KeyError, ValueError, TypeError) as e:
            raise LoginFailed("What the login service says of you cannot be proven.") from e
        if claims["nonce"] != nonce:
            raise LoginFailed("What the login service says is about another login.")
        return claims

    async def _about(self) -> Mapping[str, Any]:
        place = f"{self._places.issuer.rstrip('/')}/.well-known/openid-configuration"
        about = await self._ask("GET", place)
        if about.get("issuer") != self._places.issuer:
            raise LoginFailed("The login service goes by another name than --issuer.")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            end = about.get(name)
            if not isinstance(end, str) or not end.startswith(("https://", self._places.issuer.rstrip("/") + "/")):
                raise LoginFailed(f"The login service's {name} is not https.")
        return about

    async def _ask(self, method: str, url: str, **words: Any) -> dict[str, Any]:
        try:
            status, tree = await self._web.ask(method, url, **words)
        except WebFailed as e:
            raise LoginFailed("The login service does not answer.") from e
        if status != 200 or not isinstance(tree, dict):
            raise LoginFailed("The login service said no.")
        return tree
