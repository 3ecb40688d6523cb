"""What does an answer list, and what would show each of it alone? So that a list holds only what one may see."""

from collections.abc import Generator, Mapping
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, Listing
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation

#: Operations whose answer is a list: under which member, and what in an entry names its collection.
LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "get_collections": ("collections", "name"),
    "get_collections_aliases": ("aliases", "collection_name"),
    "get_collection_aliases": ("aliases", "collection_name"),
}


def listing(operation: Operation, tree: Json) -> Listing | None:
    """The entries of an answer; None where it is no list. Raises ValueError for a list of something else."""
    if operation.name not in LISTS:
        return None
    items = entries(operation, tree)
    key = LISTS[operation.name][1]
    return Listing(items, tuple(_about(operation, item.get(key) if isinstance(item, dict) else None) for item in items))


def _about(operation: Operation, name: Json) -> Operation:
    if not isinstance(name, str) or not name:
        raise ValueError("an entry without a name")
    return Operation(operation.dialect, "get_collection", "collection_read", 1, collections=(name,))


def inventory() -> Generator[Call, Json, list[tuple[str, str]]]:
    """The call that lists all collections; gives the name of each, in no database."""
    answer = yield Call("GET", "/collections", headers=HEADERS)
    operation = Operation("qdrant", "get_collections", "collection_read", 1)
    found = listing(operation, answer)
    return [("", name) for one in (found.about if found else ()) for name in one.collections]


def entries(operation: Operation, tree: Json) -> list[Json]:
    """What is listed, whatever it is. Raises ValueError for an answer that is no such list."""
    result = tree.get("result") if isinstance(tree, dict) else None
    found = result.get(LISTS[operation.name][0]) if isinstance(result, dict) else None
    if not isinstance(found, list):
        raise ValueError("an answer that is no list")  # noqa: TRY004 - it is the database's value, not our type
    return found


def relisted(operation: Operation, tree: Json, items: list[Json]) -> Json:
    """The answer with these entries, and no others."""
    member = LISTS[operation.name][0]
    result = tree.get("result") if isinstance(tree, dict) else None
    if not isinstance(tree, dict) or not isinstance(result, dict):
        return tree
    return {**tree, "result": {**result, member: items}}
