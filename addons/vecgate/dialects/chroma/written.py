"""Which records does a Chroma write change, how are they stored now, and how is the write told to keep what is stored?"""

import struct
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS
from vecgate.dialects.chroma.names import TenantDatabase, under
from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Kept, Overwriting
from vecgate.domain.operation import Operation
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import Part, Unavailable

type Tree = dict[str, Json]

#: An `add` leaves a record alone whose id is there already.
_OVER: Final = frozenset({"collection_update", "collection_upsert"})
_COLUMNS: Final = ("documents", "metadatas", "uris")


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def overwriting(operation: Operation, place: TenantDatabase, tree: Tree) -> Overwriting | None:
    """What a write changes of what is stored; None where it changes nothing that could have been read."""
    uuid = next(iter(operation.things), "")
    if operation.name == "update_collection" and isinstance(tree.get("new_metadata"), dict):
        return _of_collection(operation, place, uuid, tree)
    if operation.name not in _OVER:
        return None
    ids, columns = _list(tree.get("ids")), {name: _list(tree[name]) for name in _COLUMNS if tree.get(name) is not None}
    vectors = _list(tree.get("embeddings"))
    sent = {}
    for i, name in enumerate(ids):
        fields = {c: values[i] for c, values in columns.items() if i < len(values) and values[i] is not None}
        if fields:
            sent[i] = Kept(str(name), fields, vectors[i] if i < len(vectors) else None)
    include: list[Json] = [*_COLUMNS, "embeddings"] if vectors else [*_COLUMNS]

    def reading(names: list[str]) -> Call:
        path = paths.join(under(place, "collections", uuid, "get"))
        body: Tree = {"ids": [*names], "include": include}
        return Call("POST", path, headers=JSON_HEADERS, body=dump(body), tree=body)

    read = replace(operation, name="collection_get", kind="read_ids", danger=2, records=None)
    return Overwriting(sent, read, reading, _records, lambda changed: _put(tree, changed))


def _records(answer: Json) -> Sequence[Kept]:
    """The records of an answer to `get`; none of what the server did not accept. Raises Unavailable."""
    if answer is None:
        return []
    ids = answer.get("ids") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(ids, list):
        raise Unavailable(Part.UPSTREAM, "an answer without ids")
    columns = {name: values for name in _COLUMNS if len(values := _list(answer.get(name))) == len(ids)}
    vectors = _list(answer.get("embeddings"))
    return [
        Kept(str(name), {c: values[i] for c, values in columns.items()}, vectors[i] if i < len(vectors) else None)
        for i, name in enumerate(ids)
    ]


def _put(tree: Tree, changed: Mapping[int, Kept]) -> Tree:
    new: Tree = {name: [*value] if isinstance(value, list) else value for name, value in tree.items()}
    for number, record in changed.items():
        for name, value in record.fields.items():
            _list(new[name])[number] = value
        vectors = _list(new.get("embeddings"))
        if number < len(vectors) and record.vector is not None:
            vectors[number] = _as_sent(record.vector, vectors[number])
    return new


def _as_sent(vector: Json, sent: Json) -> Json:
    """A stored vector as the client writes its own: the server takes numbers or base64, never both in one body."""
    if isinstance(sent, str) and isinstance(vector, list):
        return b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    return vector


def _of_collection(operation: Operation, place: TenantDatabase, uuid: str, tree: Tree) -> Overwriting:
    """A collection's own metadata are replaced as a whole."""

    def kept(answer: Json) -> Sequence[Kept]:
        if answer is None:
            return []
        metadata = answer.get("metadata") if isinstance(answer, dict) else None
        return [Kept(uuid, {"new_metadata": metadata if isinstance(metadata, dict) else {}})]

    def reading(names: list[str]) -> Call:
        return Call("GET", paths.join(under(place, "collections", "by-id", *names)), headers=HEADERS)

    # It is read under the name it has, whatever else is done to it.
    now, thing = operation.collections[:1], operation.things[:1]
    read = replace(
        operation, name="get_collection_by_id", kind="collection_read", danger=1, collections=now, things=thing, also=()
    )

    sent = {0: Kept(uuid, {"new_metadata": tree["new_metadata"]})}
    return Overwriting(sent, read, reading, kept, lambda changed: {**tree, **changed[0].fields})
