"""How does a user of one's own at Weaviate come about? A role of just what was decided, a user with a key, both tied.

https://docs.weaviate.io/weaviate/configuration/rbac/manage-users. A key has no end of its own there: dropping the user
ends it at once. Roles look at names as they are spelt, and aliases are resolved before: they name what the server does.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from vecgate.credentials.kinds._base import Login
from vecgate.credentials.kinds.weaviate_user.options import Options
from vecgate.credentials.minted.admin import segment
from vecgate.credentials.minted.kind import MintedKind
from vecgate.credentials.minted.manager import Minted
from vecgate.credentials.minted.secret import Read
from vecgate.domain.lease import BEARER, Headers, Reach, Scope
from vecgate.refusals.errors import Part, Unavailable, VaultDenied

_USERS: Final = "/v1/users/db"
_ROLES: Final = "/v1/authz/roles"
#: What may be done, and to what: data are of a tenant, collections are not.
_READ: Final = ("read_collections", "read_data", "read_tenants", "read_aliases")
_WRITE: Final = (*_READ, "create_data", "update_data", "delete_data")
_ADMIN: Final = (
    *_WRITE,
    *(f"{verb}_{what}" for verb in ("create", "update", "delete") for what in ("collections", "tenants", "aliases")),
    "manage_backups",
)
_ACTIONS: Final[Mapping[Reach, tuple[str, ...]]] = {Reach.READ: _READ, Reach.WRITE: _WRITE, Reach.ADMIN: _ADMIN}


def permissions(scope: Scope) -> list[dict[str, Any]]:
    """The permissions of a role, for what a call is decided to reach."""
    found = [
        _of(action, name, scope.tenant or "*")
        for name in (("*",) if scope.collections is None else scope.collections)
        for action in _ACTIONS[scope.reach]
    ]
    if scope.collections is None:
        found += [{"action": "read_nodes", "nodes": {"collection": "*", "verbosity": "minimal"}}]
        found += [{"action": "read_cluster"}] if scope.reach is Reach.ADMIN else []
    return found


def _of(action: str, collection: str, tenant: str) -> dict[str, Any]:
    what = action.partition("_")[2]
    narrower = {"data": {"tenant": tenant, "object": "*"}, "tenants": {"tenant": tenant}, "aliases": {"alias": "*"}}
    return {"action": action, what: {"collection": collection, **narrower.get(what, {})}}


class WeaviateUser(MintedKind):
    """A dynamic user of Weaviate with a role of its own."""

    name: ClassVar[str] = "weaviate_user"
    fits: ClassVar[frozenset[str] | None] = frozenset({"weaviate"})
    _options: Options

    def keyed(self, scope: Scope) -> Scope:
        return Scope(scope.reach, scope.collections, scope.tenant)

    async def minted(self, name: str, login: Login, ttl: float) -> Minted:
        await self._ask("POST", _ROLES, {"name": name, "permissions": permissions(login.scope)})
        said = await self._ask("POST", f"{_USERS}/{segment(name)}")
        await self._ask("POST", f"/v1/authz/users/{segment(name)}/assign", {"roles": [name], "userType": "db"})
        try:
            return Minted("", BEARER.shown(said["apikey"]))
        except (KeyError, TypeError, ValueError):
            raise Unavailable(Part.VAULT, "unreadable key of a user") from None

    async def found(self) -> Mapping[str, str]:
        try:
            users = [one["userId"] for one in await self._ask("GET", _USERS) if one.get("dbUserType") == "db_user"]
            roles = [one["name"] for one in await self._ask("GET", _ROLES)]
        except (KeyError, TypeError, AttributeError):
            raise Unavailable(Part.VAULT, "unreadable list of users") from None
        return dict.fromkeys([*users, *roles], "")

    async def ended(self, name: str, reference: str) -> None:
        await self._ask("DELETE", f"{_USERS}/{segment(name)}", fine=(404,))
        await self._ask("DELETE", f"{_ROLES}/{segment(name)}", fine=(404,))

    async def changed(self, secret: Read, new: str) -> None:
        # A new key is shown once, by the answer that ends the old one: lost with it, nobody could come in again.
        raise VaultDenied("Weaviate shows a new key of its administrator once only: put it into the secret yourself")

    async def _keys(self, secret: Read) -> Sequence[Headers]:
        return [self.shown(secret, secret["api_key"].reveal())]

    def shown(self, secret: Read, password: str) -> Headers:
        return BEARER.shown(password)
