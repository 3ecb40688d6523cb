"""What may a query say? The clauses that OpenSearch and Elasticsearch share, and how each database adds its own.

An allow-list: of two clauses in one object the server takes none, but it knows clauses that read other documents, run
programs, reach foreign records or say in one text what nobody here parses. Those are refused, each for its reason.
https://docs.opensearch.org/latest/query-dsl/
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from vecgate.dialects.base.lucene.values import (
    BOOL,
    BOOST,
    FIELD,
    FIELD_OR_ID,
    ID,
    NUMBER,
    SCALAR,
    TEXT,
    WEIGHED,
    Single,
    matching,
    searched,
    short,
    whole,
    word,
)
from vecgate.parsing.forms import ByType, Elsewhere, Form, Later, Left, ListOf, Members

_FUZZY: Final = ByType("a number or 'AUTO'", {int: whole(0, 2), str: matching("AUTO", r"AUTO(?::\d+,\d+)?", "AUTO")})
_LEAST: Final = ByType(
    "a number or a text", {int: whole(-1024, 1024), str: matching("such as '75%'", r"[0-9<% -]{1,64}", "75%")}
)
_AND_OR: Final = word("or", "and", "OR", "AND")
_WORDS: Final[dict[str, Form]] = {
    "operator": _AND_OR,
    "minimum_should_match": _LEAST,
    "fuzziness": _FUZZY,
    "lenient": BOOL,
}
_RANGE: Final = Members(
    {
        **dict.fromkeys(("gt", "gte", "lt", "lte"), Left(SCALAR)),
        "format": Left(TEXT),
        "time_zone": Left(TEXT),
        "relation": Left(word("intersects", "contains", "within", "INTERSECTS", "CONTAINS", "WITHIN")),
        "boost": BOOST,
    }
)
_FLAT: Final[dict[str, Form]] = {
    "match_all": Members({"boost": BOOST}),
    "match_none": Members({"boost": BOOST}),
    "term": Single(short(SCALAR, case_insensitive=BOOL)),
    "terms": Single(ListOf(SCALAR), FIELD_OR_ID),
    "range": Single(_RANGE),
    "exists": Members({"field": FIELD, "boost": BOOST}, ("field",)),
    "ids": Members({"values": ListOf(ID), "boost": BOOST}, ("values",)),
    "prefix": Single(short(TEXT, case_insensitive=BOOL)),
    "wildcard": Single(short(TEXT, case_insensitive=BOOL)),
    "regexp": Single(short(TEXT, case_insensitive=BOOL, flags=TEXT)),
    "fuzzy": Single(short(TEXT, fuzziness=_FUZZY, prefix_length=whole(), transpositions=BOOL)),
    "match": Single(searched(**_WORDS, prefix_length=whole(), zero_terms_query=word("none", "all"))),
    "match_phrase": Single(searched(slop=whole())),
    "match_phrase_prefix": Single(searched(slop=whole(), max_expansions=whole(1, 1000))),
    "match_bool_prefix": Single(searched(**_WORDS)),
    "multi_match": Members(
        {
            "query": SCALAR,
            "fields": ListOf(WEIGHED, least=1),
            "type": Left(word("best_fields", "most_fields", "cross_fields", "phrase", "phrase_prefix", "bool_prefix")),
            "tie_breaker": Left(NUMBER),
            "boost": BOOST,
            **{name: Left(form) for name, form in _WORDS.items()},
        },
        ("query", "fields"),
    ),
}


def _holding(one: Form) -> dict[str, Form]:
    """Clauses that hold others."""
    several = ListOf(one, single=True)
    return {
        "bool": Members(
            {
                **dict.fromkeys(("must", "filter", "should", "must_not"), Left(several)),
                "minimum_should_match": Left(_LEAST),
                "boost": BOOST,
            }
        ),
        "constant_score": Members({"filter": one, "boost": BOOST}, ("filter",)),
        "dis_max": Members(
            {"queries": ListOf(one, least=1), "tie_breaker": Left(NUMBER), "boost": BOOST}, ("queries",)
        ),
        "boosting": Members(
            {"positive": one, "negative": one, "negative_boost": NUMBER, "boost": BOOST},
            ("positive", "negative", "negative_boost"),
        ),
        "nested": Members(
            {
                "path": FIELD,
                "query": one,
                "score_mode": Left(word("avg", "sum", "min", "max", "none")),
                "ignore_unmapped": Left(BOOL),
                "boost": BOOST,
                "inner_hits": Elsewhere("shows records within records, which nobody here looks at one by one"),
            },
            ("path", "query"),
        ),
    }


_ELSE: Final = "is no clause that is read here: "
_REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("has_child", "has_parent", "parent_id"), "it reaches records of others by what they are joined to"),
    **dict.fromkeys(("more_like_this", "percolate"), "it reads other documents, or what is stored as a query"),
    **dict.fromkeys(("geo_shape", "xy_shape", "shape"), "it reads shapes from other documents"),
    **dict.fromkeys(("script", "script_score", "function_score", "terms_set"), "it runs a program, or scores by one"),
    **dict.fromkeys(("query_string", "simple_query_string"), "its text may name any field; say it with match, term and bool"),
    "wrapper": "it hides another query",
    "template": "it is a text that becomes a query at the server",
    "pinned": "it names records whatever the filter says",
    **dict.fromkeys(("distance_feature", "rank_feature"), "it scores by a field's value"),
    **dict.fromkeys(("intervals", "span_term", "span_near", "span_or", "span_not", "span_first", "span_containing",
                     "span_within", "span_multi", "field_masking_span", "common", "geo_distance", "geo_bounding_box",
                     "geo_polygon", "geo_grid", "span_field_masking", "combined_fields"), "it is not known here yet"),
}  # fmt: skip
#: Why a clause is refused whose text a server hands to a model.
MODELLED: Final = "its text goes to a model elsewhere; make the vector first, and use knn"


class Dsl(NamedTuple):
    """What a query may be: anywhere, and at the top of a search."""

    query: Form
    top: Form


def dsl(
    own: Callable[[Form], dict[str, Form]],
    refused: Mapping[str, str],
    topmost: Callable[[Form], dict[str, Form]] = lambda _: {},
) -> Dsl:
    """The queries of a database: with clauses of its `own`, those that it has at the top only, and what is refused.

    Each is told what a query within it may be.
    """
    within = Later(lambda: query)
    clauses = {**_FLAT, **_holding(within), **own(within)}
    top = topmost(within)
    known = tuple(clauses)
    refusals: dict[str, Form] = {
        name: Elsewhere(_ELSE + why) for name, why in {**_REFUSED, **refused}.items() if name not in clauses
    }
    inner = {name: Elsewhere("must be the query itself, and not in another one") for name in top}
    query: Form = Members({**refusals, **clauses, **inner}, one_of=(known,))
    # At the top a query may be several, whose scores are put together.
    return Dsl(query, Members({**refusals, **clauses, **top}, one_of=((*known, *top),)) if top else query)
