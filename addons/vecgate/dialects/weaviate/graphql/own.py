"""What may a document of the gateway's own say that no client's may? It is the twin of a search that came over gRPC.

It asks for all that a class has (`__all`) until the class is known, leaves the number of records to the server (`limit:-1`),
and says of what type a property is that is summed up (`__int`). Names that begin so are in no schema.
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.weaviate.graphql import arguments
from vecgate.dialects.weaviate.values import COUNT, NUMBER, TEXT, VECTORS, is_vector, listed
from vecgate.parsing.forms import Form, Members, Shape

#: All properties of a class but references and blobs.
ALL: Final = "__all"
#: As many records as the server is set up to give.
AS_SET_UP: Final = -1
#: Of which type a property is, for what is told of it.
TYPES: Final = frozenset({"int", "number", "text", "boolean", "date"})
OF_TYPE: Final = frozenset(f"__{one}" for one in TYPES)

_VECTOR: Final = Shape("a vector, or a list of vectors", is_vector, ([0.5, 1], [[0.5, 1]]))


def _more(name: str, **forms: Form) -> Members:
    """A search's form with other members besides."""
    had = arguments.GET.members[name]
    assert isinstance(had, Members)
    return Members({**had.members, **forms}, had.required, apart=had.apart, one_of=had.one_of)


_BOUNDS: Final[Mapping[str, Form]] = {"distance": NUMBER, "certainty": NUMBER}
_SEARCHES: Final[Mapping[str, Form]] = {
    "nearVector": _more("nearVector", vector=_VECTOR),
    "nearObject": _more("nearObject"),
    "nearText": _more("nearText"),
    "hybrid": _more(
        "hybrid", vector=_VECTOR,
        nearVector=Members({**_BOUNDS, "vector": _VECTOR, "vectorPerTarget": VECTORS}, one_of=(("vector", "vectorPerTarget"),)),
        nearText=Members({**_BOUNDS, "concepts": listed(TEXT), **arguments.MOVED}, ("concepts",)),
    ),
}  # fmt: skip
_LIMIT: Final = Shape(COUNT.words, lambda value: value == AS_SET_UP or COUNT.fits(value), (5, AS_SET_UP))
GET: Final = Members({**arguments.GET.members, **_SEARCHES, "limit": _LIMIT}, apart=arguments.GET.apart)
AGGREGATE: Final = Members({**arguments.AGGREGATE.members, **_SEARCHES}, apart=arguments.AGGREGATE.apart)
