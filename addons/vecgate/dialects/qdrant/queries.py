"""What may a search say? The universal query with its prefetches, groups and batches, and the older search routes.

Filters stand in more places than one: at the root, in every prefetch at any depth, and in `params.idf.corpus`, which
tells what the rarity of words is counted over.
https://api.qdrant.tech/api-reference/search/query-points
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.qdrant.expressions import DEFAULTS, EXPRESSION
from vecgate.dialects.qdrant.filters import FILTER, WHERE
from vecgate.dialects.qdrant.ids import POINT
from vecgate.dialects.qdrant.paths import FIELD, VECTOR
from vecgate.dialects.qdrant.values import (
    BOOL,
    COUNT,
    DENSE,
    EXAMPLE,
    MADE,
    NAME,
    NUMBER,
    ORDER,
    PAYLOAD,
    SHARDS,
    SHOW_VECTORS,
    SPARSE,
    whole,
    word,
)
from vecgate.parsing.forms import ByType, Elsewhere, Form, Later, Left, ListOf, Members, OneOf

PARAMS: Final = Left(
    Members(
        {
            "hnsw_ef": Left(COUNT),
            "exact": BOOL,
            "quantization": Left(Members({"ignore": BOOL, "rescore": Left(BOOL), "oversampling": Left(NUMBER)})),
            "indexed_only": BOOL,
            "acorn": Left(Members({"enable": BOOL, "max_selectivity": Left(NUMBER)})),
            "idf": Left(
                ByType("'global', or a 'corpus'", {str: word("global"), dict: Members({"corpus": FILTER}, ("corpus",))})
            ),
        }
    )
)
LOOKUP: Final = Left(Members({"collection": NAME, "vector": Left(VECTOR), "shard_key": SHARDS}, ("collection",)))
_PAIR: Final = Members({"positive": EXAMPLE, "negative": EXAMPLE}, ("positive", "negative"))
_PAIRS: Final = ListOf(_PAIR, single=True)
_NAIVE: Final = Members({"naive": Members({"a": NUMBER, "b": NUMBER, "c": NUMBER}, ("a", "b", "c"))}, ("naive",))
#: The kinds of a query. Of two in one object the server looks at the first in this order.
KINDS: Final[Mapping[str, Members]] = {
    "nearest": Members(
        {"nearest": EXAMPLE, "mmr": Left(Members({"diversity": Left(NUMBER), "candidates_limit": Left(COUNT)}))},
        ("nearest",),
    ),
    "recommend": Members(
        {
            "recommend": Members(
                {
                    "positive": Left(ListOf(EXAMPLE)),
                    "negative": Left(ListOf(EXAMPLE)),
                    "strategy": Left(word("average_vector", "best_score", "sum_scores")),
                }
            )
        },
        ("recommend",),
    ),
    "discover": Members(
        {"discover": Members({"target": EXAMPLE, "context": Left(_PAIRS)}, ("target",))}, ("discover",)
    ),
    "context": Members({"context": _PAIRS}, ("context",)),
    "order_by": Members({"order_by": ORDER}, ("order_by",)),
    "fusion": Members({"fusion": word("rrf", "dbsf")}, ("fusion",)),
    "rrf": Members({"rrf": Members({"k": Left(whole(1)), "weights": Left(DENSE)})}, ("rrf",)),
    "formula": Members({"formula": EXPRESSION, "defaults": DEFAULTS}, ("formula",)),
    "sample": Members({"sample": word("random")}, ("sample",)),
    "relevance_feedback": Members(
        {
            "relevance_feedback": Members(
                {
                    "target": EXAMPLE,
                    "feedback": ListOf(Members({"example": EXAMPLE, "score": NUMBER}, ("example", "score"))),
                    "strategy": _NAIVE,
                },
                ("target", "feedback", "strategy"),
            )
        },
        ("relevance_feedback",),
    ),
}
_QUERY_OBJECT: Final = OneOf({**KINDS, **MADE}, SPARSE)
QUERY: Final = Left(
    ByType(
        "a vector, the id of a point, or a query of one kind",
        {int: POINT, str: POINT, list: EXAMPLE, dict: _QUERY_OBJECT},
    )
)
_USING: Final = Left(VECTOR)
_LEAF: Final[Mapping[str, Form]] = {
    "prefetch": Left(ListOf(Later(lambda: PREFETCH), single=True)),
    "query": QUERY,
    "using": _USING,
    "filter": WHERE,
    "params": PARAMS,
    "score_threshold": Left(NUMBER),
    "lookup_from": LOOKUP,
}
PREFETCH: Final[Form] = Members({**_LEAF, "limit": Left(COUNT)})
_PAGE: Final[Mapping[str, Form]] = {"limit": Left(COUNT), "offset": Left(COUNT)}
_SHOWN: Final[Mapping[str, Form]] = {"with_payload": PAYLOAD, "with_vector": Left(SHOW_VECTORS)}
#: The same member under a second name; both at once are refused by the server, too.
VECTORS_TOO: Final = {"with_vectors": "with_vector"}
_TOP: Final = {**VECTORS_TOO, "top": "limit"}
WITH_LOOKUP: Final = Left(
    ByType(
        "a collection, or a collection with what to show of it",
        {
            str: NAME,
            dict: Members(
                {"collection": NAME, "with_payload": PAYLOAD, "with_vectors": Left(SHOW_VECTORS)},
                ("collection",),
                also={"with_vector": "with_vectors"},
            ),
        },
    )
)
_GROUPED: Final[Mapping[str, Form]] = {
    "group_by": FIELD,
    "group_size": Left(whole(1)),
    "limit": Left(whole(1)),
    "with_lookup": WITH_LOOKUP,
}
_SHARDED: Final[Mapping[str, Form]] = {"shard_key": SHARDS}

UNIVERSAL: Final = Members({**_SHARDED, **_LEAF, **_PAGE, **_SHOWN}, also=VECTORS_TOO)
GROUPS: Final = Members({**_SHARDED, **_LEAF, **_SHOWN, **_GROUPED}, ("group_by",))

# the older routes, which are in no description of 1.19 and answer all the same
_OLD: Final[Mapping[str, Form]] = {
    **_SHARDED,
    **_SHOWN,
    "filter": WHERE,
    "params": PARAMS,
    "score_threshold": Left(NUMBER),
}
_NAMED_DENSE: Final = Members(
    {"name": VECTOR, "vector": ByType("a vector", {list: DENSE, dict: SPARSE})}, ("name", "vector")
)
_STARTED: Final[Mapping[str, Form]] = {
    "vector": ByType("a vector, or one with its name", {list: DENSE, dict: _NAMED_DENSE})
}
_EXAMPLES: Final[Mapping[str, Form]] = {
    "positive": Left(ListOf(EXAMPLE)),
    "negative": Left(ListOf(EXAMPLE)),
    "strategy": Left(word("average_vector", "best_score", "sum_scores")),
    "using": _USING,
    "lookup_from": LOOKUP,
}
_ASIDE: Final[Mapping[str, Form]] = {
    "target": Left(EXAMPLE),
    "context": Left(_PAIRS),
    "using": _USING,
    "lookup_from": LOOKUP,
}
_MANY: Final[Mapping[str, Form]] = {"limit": COUNT, "offset": Left(COUNT)}
_IN_GROUPS: Final[Mapping[str, Form]] = {**_GROUPED, "limit": whole(1), "group_size": whole(1)}

SEARCH: Final = Members({**_OLD, **_STARTED, **_MANY}, ("vector", "limit"), also=_TOP)
SEARCH_GROUPS: Final = Members(
    {**_OLD, **_STARTED, **_IN_GROUPS}, ("vector", "limit", "group_by", "group_size"), also=VECTORS_TOO
)
RECOMMEND: Final = Members({**_OLD, **_EXAMPLES, **_MANY}, ("limit",), also=_TOP)
RECOMMEND_GROUPS: Final = Members(
    {**_OLD, **_EXAMPLES, **_IN_GROUPS}, ("limit", "group_by", "group_size"), also=VECTORS_TOO
)
DISCOVER: Final = Members({**_OLD, **_ASIDE, **_MANY}, ("limit",), also=_TOP)


def many(form: Members) -> Members:
    """A batch of them."""
    return Members({"searches": ListOf(form)}, ("searches",))


# reads without a query
_NO_FILTER: Final = Elsewhere("is heeded by no read by ids; search or scroll with it, and 'has_id' beside")
RETRIEVE: Final = Members(
    {**_SHARDED, "ids": ListOf(POINT), **_SHOWN, "filter": _NO_FILTER}, ("ids",), also=VECTORS_TOO
)
SCROLL: Final = Members(
    {
        **_SHARDED,
        "offset": Left(POINT),
        "limit": Left(whole(1)),
        "filter": WHERE,
        "order_by": Left(ORDER),
        **_SHOWN,
    },
    also=VECTORS_TOO,
)
COUNTED: Final = Members({**_SHARDED, "filter": WHERE, "exact": BOOL})
FACET: Final = Members({**_SHARDED, "key": FIELD, "limit": Left(whole(1)), "filter": WHERE, "exact": BOOL}, ("key",))
MATRIX: Final = Members(
    {**_SHARDED, "filter": WHERE, "sample": Left(whole(2)), "limit": Left(whole(1)), "using": _USING}
)
#: Of one shard as it lies on one machine.
_RING: Final = Left(Members({"expected_shard_id": COUNT}, ("expected_shard_id",)))
LOCAL_SCROLL: Final = Members({**SCROLL.members, "hash_ring_filter": _RING}, also=VECTORS_TOO)
