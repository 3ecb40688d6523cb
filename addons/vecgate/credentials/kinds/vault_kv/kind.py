"""How does a static key come out of Vault/OpenBao's KV? Read in the person's name, for each lease anew.

https://openbao.org/api-docs/secret/kv/kv-v2/#read-secret-version. The audit log names who had it. It cannot be taken
back from whoever has seen it: only the gateway does, and forgets it with the session. A changed one is noticed when
the lease is replaced, within `reread`.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from vecgate.credentials.kinds._base import CredentialKind, Issued, Login
from vecgate.credentials.kinds.vault_kv.options import Options
from vecgate.domain.lease import Headers, Way
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.upstreams import Credential, UpstreamSettings


class VaultKv(CredentialKind):
    """A static key out of Vault/OpenBao's KV, read for each lease."""

    name: ClassVar[str] = "vault_kv"
    shows = Headers
    denied: ClassVar[str] = "Let the policy of the gateway's vouched login read that path, and put a key there."
    _options: Options

    @classmethod
    def unfit(cls, upstream: UpstreamSettings, ways: Sequence[Way]) -> str | None:
        options = upstream.credential
        if not isinstance(options, Options) or options.sent(tuple(ways)) is not None:
            return None
        known = ", ".join(one.name for one in ways)
        return f"cannot send a key the way {options.way!r} to {upstream.dialect}. It takes: {known}"

    @classmethod
    def tried(cls, options: Credential) -> tuple[str, ...]:
        roles = dict.fromkeys((options.role, options.write_role, options.admin_role))
        return tuple(options.path(one) for one in roles if one is not None) if isinstance(options, Options) else ()

    @classmethod
    def place(cls, options: Credential) -> str:
        return f"at {options.path('')!r}" if isinstance(options, Options) else super().place(options)

    @classmethod
    def guarded(cls, options: Credential) -> dict[str, str]:
        if not isinstance(options, Options):
            return {}
        roles = {options.role, options.write_role, options.admin_role, options.gateway_role} - {None}
        return {options.path(str(role)): "read keys without vouching for anybody" for role in sorted(map(str, roles))}

    async def obtain(self, login: Login, ttl: float) -> Issued:
        """The key as it is now. Raises VaultDenied, or Unavailable('vault')."""
        asked_at = self._now()
        token = await login.token()
        path = self._options.path(login.role)
        tree = await self._vault.call("GET", path, token=token.secret)
        way = self._options.sent(tuple(self._ways))
        try:
            fields, version = _read(tree, self._options.version)
            shown = _way(way).shown(self._key(fields))
        except (KeyError, TypeError, ValueError) as e:
            # From None: an error about a key must not be shown.
            raise Unavailable(Part.VAULT, f"no usable key at {path} ({type(e).__name__})") from None
        end = asked_at + min(ttl, self._options.reread)
        return Issued(f"{path}@{version}.{login.serial}", end, shown)

    def _key(self, fields: dict[str, Any]) -> str:
        if self._options.field in fields:
            found = fields[self._options.field]
        else:
            found = f"{_text(fields['username'])}:{_text(fields['password'])}"
        return _text(found)


def _way(way: Way | None) -> Way:
    if way is None:
        raise ValueError
    return way


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _read(tree: dict[str, Any], engine: int) -> tuple[dict[str, Any], str]:
    """The fields, and which version of the secret they are of; the first engine counts none."""
    if engine == 1:
        return dict(tree["data"]), "1"
    return dict(tree["data"]["data"]), str(tree["data"]["metadata"]["version"])
