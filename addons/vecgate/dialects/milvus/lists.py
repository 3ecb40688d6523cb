"""What does an answer of Milvus list, and what would show each of it alone? So that a list holds only what one may see."""

from collections.abc import Generator
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.dialect import Listing
from vecgate.dialects.milvus.things import HOME, done, question
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation

type Tree = dict[str, Json]

COLLECTIONS: Final = frozenset({"collections_list", "v1_collections"})
_DATABASES: Final = "databases_list"
_ALIASES: Final = "aliases_list"
#: Its entries stand one member deeper, each with the name of its collection.
_IMPORTS: Final = "jobs_import_list"


def listing(operation: Operation, tree: Json) -> Listing | None:
    """The entries of an answer; None where it is no list. Raises ValueError for a list of something else."""
    if operation.name not in (*COLLECTIONS, _DATABASES, _ALIASES, _IMPORTS) or not done(tree):
        return None
    items = entries(tree)
    return Listing(items, tuple(_about(operation, item) for item in items))


def _about(operation: Operation, name: Json) -> Operation:
    if operation.name == _IMPORTS:
        name = as_tree(name).get("collectionName")
    if not isinstance(name, str) or not name:
        raise ValueError("an entry without a name")
    if operation.name == _DATABASES:
        return replace(operation, name="databases_describe", tenant=name, database=name)
    if operation.name == _IMPORTS:
        return replace(operation, collections=(name,), things=())
    if operation.name == _ALIASES:  # what one stands for is told by its description, which is decided on under both
        names = dict.fromkeys((*operation.collections, name))
        return replace(operation, name="aliases_describe", collections=(*names,), things=())
    return replace(operation, name="collections_describe", collections=(name,), things=())


def entries(tree: Json) -> list[Json]:
    """What is listed, whatever it is. Raises ValueError for an answer that is no such list."""
    found = as_tree(tree).get("data")
    if isinstance(found, dict):
        found = found.get("records")
    if not isinstance(found, list):
        raise ValueError("an answer that is no list")  # noqa: TRY004 - it is the database's value, not our type
    return found


def relisted(tree: Json, items: list[Json]) -> Json:
    """The answer with these entries, and no others."""
    if not isinstance(tree, dict):
        return tree
    data = tree.get("data")
    return {**tree, "data": {**data, "records": items} if isinstance(data, dict) else items}


def inventory() -> Generator[Call, Json, list[tuple[str, str]]]:
    """The calls that list all collections of all databases; gives the database and the name of each."""
    databases = list_of(as_tree((yield question("databases/list", {}))).get("data"))
    found = list[tuple[str, str]]()
    for database in [one for one in databases if isinstance(one, str)] or [HOME]:
        names = entries((yield question("collections/list", {"dbName": database})))
        found += [(database, name) for name in names if isinstance(name, str)]
    return found
