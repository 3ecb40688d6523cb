"""How is a collection of Milvus read, all of it or a sample? Its records are counted, and some are read that nobody chose.

A sample are runs of records, spread over it; all of it comes page by page.
"""

from collections.abc import Generator
from typing import Final

from vecgate.dialects.base.scanned import MOST, Draw, Scan, one_by_one, spread
from vecgate.dialects.milvus.filters.nodes import Compare, Path, Value
from vecgate.dialects.milvus.things import question
from vecgate.dialects.milvus.values import COUNT_ALL, as_tree, list_of
from vecgate.domain.call import Call, Json

#: No record beyond can be read by its number.
_WINDOW: Final = 16_384
_QUERY: Final = "/v2/vectordb/entities/query"
_SAID: Final = frozenset({"collectionName", "dbName", "filter", "limit", "offset", "outputFields"})


def sample(tenant: str, database: str, collection: str, most: int, draw: Draw) -> Generator[Call, Json, int]:
    """The calls that count a collection and read some of it; gives how many records it has."""
    place: dict[str, Json] = {"collectionName": collection, **({"dbName": database} if database else {})}
    described = as_tree(as_tree((yield question("collections/describe", {**place}))).get("data"))
    fields = [as_tree(one) for one in list_of(described.get("fields"))]
    shown: list[Json] = [str(one.get("name")) for one in fields if "Vector" not in str(one.get("type"))]
    counted = list_of(as_tree((yield question("entities/query", {**place, "outputFields": [COUNT_ALL]}))).get("data"))
    total = as_tree(counted[0]).get(COUNT_ALL) if counted else None
    if type(total) is not int and not str(total).isdecimal():
        raise ValueError("a count that is no number")
    dynamic: list[Json] = ["$meta"] if described.get("enableDynamicField") is True else []
    for offset, limit in spread(min(int(str(total)), _WINDOW), most, draw):
        yield question(
            "entities/query", {**place, "limit": limit, "offset": offset, "outputFields": [*shown, *dynamic]}
        )
    return int(str(total))


def pages(database: str, collection: str, size: int) -> Generator[Call, Json, None]:
    """The calls that read a whole collection. Raises ValueError where that cannot be done.

    By their places as far as the engine's window goes; from there on by their keys, if these came in order until then.
    """
    place: dict[str, Json] = {"collectionName": collection, **({"dbName": database} if database else {})}
    described = as_tree(as_tree((yield question("collections/describe", {**place}))).get("data"))
    fields = [as_tree(one) for one in list_of(described.get("fields"))]
    key = next((str(one.get("name")) for one in fields if one.get("primaryKey") is True), "")
    shown: list[Json] = [str(one.get("name")) for one in fields if "Vector" not in str(one.get("type"))]
    more: list[Json] = ["$meta"] if described.get("enableDynamicField") is True else []
    text = any(one.get("name") == key and "VarChar" in str(one.get("type")) for one in fields)
    asked: dict[str, Json] = {**place, "outputFields": [*shown, *more], "consistencyLevel": "Strong"}
    start, offset, ordered, last = "", 0, True, list[str | int]()
    while True:
        limit = min(size, _WINDOW - offset)
        own: dict[str, Json] = {"filter": start} if start else {}
        page = yield question("entities/query", {**asked, **own, "limit": limit, "offset": offset})
        found = as_tree(page).get("data")
        if not key or not isinstance(found, list):
            raise ValueError("an answer that lists no records")
        if not found:
            return
        keys = [*last, *(_key(as_tree(one).get(key), text) for one in found)]
        ordered = ordered and keys == sorted(keys, key=lambda one: one.encode() if isinstance(one, str) else one)
        offset, last = offset + len(found), keys[-1:]
        if offset >= _WINDOW:
            if not ordered:
                raise ValueError("more records than can be told by their places, in no order")
            start, offset = str(Compare(Path(key), ">", Value(last[0]))), 0


def _key(value: Json, text: bool) -> str | int:
    """A key as it is ordered: whole numbers come as texts, too."""
    if text or not isinstance(value, str | int):
        return str(value)
    return int(value)


def samples(call: Call) -> bool:
    """Whether a call counts all of a collection, or reads some records of it, whichever they are."""
    tree = as_tree(call.tree)
    if call.path != _QUERY or tree.get("filter") not in (None, "") or not tree.keys() <= _SAID:
        return False
    limit = tree.get("limit")
    return list_of(tree.get("outputFields")) == [COUNT_ALL] or (type(limit) is int and limit <= MOST)


def singly(tree: Json) -> list[Json] | None:
    """Each record of a sample as an answer of its own; None for a count. Raises ValueError for what is neither."""
    data = list_of(as_tree(tree).get("data"))
    if len(data) == 1 and [*as_tree(data[0])] == [COUNT_ALL]:
        return None
    return one_by_one(tree, ("data",))


SCAN: Final = Scan(sample, samples, singly, ("data",))
