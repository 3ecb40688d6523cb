"""How does what Chroma stores come back? What a write brings, in the shape of a read's answer; page by page; in samples."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS, Read
from vecgate.dialects.base.scanned import MOST, Draw, spread
from vecgate.dialects.chroma import results
from vecgate.dialects.chroma.names import TenantDatabase, under
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]

WRITES: Final = frozenset({"collection_add", "collection_upsert", "collection_update"})
_COLUMNS: Final = ("ids", "documents", "metadatas", "uris")
_SAMPLED: Final[list[Json]] = ["documents", "metadatas", "uris"]
#: Records in one tree, so that going through it does not hold up the others.
_AT_ONCE: Final = 32


def stored(operation: Operation, tree: Tree) -> Read | None:
    """What a write stores, as `get` answers with it. A query's answer has the same texts, one list further down."""
    if operation.name not in WRITES:
        return None
    return Read(replace(operation, name="collection_get", kind="list_scan", danger=2), _records(tree))


def _records(tree: Tree) -> Iterator[Json]:
    columns = {name: value for name in _COLUMNS if isinstance(value := tree.get(name), list)}
    longest = max(map(len, columns.values()), default=0)
    for at in range(0, longest, _AT_ONCE):
        part: Tree = {name: values[at : at + _AT_ONCE] for name, values in columns.items()}
        yield results.stripped("collection_get", part)


def _found(answer: Json) -> str:
    uuid = str(answer.get("id", "")) if isinstance(answer, dict) else ""
    if not uuid:
        raise ValueError("the collection has no id")
    return uuid


def sample(place: TenantDatabase, collection: str, most: int, draw: Draw) -> Generator[Call, Json, int]:
    """The calls that count a collection and read some of it, here and there; gives how many records it has."""
    uuid = _found((yield Call("GET", paths.join(under(place, "collections", collection)), headers=HEADERS)))
    total = yield Call("GET", paths.join(under(place, "collections", uuid, "count")), headers=HEADERS)
    if type(total) is not int:
        raise ValueError("a count that is no number")
    path = paths.join(under(place, "collections", uuid, "get"))
    for offset, limit in spread(total, most, draw):
        tree: Json = {"limit": limit, "offset": offset, "include": _SAMPLED}
        yield Call("POST", path, headers=JSON_HEADERS, body=dump(tree), tree=tree)
    return total


def samples(name: str, tree: Tree) -> bool:
    """Whether a call counts, or reads some records of a place that it names, whichever they are."""
    if name == "collection_count":
        return True
    limit, rest = tree.get("limit"), {key for key, value in tree.items() if value is not None}
    few = type(limit) is int and limit <= MOST and tree.get("include") == _SAMPLED
    return name == "collection_get" and few and rest <= {"limit", "offset", "include"}


def singly(name: str, tree: Json) -> list[Json] | None:
    """Each record of a sample as an answer of its own; None for a count. Raises ValueError for what is neither."""
    if name == "collection_count":
        return None
    ids = tree.get("ids") if isinstance(tree, dict) else None
    if not isinstance(tree, dict) or not isinstance(ids, list):
        raise ValueError("a sample that lists no ids")  # noqa: TRY004 - it is the database's value, not our type
    columns = {column: value for column in _COLUMNS if isinstance(value := tree.get(column), list)}
    return [{name: values[at : at + 1] for name, values in columns.items()} for at in range(len(ids))]


def pages(place: TenantDatabase, collection: str, size: int) -> Generator[Call, Json, None]:
    """The calls that read a whole collection; each is answered with what came back. Ends after an empty page."""
    uuid = _found((yield Call("GET", paths.join(under(place, "collections", collection)), headers=HEADERS)))
    path, offset = paths.join(under(place, "collections", uuid, "get")), 0
    while True:
        tree: Json = {"limit": size, "offset": offset, "include": ["documents", "metadatas", "uris"]}
        page = yield Call("POST", path, headers=JSON_HEADERS, body=dump(tree), tree=tree)
        got = results.held(page)
        if not got:
            return
        offset += got
