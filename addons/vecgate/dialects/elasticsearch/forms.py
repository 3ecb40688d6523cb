"""What may a search of Elasticsearch say besides: vector searches (`knn`) within a query and beside it, and retrievers.

The hits of a `knn` beside the query are added to the query's, whatever that filters by; a retriever stands in the place
of both, and may be made of others. No clause runs a program, and none gives its text to a model.
https://www.elastic.co/docs/reference/query-languages/querydsl
"""

from typing import Final

from vecgate.dialects.base.lucene.forms import bodies
from vecgate.dialects.base.lucene.forms.queries import MODELLED, Dsl, dsl
from vecgate.dialects.base.lucene.values import BOOST, FIELD, NUMBER, VECTOR, whole, word
from vecgate.parsing.forms import Elsewhere, Form, Later, Left, ListOf, Members

_MOST: Final = Left(whole(1, 10_000))
_WITHIN: Final = Elsewhere("shows records within records, which nobody here looks at one by one")


def _near(within: Form) -> Members:
    return Members(
        {
            "field": FIELD,
            "query_vector": VECTOR,
            "k": _MOST,
            "num_candidates": _MOST,
            "filter": Left(ListOf(within, single=True)),
            "similarity": Left(NUMBER),
            "boost": BOOST,
            "rescore_vector": Left(Members({"oversample": NUMBER}, ("oversample",))),
            "inner_hits": _WITHIN,
            "query_vector_builder": Elsewhere("gives its text to a model elsewhere; make the vector first"),
        },
        ("field", "query_vector"),
    )


_REFUSED: Final = {
    **dict.fromkeys(("semantic", "sparse_vector", "text_expansion"), MODELLED),
    "weighted_tokens": "its words and weights come from a model, and rank by how rare they are",
    **dict.fromkeys(("rule", "rule_query"), "what is stored at the server changes what it finds"),
}
DSL: Final[Dsl] = dsl(lambda within: {"knn": _near(within)}, _REFUSED)
_ONE: Final = "has one place, a search with 'query' and 'knn' and no retriever"
_TWICE: Final = {
    **dict.fromkeys(("sort", "search_after", "terminate_after", "collapse"), Elsewhere(_ONE)),
    "min_score": Elsewhere("belongs to the search as a whole, beside the retriever"),
}
_FILTER: Final = Left(ListOf(DSL.query, single=True))
_RANKED: Final[dict[str, Form]] = {"rank_window_size": _MOST, "filter": _FILTER}
_RETRIEVER: Final = Later(lambda: RETRIEVER)
_FIELDS: Final = dict.fromkeys(
    ("query", "fields"), Elsewhere("lets the server make retrievers of it; write them in 'retrievers'")
)
_KINDS: Final[dict[str, Form]] = {
    "standard": Members({"query": Left(DSL.query), "filter": _FILTER, **_TWICE}),
    "knn": _near(DSL.query),
    "rrf": Members(
        {"retrievers": ListOf(_RETRIEVER, least=1), "rank_constant": Left(whole(1)), **_RANKED, **_FIELDS, **_TWICE},
        ("retrievers",),
    ),
    "linear": Members(
        {
            "retrievers": ListOf(
                Members(
                    {
                        "retriever": _RETRIEVER,
                        "weight": Left(NUMBER),
                        "normalizer": Left(word("minmax", "l2_norm", "none")),
                    },
                    ("retriever",),
                ),
                least=1,
            ),
            **_RANKED,
            **_FIELDS,
            **_TWICE,
        },
        ("retrievers",),
    ),
}
RETRIEVER: Final[Form] = Members(
    {
        **_KINDS,
        "text_similarity_reranker": Elsewhere("gives the texts of records to a model"),
        **dict.fromkeys(("rule", "pinned"), Elsewhere("shows records whatever the query finds")),
        "rescorer": Elsewhere("is not known here yet"),
    },
    one_of=(tuple(_KINDS),),
)
#: What a retriever stands in the place of, or has no use for: the server refuses both together.
_ALONE: Final = ("query", "knn", "sort", "search_after", "terminate_after")
BODIES: Final = bodies.of(
    DSL,
    ("dense_vector", "flattened"),
    {
        "knn": Left(ListOf(_near(DSL.query), single=True, least=1)),
        "retriever": Left(RETRIEVER),
        "search_pipeline": Elsewhere("is OpenSearch's; here a 'retriever' brings searches together"),
        **dict.fromkeys(("rank", "sub_searches"), Elsewhere("is an old way of saying 'retriever'")),
    },
    tuple(("retriever", name) for name in _ALONE),
)
__all__ = ["BODIES", "DSL", "RETRIEVER"]
