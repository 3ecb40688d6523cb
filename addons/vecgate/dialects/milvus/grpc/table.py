"""Which method of Milvus is which call over REST, field by field? One row each; one that tells more twins apart, several.

The routes of what has no twin are in the dialect's own table, under the method's own path.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

SERVICE: Final = "/milvus.proto.milvus.MilvusService"
_V2: Final = "/v2/vectordb"
_NONE: Final[Mapping[str, object]] = MappingProxyType({})

_DB: Final = {"base": "", "db_name": "dbName"}
_AT: Final = {**_DB, "collection_name": "collectionName"}
_PART: Final = {**_AT, "partition_name": "partitionName"}
_PARTS: Final = {**_AT, "partition_names": "partitionNames"}
_INDEX: Final = {**_AT, "index_name": "indexName"}
_GRANT: Final = {
    "base": "", "entity.role.name": "roleName", "entity.object.name": "objectType", "entity.object_name": "objectName",
    "entity.grantor.privilege.name": "privilege", "entity.db_name": "dbName", "version": "",
}  # fmt: skip
_GRANT_V2: Final = {
    "base": "", "role.name": "roleName", "grantor.privilege.name": "privilege", "db_name": "dbName",
    "collection_name": "collectionName",
}  # fmt: skip
_GROUP: Final = {"base": "", "group_name": "privilegeGroupName"}
_GROUP_OF: Final = {**_GROUP, "privileges": "privileges"}
_ROLE: Final = {"base": "", "username": "userName", "role_name": "roleName"}


@dataclass(frozen=True, slots=True)
class Row:
    """A method, the path of its twin, and its messages; `said`: by field its member, the empty one for what says nothing.

    `only`: fields that must be of that value; `needs`: one that must be said. What does not fit a row is of another one.
    """

    method: str
    twin: str
    takes: str
    gives: str = "Status"
    said: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, object] = _NONE
    needs: str = ""


def _row(
    method: str, twin: str, said: Mapping[str, str], gives: str = "Status", needs: str = "", **only: object
) -> Row:
    return Row(method, f"{_V2}/{twin}", f"{method}Request", gives, said, only, needs)


def _own(method: str, said: Mapping[str, str], gives: str = "") -> Row:
    return Row(method, f"{SERVICE}/{method}", f"{method}Request", gives or f"{method}Response", said)


# fmt: off
#: Whose bodies are read and printed by modules of their own.
WRITTEN: Final[tuple[Row, ...]] = (
    _row("Query", "entities/query", {}, "QueryResults"),
    _row("Search", "entities/search", {}, "SearchResults"),
    _row("HybridSearch", "entities/hybrid_search", {}, "SearchResults"),
    _row("Insert", "entities/insert", {}, "MutationResult"),
    _row("Upsert", "entities/upsert", {}, "MutationResult"),
    _row("Delete", "entities/delete", {}, "MutationResult"),
    _row("CreateCollection", "collections/create", {}),
    _row("AddCollectionField", "collections/fields/add", {}),
    _row("CreateIndex", "indexes/create", {}),
)
_COLLECTIONS: Final = (
    _row("ShowCollections", "collections/list", _DB, "ShowCollectionsResponse"),
    _row("HasCollection", "collections/has", _AT, "BoolResponse"),
    _row("DescribeCollection", "collections/describe", _AT, "DescribeCollectionResponse"),
    _row("GetCollectionStatistics", "collections/get_stats", _AT, "GetCollectionStatisticsResponse"),
    _row("GetLoadState", "collections/get_load_state", _PARTS, "GetLoadStateResponse"),
    _row("DropCollection", "collections/drop", _AT),
    _row("RenameCollection", "collections/rename", {**_DB, "oldName": "collectionName", "newName": "newCollectionName", "newDBName": "newDbName"}),
    _row("LoadCollection", "collections/refresh_load", {**_AT, "replica_number": ""}, refresh=True),
    _row("LoadCollection", "collections/load", {**_AT, "replica_number": ""}),
    _row("ReleaseCollection", "collections/release", _AT),
    _row("AlterCollection", "collections/drop_properties", {**_AT, "delete_keys": "propertyKeys"}, needs="delete_keys"),
    _row("AlterCollection", "collections/alter_properties", {**_AT, "properties": "properties"}),
    _row("AlterCollectionField", "collections/fields/alter_properties", {**_AT, "field_name": "fieldName", "properties": "fieldParams"}),
    _row("ManualCompaction", "collections/compact", {**_AT, "majorCompaction": "isClustering"}, "ManualCompactionResponse"),
    _row("GetCompactionState", "collections/get_compaction_state", {"compactionID": "jobID"}, "GetCompactionStateResponse"),
    _row("Flush", "collections/flush", {**_DB, "collection_names": "collectionName"}, "FlushResponse"),
)
_PLACES: Final = (
    _row("CreateDatabase", "databases/create", {**_DB, "properties": "properties"}),
    _row("DropDatabase", "databases/drop", _DB),
    _row("ListDatabases", "databases/list", {"base": ""}, "ListDatabasesResponse"),
    _row("DescribeDatabase", "databases/describe", _DB, "DescribeDatabaseResponse"),
    _row("AlterDatabase", "databases/drop_properties", {**_DB, "delete_keys": "propertyKeys"}, needs="delete_keys"),
    _row("AlterDatabase", "databases/alter_properties", {**_DB, "properties": "properties"}),
    _row("ShowPartitions", "partitions/list", _AT, "ShowPartitionsResponse"),
    _row("HasPartition", "partitions/has", _PART, "BoolResponse"),
    _row("GetPartitionStatistics", "partitions/get_stats", _PART, "GetPartitionStatisticsResponse"),
    _row("CreatePartition", "partitions/create", _PART),
    _row("DropPartition", "partitions/drop", _PART),
    _row("LoadPartitions", "partitions/load", {**_PARTS, "replica_number": ""}),
    _row("ReleasePartitions", "partitions/release", _PARTS),
    _row("DescribeIndex", "indexes/describe", {**_INDEX, "timestamp": ""}, "DescribeIndexResponse", needs="index_name"),
    _row("DropIndex", "indexes/drop", {**_INDEX, "field_name": ""}, needs="index_name"),
    _row("AlterIndex", "indexes/drop_properties", {**_INDEX, "delete_keys": "propertyKeys"}, needs="delete_keys"),
    _row("AlterIndex", "indexes/alter_properties", {**_INDEX, "extra_params": "properties"}),
    _row("CreateAlias", "aliases/create", {**_AT, "alias": "aliasName"}),
    _row("AlterAlias", "aliases/alter", {**_AT, "alias": "aliasName"}),
    _row("DropAlias", "aliases/drop", {**_DB, "alias": "aliasName"}),
    _row("DescribeAlias", "aliases/describe", {**_DB, "alias": "aliasName"}, "DescribeAliasResponse"),
    _row("ListAliases", "aliases/list", _AT, "ListAliasesResponse"),
)
_STAMPS: Final = {"created_utc_timestamps": "", "modified_utc_timestamps": ""}
_PEOPLE: Final = (
    _row("ListCredUsers", "users/list", {"base": ""}, "ListCredUsersResponse"),
    _row("CreateCredential", "users/create", {"base": "", "username": "userName", "password": "password", **_STAMPS}),
    _row("UpdateCredential", "users/update_password", {"base": "", "username": "userName", "oldPassword": "password", "newPassword": "newPassword", **_STAMPS}),
    _row("DeleteCredential", "users/drop", {"base": "", "username": "userName"}),
    _row("OperateUserRole", "users/grant_role", _ROLE, type=0),
    _row("OperateUserRole", "users/revoke_role", _ROLE, type=1),
    _row("CreateRole", "roles/create", {"base": "", "entity.name": "roleName"}),
    _row("DropRole", "roles/drop", {"base": "", "role_name": "roleName"}),
    _row("SelectGrant", "roles/describe", {"base": "", "entity.role.name": "roleName", "entity.db_name": "dbName"}, "SelectGrantResponse"),
    _row("OperatePrivilege", "roles/grant_privilege", _GRANT, type=0),
    _row("OperatePrivilege", "roles/revoke_privilege", _GRANT, type=1),
    _row("OperatePrivilegeV2", "roles/grant_privilege_v2", _GRANT_V2, type=0),
    _row("OperatePrivilegeV2", "roles/revoke_privilege_v2", _GRANT_V2, type=1),
    _row("CreatePrivilegeGroup", "privilege_groups/create", _GROUP),
    _row("DropPrivilegeGroup", "privilege_groups/drop", _GROUP),
    _row("ListPrivilegeGroups", "privilege_groups/list", {"base": ""}, "ListPrivilegeGroupsResponse"),
    _row("OperatePrivilegeGroup", "privilege_groups/add_privileges_to_group", _GROUP_OF, type=0),
    _row("OperatePrivilegeGroup", "privilege_groups/remove_privileges_from_group", _GROUP_OF, type=1),
)
_RESOURCE: Final = {"base": "", "resource_group": "name"}
_RESOURCES: Final = (
    _row("CreateResourceGroup", "resource_groups/create", {**_RESOURCE, "config": "config"}),
    _row("DropResourceGroup", "resource_groups/drop", _RESOURCE),
    _row("ListResourceGroups", "resource_groups/list", {"base": ""}, "ListResourceGroupsResponse"),
    _row("DescribeResourceGroup", "resource_groups/describe", _RESOURCE, "DescribeResourceGroupResponse"),
    _row("UpdateResourceGroups", "resource_groups/alter", {"base": "", "resource_groups": "resource_groups"}),
    _row("TransferReplica", "resource_groups/transfer_replica", {
        **_AT, "source_resource_group": "sourceRgName", "target_resource_group": "targetRgName", "num_replica": "replicaNum",
    }),
)
_OWN: Final = (
    _own("GetVersion", {}),
    _own("CheckHealth", {}),
    _own("AllocTimestamp", {"base": ""}),
    _own("GetLoadingProgress", _PARTS),
    _own("GetFlushState", {**_AT, "segmentIDs": "segmentIDs", "flush_ts": "flushedAt"}),
    _own("GetIndexState", {**_INDEX, "field_name": "fieldName"}),
    _own("GetIndexBuildProgress", {**_INDEX, "field_name": "fieldName"}),
    _own("DescribeIndex", {**_INDEX, "field_name": "fieldName", "timestamp": ""}),
    _own("DropIndex", {**_AT, "field_name": "fieldName"}, "Status"),
    _own("SelectRole", {"base": "", "role.name": "roleName", "include_user_info": "withUsers"}),
    _own("SelectUser", {"base": "", "user.name": "userName", "include_role_info": "withRoles"}),
)
# fmt: on
#: What is read and printed by the names of its fields alone.
NAMED: Final[tuple[Row, ...]] = (*_COLLECTIONS, *_PLACES, *_PEOPLE, *_RESOURCES, *_OWN)
ROWS: Final[tuple[Row, ...]] = (*WRITTEN, *NAMED)

LATER: Final = "a method of a server that nobody here has tried"
_INNER: Final = "it is for servers among themselves, or for whoever runs them"
_FILES: Final = "it fills a collection from files, or empties it into files, that nobody here can look into"
_NUMBER: Final = "it tells what it is about by numbers, whatever collection those are of"
_REFUSED: Final[Mapping[str, str]] = {
    "GetReplicas GetPersistentSegmentInfo GetQuerySegmentInfo GetIndexStatistics GetCompactionStateWithPlans "
    "ListIndexedSegment DescribeSegmentIndexData GetFlushAllState DescribePrewarmTask BatchDescribeCollection": _NUMBER,
    "Import GetImportState ListImportTasks CreateSnapshot DropSnapshot ListSnapshots DescribeSnapshot RestoreSnapshot "
    "RestoreExternalSnapshot ExportSnapshot GetExportSnapshotState GetRestoreSnapshotState ListRestoreSnapshotJobs "
    "PinSnapshotData UnpinSnapshotData DumpMessages RefreshExternalCollection GetRefreshExternalCollectionProgress "
    "ListRefreshExternalCollectionJobs BatchUpdateManifest": _FILES,
    "Dummy RegisterLink GetMetrics GetComponentStates LoadBalance FlushAll TransferNode ReplicateMessage BackupRBAC "
    "RestoreRBAC UpdateReplicateConfiguration GetReplicateConfiguration GetReplicateInfo CreateReplicateStream "
    "CalcDistance": _INNER,
    "AddCollectionFunction AlterCollectionFunction DropCollectionFunction TruncateCollection Prewarm CreateNamespace "
    "DescribeNamespace ListNamespaces DropNamespace HasNamespace GetNamespaceStats AddCollectionStructField AlterRole "
    "RunAnalyzer AddFileResource RemoveFileResource ListFileResources AddUserTags DeleteUserTags GetUserTags "
    "ListUsersWithTag CreateRowPolicy DropRowPolicy ListRowPolicies ComputePhraseMatchSlop AlterCollectionSchema": LATER,
}  # fmt: skip
REFUSED: Final[Mapping[str, str]] = {name: why for names, why in _REFUSED.items() for name in names.split()}
