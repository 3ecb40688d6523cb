"""What do programs ask of the login service? A login for a terminal, tokens, a logout; its keys, and what it can do."""

import logging
import re
from collections.abc import Awaitable, Callable, Container
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vecgate.domain.principal import Secret
from vecgate.identity.bound import Sent
from vecgate.idp import authorize, exchange, scopes
from vecgate.idp.codes import Codes
from vecgate.idp.devices import INTERVAL, LIFE, Devices
from vecgate.idp.exchange import Exchanges
from vecgate.idp.forms import NoForm, form
from vecgate.idp.keys import SigningKeys
from vecgate.idp.tokens import NotGranted, Tokens
from vecgate.idp.told import LoginSettings
from vecgate.refusals.errors import Unavailable

DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_CODE_GRANT: Final = "authorization_code"
_SENT: Final = ("code", "redirect_uri", "code_verifier")
_FLOW: Final[dict[str, Any]] = {
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "code_challenge_methods_supported": ["S256"],
    "authorization_response_iss_parameter_supported": True,
}
#: Posted to by programs, which do not say where a form comes from.
PATHS: Final = ("/device_authorization", "/token", "/revoke")
_HOST: Final = re.compile(r"[\w.@ -]{1,64}")
_log = logging.getLogger(__name__)

type Page = Callable[[dict[str, str], Request], Awaitable[dict[str, Any]]]


class Programs:
    """Its endpoints."""

    def __init__(
        self,
        told: LoginSettings,
        keys: SigningKeys,
        devices: Devices,
        codes: Codes,
        tokens: Tokens,
        exchanges: Exchanges,
    ) -> None:
        self._told, self._keys, self._devices, self._codes = told, keys, devices, codes
        self._tokens, self._exchanges = tokens, exchanges

    def routes(self) -> list[Route]:
        about = [
            Route(f"/.well-known/{name}", self._about, methods=["GET"])
            for name in ("openid-configuration", "oauth-authorization-server")
        ]
        pages = {"/device_authorization": self._begin, "/token": self._token, "/revoke": self._revoke}
        posts = [Route(path, _answered(page), methods=["POST"]) for path, page in pages.items()]
        return [*about, Route("/jwks", self._jwks, methods=["GET"]), *posts]

    async def _about(self, _request: Request) -> Response:
        url = self._told.url
        grants = [DEVICE_GRANT, "refresh_token", *([exchange.GRANT] if self._told.exchange else [])]
        flow: dict[str, Any] = {"response_types_supported": []}
        if self._told.redirects:
            grants.append(_CODE_GRANT)
            flow = _FLOW | {"authorization_endpoint": f"{url}{authorize.PATH}"}
        return JSONResponse(
            {
                "issuer": url,
                "jwks_uri": f"{url}/jwks",
                "device_authorization_endpoint": f"{url}/device_authorization",
                "vecgate_device_host_supported": True,  # as desk/service.py reads it
                "token_endpoint": f"{url}/token",
                "revocation_endpoint": f"{url}/revoke",
                "grant_types_supported": grants,
                **flow,
                "token_endpoint_auth_methods_supported": ["none"],
                "scopes_supported": [*self._told.scopes],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
            }
        )

    async def _jwks(self, _request: Request) -> Response:
        try:
            return JSONResponse(await self._keys.jwks(), media_type="application/jwk-set+json")
        except Unavailable as e:
            _log.warning("keys: %s", e)
            return JSONResponse({"error": "temporarily_unavailable"}, 503)

    async def _begin(self, words: dict[str, str], request: Request) -> dict[str, Any]:
        client, scope = self._client(words, self._told.clients), scopes.given(self._told, words.get("scope", ""))
        host = words.get("host", "")
        address = request.client.host if request.client else ""
        device, code = await self._devices.begin(client, scope, address, host if _HOST.fullmatch(host) else "")
        page = f"{self._told.url}/device"
        return {
            "device_code": device,
            "user_code": code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={code}",
            "expires_in": int(LIFE),
            "interval": int(INTERVAL),
        }

    async def _token(self, words: dict[str, str], request: Request) -> dict[str, Any]:
        grant = words.get("grant_type", "")
        if grant == exchange.GRANT:
            proofs = tuple(map(Secret, request.headers.getlist("dpop")))
            return await self._exchanges.exchanged(words, Sent("POST", f"{self._told.url}/token", proofs))
        if grant == "refresh_token":
            client = self._client(words, {*self._told.clients, *self._told.redirects})
            return await self._tokens.renewed(words.get("refresh_token", ""), client)
        if grant == _CODE_GRANT:
            return await self._redeemed(words)
        if grant != DEVICE_GRANT:
            raise NotGranted("unsupported_grant_type", "a code, a device code, a refresh token, or an exchange")
        client = self._client(words, self._told.clients)
        device = words.get("device_code", "")
        how, granted = await self._devices.poll(device, client)
        if how != "granted":
            raise NotGranted(how, _SAID.get(how, "that code is not yours"))
        try:
            return await self._tokens.first(granted["sid"], client, granted["scope"])
        except Unavailable:  # the keys are away: the program asks again in a moment
            await self._devices.again(device, granted)
            raise

    async def _redeemed(self, words: dict[str, str]) -> dict[str, Any]:
        client, sent = self._client(words, self._told.redirects), (words.get(name, "") for name in _SENT)
        sid, wants = await self._codes.redeem(next(sent), client, next(sent), next(sent))
        return await self._tokens.first(sid, client, wants.scope, wants.nonce if wants.is_openid else None)

    async def _revoke(self, words: dict[str, str], _request: Request) -> dict[str, Any]:
        await self._tokens.revoke(words.get("token", ""))
        return {}

    def _client(self, words: dict[str, str], known: Container[str]) -> str:
        if (client := words.get("client_id", "")) not in known:
            raise NotGranted("invalid_client", "'client_id' is not known here")
        return client


_SAID: Final = {
    "authorization_pending": "nobody has answered yet",
    "slow_down": f"ask every {INTERVAL:g} seconds at most",
    "expired_token": "nobody answered in time, or it was given out already; begin again",
    "access_denied": "whoever was asked said no",
}


def _answered(page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        try:
            return JSONResponse(await page(await form(request), request), headers={"pragma": "no-cache"})
        except NoForm as e:
            return _refused("invalid_request", str(e), 400)
        except NotGranted as e:
            return _refused(e.error, str(e), 401 if e.error == "invalid_client" else 400)
        except Unavailable as e:
            _log.warning("%s: %s", request.url.path, e)
            rest = {"retry-after": str(e.retry_after)} if e.retry_after is not None else None
            return _refused("temporarily_unavailable", "something that is needed is away; try again", 503, rest)

    return answered


def _refused(error: str, words: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": error, "error_description": words}, status, headers)
