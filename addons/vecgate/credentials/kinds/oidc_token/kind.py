"""How does a person's token (JWT) for a database come about? Vault/OpenBao signs who they are: identity/oidc.

https://openbao.org/api-docs/secret/identity/tokens/#generate-a-signed-id-token. The database trusts that issuer and
reads name and groups from it. A JWT cannot be called back: its role should give it minutes.
"""

import math
from collections.abc import Sequence
from typing import ClassVar, Final

from vecgate.credentials.kinds._base import CredentialKind, Issued, Login
from vecgate.credentials.kinds.oidc_token.options import Options
from vecgate.domain.lease import BEARER, Headers, Way
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.upstreams import Credential, UpstreamSettings

#: No server of theirs knows tokens of a login service.
_DEAF: Final = frozenset({"milvus", "pinecone", "qdrant"})


class OidcToken(CredentialKind):
    """A token (JWT) of Vault/OpenBao's identity engine, in the person's name."""

    name: ClassVar[str] = "oidc_token"
    shows = Headers
    denied: ClassVar[str] = "Let the policy of the gateway's vouched login read identity/oidc/token for that role."
    _options: Options

    @classmethod
    def unfit(cls, upstream: UpstreamSettings, ways: Sequence[Way]) -> str | None:
        if upstream.dialect in _DEAF or BEARER not in ways:
            return f"is for databases that trust a login service; {upstream.dialect} knows none"
        return None

    @classmethod
    def tried(cls, options: Credential) -> tuple[str, ...]:
        roles = dict.fromkeys((options.role, options.write_role, options.admin_role))
        return tuple(options.path(one) for one in roles if one is not None) if isinstance(options, Options) else ()

    @classmethod
    def place(cls, options: Credential) -> str:
        return f"at {options.path('')!r}" if isinstance(options, Options) else super().place(options)

    async def obtain(self, login: Login, ttl: float) -> Issued:
        """A token whose subject is the person. Raises VaultDenied, or Unavailable('vault')."""
        asked_at = self._now()
        token = await login.token()
        tree = await self._vault.call("GET", self._options.path(login.role), token=token.secret)
        try:
            shown, life = BEARER.shown(str(tree["data"]["token"])), float(tree["data"]["ttl"])
        except (KeyError, TypeError, ValueError) as e:
            raise Unavailable(Part.VAULT, f"unreadable token ({type(e).__name__})") from None
        ends = min(math.floor(asked_at) + life, asked_at + ttl)  # its `exp` is in whole seconds, the fraction cut off
        return Issued(f"oidc.{login.role}.{login.serial}", ends, shown)
