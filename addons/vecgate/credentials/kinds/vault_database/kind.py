"""How does a person get a user of their own at a database? Vault/OpenBao's database engine makes it, and drops it.

https://openbao.org/api-docs/secret/databases/#generate-credentials. What is made on a login ends with it: the vouched
role must give logins of the length of a lease (`vouch_role`), or a lease is as short as they are. The gateway's own
token ends a lease, by its id, also of a gateway that is gone. A lease has no id before it is made: so a role gives it
for a moment (`default_ttl`), and once its id is written down it is renewed for as long as it is wanted.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from vecgate.credentials.kinds._base import CredentialKind, Issued, Login
from vecgate.credentials.kinds.vault_database.options import Options
from vecgate.domain.lease import Headers, Way
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.settings.upstreams import Credential, UpstreamSettings
from vecgate.vault.own_token import once_more

REVOKE: Final = "sys/leases/revoke"
RENEW: Final = "sys/leases/renew"
#: So much longer than asked for, in seconds, the store may let a user live before it is told to shorten that.
_SLACK: Final = 5.0


class VaultDatabase(CredentialKind):
    """A user that Vault/OpenBao makes at the database for this person, and drops when the session ends."""

    name: ClassVar[str] = "vault_database"
    shows = Headers
    denied: ClassVar[str] = "Let the policy of the gateway's vouched login read database/creds for that role."
    _options: Options

    @classmethod
    def unfit(cls, upstream: UpstreamSettings, ways: Sequence[Way]) -> str | None:
        options = upstream.credential
        if not isinstance(options, Options) or options.sent(tuple(ways)) is not None:
            return None
        return (
            f"cannot send a name and a password to {upstream.dialect}: it takes {', '.join(one.name for one in ways)}"
        )

    @classmethod
    def place(cls, options: Credential) -> str:
        return f"at {options.mount!r}" if isinstance(options, Options) else super().place(options)

    @classmethod
    def needed(cls, options: Credential) -> tuple[str, ...]:
        return REVOKE, RENEW

    @classmethod
    def guarded(cls, options: Credential) -> dict[str, str]:
        if not isinstance(options, Options):
            return {}
        roles = {options.role, options.gateway_role}
        made = {options.path(role): "make users of the database without vouching for anybody" for role in sorted(roles)}
        return {**made, f"{options.mount}/roles/{options.role}": "change what users of the database may"}

    async def obtain(self, login: Login, ttl: float) -> Issued:
        """A user, for as long as its role and this login last. Raises VaultDenied, or Unavailable('vault')."""
        asked_at = self._now()
        token = await login.token()
        tree = await self._vault.call("GET", self._options.path(login.role), token=token.secret)
        try:
            handle, life = str(tree["lease_id"]), float(tree["lease_duration"])
            wanted = min(asked_at + ttl, token.expires_at)
            return Issued(f"{login.role}.{login.serial}", asked_at + life, self._shown(tree["data"]), handle, wanted)
        except (KeyError, TypeError, ValueError) as e:
            raise Unavailable(Part.VAULT, f"unreadable credential ({type(e).__name__})") from None

    async def kept(self, issued: Issued) -> float:
        """As long as it is wanted, or as its role lets it: longer, where the store says so now; no longer in any case.

        Raises Unavailable where it cannot be made shorter: it would go on where nobody is there to end it.
        """
        asked_at, is_short = self._now(), issued.expires_at <= issued.longest
        if abs(issued.longest - issued.expires_at) <= _SLACK:
            return min(issued.longest, issued.expires_at)
        try:
            wanted = {"lease_id": issued.handle, "increment": max(1, int(issued.longest - asked_at))}
            end = asked_at + float((await self._told(RENEW, wanted))["lease_duration"])
        except (Unavailable, VaultDenied, KeyError, TypeError, ValueError) as e:
            if is_short:
                return issued.expires_at
            raise Unavailable(Part.VAULT, "a user at the database cannot be made to end in time") from e
        return min(issued.longest, max(issued.expires_at, end) if is_short else end)

    async def _told(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async def asked(token: Secret) -> dict[str, Any]:
            return await self._vault.call("POST", path, token=token, body=body)

        return await once_more(self._own.get, self._own.forget, asked)

    def _shown(self, data: dict[str, Any]) -> Headers:
        way = self._options.sent(tuple(self._ways))
        if way is None:
            raise ValueError
        return way.shown(f"{data['username']}:{data['password']}")

    async def revoke(self, handle: str) -> None:
        """Drop the user; one that is gone already is dropped. Raises VaultDenied, Unavailable."""
        await self._told(REVOKE, {"lease_id": handle, "sync": True})
