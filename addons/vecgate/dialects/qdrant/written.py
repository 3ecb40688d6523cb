"""What does a Qdrant write store, what does it go over, and how does it come back? Records as reads answer with them."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS, Read
from vecgate.dialects.base.scanned import MOST
from vecgate.dialects.qdrant import sites
from vecgate.dialects.qdrant.impact import as_id
from vecgate.dialects.qdrant.meaning import NAME
from vecgate.dialects.qdrant.paths import steps
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
    """What a write changes of what is stored; None where it changes nothing that could have been read by its id."""
    if operation.name == "update_collection" and "metadata" in tree:
        return _of_collection(operation, collection, tree)
    sent, above = _sent(operation.name, tree), steps(str(tree["key"])) if "key" in tree else ()
    if not sent:
        return None
    vectors = any(record.vector is not None for record in sent.values())

    def reading(names: list[str]) -> Call:
        path = paths.join(("collections", collection, "points"))
        body: Tree = {"ids": [as_id(one) for one in names], "with_payload": True, "with_vector": vectors}
        return Call("POST", path, headers=JSON_HEADERS, body=dump(body), tree=body)

    def kept(answer: Json) -> Sequence[Kept]:
        return _records(answer, above)

    read = replace(operation, name="get_points", kind="read_ids", danger=1, records=None, also=())
    return Overwriting(sent, read, reading, kept, lambda changed: _put(operation.name, tree, changed))


def _sent(name: str, tree: Tree) -> dict[int, Kept]:
    """The records of a body by their number in it."""
    if name == "upsert_points":
        points = [tree_of(point) for point in list_of(tree.get("points"))]
        batch = tree_of(tree.get("batch"))
        columns = zip(list_of(batch.get("ids")), list_of(batch.get("payloads")), strict=False)
        rows = [(one["id"], one.get("payload"), one.get("vector")) for one in points] or [
            (*one, None) for one in columns
        ]
        return {
            i: Kept(str(id), {"payload": payload}, vector) for i, (id, payload, vector) in enumerate(rows) if payload
        }
    if name in ("set_payload", "overwrite_payload") and tree.get("payload"):
        return {i: Kept(str(id), {"payload": tree["payload"]}) for i, id in enumerate(list_of(tree.get("points")))}
    return {}


def _records(answer: Json, above: tuple[object, ...]) -> Sequence[Kept]:
    """The records of an answer, with what is below a path of their payload. Raises Unavailable."""
    if answer is None:
        return []
    found = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise Unavailable(Part.UPSTREAM, "an answer without points")
    records = []
    for one in map(tree_of, found):
        payload: Json = one.get("payload") or {}
        for step in above:
            payload = payload.get(step) if isinstance(payload, dict) and isinstance(step, str) else None
        records.append(Kept(str(one.get("id")), {"payload": payload or {}}, one.get("vector")))
    return records


def _put(name: str, tree: Tree, changed: Mapping[int, Kept]) -> Tree:
    if name != "upsert_points":
        payloads = [record.fields["payload"] for record in changed.values()]
        if len(changed) != len(list_of(tree.get("points"))) or any(one != payloads[0] for one in payloads):
            unreadable(
                "'payload' holds masked values that stand for different ones in its points; write them one by one"
            )
        return {**tree, "payload": payloads[0]}
    if "batch" in tree:
        batch = tree_of(tree["batch"])
        payloads = list_of(batch.get("payloads"))
        return {**tree, "batch": {**batch, "payloads": [_payload(changed, i, one) for i, one in enumerate(payloads)]}}
    points: list[Json] = []
    for i, point in enumerate(map(tree_of, list_of(tree.get("points")))):
        if i not in changed:
            points.append(point)
            continue
        vector = point["vector"] if changed[i].vector is None else changed[i].vector
        points.append({**point, "payload": changed[i].fields["payload"], "vector": vector})
    return {**tree, "points": points}


def _payload(changed: Mapping[int, Kept], i: int, sent: Json) -> Json:
    return changed[i].fields["payload"] if i in changed else sent


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
