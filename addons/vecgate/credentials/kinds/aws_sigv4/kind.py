"""How does a person call OpenSearch Service (AWS)? With short-lived keys of Vault's AWS engine, that sign each call.

https://developer.hashicorp.com/vault/api-docs/secret/aws#generate-credentials. OpenBao has no such engine; Vault has.
Keys of an assumed role cannot be called back: they live for minutes (`default_sts_ttl`), and only the gateway has them.
"""

from typing import ClassVar

from vecgate.credentials.kinds._base import CredentialKind, Issued, Login
from vecgate.credentials.kinds.aws_sigv4.options import Options
from vecgate.credentials.kinds.aws_sigv4.signing import SigningKeys, signed
from vecgate.domain.lease import Headers, Signature
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.upstreams import Credential


class AwsSigv4(CredentialKind):
    """Short-lived keys of Vault's AWS engine, with which each call to OpenSearch Service is signed."""

    name: ClassVar[str] = "aws_sigv4"
    shows = Signature
    fits: ClassVar[frozenset[str] | None] = frozenset({"opensearch"})
    denied: ClassVar[str] = "Let the policy of the gateway's vouched login read that role of the AWS engine."
    _options: Options

    @classmethod
    def place(cls, options: Credential) -> str:
        return f"at {options.path('')!r}" if isinstance(options, Options) else super().place(options)

    async def obtain(self, login: Login, ttl: float) -> Issued:
        """Keys, and what signs with them. Raises VaultDenied, or Unavailable('vault')."""
        asked_at = self._now()
        token = await login.token()
        tree = await self._vault.call("GET", self._options.path(login.role), token=token.secret)
        try:
            data, life = tree["data"], float(tree["lease_duration"])
            access, secret = str(data["access_key"]), str(data["secret_key"])
            session = str(data.get("security_token") or data.get("session_token") or "")
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            raise Unavailable(Part.VAULT, f"unreadable keys ({type(e).__name__})") from None
        keys = SigningKeys(access, secret, session, self._options.region, self._options.service)

        def sign(method: str, host: str, target: str, body: bytes) -> Headers:
            return Headers(signed(keys, method, host, target, body, self._now()))

        end = min(asked_at + min(life, ttl), token.expires_at)
        return Issued(f"aws.{login.role}.{login.serial}", end, Signature(sign))
