"""How does a user of one's own at Milvus come about? A role of just what was decided, a user, both tied, and tried.

https://milvus.io/api-reference/restful/v2.5.x/v2/User%20(v2)/Create.md (REST v2: Milvus 2.4 and later). What is granted
counts some seconds later, and now and then not at all: it is probed as the new user, and granted once more, until it
does. Dropping the user ends it at once, on open connections too.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from vecgate.credentials.kinds._base import Login
from vecgate.credentials.kinds.milvus_user.options import Options
from vecgate.credentials.kinds.milvus_user.privileges import privileges, probes
from vecgate.credentials.minted.kind import MintedKind
from vecgate.credentials.minted.manager import Full, Minted
from vecgate.credentials.minted.rotation import password
from vecgate.credentials.minted.secret import Read
from vecgate.domain.lease import BEARER, Headers, Scope
from vecgate.refusals.errors import Part, Unavailable, VaultDenied

_V2: Final = "/v2/vectordb"
_HOME: Final = "default"
_DENIED: Final = ("permission deny", "PermissionDenied")
_LIMIT: Final = "reached the limit"
_PAUSE, _AGAIN = 0.1, 4.0


class MilvusUser(MintedKind):
    """A user and a role of Milvus."""

    name: ClassVar[str] = "milvus_user"
    fits: ClassVar[frozenset[str] | None] = frozenset({"milvus"})
    joint: ClassVar[str] = "_"
    longest: ClassVar[int] = 32
    whoami: ClassVar[tuple[str, str, Any]] = ("POST", f"{_V2}/users/list", {})
    _options: Options

    def keyed(self, scope: Scope) -> Scope:
        return Scope(scope.reach, scope.collections, database=scope.database)

    async def minted(self, name: str, login: Login, ttl: float) -> Minted:
        secret, scope = password(), login.scope
        await self._told("roles/create", {"roleName": name})
        for one in privileges(scope):
            await self._told("roles/grant_privilege", one.tree(name), unknown_is_fine=not one.must)
        await self._told("users/create", {"userName": name, "password": secret})
        await self._told("users/grant_role", {"userName": name, "roleName": name})
        keys = BEARER.shown(f"{name}:{secret}")
        await self._probed(name, scope, keys)
        return Minted(scope.database or _HOME, keys)

    async def found(self) -> Mapping[str, str]:
        users, roles = await self._told("users/list", {}), await self._told("roles/list", {})
        return dict.fromkeys([*users, *roles], "")

    async def ended(self, name: str, reference: str) -> None:
        await self._told("users/drop", {"userName": name})  # of one that is not there, too, it says that it is done
        if name not in await self._told("roles/list", {}):
            return
        # A role that may do anything is not dropped, and what it may do is told for each database.
        for database in [reference] if reference else await self._told("databases/list", {}):
            for one in await self._told("roles/describe", {"roleName": name, "dbName": database}):
                await self._told("roles/revoke_privilege", {"roleName": name, "dbName": database, **one})
        await self._told("roles/drop", {"roleName": name})

    async def changed(self, secret: Read, new: str) -> None:
        tree = {"userName": secret["username"].reveal(), "password": secret["password"].reveal(), "newPassword": new}
        await self._told("users/update_password", tree)

    def shown(self, secret: Read, password: str) -> Headers:
        return BEARER.shown(f"{secret['username'].reveal()}:{password}")

    async def _probed(self, name: str, scope: Scope, keys: Headers) -> None:
        """Until all of it counts. Raises Unavailable where it does not in time."""
        loop = asyncio.get_running_loop()
        began = last = loop.time()
        waiting = list(probes(scope))
        while waiting := [one for one in waiting if not await self._counts(*one, keys)]:
            now = loop.time()
            if now - began > self._options.grant_seconds:
                raise Unavailable(Part.VAULT, "Milvus does not let the new user do what it was granted")
            if now - last > _AGAIN:  # it has missed that: told once more
                last = now
                for one in privileges(scope):
                    await self._told("roles/grant_privilege", one.tree(name), unknown_is_fine=True)
                await self._told("users/grant_role", {"userName": name, "roleName": name}, unknown_is_fine=True)
            await asyncio.sleep(_PAUSE)

    async def _counts(self, path: str, tree: Any, keys: Headers) -> bool:
        status, said = await self._admin.ask("POST", path, keys, tree)
        message = str(said.get("message", "")) if isinstance(said, dict) else ""
        return status not in (401, 403) and not any(word in message for word in _DENIED)

    async def _told(self, what: str, tree: Any, *, unknown_is_fine: bool = False) -> Any:
        """The data of an answer. Raises VaultDenied for a no, unless what it does not know is fine."""
        said = await self._ask("POST", f"{_V2}/{what}", tree)
        if isinstance(said, dict) and said.get("code") == 0:
            return said.get("data") or []
        if isinstance(said, dict) and _LIMIT in str(said.get("message", "")):
            raise Full
        if unknown_is_fine and isinstance(said, dict) and said.get("code"):
            return []
        raise VaultDenied(f"Milvus does not do {what}")
