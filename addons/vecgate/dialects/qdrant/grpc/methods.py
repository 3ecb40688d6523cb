"""Which methods does Qdrant have over gRPC, what do they take and give, and which of its REST routes is each?

Services of its own makers and peers are refused, as is StorageRead, which hands out storage as it lies on the disk to
whoever has a key that reads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.base.grpc.protocol import Method
from vecgate.dialects.base.grpc.trees import Tree
from vecgate.dialects.base.routing import Route
from vecgate.dialects.qdrant.routes import ROUTES
from vecgate.domain.call import Json

_BY_NAME: Final[Mapping[str, Route]] = {route.name: route for route in ROUTES}


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer's message is the `result` of the twin's answer, and back: by the members of both."""

    result: Callable[[Tree], Json]
    members: Callable[[Json], Tree]


def _of(key: str) -> Shown:
    return Shown(lambda tree: tree.get(key), lambda result: {key: result})


def _under(key: str, inner: str = "result") -> Shown:
    """What is a member of the answer stands in a `result` of its own over REST."""
    return Shown(lambda tree: {key: tree.get(inner)}, lambda result: {inner: _member(result, key)})


def _member(tree: Json, key: str) -> Json:
    return tree.get(key) if isinstance(tree, dict) else None


def _each(take: Callable[[Json], Json]) -> Callable[[Json], list[Json]]:
    return lambda found: [take(one) for one in found] if isinstance(found, list) else []


_RESULT: Final = _of("result")
_LISTS: Final = Shown(
    lambda tree: _each(lambda one: _member(one, "result"))(tree.get("result")),
    lambda result: {"result": _each(lambda one: {"result": one})(result)},
)
_BATCH: Final = Shown(
    lambda tree: _each(lambda one: {"points": _member(one, "result")})(tree.get("result")),
    lambda result: {"result": _each(lambda one: {"result": _member(one, "points")})(result)},
)
_PAGE: Final = Shown(
    lambda tree: {"points": tree.get("result"), "next_page_offset": tree.get("next_page_offset")},
    lambda result: {"result": _member(result, "points"), "next_page_offset": _member(result, "next_page_offset")},
)
_REST: Final = Shown(
    lambda tree: {key: value for key, value in tree.items() if key not in ("time", "usage")},
    lambda result: result if isinstance(result, dict) else {},
)
_DONE: Final = Shown(lambda tree: True, lambda result: {})
_UPDATED: Final = "PointsOperationResponse"
_DID: Final = "CollectionOperationResponse"


@dataclass(frozen=True, slots=True)
class Twin:
    """A method, its REST route, its messages, and how its answer is the route's. `plain`: an answer without an envelope."""

    path: str
    route: Route
    takes: str
    gives: str
    shown: Shown = _RESULT
    plain: bool = False


def _twin(method: str, route: str, takes: str, gives: str, shown: Shown = _RESULT, *, plain: bool = False) -> Twin:
    return Twin(f"/qdrant.{method}", _BY_NAME[route], f"qdrant.{takes}", f"qdrant.{gives}", shown, plain)


