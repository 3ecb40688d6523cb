"""What goes into Milvus with a request? Rows that are stored, texts that are searched for, and descriptions."""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.milvus.results import is_vector
from vecgate.dialects.milvus.sites import DELETES, GETS, HYBRID, QUERIES, WRITES, rows
from vecgate.dialects.milvus.surfaces import STORED
from vecgate.domain.call import Json
from vecgate.domain.inlets import NO_INLETS, Inlets

type Tree = dict[str, Json]

_CREATED: Final = Inlets(("/description", "/schema/description", "/schema/fields/*/description"))
_INLETS: Final[Mapping[str, Inlets]] = {
    **dict.fromkeys(WRITES, Inlets(("/data/*",), surface=STORED)),
    **dict.fromkeys(("collections_create", "v1_create"), _CREATED),
    "entities_search": Inlets(query=("/data/*",), surface=STORED),
    "v1_search": Inlets(surface=STORED),
    **dict.fromkeys(HYBRID, Inlets(query=("/search/*/data/*",), surface=STORED)),
    **dict.fromkeys((*QUERIES, *GETS, *DELETES), Inlets(surface=STORED)),
}


def inlets(name: str) -> Inlets:
    """Where what goes in stands in the body of an operation."""
    return _INLETS.get(name, NO_INLETS)


def unclean_vectors(name: str, before: Tree, after: Tree) -> int:
    """How many rows bring a vector of the client's own beside something that is masked now."""
    if name not in WRITES:
        return 0
    pairs = zip(rows(before), rows(after), strict=False)
    return sum(was != now and any(map(is_vector, was.values())) for was, now in pairs)
