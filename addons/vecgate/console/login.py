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
_UNTOLD: Final = 60.0  # life of a token whose life is not told


class LoginFailed(Exception):
    """It did not come to a login. Its words are the console's own."""


class Ended(LoginFailed):
    """A login is over: whoever had it logs in anew."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who, with which token for the gateway, until when, and what it is renewed with."""

    user: str
    token: Secret
    ends: float
    renewal: Secret | None = None


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

    async def redeem(self, login: Login, code: str, says: str | None = None) -> LoggedIn:
        """What a code is worth to whom left with this login; `says`: whose it is (RFC 9207). Raises LoginFailed."""
        about = await self._about()
        names_itself = about.get("authorization_response_iss_parameter_supported") is True
        if says != self._places.issuer and (says is not None or names_itself):
            raise LoginFailed("That answer is another login service's; it was told nothing.")
        words = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._places.back,
            "client_id": self._places.client,
            "code_verifier": login.verifier,
        }
        given = await self._ask("POST", about["token_endpoint"], data=words, auth=self._auth())
        claims = await self._claims(about, str(given.get("id_token", "")), login.nonce)
        token = self._token(given, self._places.token)
        if token is None:
            raise LoginFailed(f"The login service gave no {self._places.token}.")
        name = claims.get("preferred_username") or claims.get("email") or claims["sub"]
        life = given.get("expires_in")
        ends = claims["iat"] + life if isinstance(life, int) and life > 0 else claims["exp"]
        # What is renewed is an access token; ID tokens say that somebody logged in, and are not (Core, section 12).
        renewal = self._token(given, "refresh_token") if self._places.token == "access_token" else None  # noqa: S105
        return LoggedIn(str(name), token, float(ends), renewal)

    async def renew(self, who: LoggedIn, now: float) -> LoggedIn:
        """The same person with another token. Raises LoginFailed; Ended, where the login service says no."""
        if who.renewal is None:
            raise Ended("That login is not renewed.")
        about = await self._about()
        words = {"grant_type": "refresh_token", "refresh_token": who.renewal.reveal(), "client_id": self._places.client}
        status, given = await self._asked("POST", about["token_endpoint"], data=words, auth=self._auth())
        if 400 <= status < 500 and status != 429:
            raise Ended("The login service has ended that login.")
        token = self._token(given, "access_token") if status == 200 and isinstance(given, dict) else None
        if token is None:
            raise LoginFailed("The login service does not answer.")
        life = given.get("expires_in")
        ends = now + life if isinstance(life, int) and life > 0 else now + _UNTOLD
        return LoggedIn(who.user, token, ends, self._token(given, "refresh_token") or who.renewal)

    async def end(self, renewal: Secret) -> None:
        """Have the login service end a login (RFC 7009), where it can. Raises LoginFailed."""
        place = (await self._about()).get("revocation_endpoint")
        if isinstance(place, str) and self._is_safe(place):
            words = {"token": renewal.reveal(), "token_type_hint": "refresh_token", "client_id": self._places.client}
            await self._asked("POST", place, data=words, auth=self._auth())

    def _auth(self) -> aiohttp.BasicAuth | None:
        secret = self._places.secret
        return None if secret is None else aiohttp.BasicAuth(self._places.client, secret.reveal())

    @staticmethod
    def _token(given: Mapping[str, Any], name: str) -> Secret | None:
        token = given.get(name)
        is_one = isinstance(token, str) and token.isascii() and token.isprintable() and token and " " not in token
        return Secret(str(token)) if is_one else None

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
            if not isinstance(end, str) or not self._is_safe(end):
                raise LoginFailed(f"The login service's {name} is not https.")
        return about

    def _is_safe(self, place: str) -> bool:
        return place.startswith(("https://", self._places.issuer.rstrip("/") + "/"))

    async def _asked(self, method: str, url: str, **words: Any) -> tuple[int, Any]:
        try:
            return await self._web.ask(method, url, **words)
        except WebFailed as e:
            raise LoginFailed("The login service does not answer.") from e

    async def _ask(self, method: str, url: str, **words: Any) -> dict[str, Any]:
        status, tree = await self._asked(method, url, **words)
        if status != 200 or not isinstance(tree, dict):
            raise LoginFailed("The login service said no.")
        return tree
