"""What does an answer of Milvus list, and what would show each of it alone? So that a list holds only what one may see."""

from collections.abc import Generator
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.dialect import Listing
from vecgate.dialects.milvus.results import done
from vecgate.dialects.milvus.things import HOME, question
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation

type Tree = dict[str, Json]

COLLECTIONS: Final = frozenset({"collections_list", "v1_collections"})
_DATABASES: Final = "databases_list"


def listing(operation: Operation, tree: Json) -> Listing | None:
    """The entries of an answer; None where it is no list. Raises ValueError for a list of something else."""
    if operation.name not in (*COLLECTIONS, _DATABASES) or not done(tree):
        return None
    items = entries(tree)
    return Listing(items, tuple(_about(operation, item) for item in items))


def _about(operation: Operation, name: Json) -> Operation:
    if not isinstance(name, str) or not name:
        raise ValueError("an entry without a name")
    if operation.name == _DATABASES:
        return replace(operation, name="databases_describe", tenant=name, database=name)
    return replace(operation, name="collections_describe", collections=(name,), things=())


def entries(tree: Json) -> list[Json]:
    """What is listed, whatever it is. Raises ValueError for an answer that is no such list."""
    found = as_tree(tree).get("data")
    if not isinstance(found, list):
        raise ValueError("an answer that is no list")  # noqa: TRY004 - it is the database's value, not our type
    return found


def relisted(tree: Json, items: list[Json]) -> Json:
    """The answer with these entries, and no others."""
    return {**tree, "data": items} if isinstance(tree, dict) else tree


def inventory() -> Generator[Call, Json, list[tuple[str, str]]]:
    """The calls that list all collections of all databases; gives the database and the name of each."""
    databases = list_of(as_tree((yield question("databases/list", {}))).get("data"))
    found = list[tuple[str, str]]()
    for database in [one for one in databases if isinstance(one, str)] or [HOME]:
        names = entries((yield question("collections/list", {"dbName": database})))
        found += [(database, name) for name in names if isinstance(name, str)]
    return found
