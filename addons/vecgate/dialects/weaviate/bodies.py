"""What may each body of Weaviate hold that reads or writes objects? A member that is not here is refused by name.

The server folds the case of names as Unicode does, merges objects that stand twice under one name, and drops what it does
not know: so names have one spelling here and stand once, and what goes out is printed anew.
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.weaviate.graphql.document import DOCUMENT
from vecgate.dialects.weaviate.values import (
    BEACON,
    BOOL,
    COUNT,
    FROM,
    ID,
    LEVEL,
    NAME,
    NUMBER,
    OFFSET,
    PLAIN,
    PROPERTIES,
    REFERENCE,
    TENANT,
    TEXT,
    VECTOR,
    VECTORS,
    listed,
    one_of,
)
from vecgate.dialects.weaviate.where import Where
from vecgate.parsing.forms import Elsewhere, Form, Left, ListOf, Members, Shape

_ELSEWHERE: Final = Elsewhere("is overlooked by the server here; the tenant stands behind the path: '?tenant='")
_MODEL: Final = Elsewhere("would hand records to a model elsewhere")
_MADE: Final = Elsewhere("is the server's own, and no client writes it")

OBJECT: Final = Members(
    {
        "class": NAME, "id": Left(ID), "tenant": Left(TENANT), "properties": Left(PROPERTIES), "vector": Left(VECTOR),
        "vectors": Left(VECTORS), "creationTimeUnix": _MADE, "lastUpdateTimeUnix": _MADE, "vectorWeights": _MADE,
        "additional": _MADE,
    },
    ("class",),
)  # fmt: skip
PATCHED: Final = Members({**OBJECT.members, "class": Left(NAME)})
REPLACED: Final = Members({**OBJECT.members, "id": Left(ID)}, ("class",))
#: What the oldest client says of what it wants back; the server does not look at it.
_ALL: Final = Shape("a list that says 'ALL'", lambda value: value == ["ALL"], (["ALL"],))
BATCH: Final = Members({"objects": ListOf(OBJECT, least=1), "fields": Left(_ALL)}, ("objects",))
BATCH_DELETE: Final = Members(
    {
        "match": Members({"class": NAME, "where": Where(), "tenant": _ELSEWHERE}, ("class", "where")),
        "output": Left(one_of("minimal", "verbose")), "dryRun": Left(BOOL), "tenant": _ELSEWHERE,
        "deletionTimeUnixMilli": _MADE,
    },
    ("match",),
)  # fmt: skip
ONE_REFERENCE: Final = REFERENCE
REFERENCES: Final = listed(REFERENCE)
BATCH_REFERENCES: Final = listed(Members({"from": FROM, "to": BEACON, "tenant": Left(TENANT)}, ("from", "to")))

_SHOWN: Final = ListOf(PLAIN)
_META: Final = ListOf(
    one_of("distance", "certainty", "score", "explainScore", "creationTimeUnix", "lastUpdateTimeUnix")
)
_SEARCH: Final[Mapping[str, Form]] = {
    "where": Left(Where()), "tenant": Left(TENANT), "limit": Left(COUNT), "offset": Left(OFFSET), "autoLimit": Left(COUNT),
    "returnProperties": Left(_SHOWN), "returnMetadata": Left(_META), "consistencyLevel": Left(LEVEL),
    "targetVector": Left(PLAIN), "singlePrompt": _MODEL, "groupedTask": _MODEL, "rerank": _MODEL,
    "groupBy": Elsewhere("is not supported by the server yet"),
}  # fmt: skip
_WORDS: Final[Mapping[str, Form]] = {"queryProperties": Left(listed(PLAIN))}
BM25: Final = Members({**_SEARCH, **_WORDS, "query": TEXT}, ("query",))
HYBRID: Final = Members(
    {**_SEARCH, **_WORDS, "query": TEXT, "alpha": Left(NUMBER), "fusionType": Left(one_of("ranked", "relativeScore"))},
    ("query",),
)
NEAR_OBJECT: Final = Members({**_SEARCH, "id": ID, "distance": Left(NUMBER), "certainty": Left(NUMBER)}, ("id",))
NEAR_TEXT: Final = Members(
    {**_SEARCH, "query": listed(TEXT), "distance": Left(NUMBER), "certainty": Left(NUMBER)}, ("query",)
)
AGGREGATE: Final = Members(
    {
        "where": Left(Where()), "tenant": Left(TENANT), "groupBy": Left(PLAIN), "limit": Left(COUNT),
        "returnMetrics": Left(listed(one_of("count"))), "over": Elsewhere("is not supported by the server yet"),
    }
)  # fmt: skip
GRAPHQL: Final = DOCUMENT
