"""How does a person's JWT for Qdrant come about? Claims of our own, signed (HS256) by Vault/OpenBao's transit engine.

https://openbao.org/api-docs/secret/transit/#generate-hmac. The server's admin key is that engine's, imported and not
exportable: nobody reads it, the gateway neither. Who may use the key can sign any claims, so no login but the
gateway's own has that path. A JWT cannot be called back: it lives for minutes, and only the gateway has it.
"""

import base64
import json
import math
from dataclasses import replace
from typing import Any, ClassVar, Final

from vecgate.credentials.kinds._base import CredentialKind, Issued, Login
from vecgate.credentials.kinds.qdrant_jwt.claims import access, claims
from vecgate.credentials.kinds.qdrant_jwt.options import Options
from vecgate.domain.lease import API_KEY, Headers, Reach, Scope
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.upstreams import Credential
from vecgate.vault.own_token import once_more

_HEAD: Final = {"alg": "HS256", "typ": "JWT"}


class QdrantJwt(CredentialKind):
    """A JWT of Qdrant for what was decided, signed where the server's key is kept."""

    name: ClassVar[str] = "qdrant_jwt"
    shows = Headers
    fits: ClassVar[frozenset[str] | None] = frozenset({"qdrant"})
    denied: ClassVar[str] = "Import the server's api key as an hmac key; let the gateway's policy update transit/hmac."
    _options: Options

    @classmethod
    def place(cls, options: Credential) -> str:
        return f"at {options.mount!r}" if isinstance(options, Options) else super().place(options)

    @classmethod
    def needed(cls, options: Credential) -> tuple[str, ...]:
        if not isinstance(options, Options):
            return ()
        roles = dict.fromkeys((options.role, options.write_role, options.admin_role, options.gateway_role))
        return tuple(options.path(role) for role in roles if role is not None)

    @classmethod
    def guarded(cls, options: Credential) -> dict[str, str]:
        if not isinstance(options, Options):
            return {}
        return {f"{options.mount}/export/hmac-key/{options.role}": "take away the database's admin key"}

    def keyed(self, scope: Scope) -> Scope:
        """By what its JWT may: kinds of operation only where the claim differs by them."""
        told = Scope(scope.reach, scope.collections, kinds=scope.kinds if scope.reach is Reach.ADMIN else frozenset())
        if not isinstance(may := access(told), str):
            return replace(told, kinds=told.kinds and frozenset({"index_create"}))
        return Scope(Reach.READ if may == "r" else Reach.ADMIN)

    async def obtain(self, login: Login, ttl: float) -> Issued:
        """A JWT that no server takes after `ttl` seconds. Raises VaultDenied, or Unavailable('vault')."""
        ends = math.floor(self._now() + ttl)  # its `exp` is in whole seconds
        text = f"{_segment(_HEAD)}.{_segment(claims(login.user, login.scope, ends))}"
        path, body = self._options.path(login.role), {"input": base64.b64encode(text.encode()).decode()}

        async def signed(token: Secret) -> dict[str, Any]:
            return await self._vault.call("POST", path, token=token, body=body)

        tree = await once_more(self._own.get, self._own.forget, signed)
        try:
            mac = base64.b64decode(str(tree["data"]["hmac"]).split(":")[2], validate=True)
            shown = API_KEY.shown(f"{text}.{_plain(mac)}")
        except (KeyError, TypeError, ValueError, IndexError) as e:
            raise Unavailable(Part.VAULT, f"unreadable signature ({type(e).__name__})") from None
        return Issued(f"qdrant.{login.serial}", ends, shown)


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _segment(part: dict[str, Any]) -> str:
    return _plain(json.dumps(part).encode())
