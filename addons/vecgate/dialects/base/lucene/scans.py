"""How is an index scanned? Its records are counted, and some are read that nobody chose: runs of them, spread over it."""

from collections.abc import Generator
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS
from vecgate.dialects.base.lucene.values import Tree, members_of
from vecgate.dialects.base.scanned import MOST, Draw, Scan, one_by_one, spread
from vecgate.domain.call import Call, Json
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

#: No more of an index than its first records can be read by their numbers (`index.max_result_window`).
_WINDOW: Final = 10_000


def sample(tenant: str, database: str, index: str, most: int, draw: Draw) -> Generator[Call, Json, int]:
    """The calls that count an index and read some of it; gives how many records it has."""
    total = members_of((yield Call("GET", paths.join((index, "_count")), headers=HEADERS))).get("count")
    if type(total) is not int:
        raise ValueError("a count that is no number")
    for offset, size in spread(min(total, _WINDOW), most, draw):
        tree: Tree = {"from": offset, "size": size}
        yield Call("POST", paths.join((index, "_search")), headers=JSON_HEADERS, body=dump(tree), tree=tree)
    return total


def samples(call: Call) -> bool:
    """Whether a call counts all of one index, or reads some records of it, whichever they are."""
    parts, tree = call.path.split("/"), members_of(call.tree)
    if len(parts) != 3 or not parts[1]:
        return False
    if parts[2] == "_count":
        return not tree
    size = tree.get("size")
    return parts[2] == "_search" and type(size) is int and size <= MOST and tree.keys() <= {"from", "size"}


def singly(tree: Json) -> list[Json] | None:
    """Each record of a sample as an answer of its own; None for a count. Raises ValueError for what is neither."""
    return None if "count" in members_of(tree) else one_by_one(tree, ("hits", "hits"))


SCAN: Final = Scan(sample, samples, singly, ("hits", "hits", "_source"))
