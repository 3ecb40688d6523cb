"""What does an answer list, and what would show each of it alone? So that a list holds only what one may see."""

from collections.abc import Generator
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, Listing
from vecgate.dialects.base.lucene.values import list_of, members_of
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation

LIST: Final = "indices_resolve_index"


def listing(operation: Operation, tree: Json) -> Listing | None:
    """The entries of an answer; None where it is no list. Raises ValueError for a list of something else."""
    if operation.name != LIST:
        return None
    items = entries(tree)
    return Listing(items, tuple(_about(operation.dialect, members_of(item).get("name")) for item in items))


def _about(database: str, name: Json) -> Operation:
    if not isinstance(name, str) or not name:
        raise ValueError("an entry without a name")
    return Operation(database, "indices_get", "collection_read", 1, collections=(name,))


def entries(tree: Json) -> list[Json]:
    """The indices that are listed. Raises ValueError for an answer that is no such list."""
    found = members_of(tree).get("indices")
    if not isinstance(found, list):
        raise ValueError("an answer that is no list")  # noqa: TRY004 - it is the database's value, not our type
    return found


def relisted(operation: Operation, tree: Json, items: list[Json]) -> Json:
    """The answer with these indices, and with the aliases that stand for nothing else."""
    names = {str(members_of(one).get("name")) for one in items}
    aliases: list[Json] = []
    for one in list_of(members_of(tree).get("aliases")):
        said = members_of(one).get("indices")
        behind = {str(name) for name in said} if isinstance(said, list) else {str(said)}
        aliases += [one] if behind <= names else []
    return {**members_of(tree), "indices": items, "aliases": aliases, "data_streams": []}


def inventory() -> Generator[Call, Json, list[tuple[str, str]]]:
    """The call that lists all indices but the server's own; gives their names."""
    said = yield Call("GET", "/_resolve/index/%2A", headers=HEADERS)
    names = [str(members_of(one).get("name")) for one in entries(said)]
    return [("", name) for name in names if not name.startswith(".")]
