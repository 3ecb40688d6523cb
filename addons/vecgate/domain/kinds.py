"""Which kinds of operation are there, in any database, and which group is each in?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: Every kind of operation a dialect may name, with the group a policy may use in its place.
#: The kinds are those of the endpoint catalogue; a kind that is not here cannot be allowed.
OPERATION_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "search": "read",
        "read_ids": "read",
        "list_scan": "read",
        "count": "read",
        "aggregate": "read",
        "collection_read": "read",
        "tenant_read": "read",
        "auth_read": "read",
        "health": "read",
        "upsert": "write",
        "update": "write",
        "update_filter": "write",
        "mixed_batch": "write",
        "import": "write",
        "delete_ids": "delete",
        "delete_filter": "delete",
        "collection_create": "schema",
        "collection_alter": "schema",
        "collection_rename": "schema",  # of its own: who may rename chooses the rules that decide from then on
        "collection_drop": "destroy",
        "index_create": "schema",
        "index_drop": "schema",
        "index_rebuild": "schema",
        "alias": "schema",
        "tenant_admin": "admin",
        "auth_admin": "admin",
        "cluster_read": "admin",
        "cluster_admin": "admin",
        "snapshot_list": "snapshot",
        "snapshot_create": "snapshot",
        "snapshot_read": "snapshot",
        "snapshot_restore": "destroy",
        "snapshot_delete": "destroy",
        "export": "snapshot",
        "unmask": "reveal",  # the gateway's own: tokens become values again
    }
)

#: Groups of kinds that are about whole collections, or about none: of these nobody can have some rows only.
ROWLESS: Final = frozenset({"schema", "destroy", "snapshot", "admin", "reveal"})
#: Kinds that show nothing of records, whatever they are: who may reach some rows only may ask for these as they are.
NO_RECORDS: Final = frozenset({"health", "auth_read", "tenant_read", "collection_read"})

#: The kind that no dialect has: a person asks the gateway what its tokens stand for.
UNMASK: Final = "unmask"
RENAME: Final = "collection_rename"
