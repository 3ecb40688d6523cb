"""What goes into Milvus with a request? Rows that are stored, their ids, texts that are searched for, and descriptions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from vecgate.dialects.milvus.results import is_vector
from vecgate.dialects.milvus.sites import FILTERED, GETS, HYBRID, WRITES, rows
from vecgate.dialects.milvus.surfaces import stored
from vecgate.domain.call import Json
from vecgate.domain.inlets import NO_INLETS, Inlets
from vecgate.domain.surface import token

type Tree = dict[str, Json]

_CREATED: Final = Inlets(
    ("/description", "/schema/description", "/schema/fields/*/description", "/schema/functions/*/description")
)
_INLETS: Final[Mapping[str, Inlets]] = {
    **dict.fromkeys(WRITES, Inlets(("/data/*",))),
    **dict.fromkeys(("collections_create", "v1_create"), _CREATED),
    "entities_search": Inlets(query=("/data/*",)),
    **dict.fromkeys(HYBRID, Inlets(query=("/search/*/data/*",))),
}


def inlets(name: str, key: str) -> Inlets:
    """Where what goes in stands in the body of an operation. `key`: what ids are called in the collection."""
    found = _INLETS.get(name, NO_INLETS)
    if name not in FILTERED | GETS | WRITES:
        return found
    return replace(found, names=(f"/data/*{token(key)}",) if name in WRITES else (), surface=stored(key))


def unclean_vectors(name: str, before: Tree, after: Tree) -> int:
    """How many rows bring a vector of the client's own beside something that is masked now."""
    if name not in WRITES:
        return 0
    pairs = zip(rows(before), rows(after), strict=False)
    return sum(was != now and any(map(is_vector, was.values())) for was, now in pairs)
