"""How many records would a call touch, and which? Counted by filters; `deleteCount` is no such number.

What a delete names may not be there, and what a server says it deleted is how many it was told to.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.milvus import results, sites
from vecgate.dialects.milvus.rows.ids import among, ids_of, key_of
from vecgate.dialects.milvus.things import Described, described, meant, question, said
from vecgate.dialects.milvus.values import COUNT_ALL, as_tree, list_of
from vecgate.domain.approval import Impact
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json
from vecgate.refusals.errors import Part, Unavailable

type Tree = dict[str, Json]

#: So many records at most are told apart: the engine's own window.
MOST: Final = 16_384
_WHOLE: Final = frozenset({"collection_drop", "collection_rename", "collection_alter", "index_drop", "alias"})
#: Whoever reads by an alias reads another collection from then on, or none: what it stands for until then is what is touched.
ALIASES: Final = frozenset({"aliases_drop", "aliases_alter"})
#: What takes every record of a part of a collection.
PARTITION: Final = "partitions_drop"
UNCOUNTED: Final[Mapping[str, str]] = {
    "collections_create": "no record is touched: a collection is made",
    "v1_create": "no record is touched: a collection is made",
    "databases_create": "no record is touched: a database is made",
}


def within(operation: Operation, tree: Tree) -> list[Json]:
    """The partitions that a delete, or the drop or release of some, is about; none: all of them."""
    if operation.name == "partitions_release":
        return list_of(tree.get("partitionNames"))
    name = tree.get("partitionName") if operation.name in (*sites.DELETES, PARTITION) else None
    return [name] if isinstance(name, str) and name else []


def _asking(
    database: str, found: Described, text: str, fields: list[Json], parts: list[Json], limit: int | None = None
) -> Call:
    tree: Tree = {
        "dbName": database, "collectionName": found.name, "outputFields": fields, "consistencyLevel": "Strong",
        "filter": text,
    }  # fmt: skip
    tree |= {"partitionNames": parts} if parts else {}
    return question("entities/query", tree if limit is None else {**tree, "limit": limit})


def _all(found: Described) -> str:
    return f"{found.key} not in []"


async def count(ask: Ask, database: str, found: Described, text: str, parts: Sequence[Json] = ()) -> int | None:
    """How many records a filter finds; None where the server does not say. Raises Unavailable."""
    call = _asking(database, found, text, [COUNT_ALL], [*parts])
    told = list_of(await said(ask, call.path, as_tree(call.tree)))
    number = as_tree(told[0]).get(COUNT_ALL) if len(told) == 1 else None
    return number if type(number) is int else None


async def ids(ask: Ask, database: str, found: Described, text: str, most: int, parts: Sequence[Json] = ()) -> list[str]:
    """The ids of records that a filter finds. Raises Unavailable."""
    call = _asking(database, found, text, [found.key], [*parts], min(most, MOST))
    answer = await ask(call)
    try:
        listed = results.listed("entities_query", strict_json.answered(answer.body))
    except (strict_json.NotStrict, ValueError) as e:
        raise Unavailable(Part.UPSTREAM, "an answer without records") from e
    if listed is None:
        raise Unavailable(Part.UPSTREAM, "an answer without records")
    return list(dict.fromkeys(key_of(found, as_tree(one).get(found.key)) for one in listed))


async def behind(ask: Ask, database: str, tree: Tree) -> Described | None:
    """The collection that an alias stands for. Raises Unavailable."""
    target = await meant(ask, database, str(tree["aliasName"]))
    return None if target is None else await described(ask, database, target)


def chosen(operation: Operation, tree: Tree, found: Described) -> str | None:
    """The filter of what a call reads, changes or deletes; None: it chooses no records."""
    if operation.name in sites.WRITES:
        named = ids_of(found, sites.rows(tree))
        return among(found, named) if named else f"{found.key} in []"
    if "id" in tree:
        return among(found, list_of(tree["id"]) or [tree["id"]])
    text = tree.get("filter")
    return text if isinstance(text, str) else _all(found) if operation.name in sites.QUERIES else None


async def impact(
    ask: Ask, database: str, found: Described, operation: Operation, tree: Tree, most: int
) -> Impact | None:
    """What a call touches; None where nobody can say. Raises CallRefused, Unavailable."""
    whole, parts = operation.kind in _WHOLE or operation.name == PARTITION, within(operation, tree)
    text = _all(found) if whole else chosen(operation, tree, found)
    if text is None:
        return None
    touched, total = await count(ask, database, found, text, parts), await count(ask, database, found, _all(found))
    if touched is None or total is None:
        return None
    named = await ids(ask, database, found, text, touched + 1, parts) if 0 < touched <= most else []
    which = tuple(named) if touched <= most and len(named) == touched else None
    return Impact(touched, total, found.name, which, collections=operation.collections)


def bound(call: Call, tree: Tree, found: Described, some: Sequence[str]) -> Tree:
    """The body of a delete that deletes these records, where its filter still finds them."""
    text = tree.get("filter")
    mine = among(found, [*some])
    rest = {key: value for key, value in tree.items() if key != "id"}
    return {**rest, "filter": f"({text}) and {mine}" if isinstance(text, str) else mine}


def among_ids(found: Described, tree: Tree) -> str | None:
    """The filter of the gateway's own question, which of these ids there are; None: it is none."""
    named = tree.get("ids")
    return among(found, named) if isinstance(named, list) else None
