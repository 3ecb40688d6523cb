"""What may the description of an index tell somebody who is kept to rows? All but its counts, which are of everybody's records.

Clients ask for it after they have made an index, and before they iterate a search: they read its state and its metric. Over
REST the counts are not there; a message has no way to say so, and they are the 0 of what is not told.
"""

from typing import Final

from vecgate.dialects.milvus.values import as_tree
from vecgate.domain.call import Json

DESCRIBED: Final = frozenset({"indexes_describe", "grpc_describe_index"})
#: What is told. A member that nobody here knows may be a count.
_TOLD: Final = (
    "fieldName", "indexName", "indexState", "indexType", "metricType", "failReason", "minIndexVersion", "maxIndexVersion",
    "indexParams",
)  # fmt: skip


def uncounted(tree: Json) -> tuple[Json, int]:
    """What is answered to a call that was done, without what it counts. Raises ValueError for no list of indexes."""
    told = as_tree(tree).get("data")
    if not isinstance(told, list):
        raise ValueError("an answer that describes no indexes")  # noqa: TRY004 - it is the database's value, not our type
    shown: list[Json] = [{name: one[name] for name in _TOLD if name in one} for one in map(as_tree, told)]
    return {"code": 0, "data": shown}, 0
