"""What may a write say? Points and their payloads and vectors, by id or by filter, alone or in a batch.

Where both ids and a filter stand, the server takes the ids and leaves the filter out, so they never stand together.
https://api.qdrant.tech/api-reference/points
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.qdrant.filters import FILTER, WHERE
from vecgate.dialects.qdrant.ids import POINT
from vecgate.dialects.qdrant.paths import FIELD, VECTOR
from vecgate.dialects.qdrant.values import POINTS, SHARDS, VECTOR_COLUMNS, VECTORS, word
from vecgate.parsing.forms import Elsewhere, Form, Free, Left, ListOf, Members, OneOf, OrNull

_SHARDED: Final[Mapping[str, Form]] = {"shard_key": SHARDS}
_POINT: Final = Members(
    {"id": POINT, "vector": VECTORS, "payload": Left(Free())}, ("id", "vector"), also={"vectors": "vector"}
)
_COLUMNS: Final = Members(
    {"ids": ListOf(POINT), "vectors": VECTOR_COLUMNS, "payloads": Left(ListOf(OrNull(Free())))},
    ("ids", "vectors"),
    also={"vector": "vectors"},
)
#: Two shapes of one write; of both at once the server takes the columns.
UPSERT: Final = Members(
    {
        **_SHARDED,
        "points": ListOf(_POINT, least=1),
        "batch": _COLUMNS,
        "update_filter": WHERE,
        "update_mode": Left(word("upsert", "insert_only", "update_only")),
    },
    one_of=(("points", "batch"),),
)
_CHOSEN: Final[Mapping[str, Form]] = {**_SHARDED, "points": Left(POINTS), "filter": WHERE}
_ONE_WAY: Final = (("points", "filter"),)
#: Where a filter must be one: null is an error to the server.
SELECTED: Final = Members({**_SHARDED, "points": Left(POINTS), "filter": FILTER}, one_of=_ONE_WAY)
SET_PAYLOAD: Final = Members({**_CHOSEN, "payload": Free(), "key": Left(FIELD)}, ("payload",), one_of=_ONE_WAY)
_ELSEWHERE: Final = Elsewhere("is heeded by POST only: here the whole payload would be replaced")
OVERWRITE_PAYLOAD: Final = Members({**_CHOSEN, "payload": Free(), "key": _ELSEWHERE}, ("payload",), one_of=_ONE_WAY)
DELETE_PAYLOAD: Final = Members({**_CHOSEN, "keys": ListOf(FIELD)}, ("keys",), one_of=_ONE_WAY)
DELETE_VECTORS: Final = Members(
    {**_CHOSEN, "vector": ListOf(VECTOR, least=1)}, ("vector",), also={"vectors": "vector"}, one_of=_ONE_WAY
)
UPDATE_VECTORS: Final = Members(
    {
        **_SHARDED,
        "points": ListOf(
            Members({"id": POINT, "vector": VECTORS}, ("id", "vector"), also={"vectors": "vector"}), least=1
        ),
        "update_filter": WHERE,
    },
    ("points",),
)
#: The members of a batch. Of two kinds in one member the server takes the first in this order.
MEMBERS: Final[Mapping[str, Members]] = {
    "upsert": UPSERT,
    "delete": SELECTED,
    "set_payload": SET_PAYLOAD,
    "overwrite_payload": OVERWRITE_PAYLOAD,
    "delete_payload": DELETE_PAYLOAD,
    "clear_payload": SELECTED,
    "update_vectors": UPDATE_VECTORS,
    "delete_vectors": DELETE_VECTORS,
}
BATCH: Final = Members(
    {"operations": ListOf(OneOf({kind: Members({kind: form}, (kind,)) for kind, form in MEMBERS.items()}), least=1)},
    ("operations",),
)