# fmt: off
TWINS: Final = (
    _twin("Points/Query", "query_points", "QueryPoints", "QueryResponse", _under("points")),
    _twin("Points/QueryBatch", "query_batch_points", "QueryBatchPoints", "QueryBatchResponse", _BATCH),
    _twin("Points/QueryGroups", "query_points_groups", "QueryPointGroups", "QueryGroupsResponse"),
    _twin("Points/Search", "search_points", "SearchPoints", "SearchResponse"),
    _twin("Points/SearchBatch", "search_batch_points", "SearchBatchPoints", "SearchBatchResponse", _LISTS),
    _twin("Points/SearchGroups", "search_point_groups", "SearchPointGroups", "SearchGroupsResponse"),
    _twin("Points/Recommend", "recommend_points", "RecommendPoints", "RecommendResponse"),
    _twin("Points/RecommendBatch", "recommend_batch_points", "RecommendBatchPoints", "RecommendBatchResponse", _LISTS),
    _twin("Points/RecommendGroups", "recommend_point_groups", "RecommendPointGroups", "RecommendGroupsResponse"),
    _twin("Points/Discover", "discover_points", "DiscoverPoints", "DiscoverResponse"),
    _twin("Points/DiscoverBatch", "discover_batch_points", "DiscoverBatchPoints", "DiscoverBatchResponse", _LISTS),
    _twin("Points/SearchMatrixPairs", "search_matrix_pairs", "SearchMatrixPoints", "SearchMatrixPairsResponse"),
    _twin("Points/SearchMatrixOffsets", "search_matrix_offsets", "SearchMatrixPoints", "SearchMatrixOffsetsResponse"),
    _twin("Points/Get", "get_points", "GetPoints", "GetResponse"),
    _twin("Points/Scroll", "scroll_points", "ScrollPoints", "ScrollResponse", _PAGE),
    _twin("Points/Count", "count_points", "CountPoints", "CountResponse"),
    _twin("Points/Facet", "facet", "FacetCounts", "FacetResponse", _under("hits", "hits")),
    _twin("Points/Upsert", "upsert_points", "UpsertPoints", _UPDATED),
    _twin("Points/Delete", "delete_points", "DeletePoints", _UPDATED),
    _twin("Points/UpdateVectors", "update_vectors", "UpdatePointVectors", _UPDATED),
    _twin("Points/DeleteVectors", "delete_vectors", "DeletePointVectors", _UPDATED),
    _twin("Points/SetPayload", "set_payload", "SetPayloadPoints", _UPDATED),
    _twin("Points/OverwritePayload", "overwrite_payload", "SetPayloadPoints", _UPDATED),
    _twin("Points/DeletePayload", "delete_payload", "DeletePayloadPoints", _UPDATED),
    _twin("Points/ClearPayload", "clear_payload", "ClearPayloadPoints", _UPDATED),
    _twin("Points/UpdateBatch", "batch_update", "UpdateBatchPoints", "UpdateBatchResponse"),
    _twin("Points/CreateFieldIndex", "create_field_index", "CreateFieldIndexCollection", _UPDATED),
    _twin("Points/DeleteFieldIndex", "delete_field_index", "DeleteFieldIndexCollection", _UPDATED),
    _twin("Points/CreateVectorName", "create_vector_name", "CreateVectorNameRequest", _UPDATED),
    _twin("Points/DeleteVectorName", "delete_vector_name", "DeleteVectorNameRequest", _UPDATED),
    _twin("Collections/List", "get_collections", "ListCollectionsRequest", "ListCollectionsResponse", _under("collections", "collections")),
    _twin("Collections/Get", "get_collection", "GetCollectionInfoRequest", "GetCollectionInfoResponse"),
    _twin("Collections/CollectionExists", "collection_exists", "CollectionExistsRequest", "CollectionExistsResponse"),
    _twin("Collections/Create", "create_collection", "CreateCollection", _DID),
    _twin("Collections/Update", "update_collection", "UpdateCollection", _DID),
    _twin("Collections/Delete", "delete_collection", "DeleteCollection", _DID),
    _twin("Collections/UpdateAliases", "update_aliases", "ChangeAliases", _DID),
    _twin("Collections/ListCollectionAliases", "get_collection_aliases", "ListCollectionAliasesRequest", "ListAliasesResponse", _under("aliases", "aliases")),
    _twin("Collections/ListAliases", "get_collections_aliases", "ListAliasesRequest", "ListAliasesResponse", _under("aliases", "aliases")),
    _twin("Collections/CollectionClusterInfo", "collection_cluster_info", "CollectionClusterInfoRequest", "CollectionClusterInfoResponse", _REST),
    _twin("Collections/UpdateCollectionClusterSetup", "update_collection_cluster", "UpdateCollectionClusterSetupRequest", "UpdateCollectionClusterSetupResponse"),
    _twin("Collections/CreateShardKey", "create_shard_key", "CreateShardKeyRequest", "CreateShardKeyResponse"),
    _twin("Collections/DeleteShardKey", "delete_shard_key", "DeleteShardKeyRequest", "DeleteShardKeyResponse"),
    _twin("Collections/ListShardKeys", "list_shard_keys", "ListShardKeysRequest", "ListShardKeysResponse", _under("shard_keys", "shard_keys")),
    _twin("Snapshots/Create", "create_snapshot", "CreateSnapshotRequest", "CreateSnapshotResponse", _of("snapshot_description")),
    _twin("Snapshots/List", "list_snapshots", "ListSnapshotsRequest", "ListSnapshotsResponse", _of("snapshot_descriptions")),
    _twin("Snapshots/Delete", "delete_snapshot", "DeleteSnapshotRequest", "DeleteSnapshotResponse", _DONE),
    _twin("Snapshots/CreateFull", "create_full_snapshot", "CreateFullSnapshotRequest", "CreateSnapshotResponse", _of("snapshot_description")),
    _twin("Snapshots/ListFull", "list_full_snapshots", "ListFullSnapshotsRequest", "ListSnapshotsResponse", _of("snapshot_descriptions")),
    _twin("Snapshots/DeleteFull", "delete_full_snapshot", "DeleteFullSnapshotRequest", "DeleteSnapshotResponse", _DONE),
    _twin("Qdrant/HealthCheck", "root", "HealthCheckRequest", "HealthCheckReply", _REST, plain=True),
)
# fmt: on
BY_PATH: Final[Mapping[str, Twin]] = {one.path: one for one in TWINS}
BY_ROUTE: Final[Mapping[str, Twin]] = {
    **{one.route.name: one for one in TWINS},
    # Whether it is there: probes of its own over REST.
    **dict.fromkeys(("readyz", "livez", "healthz"), BY_PATH["/qdrant.Qdrant/HealthCheck"]),
}
_STORAGE: Final = "it hands out storage as it lies on the disk"
_PEERS: Final = "it is there for the servers of a cluster among themselves"
#: Services with all their methods that are never let through, so that the refusal says why.
REFUSED: Final[Mapping[str, str]] = {
    "qdrant.StorageRead": _STORAGE,
    "qdrant.ShardStorageRead": _STORAGE,
    **dict.fromkeys(
        ("qdrant.PointsInternal", "qdrant.CollectionsInternal", "qdrant.QdrantInternal", "qdrant.ShardSnapshots",
         "qdrant.Raft"),
        _PEERS,
    ),
}  # fmt: skip
#: Many searches in one call.
BATCHES: Final = frozenset(one.route.name for one in TWINS if one.path.endswith("Batch")) - {"batch_update"}
METHODS: Final[Mapping[str, Method]] = {one.path: Method(one.takes, one.gives) for one in TWINS}
