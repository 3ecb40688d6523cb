"""How does an API key of OpenSearch come about? Minted with its life and permissions that fit what was decided.

https://docs.opensearch.org/latest/security/access-control/api-keys/ (3.7 and later). Only administrators mint. A key
has no document- or field-level security, a bulk is a permission on the cluster, and revoking one is heard by all nodes
before it is answered; its name stays in the list.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from vecgate.credentials.kinds._base import Login
from vecgate.credentials.kinds.opensearch_key.options import Options
from vecgate.credentials.minted.admin import segment
from vecgate.credentials.minted.kind import MintedKind
from vecgate.credentials.minted.manager import Minted
from vecgate.credentials.minted.secret import Read
from vecgate.domain.lease import BASIC, Headers, Reach, Scope
from vecgate.refusals.errors import Part, Unavailable

_KEYS: Final = "/_plugins/_security/api/apitokens"
_ABOUT: Final = ("indices:admin/get", "indices:admin/mappings/get", "indices:admin/aliases/get", "indices_monitor")
_INDICES: Final[Mapping[Reach, tuple[str, ...]]] = {
    Reach.READ: ("read", *_ABOUT),
    Reach.WRITE: ("crud", *_ABOUT),
    Reach.ADMIN: ("indices_all",),
}
#: What goes over several indices at once is asked of the cluster first, and of each index then.
_SEVERAL: Final[Mapping[Reach, tuple[str, ...]]] = {
    Reach.READ: ("cluster_composite_ops_ro",),
    Reach.WRITE: ("cluster_composite_ops_ro", "indices:data/write/bulk"),
    Reach.ADMIN: ("cluster_composite_ops",),
}
#: And where the call names no index.
_CLUSTER: Final[Mapping[Reach, tuple[str, ...]]] = {
    Reach.READ: ("cluster_monitor",),
    Reach.WRITE: ("cluster_monitor",),
    Reach.ADMIN: ("cluster_monitor", "manage_snapshots", "cluster_manage_pipelines", "cluster_manage_index_templates"),
}


#: What copies indices, or brings copies back, is asked of the cluster, whichever indices it names.
_COPIES: Final[Mapping[str, str]] = {
    "snapshot_create": "cluster:admin/snapshot/create",
    "snapshot_restore": "cluster:admin/snapshot/restore",
}


def permissions(scope: Scope) -> dict[str, Any]:
    """The permissions of a key, for what a call is decided to reach."""
    more = () if scope.collections is not None else _CLUSTER[scope.reach]
    copies = (_COPIES[one] for one in sorted(scope.kinds.intersection(_COPIES)))
    indices = {
        "index_pattern": list(("*",) if scope.collections is None else scope.collections),
        "allowed_actions": list(_INDICES[scope.reach]),
    }
    return {"cluster_permissions": [*_SEVERAL[scope.reach], *more, *copies], "index_permissions": [indices]}


class OpensearchKey(MintedKind):
    """An API key of OpenSearch, with its life and its permissions."""

    name: ClassVar[str] = "opensearch_key"
    fits: ClassVar[frozenset[str] | None] = frozenset({"opensearch"})
    apart: ClassVar[frozenset[str]] = frozenset(_COPIES)
    longest: ClassVar[int] = 100
    whoami: ClassVar[tuple[str, str, Any]] = ("GET", "/_plugins/_security/api/account", None)
    _options: Options

    async def minted(self, name: str, login: Login, ttl: float) -> Minted:
        said = await self._ask(
            "POST", _KEYS, {"name": name, "duration_seconds": max(1, int(ttl)), **permissions(login.scope)}
        )
        try:
            return Minted(str(said["id"]), Headers((("authorization", f"ApiKey {said['token']}"),)))
        except (KeyError, TypeError, ValueError):
            raise Unavailable(Part.VAULT, "unreadable API key") from None

    async def found(self) -> Mapping[str, str]:
        said, now = await self._ask("GET", _KEYS), self._now() * 1000
        try:
            return {
                str(one["name"]): str(one["id"])
                for one in said
                if not one.get("revoked_at") and one.get("expires_at", now + 1) > now
            }
        except (KeyError, TypeError, AttributeError):
            raise Unavailable(Part.VAULT, "unreadable list of API keys") from None

    async def ended(self, name: str, reference: str) -> None:
        if not reference:  # only ids are revoked
            reference = (await self.found()).get(name, "")
        if reference:
            await self._ask("DELETE", f"{_KEYS}/{segment(reference)}", fine=(404,))

    async def changed(self, secret: Read, new: str) -> None:
        old = secret["password"].reveal()
        await self._ask("PUT", "/_plugins/_security/api/account", {"current_password": old, "password": new})

    def shown(self, secret: Read, password: str) -> Headers:
        return BASIC.shown(f"{secret['username'].reveal()}:{password}")
