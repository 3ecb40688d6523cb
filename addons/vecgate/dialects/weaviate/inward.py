"""What goes into Weaviate with a request? Properties that are stored, texts that are searched for, and descriptions."""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.weaviate import sites
from vecgate.dialects.weaviate.sites import GRAPHQL, SEARCHES
from vecgate.dialects.weaviate.surfaces import STORED
from vecgate.dialects.weaviate.values import Tree, as_tree
from vecgate.domain.inlets import NO_INLETS, Inlets

_ONE: Final = Inlets(("/properties",), surface=STORED)
_CLASS: Final = Inlets(("/description", "/properties/*/description"))
_INLETS: Final[Mapping[str, Inlets]] = {
    **dict.fromkeys(("objects_create", "objects_replace", "objects_patch", "objects_validate"), _ONE),
    "batch_objects": Inlets(("/objects/*/properties",), surface=STORED),
    **dict.fromkeys(SEARCHES, Inlets(query=("/query", "/query/*"), surface=STORED)),
    #: The texts of a document stand in a text: where those that are searched for must be masked, it is refused.
    GRAPHQL: Inlets(surface=STORED, opaque=("/query",)),
    "aggregate": Inlets(surface=STORED),
    "batch_delete": Inlets(surface=STORED),
    **dict.fromkeys(("schema_create", "schema_alter"), _CLASS),
    "property_add": Inlets(("/description",)),
}


def inlets(name: str) -> Inlets:
    """Where what goes in stands in the body of an operation."""
    return _INLETS.get(name, NO_INLETS)


def unclean_vectors(name: str, before: Tree, after: Tree) -> int:
    """How many objects bring a vector of the client's own beside something that is masked now."""
    pairs = zip(sites.objects(name, before), sites.objects(name, after), strict=False)
    return sum(
        as_tree(was.get("properties")) != as_tree(now.get("properties")) and bool({"vector", "vectors"} & {*was})
        for (_, was), (_, now) in pairs
    )
