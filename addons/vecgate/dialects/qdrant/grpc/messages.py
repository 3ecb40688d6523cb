"""Which tables say Qdrant's messages as trees of REST?"""

import math
import re
from pathlib import Path
from typing import Final

from vecgate.dialects.base.grpc.messages import Messages
from vecgate.dialects.base.grpc.trees import Change, Tree, Trees
from vecgate.dialects.qdrant.grpc import filters, queries, settings, values

_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PREFIX: Final = re.compile(r"^FieldType(?=[A-Z])")
MESSAGES: Final = Messages(Path(__file__).parent)
_VECTORS: Final = (
    "SearchPoints", "SearchPointGroups", "ScrollPoints", "RecommendPoints", "RecommendPointGroups", "DiscoverPoints",
    "QueryPoints", "QueryPointGroups", "GetPoints",
)  # fmt: skip
_SHARDED: Final = (
    *_VECTORS, "UpsertPoints", "DeletePoints", "UpdatePointVectors", "DeletePointVectors", "SetPayloadPoints",
    "DeletePayloadPoints", "ClearPayloadPoints", "CountPoints", "FacetCounts", "SearchMatrixPoints", "LookupLocation",
    *(f"PointsUpdateOperation.{one}" for one in ("PointStructList", "SetPayload", "OverwritePayload", "DeletePayload",
                                                 "UpdateVectors", "DeleteVectors", "DeletePoints", "ClearPayload")),
)  # fmt: skip
_READS: Final = (
    *_VECTORS, "CountPoints", "FacetCounts", "SearchMatrixPoints", "SearchBatchPoints", "RecommendBatchPoints",
    "DiscoverBatchPoints", "QueryBatchPoints",
)  # fmt: skip


_AS_THEY_ARE: Final = ("Distance", "ReplicaState", "CompressionRatio")


def word(enum: str, name: str) -> str:
    """The word of REST for a value of an enum."""
    return name if enum in _AS_THEY_ARE else _CAPITAL.sub("_", _PREFIX.sub("", name)).lower()


_NAMES: Final = {
    **{f"{one}.shard_key_selector": "shard_key" for one in _SHARDED},
    **{f"{one}.with_vectors": "with_vector" for one in _VECTORS},
    **{f"{one}.read_consistency": "consistency" for one in _READS},
    **{f"{one}.vectors": "vector" for one in ("PointStruct", "PointVectors", "DeletePointVectors", "ScoredPoint",
                                              "RetrievedPoint", "PointsUpdateOperation.DeleteVectors")},
    **{f"{one}.points": "" for one in ("DeletePoints", "ClearPayloadPoints", "PointsUpdateOperation.DeletePoints",
                                       "PointsUpdateOperation.ClearPayload")},
    **{f"{one}.points_selector": "" for one in (
        "SetPayloadPoints", "DeletePayloadPoints", "DeletePointVectors",
        *(f"PointsUpdateOperation.{kind}" for kind in ("SetPayload", "OverwritePayload", "DeletePayload",
                                                       "DeleteVectors")))},
    "PointsUpdateOperation.delete_points": "delete",
    "PointsUpdateOperation.delete_deprecated": "delete",
    "PointsUpdateOperation.clear_payload_deprecated": "clear_payload",
    **{f"{one}BatchPoints.{one.lower()}_points": "searches" for one in ("Search", "Recommend", "Discover", "Query")},
}  # fmt: skip


def _numbers(tree: Tree) -> Tree:
    """A place in an order that is masked is no number, and has no place; a score that REST says is null is one that is none."""
    tree = {key: one for key, one in tree.items() if key != "order_value" or isinstance(one, int | float)}
    return {**tree, "score": math.nan} if tree.get("score", 0) is None else tree


_POINT: Final = Change(dict, _numbers)
TREES: Final = Trees(
    names={**_NAMES, **queries.NAMES, **settings.NAMES},
    quiet=frozenset({"PointStruct.payload", "ScoredPoint.payload", "RetrievedPoint.payload"})
    | filters.QUIET | queries.QUIET | settings.QUIET,
    unsure=frozenset({"ScoredPoint.score"}),
    ways={**values.WAYS, **filters.WAYS, **queries.WAYS, **settings.WAYS},
    changes={"ScoredPoint": _POINT, "RetrievedPoint": _POINT, **filters.CHANGES, **queries.CHANGES, **settings.CHANGES},
    word=word,
)  # fmt: skip
