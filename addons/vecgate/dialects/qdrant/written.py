"""What does a Qdrant write store, what does it go over, and how does it come back? Records as reads answer with them."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS, Read
from vecgate.dialects.base.scanned import MOST
from vecgate.dialects.qdrant import sites
from vecgate.dialects.qdrant.guards.brought import together
from vecgate.dialects.qdrant.meaning import NAME
from vecgate.dialects.qdrant.paths import steps
from vecgate.dialects.qdrant.reach.impact import as_id
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Kept, Overwriting
from vecgate.domain.operation import Operation
from vecgate.parsing import paths
from vecgate.parsing.forms import unreadable
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import Part, Unavailable

type Tree = dict[str, Json]

#: Records in one tree, so that going through it does not hold up the others.
_AT_ONCE: Final = 32
#: The server's own draw: any point, as likely as any other.
_DRAWN: Final[Tree] = {"sample": "random"}
_STORING: Final = frozenset({"upsert_points", "set_payload", "overwrite_payload", "batch_update"})


def stored(operation: Operation, tree: Tree) -> Read | None:
    """What a write stores, as a read of points answers with it."""
    if operation.name not in _STORING:
        return None
    read = replace(operation, name="get_points", kind="read_ids", danger=1, records=None, also=())
    return Read(read, _some(list(_payloads(operation.name, tree))))


def _payloads(name: str, tree: Tree) -> Iterator[Json]:
    for _, operation, body in sites.writes(name, tree):
        if operation == "upsert_points":
            yield from (tree_of(point).get("payload") for point in list_of(body.get("points")))
            yield from list_of(tree_of(body.get("batch")).get("payloads"))
        elif operation in _STORING:
            yield body.get("payload")


def _some(payloads: list[Json]) -> Iterator[Json]:
    found = [payload for payload in payloads if payload]
    for at in range(0, len(found), _AT_ONCE):
        yield {"result": [{"payload": payload} for payload in found[at : at + _AT_ONCE]]}


def pages(collection: str, size: int) -> Generator[Call, Json, None]:
    """The calls that read a whole collection; each is answered with what came back."""
    path, offset = paths.join(("collections", collection, "points", "scroll")), None
    while True:
        tree: Tree = {"limit": size, "with_payload": True, "with_vector": False}
        if offset is not None:
            tree["offset"] = offset
        page = yield Call("POST", path, headers=JSON_HEADERS, body=dump(tree), tree=tree)
        result = page.get("result") if isinstance(page, dict) else None
        if not isinstance(result, dict) or not isinstance(result.get("points"), list):
            raise ValueError("an answer without points")  # noqa: TRY004 - it is the database's value, not our type
        offset = result.get("next_page_offset")
        if offset is None:
            return


def sample(collection: str, most: int) -> Generator[Call, Json, int]:
    """The calls that count a collection and have the server draw some of its points; gives how many it has."""
    count: Tree = {"exact": True}
    path = ("collections", collection, "points")
    said = yield Call("POST", paths.join((*path, "count")), headers=JSON_HEADERS, body=dump(count), tree=count)
    result = said.get("result") if isinstance(said, dict) else None
    total = result.get("count") if isinstance(result, dict) else None
    if type(total) is not int:
        raise ValueError("a count that is no number")
    if total:
        tree: Tree = {"query": _DRAWN, "limit": most, "with_payload": True, "with_vector": False}
        yield Call("POST", paths.join((*path, "query")), headers=JSON_HEADERS, body=dump(tree), tree=tree)
    return total


def samples(name: str, tree: Tree) -> bool:
    """Whether a call counts all points, or has the server draw some: whichever they are."""
    rest = {key for key, value in tree.items() if value is not None}
    if name == "count_points":
        return rest <= {"exact"}
    limit, vector = tree.get("limit"), tree.get("with_vector")
    few = type(limit) is int and limit <= MOST and tree.get("query") == _DRAWN and not vector
    return name == "query_points" and few and rest <= {"query", "limit", "with_payload", "with_vector"}


def singly(name: str, tree: Json) -> list[Json] | None:
    """Each point of a sample as an answer of its own; None for a count. Raises ValueError for what is neither."""
    if name == "count_points":
        return None
    result = tree.get("result") if isinstance(tree, dict) else None
    points = result.get("points") if isinstance(result, dict) else None
    if not isinstance(points, list):
        raise ValueError("a sample without points")  # noqa: TRY004 - it is the database's value, not our type
    return [{"result": {"points": [point]}} for point in points]


def overwriting(operation: Operation, collection: str, tree: Tree) -> Overwriting | None:
    """What a write changes of what is stored; None where it brings nothing that could have been read."""
    if operation.name == "update_collection" and "metadata" in tree:
        return _of_collection(operation, collection, tree)
    parts = [(name, body, _brought(name, body)) for _, name, body in sites.writes(operation.name, tree)]
    numbered = dict(enumerate(record for _, _, records in parts for record in records))
    sent = {number: record for number, record in numbered.items() if record.fields["payload"]}
    if not sent:
        return None
    vectors = any(record.vector is not None for record in sent.values())

    def reading(names: list[str]) -> Call:
        path = paths.join(("collections", collection, "points"))
        body: Tree = {"ids": [as_id(one) for one in names], "with_payload": True, "with_vector": vectors}
        return Call("POST", path, headers=JSON_HEADERS, body=dump(body), tree=body)

    def put(changed: Mapping[int, Kept]) -> Tree:
        numbers, bodies = iter(numbered), list[tuple[str, Tree]]()
        for name, body, records in parts:
            own = [changed.get(next(numbers)) for _ in records]
            bodies.append((sites.KINDS[name], body if not any(own) else _put(name, body, own)))
        return together(operation.name, tree, bodies)

    read = replace(operation, name="get_points", kind="read_ids", danger=1, records=None, also=())
    blind = frozenset(number for number, record in sent.items() if not record.id)
    return Overwriting(sent, read, reading, _records, put, blind, "payload")


def _brought(name: str, body: Tree) -> list[Kept]:
    """The points that one write brings payloads for, in order; without an id where nobody can tell which they are."""
    if name == "upsert_points" and "batch" in body:
        batch = tree_of(body["batch"])
        ids, payloads = list_of(batch.get("ids")), list_of(batch.get("payloads"))
        columns = [*payloads, *[None] * (len(ids) - len(payloads))]
        return [
            Kept(str(id), {"payload": payload}, _of_column(batch.get("vectors"), i))
            for i, (id, payload) in enumerate(zip(ids, columns, strict=False))
        ]
    if name == "upsert_points":
        points = map(tree_of, list_of(body.get("points")))
        return [Kept(str(one["id"]), {"payload": one.get("payload")}, one.get("vector")) for one in points]
    if name not in ("set_payload", "overwrite_payload"):
        return []
    above = steps(str(body["key"])) if "key" in body else ()
    plain = [step for step in above if isinstance(step, str)]
    payload: Json = body.get("payload")
    for step in reversed(plain) if payload else ():
        payload = {step: payload}
    chosen = [str(id) for id in list_of(body.get("points"))] if len(plain) == len(above) else []
    return [Kept(one, {"payload": payload}) for one in chosen or [""]]


def _of_column(vectors: Json, i: int) -> Json:
    """The vector of the i-th point, or its vectors by name."""
    if isinstance(vectors, dict):
        return {name: column[i] for name, column in vectors.items() if isinstance(column, list) and i < len(column)}
    return vectors[i] if isinstance(vectors, list) and i < len(vectors) else None


def _records(answer: Json) -> Sequence[Kept]:
    """The records of an answer. Raises Unavailable."""
    if answer is None:
        return []
    found = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise Unavailable(Part.UPSTREAM, "an answer without points")
    points = map(tree_of, found)
    return [Kept(str(one.get("id")), {"payload": one.get("payload") or {}}, one.get("vector")) for one in points]


def _put(name: str, body: Tree, changed: Sequence[Kept | None]) -> Tree:
    """One write with other points in the place of those that changed."""
    if name != "upsert_points":
        payloads = [_below(body, record) for record in changed if record is not None]
        if len(payloads) != len(changed) or any(one != payloads[0] for one in payloads):
            unreadable(
                "'payload' holds masked values that stand for different ones in its points; write them one by one"
            )
        return {**body, "payload": payloads[0]}
    if "batch" in body:
        batch = tree_of(body["batch"])
        new = [*list_of(batch.get("payloads"))]
        for i, record in enumerate(changed):
            if record is not None:
                new[i] = record.fields["payload"]
        return {**body, "batch": {**batch, "payloads": new, "vectors": _columns(batch.get("vectors"), changed)}}
    points: list[Json] = []
    for point, record in zip(map(tree_of, list_of(body.get("points"))), changed, strict=True):
        if record is not None:
            vector = _as_sent(record.vector, point["vector"])
            point = {**point, "payload": record.fields["payload"], "vector": vector}
        points.append(point)
    return {**body, "points": points}


def _below(body: Tree, record: Kept) -> Json:
    """What of a payload stands below the path that a write is about."""
    payload = record.fields["payload"]
    for step in steps(str(body["key"])) if "key" in body else ():
        if not isinstance(payload, dict) or not isinstance(step, str) or step not in payload:
            unreadable("'key' leads through a name that is shown masked; name the field as it is stored")
        payload = payload[step]
    return payload


def _columns(vectors: Json, changed: Sequence[Kept | None]) -> Json:
    """Columns of vectors with those of changed points in their places."""
    if isinstance(vectors, dict):
        return {name: _columns(column, [_named(one, name) for one in changed]) for name, column in vectors.items()}
    return [
        sent if record is None else _as_sent(record.vector, sent)
        for sent, record in zip(list_of(vectors), changed, strict=False)
    ]


def _named(record: Kept | None, name: str) -> Kept | None:
    """The same with the one of its vectors that has that name."""
    if record is None:
        return None
    there = record.vector
    return record._replace(vector=there.get(name) if isinstance(there, dict) else there if name == "" else None)


def _as_sent(stored: Json, sent: Json) -> Json:
    """A stored vector in the place of one that is sent; of those with names, all: what is not sent would be gone."""
    if stored is None:
        return sent
    if isinstance(sent, dict) and "model" not in sent and "indices" not in sent:
        there = stored if isinstance(stored, dict) else {"": stored}
        return {**sent, **there}
    return sent if isinstance(stored, dict) and "indices" not in stored else stored


def _of_collection(operation: Operation, collection: str, tree: Tree) -> Overwriting:
    """A collection's own metadata."""

    def kept(answer: Json) -> Sequence[Kept]:
        result = tree_of(tree_of(answer).get("result")) if answer is not None else {}
        metadata = tree_of(result.get("config")).get("metadata")
        return [Kept(collection, {"metadata": metadata if isinstance(metadata, dict) else {}})] if result else []

    def reading(names: list[str]) -> Call:
        return Call("GET", paths.join(("collections", *names)), headers=HEADERS)

    read = replace(operation, name="get_collection", kind="collection_read", danger=1, also=())
    sent = {0: Kept(collection, {"metadata": tree["metadata"]})}
    return Overwriting(sent, read, reading, kept, lambda changed: {**tree, **changed[0].fields})


# texts that are to be written, before they are

_PARTS: Final = {"text": "text", "metadata": "metadata"}


def written(operation: Operation, records: Sequence[Mapping[str, Json]]) -> tuple[Operation, Tree]:
    """What a write of texts and metadata is, and the part of its body that people read."""
    writing = Operation(NAME, "upsert_points", "upsert", 3, collections=operation.collections, records=len(records))
    payloads: list[Json] = [
        {"payload": {part: record[part] for part in _PARTS if part in record}} for record in records
    ]
    return writing, {"points": payloads}


def texts(tree: Tree, records: Sequence[Mapping[str, Json]]) -> list[Json]:
    """The records with what stands in the body for them now."""
    points = list_of(tree.get("points"))
    payloads = [tree_of(tree_of(point).get("payload")) for point in points]
    return [{part: payloads[i][part] for part in record} for i, record in enumerate(records)]
