"""How many records would this touch? Asked of the server before a person is."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.base.routing import Match
from vecgate.dialects.pinecone.indexes import BELOW, OWN_HEADERS
from vecgate.dialects.pinecone.meaning import DEFAULT, asked_ids, body, items_of, members_of
from vecgate.dialects.pinecone.rows import MOST_IDS
from vecgate.domain.approval import Impact
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import paths, strict_json
from vecgate.refusals.errors import CallRefused, Part, Unavailable

type Tree = dict[str, Json]

#: So many records a filter is followed for; what selects more is told as "at least".
MOST: Final = 1000
_PAGE: Final = 100
#: So many ids one delete may name, by the vendor's limits.
MOST_AT_ONCE: Final = 1000
_JSON: Final = (*OWN_HEADERS, ("content-type", "application/json"))
_BY_FILTER: Final = "as many as the filter selects now"
_AT_LEAST: Final = f"at least: no more than {MOST} are looked for"
#: Calls of the control plane that are about all that an index holds.
OF_ALL: Final = frozenset({"delete_index", "configure_index", "create_backup", "create_collection"})
UNCOUNTED: Final[Mapping[str, str]] = {
    "start_import": "how many records an object store holds no call tells",
    "cancel_import": "how many records were imported already no call tells",
    "create_namespace": "no record is touched: a namespace is made",
    "create_index": "no record is touched: an index is made",
    "create_index_for_model": "no record is touched: an index is made",
    "delete_collection": "how many records a copy holds no call tells",
    "delete_backup": "how many records a backup holds is told by its description",
    "restore_backup": "how many records a backup holds is told by its description",
    "embed": "no record is touched: texts go to a model",
    "rerank": "no record is touched: texts go to a model",
    "describe_import": "no record is touched",
    "list_imports": "no record is touched",
    "update_documents": "how many documents a filter selects no call tells",
    "delete_documents": "how many documents a filter selects no call tells",
    "upsert_documents": "whether a document is there already is not looked up",
    "upsert_records": "whether a record is there already is not looked up",
}


async def counted(match: Match, call: Call, operation: Operation, ask: Ask) -> Impact | None:
    """What it touches; None where nobody can say. Raises Unavailable."""
    if not operation.collections:
        return None
    index = operation.collections[0]
    if operation.name in OF_ALL:
        total = await _total(ask, index, None)
        return Impact(total, total, index, collections=(index,))
    if operation.name == "delete_namespace":
        return await _whole(ask, index, operation)
    if operation.name not in ("delete", "update", "upsert", "fetch"):
        return None
    return await _of_vectors(call, operation, ask, index)


async def _whole(ask: Ask, index: str, operation: Operation) -> Impact:
    held = await _total(ask, index, operation.tenant)
    return Impact(held, await _total(ask, index, None), index, collections=(index,))


async def _of_vectors(call: Call, operation: Operation, ask: Ask, index: str) -> Impact:
    tree = body(call)
    if tree.get("deleteAll"):
        return await _whole(ask, index, operation)
    if "filter" in tree:
        found, whole = await _selected(ask, index, tree)
        note = _BY_FILTER if whole else _AT_LEAST
        total = await _of(ask, index, len(found))
        return Impact(len(found), total, index, tuple(found) if whole else None, (index,), note=note)
    ids = [str(one) for one in items_of(tree.get("ids"))] or asked_ids(call)
    if isinstance(tree.get("id"), str):
        ids = [str(tree["id"])]
    if operation.name == "upsert":
        ids = [str(members_of(one).get("id")) for one in items_of(tree.get("vectors"))]
    there = await _there(ask, index, operation, [*dict.fromkeys(ids)])
    told = Impact(len(there), await _of(ask, index, len(there)), index, tuple(there), (index,))
    return replace(told, note="written over; the others are new") if operation.name == "upsert" else told


async def _of(ask: Ask, index: str, touched: int) -> int:
    """Of how many; whoever has some rows only is told of no others, so of those."""
    try:
        return await _total(ask, index, None)
    except CallRefused as e:
        if e.refusal.code != "rows.unscopable":
            raise
        return touched


async def _there(ask: Ask, index: str, operation: Operation, ids: list[str]) -> list[str]:
    path, found = paths.join((BELOW, index, "vectors", "fetch")), list[str]()
    space = () if operation.tenant in (None, DEFAULT) else (("namespace", str(operation.tenant)),)
    for at in range(0, len(ids), MOST_IDS):
        some = tuple(("ids", id) for id in ids[at : at + MOST_IDS])
        tree = await _answer(ask, Call("GET", path, query=(*some, *space), headers=OWN_HEADERS))
        vectors = tree.get("vectors")
        if not isinstance(vectors, dict):
            raise Unavailable(Part.UPSTREAM, "an answer that lists no records")
        found += [id for _, id in some if id in vectors]
    return found


async def _selected(ask: Ask, index: str, tree: Tree) -> tuple[list[str], bool]:
    """The ids that a filter selects, and whether these are all of them."""
    found = list[str]()
    async for page in pages(ask, index, tree):
        if len(found) >= MOST:
            return found, False
        found += page
    return found, True


async def pages(ask: Ask, index: str, tree: Tree) -> AsyncIterator[list[str]]:
    """The ids that a filter selects, some at a time. Raises Unavailable."""
    path = paths.join((BELOW, index, "vectors", "fetch_by_metadata"))
    asked: Tree = {"filter": tree["filter"], "limit": _PAGE}
    if tree.get("namespace"):
        asked["namespace"] = tree["namespace"]
    while True:
        answer = await _answer(ask, Call("POST", path, headers=_JSON, body=strict_json.dump(asked), tree=asked))
        yield [*members_of(answer.get("vectors"))]
        token = members_of(answer.get("pagination")).get("next")
        if not isinstance(token, str) or not token:
            return
        asked = {**asked, "paginationToken": token}


def exactly(call: Call, ids: Sequence[str]) -> tuple[Call, ...]:
    """The deletes of these records, in the place of one by a filter, of which none can say both."""
    tree = {key: value for key, value in body(call).items() if key != "filter"}
    parts = (ids[at : at + MOST_AT_ONCE] for at in range(0, len(ids), MOST_AT_ONCE))
    trees: list[Tree] = [{**tree, "ids": [*some]} for some in parts]
    return tuple([replace(call, body=strict_json.dump(one), tree=one) for one in trees])


async def _total(ask: Ask, index: str, namespace: str | None) -> int:
    """The records of an index, or of one of its namespaces."""
    path, tree = paths.join((BELOW, index, "describe_index_stats")), dict[str, Json]()
    said = await _answer(ask, Call("POST", path, headers=_JSON, body=strict_json.dump(tree), tree=tree))
    if namespace is None:
        return _number(said.get("totalVectorCount"))
    spaces = members_of(said.get("namespaces"))
    names = ("", DEFAULT) if namespace == DEFAULT else (namespace,)
    return sum(_number(members_of(spaces[name]).get("vectorCount", 0)) for name in names if name in spaces)


def _number(value: Json) -> int:
    if type(value) is not int:
        raise Unavailable(Part.UPSTREAM, "a count that is no number")
    return value


async def _answer(ask: Ask, call: Call) -> Tree:
    return members_of(await asking.get_as(ask, call))
