"""What may a query of OpenSearch say besides: vector searches of k-NN, the one script that scores by them, hybrid queries.

https://docs.opensearch.org/latest/query-dsl/specialized/k-nn/
"""

from typing import Final

from vecgate.dialects.base.lucene.forms import bodies
from vecgate.dialects.base.lucene.forms.queries import MODELLED, Dsl, dsl
from vecgate.dialects.base.lucene.values import BOOL, BOOST, FIELD, NUMBER, VECTOR, Single, whole, word
from vecgate.dialects.opensearch import pipelines
from vecgate.parsing.forms import ByType, Elsewhere, Form, Left, ListOf, Members

#: The one program there is: a search by vectors that goes through what the query finds, instead of an index.
_EXACT: Final = Members(
    {
        "source": word("knn_score"),
        "lang": word("knn"),
        "params": Members(
            {
                "field": FIELD,
                "query_value": VECTOR,
                "space_type": word("l2", "l1", "linf", "cosinesimil", "innerproduct"),
            },
            ("field", "query_value", "space_type"),
        ),
    },
    ("source", "lang", "params"),
)


def _knn(within: Form) -> Form:
    return Single(
        Members(
            {
                "vector": VECTOR,
                "k": Left(whole(1, 10_000)),
                "min_score": Left(NUMBER),
                "max_distance": Left(NUMBER),
                "filter": Left(within),
                "boost": BOOST,
                "method_parameters": Left(Members({"ef_search": Left(whole(1)), "nprobes": Left(whole(1))})),
                "rescore": Left(
                    ByType("true, false, or an object", {bool: BOOL, dict: Members({"oversample_factor": NUMBER})})
                ),
            },
            ("vector",),
            one_of=(("k", "min_score", "max_distance"),),
        )
    )


def _own(within: Form) -> dict[str, Form]:
    """Clauses that Elasticsearch has not, or writes in another way."""
    return {
        "knn": _knn(within),
        "script_score": Members(
            {"query": within, "script": _EXACT, "min_score": Left(NUMBER), "boost": BOOST}, ("query", "script")
        ),
    }


def _topmost(within: Form) -> dict[str, Form]:
    several: dict[str, Form] = {"queries": ListOf(within, least=1), "pagination_depth": Left(whole(1, 10_000))}
    return {"hybrid": Members(several, ("queries",))}


DSL: Final[Dsl] = dsl(_own, dict.fromkeys(("neural", "neural_sparse", "agentic"), MODELLED), _topmost)
_TYPES: Final = ("knn_vector", "flat_object")
_PROGRAM: Final = "is a program that runs at the server"
BODIES: Final = bodies.of(
    DSL,
    _TYPES,
    {
        "derived": Elsewhere(_PROGRAM),
        "search_pipeline": Left(pipelines.SAID),
    },
)
__all__ = ["BODIES", "DSL"]
