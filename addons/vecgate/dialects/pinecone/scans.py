"""How is an index of Pinecone scanned? A namespace of it is counted, and what is nearest to one fixed vector is read.

There is no call that draws records, and none that reads some by their numbers; so nobody chooses them, but it is the same ones
each time. An index of sparse vectors alone cannot be scanned.
"""

from collections.abc import Generator
from typing import Final

from vecgate.dialects.base.scanned import MOST, Draw, Scan, one_by_one
from vecgate.dialects.pinecone.indexes import BELOW, OWN_HEADERS
from vecgate.dialects.pinecone.meaning import DEFAULT, members_of
from vecgate.domain.call import Call, Json
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

_HEADERS: Final = (("content-type", "application/json"), *OWN_HEADERS)
_SAID: Final = frozenset({"topK", "vector", "namespace", "includeMetadata", "includeValues"})
_LONGEST: Final = 20_000


def sample(tenant: str, database: str, index: str, most: int, draw: Draw) -> Generator[Call, Json, int]:
    """The calls that count a namespace and read some of it; gives how many records it has."""
    own = "" if tenant in ("", DEFAULT) else tenant
    stats = members_of((yield _call(index, "describe_index_stats", {})))
    spaces, dimension = members_of(stats.get("namespaces")), stats.get("dimension")
    counted = next((members_of(one).get("vectorCount") for name, one in spaces.items() if name in (own, tenant)), 0)
    if type(dimension) is not int or not 0 < dimension <= _LONGEST or type(counted) is not int:
        raise ValueError("an index without a dimension, or a count that is no number")
    if counted:
        tree: dict[str, Json] = {
            "topK": most,
            "vector": [1.0] * dimension,
            "includeMetadata": True,
            "includeValues": False,
        }
        yield _call(index, "query", {**tree, **({"namespace": own} if own else {})})
    return counted


def _call(index: str, what: str, tree: dict[str, Json]) -> Call:
    return Call("POST", paths.join((BELOW, index, what)), headers=_HEADERS, body=dump(tree), tree=tree)


def samples(call: Call) -> bool:
    """Whether a call counts all of an index, or asks for what is nearest to the one vector that every scan has."""
    tree, what = members_of(call.tree), call.path.rpartition("/")[2]
    if what == "describe_index_stats":
        return not tree
    vector, most = tree.get("vector"), tree.get("topK")
    fixed = isinstance(vector, list) and all(one == 1 for one in vector)
    return what == "query" and fixed and type(most) is int and most <= MOST and tree.keys() <= _SAID


def singly(tree: Json) -> list[Json] | None:
    """Each record of a sample as an answer of its own; None for a count. Raises ValueError for what is neither."""
    return None if "namespaces" in members_of(tree) else one_by_one(tree, ("matches",))


SCAN: Final = Scan(sample, samples, singly, ("matches", "metadata"))
