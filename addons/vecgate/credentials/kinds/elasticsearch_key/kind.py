"""How does an API key of Elasticsearch come about? Minted with its end and a role that fits what was decided.

https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-security-create-api-key. The gateway's own
identity there is a user: a key that a key mints may have no privileges. The user needs `manage_own_api_key`, and
whatever its keys are to be good for: a key's privileges are the intersection of both.
"""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from vecgate.credentials.kinds._base import Login
from vecgate.credentials.kinds.elasticsearch_key.options import Options
from vecgate.credentials.minted.kind import MintedKind
from vecgate.credentials.minted.manager import Minted
from vecgate.credentials.minted.secret import Read
from vecgate.domain.lease import BASIC, Headers, Reach, Scope
from vecgate.refusals.errors import Part, Unavailable

_KEYS: Final = "/_security/api_key"
#: Privileges on the indices, and on the cluster where the call names none.
_INDICES: Final[Mapping[Reach, tuple[str, ...]]] = {
    Reach.READ: ("read", "view_index_metadata", "monitor"),
    Reach.WRITE: ("read", "view_index_metadata", "monitor", "write"),
    Reach.ADMIN: ("all",),
}
_CLUSTER: Final[Mapping[Reach, tuple[str, ...]]] = {
    Reach.READ: ("monitor",),
    Reach.WRITE: ("monitor",),
    Reach.ADMIN: ("manage",),
}


#: What copies indices, or brings copies back, is asked of the cluster, whichever indices it names.
_COPIES: Final[Mapping[str, str]] = {
    "snapshot_create": "cluster:admin/snapshot/create",
    "snapshot_restore": "cluster:admin/snapshot/restore",
}


def roles(scope: Scope) -> dict[str, Any]:
    """The role of a key, for what a call is decided to reach."""
    whole = _CLUSTER[scope.reach] if scope.collections is None else ()
    copies = (_COPIES[one] for one in sorted(scope.kinds.intersection(_COPIES)))
    indices = {
        "names": list(("*",) if scope.collections is None else scope.collections),
        "privileges": list(_INDICES[scope.reach]),
    }
    return {"vecgate": {"cluster": [*whole, *copies], "indices": [indices]}}


class ElasticsearchKey(MintedKind):
    """An API key of Elasticsearch, with its end and its role."""

    name: ClassVar[str] = "elasticsearch_key"
    fits: ClassVar[frozenset[str] | None] = frozenset({"elasticsearch"})
    apart: ClassVar[frozenset[str]] = frozenset(_COPIES)
    longest: ClassVar[int] = 128
    whoami: ClassVar[tuple[str, str, Any]] = ("GET", "/_security/_authenticate", None)
    _options: Options

    async def minted(self, name: str, login: Login, ttl: float) -> Minted:
        tree = {
            "name": name,
            "expiration": f"{max(1, int(ttl))}s",
            "role_descriptors": roles(login.scope),
            "metadata": {"vecgate_user": login.user},
        }
        said = await self._ask("POST", _KEYS, tree)
        try:
            encoded = base64.b64encode(f"{said['id']}:{said['api_key']}".encode()).decode()
            return Minted(str(said["id"]), Headers((("authorization", f"ApiKey {encoded}"),)))
        except (KeyError, TypeError, ValueError):
            raise Unavailable(Part.VAULT, "unreadable API key") from None

    async def found(self) -> Mapping[str, str]:
        said = await self._ask(
            "GET", f"{_KEYS}?name={self._options.name_prefix}-*&owner=true&active_only=true", fine=(404,)
        )
        try:
            return {str(one["name"]): str(one["id"]) for one in (said or {}).get("api_keys", ())}
        except (KeyError, TypeError, AttributeError):
            raise Unavailable(Part.VAULT, "unreadable list of API keys") from None

    async def ended(self, name: str, reference: str) -> None:
        which = {"ids": [reference]} if reference else {"name": name}
        await self._ask("DELETE", _KEYS, {**which, "owner": True}, fine=(404,))

    async def changed(self, secret: Read, new: str) -> None:
        await self._ask("POST", "/_security/user/_password", {"password": new})

    def _counted_at(self, url: str) -> str:
        return f"{url} {self._options.admin}"  # whoever made a key finds it there, and ends it, and nobody else

    def shown(self, secret: Read, password: str) -> Headers:
        return BASIC.shown(f"{secret['username'].reveal()}:{password}")
