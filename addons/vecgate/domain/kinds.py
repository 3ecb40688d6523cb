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
        "scan": "read",  # a sample, of which only is told which kinds of personal data are in which fields
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
        "lock": "admin",  # the gateway's own: who and what is locked is seen, made and lifted
        "sessions_read": "admin",  # the gateway's own: what was recorded, of everybody
        "policies_read": "admin",  # the gateway's own: every rule, and what others may do
        "cluster_read": "admin",
        "cluster_admin": "admin",
        "snapshot_list": "snapshot",
        "snapshot_create": "snapshot",
        "snapshot_read": "snapshot",
        "snapshot_restore": "destroy",
        "snapshot_delete": "destroy",
        "export": "snapshot",
        "inference": "egress",  # what is sent goes to a model elsewhere
        "embedding_config": "egress",  # readers' programs are told to send their texts and keys to an address
        "unmask": "reveal",  # the gateway's own: tokens become values again
    }
)

#: Groups of kinds that are about whole collections, or about none: of these nobody can have some rows only.
ROWLESS: Final = frozenset({"schema", "destroy", "snapshot", "admin", "reveal", "egress"})
#: Kinds that give records.
READS: Final = ("read_ids", "list_scan", "search")
#: Kinds that tell of records one by one, or of what they hold; and those that write records.
SHOWING: Final = frozenset({*READS, "aggregate"})
WRITING: Final = frozenset({"upsert", "update", "update_filter", "mixed_batch", "import"})
#: Kinds that show nothing of records, whatever they are: who may reach some rows only may ask for these as they are.
NO_RECORDS: Final = frozenset({"health", "auth_read", "tenant_read", "collection_read"})

#: Raw storage, and ways out of the house: no mask, no row and no record is between them and what they hand over. In
#: allow and hold rules neither `*` nor a group covers them: the rule names the kind. In deny rules both do.
EXACT: Final = frozenset(
    {
        *("snapshot_list", "snapshot_create", "snapshot_read", "snapshot_restore", "snapshot_delete", "export"),
        *("inference", "embedding_config"),
    }
)

#: A sample is read, and of it only is told which kinds of personal data are in which fields (`vecgate scan`).
SCAN: Final = "scan"
#: Locks on people and collections (`vecgate lock`): whoever may administer a database was not given those.
LOCK: Final = "lock"
#: What was recorded, and what the policies say of others: of everybody, at every database.
SESSIONS: Final = "sessions_read"
POLICIES: Final = "policies_read"
#: The gateway's own kinds that are about everything it stands before.
EVERYWHERE: Final = frozenset({LOCK, SESSIONS, POLICIES})
#: What only its own name allows or holds: raw storage, ways out, and what was not there when a group was written.
BY_NAME: Final = EXACT | EVERYWHERE | {SCAN}

#: The kind that no dialect has: a person asks the gateway what its tokens stand for.
UNMASK: Final = "unmask"
RENAME: Final = "collection_rename"
