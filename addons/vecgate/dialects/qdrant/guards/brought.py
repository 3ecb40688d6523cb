"""Which payloads does a Qdrant write bring, and how are fields of the gateway's own written beside what it does?

A write that holds no payload of its own, or one below a path, goes out in a batch with a `set_payload` beside it, for the
same points. Where a filter chooses them that goes first: afterwards the filter might find others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from vecgate.dialects.base.guarded import Laid
from vecgate.dialects.base.routing import Match
from vecgate.dialects.base.shapes import Ask
from vecgate.dialects.qdrant import sites
from vecgate.dialects.qdrant.filters import both
from vecgate.dialects.qdrant.reach import impact
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.domain.call import Call, Json
from vecgate.domain.records import Metadata, Record, Records
from vecgate.parsing import paths
from vecgate.parsing.forms import unreadable
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]

#: Writes whose points are told apart, with whatever they bring of their payloads.
CARRIES: Final = frozenset(
    {
        "upsert_points",
        "set_payload",
        "overwrite_payload",
        "delete_payload",
        "clear_payload",
        "update_vectors",
        "batch_update",
    }
)
_SETS: Final = frozenset({"set_payload", "overwrite_payload"})
#: What is gone needs no stamp.
_NO_STAMP: Final = frozenset({"delete_points"})
_NO_WRITE: Final = frozenset({"delete_points", "delete_vectors"})
type _Write = tuple[str, Tree, list[tuple[Record, ...]]]
#: Writes that replace all there is of a payload, and say nothing of what it was.
_ERASE: Final = frozenset({"overwrite_payload", "clear_payload"})


def _slots(name: str, body: Tree) -> list[tuple[Record, ...]]:
    """Of every payload of one write, in order, the points that it is for."""
    if name in _SETS:
        payload, beside = tree_of(body.get("payload")), "key" not in body
        ids = [str(one) for one in list_of(body.get("points"))]
        return [tuple(Record(one, (), payload, placed=beside) for one in ids or (None,))]
    if name != "upsert_points":
        return []
    pairs = zip(impact.ids_of(body), payloads(body), strict=True)
    return [(Record(str(id), (), payload if isinstance(payload, dict) else None, whole=True),) for id, payload in pairs]


def payloads(body: Tree) -> list[Json]:
    """What an upsert says of the payload of each of its points. Raises CallRefused."""
    if "batch" not in body:
        return [tree_of(point).get("payload") for point in list_of(body.get("points"))]
    batch = tree_of(body["batch"])
    ids, column = list_of(batch.get("ids")), batch.get("payloads")
    if column is not None and len(list_of(column)) != len(ids):
        unreadable("'batch.payloads' must have one for each of 'batch.ids'")
    return [None] * len(ids) if column is None else list_of(column)


def filled(name: str, body: Tree, new: Sequence[Metadata | None]) -> Tree:
    """The body of one write with other payloads, one for each of its slots; None: as it is."""
    if all(one is None for one in new):
        return body
    if name in _SETS:
        return {**body, "payload": dict(new[0] or {})}
    if "batch" in body:
        columns = [old if one is None else dict(one) for old, one in zip(payloads(body), new, strict=True)]
        return {**body, "batch": {**tree_of(body["batch"]), "payloads": columns}}
    points = zip(list_of(body.get("points")), new, strict=True)
    return {**body, "points": [old if one is None else {**tree_of(old), "payload": dict(one)} for old, one in points]}


def carried(name: str, tree: Tree) -> Records | None:
    """The points of a write with what it brings of their payloads; None where it writes none."""
    writes = [(operation, body, _slots(operation, body)) for _, operation, body in sites.writes(name, tree)]
    if all(operation in _NO_WRITE for operation, _, _ in writes):
        return None
    listed = tuple(record for _, _, slots in writes for slot in slots for record in slot)
    return Records(listed, lambda _kept: tree, lambda given: _described(name, tree, writes, given))


def _described(name: str, tree: Tree, writes: Sequence[_Write], given: Sequence[Metadata | None]) -> Json:
    turns, new = iter(given), list[tuple[str, Tree]]()
    for operation, body, slots in writes:
        each = [[next(turns) for _ in slot] for slot in slots]
        told = [next((one for one in some if one is not None), None) for some in each]
        new.append((sites.KINDS[operation], filled(operation, body, told)))
    return together(name, tree, new)


def together(name: str, tree: Tree, writes: Sequence[tuple[str, Tree]]) -> Tree:
    """The body with other writes, each by its kind, in the place of its own."""
    if name != "batch_update":
        return writes[0][1]
    return {**tree, "operations": [{kind: body} for kind, body in writes]}


async def lost(ask: Ask, name: str, collection: str, tree: Tree, fields: Sequence[str]) -> int:
    """How many points would lose one of these fields, as their payload is replaced or cleared as a whole."""
    count = 0
    for _, operation, body in sites.writes(name, tree):
        gone: list[Json] = [field for field in fields if field not in tree_of(body.get("payload"))]
        if operation in _ERASE and gone and (chosen := impact.selection(operation, body)) is not None:
            there: Tree = {"should": [{"must_not": [{"is_empty": {"key": field}}]} for field in gone]}
            count += await impact.count(ask, collection, both(there, chosen), body.get("shard_key"))
    return count


# fields of the gateway's own beside what is written


def laid(match: Match, call: Call, made: Metadata) -> Laid:
    """The write that writes these fields, too, and what gives its answer without what became of them."""
    name, tree, new = match.route.name, tree_of(call.tree), list[tuple[bool, str, Tree]]()
    for _, operation, body in sites.writes(name, tree):
        new += _beside(operation, body, made)
    if name == "batch_update" or len(new) > 1:
        path = paths.join(("collections", match.values["collection"], "points", "batch"))
        asked: Tree = {"operations": [{sites.KINDS[operation]: body} for _, operation, body in new]}
        own = [mine for mine, _, _ in new]
        return replace(call, method="POST", path=path, body=dump(asked), tree=asked), _Answer(own, name).of
    _, operation, body = new[0]
    if operation != name:  # a payload that is cleared but for these fields is one that is replaced
        call = replace(call, method="PUT", path=call.path.removesuffix("/clear"))
    return replace(call, body=dump(body), tree=body), lambda answer: answer


def _beside(operation: str, body: Tree, made: Metadata) -> list[tuple[bool, str, Tree]]:
    """What is sent for one write, in order; what is only the gateway's is told (true)."""
    slots = _slots(operation, body)
    if operation == "clear_payload":
        return [(False, "overwrite_payload", {**body, "payload": dict(made)})]
    if slots and all(record.placed for slot in slots for record in slot):
        new = [{**(slot[0].metadata or {}), **made} for slot in slots]
        return [(False, operation, filled(operation, body, new))]
    if operation in _NO_STAMP:
        return [(False, operation, body)]
    own = (True, "set_payload", {**_chosen(operation, body), "payload": dict(made)})
    write = (False, operation, body)
    return [own, write] if "filter" in own[2] else [write, own]


def _chosen(operation: str, body: Tree) -> Tree:
    """The points of a write, as one that sets a payload names them."""
    shards: Tree = {"shard_key": body["shard_key"]} if "shard_key" in body else {}
    if operation in sites.CHOSEN:
        return {**shards, **{key: body[key] for key in ("points", "filter") if key in body}}
    ids = impact.ids_of(body)
    if body.get("update_filter") is None:
        return {**shards, "points": ids}
    return {**shards, "filter": both(impact.of_ids(ids), body["update_filter"])}


@dataclass(frozen=True, slots=True)
class _Answer:
    """The answer to a batch that was more than was asked for. `own`: which of its members are only the gateway's."""

    own: Sequence[bool]
    name: str

    def of(self, answer: Json) -> Json:
        """The answer to what was asked. Raises ValueError for one that is none."""
        found = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(found, list) or len(found) != len(self.own):
            raise ValueError("not as many answers as writes")
        rest = [one for one, mine in zip(found, self.own, strict=True) if not mine]
        return {**answer, "result": rest if self.name == "batch_update" else rest[0]}
