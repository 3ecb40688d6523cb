"""How does what Chroma stores come back? What a write brings, in the shape of a read's answer; and page by page."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS, Read
from vecgate.dialects.chroma import results
from vecgate.dialects.chroma.names import Place, under
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]

WRITES: Final = frozenset({"collection_add", "collection_upsert", "collection_update"})
_COLUMNS: Final = ("ids", "documents", "metadatas", "uris")
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


def pages(place: Place, collection: str, size: int) -> Generator[Call, Json, None]:
    """The calls that read a whole collection; each is answered with what came back. Ends after an empty page."""
    found = yield Call("GET", paths.join(under(place, "collections", collection)), headers=HEADERS)
    uuid = str(found.get("id", "")) if isinstance(found, dict) else ""
    if not uuid:
        raise ValueError("the collection has no id")
    path, offset = paths.join(under(place, "collections", uuid, "get")), 0
    while True:
        tree: Json = {"limit": size, "offset": offset, "include": ["documents", "metadatas", "uris"]}
        page = yield Call("POST", path, headers=JSON_HEADERS, body=dump(tree), tree=tree)
        got = results.held(page)
        if not got:
            return
        offset += got
