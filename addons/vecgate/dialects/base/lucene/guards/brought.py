"""Which records does a write bring, which of what the gateway wrote would it lose, and how is that asked?"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import unquote

from vecgate.dialects.base import asking
from vecgate.dialects.base.lucene import lines
from vecgate.dialects.base.lucene.meaning import body
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.dialects.base.reading import JSON_HEADERS
from vecgate.dialects.base.shapes import Ask
from vecgate.domain.call import Call, Json
from vecgate.domain.guards import OWN
from vecgate.domain.operation import Operation
from vecgate.domain.records import Metadata, Record, Records
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

#: What the server has of some fields of a record; None: it has no such record.
type There = Callable[[str, Sequence[str], Sequence[str]], Awaitable[list[Tree]]]


#: Writes that bring records which are told apart.
CARRIES: Final = frozenset({"index", "create", "update", "bulk"})


def carried(name: str, tree: Tree) -> Records | None:
    """The records of a write; None where it writes none, or in several indices, where one id is several records."""
    if name in ("index", "create"):
        return Records((Record(None, (), tree),), lambda _kept: tree, lambda given: {**(given[0] or tree)})
    if name == "update":
        parts = [key for key in ("doc", "upsert") if key in tree]
        listed = tuple(Record(None, (), members_of(tree[key])) for key in parts)
        return Records(listed, lambda _kept: tree, lambda given: _parted(tree, parts, given))
    if name != "bulk" or any("_index" in meta for _, meta, _ in lines.actions(tree)):
        return None
    slots = [(i, key, record) for i, one in enumerate(lines.actions(tree)) for key, record in _slots(*one)]
    if not slots:
        return None
    records = tuple(record for _, _, record in slots)
    return Records(records, lambda _kept: tree, lambda given: _filled(tree, [(i, key) for i, key, _ in slots], given))


def _slots(action: str, meta: Tree, doc: Tree) -> list[tuple[str, Record]]:
    """What an action brings: the record itself (the empty key), or the parts of an update."""
    id = str(meta["_id"]) if "_id" in meta else None
    if action == "update":
        return [(key, Record(id, (), members_of(doc[key]))) for key in ("doc", "upsert") if key in doc]
    return [] if action == "delete" else [("", Record(id, (), doc, whole=True))]


def _parted(tree: Tree, parts: Sequence[str], given: Sequence[Metadata | None]) -> Tree:
    return {**tree, **{key: dict(new) for key, new in zip(parts, given, strict=True) if new is not None}}


def _filled(tree: Tree, slots: Sequence[tuple[int, str]], given: Sequence[Metadata | None]) -> Tree:
    items = [dict(members_of(one)) for one in list_of(tree["items"])]
    for (i, key), new in zip(slots, given, strict=True):
        if new is not None:
            items[i]["doc"] = {**members_of(items[i]["doc"]), key: dict(new)} if key else dict(new)
    return {**tree, "items": [*items]}


def recalling(index: str, ids: Sequence[str], fields: Sequence[str] = OWN) -> Call:
    """The call that reads some fields of records, as the server has them at this moment."""
    tree: Tree = {"docs": [{"_id": id, "_source": [*fields]} for id in ids]}
    return Call("POST", paths.join((index, "_mget")), headers=JSON_HEADERS, body=dump(tree), tree=tree)


async def there(ask: Ask, index: str, ids: Sequence[str], fields: Sequence[str]) -> list[Tree]:
    """What the server has of these fields, of those of the records that are there. Raises Unavailable."""
    call = recalling(index, ids, fields)
    said: Json = await asking.post(ask, index, "_mget", tree=call.tree)
    docs = map(members_of, list_of(members_of(said).get("docs")))
    return [members_of(one.get("_source")) for one in docs if one.get("found") is True]


async def lost(stored: There, operation: Operation, call: Call, fields: Sequence[str]) -> int:
    """How many records would lose one of these fields, as they are replaced by one that does not show whole in the body."""
    tree, parts = body(call), call.path[1:].split("/")
    if operation.name == "index":
        found = await stored(operation.collections[0], [unquote(parts[2])], fields) if len(parts) == 3 else []
        return sum(any(field in one and field not in tree for field in fields) for one in found)
    count = 0
    for action, meta, doc in lines.actions(tree) if operation.name == "bulk" else ():
        if action == "index" and "_index" in meta and "_id" in meta:
            found = await stored(str(meta["_index"]), [str(meta["_id"])], fields)
            count += sum(any(field in one and field not in doc for field in fields) for one in found)
    return count
