"""What may a role at Milvus do, for what was decided? Privileges by reach, each on an object; and how one is probed.

https://milvus.io/docs/grant_privileges.md. `must`: without them a role is no good. Others are granted where the server
knows them, as versions differ. None lets a lease look after users, roles or databases.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vecgate.domain.lease import Reach, Scope

_READ: Final = (
    "Search",
    "Query",
    "GetStatistics",
    "GetLoadState",
    "IndexDetail",
    "GetLoadingProgress",
    "ShowPartitions",
)
_WRITE: Final = (*_READ, "Insert", "Delete", "Upsert", "Flush", "GetFlushState")
_ADMIN: Final = (
    *_WRITE, "CreateIndex", "DropIndex", "Load", "Release", "Compaction", "Import", "CreatePartition", "DropPartition",
    "HasPartition",
)  # fmt: skip
_COLLECTION: Final[Mapping[Reach, tuple[str, ...]]] = {Reach.READ: _READ, Reach.WRITE: _WRITE, Reach.ADMIN: _ADMIN}
_GLOBAL: Final[Mapping[Reach, tuple[str, ...]]] = {
    Reach.READ: ("DescribeCollection", "ShowCollections", "DescribeAlias", "ListAliases"),
    Reach.WRITE: ("DescribeCollection", "ShowCollections", "DescribeAlias", "ListAliases"),
    Reach.ADMIN: (
        "DescribeCollection", "ShowCollections", "DescribeAlias", "ListAliases", "CreateCollection", "DropCollection",
        "CreateAlias", "DropAlias", "FlushAll",
    ),
}  # fmt: skip
_MUST: Final = frozenset({"Search", "Query", "Insert", "Delete"})
_V2: Final = "/v2/vectordb/entities"


@dataclass(frozen=True, slots=True)
class Privilege:
    """One privilege on one object, as `grant_privilege` takes it."""

    kind: str
    on: str
    name: str
    database: str

    @property
    def must(self) -> bool:
        return self.kind == "Collection" and self.name in _MUST

    def tree(self, role: str) -> dict[str, str]:
        """The body of its grant, and of its revocation."""
        return {
            "roleName": role,
            "objectType": self.kind,
            "objectName": self.on,
            "privilege": self.name,
            "dbName": self.database,
        }


def privileges(scope: Scope) -> Iterator[Privilege]:
    """What a role is granted, least telling first: the last ones are those that are probed."""
    database = scope.database or "default"
    for name in _GLOBAL[scope.reach]:
        yield Privilege("Global", "*", name, database)
    for name in sorted(_COLLECTION[scope.reach], key=lambda one: one in _MUST):
        for collection in scope.collections if scope.collections is not None else ("*",):
            yield Privilege("Collection", collection, name, database)


def probes(scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls that do nothing, and that whoever has no privilege is told so by: a path and a body."""
    database = scope.database or "default"
    for collection in scope.collections or ():
        which = {"dbName": database, "collectionName": collection}
        yield f"{_V2}/query", {**which, "filter": _NO_FILTER, "limit": 1}
        if scope.reach is not Reach.READ:
            yield f"{_V2}/delete", {**which, "filter": _NO_FILTER}


#: No filter in any version: it is looked at only once the privilege has been.
_NO_FILTER: Final = "vecgate ? probe"
