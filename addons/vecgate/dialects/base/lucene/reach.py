"""How far does a call reach: how many records of how many, in which indices, under which other names?"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.base.lucene.meaning import body
from vecgate.dialects.base.lucene.names import resolved
from vecgate.dialects.base.lucene.query import both
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.domain.approval import Impact
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import Part, Unavailable

_SETTINGS: Final = "settings and mappings say how records will be found and kept, of which no number tells"
UNCOUNTED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("indices_put_mapping", "indices_put_settings", "indices_open", "indices_forcemerge"), _SETTINGS),
    "indices_create": "it is not there yet",
    "snapshot_create": "it copies indices, and changes none",
    "snapshot_delete": "what a snapshot holds is not counted at the server",
    "snapshot_restore": "what a snapshot holds is not counted at the server; a closed index of a new name is replaced, an open one is not",
    **dict.fromkeys(
        (
            "indices_put_index_template",
            "indices_delete_index_template",
            "cluster_put_component_template",
            "cluster_delete_component_template",
        ),
        "it is about indices that are not there yet",
    ),
    **dict.fromkeys(
        ("ingest_put_pipeline", "ingest_delete_pipeline", "search_pipeline_put", "search_pipeline_delete"),
        "it is about what will be written or searched for",
    ),
    "bulk": "a bulk replaces, changes or deletes no more records than it names",
    "update": "it is about one record",
    "index": "it is about one record",
}
#: Ids that stand in one question.
MOST_IDS: Final = 1000
_WHOLE: Final = frozenset({"indices_delete", "indices_close", "indices_update_aliases"})


async def count(ask: Ask, names: Sequence[str], query: Json) -> int:
    """How many records of these indices a query finds. Raises Unavailable."""
    if not names:
        return 0
    tree = await asking.post(ask, ",".join(names), "_count", tree={"query": query or {"match_all": {}}})
    if tree is None:
        return 0
    found = members_of(tree).get("count")
    if type(found) is not int or members_of(members_of(tree).get("_shards")).get("failed"):
        raise Unavailable(Part.UPSTREAM, "a count that is none")
    return found


async def counted(call: Call, operation: Operation, ask: Ask, most: int) -> Impact | None:
    """How many records the call would touch, and which, if at most so many. Raises Unavailable."""
    tree, names = body(call), operation.collections
    if operation.name == "delete_by_query":
        chosen: Json = tree.get("query")
    elif operation.name == "delete":
        chosen = {"ids": {"values": [unquote(call.path.rpartition("/")[2])]}}
    elif operation.name in _WHOLE:
        chosen = None
    else:
        return None
    there = [one for name in names for one in await resolved(ask, name) if one.uuid]
    known = [*dict.fromkeys(one.name for one in there)]
    total = await count(ask, known, None)
    touched = total if chosen is None else await count(ask, known, chosen)
    ids = tuple(await listed(ask, known, chosen, most)) if chosen is not None and 0 < touched <= most else None
    aliases = tuple(dict.fromkeys(alias for one in there for alias in one.aliases))
    return Impact(touched, total, ", ".join(names), ids, tuple(known), aliases)


async def listed(ask: Ask, names: Sequence[str], query: Json, most: int) -> list[str]:
    """The ids of records that a query finds, no more than so many. Raises Unavailable."""
    tree: Tree = {"query": query, "size": min(most, 10_000), "_source": False, "sort": ["_doc"]}
    said = await asking.post(ask, ",".join(names), "_search", tree=tree)
    return [str(members_of(hit).get("_id")) for hit in list_of(members_of(members_of(said).get("hits")).get("hits"))]


def exactly(call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, ...] | None:
    """The calls that delete these records alone, where the query still finds them."""
    tree = body(call)
    if operation.name != "delete_by_query":
        return None
    parts = list[Call]()
    for at in range(0, len(ids), MOST_IDS):
        chosen: Tree = {"ids": {"values": [*ids[at : at + MOST_IDS]]}}
        new = {**tree, "query": both(chosen, tree.get("query"))}
        parts.append(replace(call, body=dump(new), tree=new))
    return tuple(parts) if len(parts) <= 10 else None


async def selected(call: Call, operation: Operation, ask: Ask, among: Container[str], most: int) -> list[str]:
    """The records that the query finds now, of those `among`. Raises Unavailable."""
    tree = body(call)
    chosen: Json = {"ids": {"values": tree["ids"]}} if "ids" in tree else tree.get("query")
    found = await listed(ask, operation.collections, chosen, 10_000)
    return [id for id in found if id in among][:most]
