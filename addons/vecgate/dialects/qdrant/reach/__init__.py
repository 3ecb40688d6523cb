"""How far does a call reach: how many points of how many, in which collections, under which other names?

One table: what each dangerous call is counted as, and what of it no call to this server tells.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.base.routing import Match
from vecgate.dialects.qdrant.meaning import body, others
from vecgate.dialects.qdrant.names import names_of
from vecgate.dialects.qdrant.reach import impact as count
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.domain.approval import Impact
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import Part, Unavailable

#: So many collections are counted one by one, where a call is about all there are.
MOST_COLLECTIONS: Final = 256
#: Groups of kinds of which other names of the same collections are told.
_NAMED: Final = frozenset({"write", "delete", "schema", "destroy", "admin", "snapshot"})
_OF_A_SHARD: Final = "at most: which of them lie in that shard no call tells"
_OF_A_SNAPSHOT: Final = "how many that snapshot holds no call tells"

UNCOUNTED: Final[Mapping[str, str]] = {
    "count_shard_points": "it gives a number, and no record",
    "recover_current_peer": "no record is touched: a peer takes part again",
    "delete_metadata_key": "no record is touched",
    "update_quotas": "no record is touched: later writes may be refused",
    "get_audit_logs": "no record is touched: who did what is read",
    "get_slow_requests": "how many records others asked for in what it shows no call tells",
    "update_logger": "no record is touched: what the server writes down changes",
}


class _Asked(NamedTuple):
    """One call to be counted."""

    match: Match
    call: Call
    operation: Operation
    ask: Ask
    most: int

    @property
    def collection(self) -> str:
        return self.operation.collections[0]


type _Count = Callable[[_Asked], Awaitable[Impact | None]]


async def counted(match: Match, call: Call, operation: Operation, ask: Ask, most: int) -> Impact | None:
    """What it touches; None where nobody can say (`UNCOUNTED`). Raises CallRefused, Unavailable."""
    how = _RESTORES if operation.kind == "snapshot_restore" else _COUNTED.get(operation.name)
    if how is None and (not operation.collections or operation.name in UNCOUNTED):
        return None
    work, note = how or (_write, "")
    found = await work(_Asked(match, call, operation, ask, most))
    if found is None or operation.group not in _NAMED:
        return found
    known, names = await names_of(ask), found.collections or operation.collections
    aliases = tuple(sorted(alias for alias, meant in known.items() if meant in names))
    real = tuple(sorted({*names} - {*known}))
    return replace(found, collections=real, aliases=aliases, note=found.note or note)


async def _write(asked: _Asked) -> Impact | None:
    return await count.of_write(asked.ask, asked.operation, asked.collection, body(asked.call), asked.most)


async def _all(asked: _Asked) -> Impact:
    return await count.of_all(asked.ask, asked.collection)


async def _none(asked: _Asked) -> Impact:
    """Nothing that is there is changed."""
    return replace(await count.of_target(asked.ask, asked.collection), touched=0)


async def _key(asked: _Asked) -> Impact:
    return await count.of_all(asked.ask, asked.collection, body(asked.call).get("shard_key"))


async def _batch(asked: _Asked) -> Impact:
    return await count.of_batch(asked.ask, asked.collection, body(asked.call))


async def _readers(asked: _Asked) -> Impact:
    names, known = others(asked.operation.name, asked.call), await names_of(asked.ask)
    return await count.of_readers(asked.ask, asked.operation.collections, names, known)


async def _target(asked: _Asked) -> Impact:
    return await count.of_target(asked.ask, asked.match.values["collection"])


async def _cluster(asked: _Asked) -> Impact:
    """Shards are made, moved and dropped; a key's own can be counted."""
    tree = body(asked.call)
    if "drop_sharding_key" in tree:
        return await count.of_all(asked.ask, asked.collection, tree_of(tree["drop_sharding_key"]).get("shard_key"))
    if "create_sharding_key" in tree:
        return await _none(asked)
    return replace(await _all(asked), note=_OF_A_SHARD)


async def _everything(asked: _Asked) -> Impact | None:
    """All points of all collections."""
    said = await asking.get(asked.ask, "collections")
    listed = tree_of(tree_of(said).get("result")).get("collections")
    if not isinstance(listed, list):
        raise Unavailable(Part.UPSTREAM, "an answer that is no list of collections")
    names = sorted(str(tree_of(one).get("name")) for one in list_of(listed))
    if len(names) > MOST_COLLECTIONS:
        return Impact(0, 0, "all collections", note=f"there are {len(names)} collections: too many to be counted")
    return await _sum(asked.ask, names)


async def _sum(ask: Ask, names: Sequence[str]) -> Impact:
    total = sum([(await count.of_target(ask, name)).total for name in names])
    return Impact(total, total, "all collections", collections=tuple(names))


async def _none_of_all(asked: _Asked) -> Impact | None:
    found = await _everything(asked)
    return found and replace(found, touched=0)


_RESTORES: Final[tuple[_Count, str]] = (_target, f"they are replaced by what the snapshot holds; {_OF_A_SNAPSHOT}")
_COUNTED: Final[Mapping[str, tuple[_Count, str]]] = {
    **dict.fromkeys(("delete_collection", "delete_vector_name", "update_collection", "delete_field_index"), (_all, "")),
    **dict.fromkeys(("create_collection", "create_vector_name", "create_field_index", "create_shard_key"), (_none, "")),
    "cleanup_shard": (_all, "at most: which of them no longer belong to that shard no call tells"),
    "update_aliases": (_readers, ""),
    "batch_update": (_batch, ""),
    "delete_shard_key": (_key, ""),
    "update_collection_cluster": (_cluster, ""),
    "truncate_unapplied_wal": (
        _none,
        "what was written and is not applied yet is lost; how much that is no call tells",
    ),
    "remove_peer": (_everything, "at most: which of them lie on that peer alone no call tells"),
    "create_snapshot": (_all, ""),
    "create_shard_snapshot": (_all, _OF_A_SHARD),
    "create_full_snapshot": (_everything, ""),
    "delete_snapshot": (_none, f"no record of now goes; {_OF_A_SNAPSHOT}"),
    "delete_shard_snapshot": (_none, f"no record of now goes; {_OF_A_SNAPSHOT}"),
    "delete_full_snapshot": (_none_of_all, f"no record of now goes; {_OF_A_SNAPSHOT}"),
}
