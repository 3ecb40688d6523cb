"""What may a query say, which clauses does it have, and where can a condition be put into it? OpenSearch's query DSL.

An allow-list: of two clauses in one object the server takes none, but it knows clauses that read other documents, run
programs, reach foreign records or say in one text what nobody here parses. Those are refused, each for its reason.
https://docs.opensearch.org/latest/query-dsl/
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from vecgate.dialects.opensearch.values import (
    BOOL,
    BOOST,
    FIELD,
    FIELD_OR_ID,
    ID,
    NUMBER,
    SCALAR,
    TEXT,
    VECTOR,
    WEIGHED,
    Single,
    Tree,
    list_of,
    matching,
    members_of,
    searched,
    short,
    steps,
    whole,
    word,
)
from vecgate.domain.call import Json
from vecgate.parsing.forms import ByType, Elsewhere, Form, Later, Left, ListOf, Members

_FUZZY: Final = ByType("a number or 'AUTO'", {int: whole(0, 2), str: matching("AUTO", r"AUTO(?::\d+,\d+)?", "AUTO")})
_LEAST: Final = ByType(
    "a number or a text", {int: whole(-1024, 1024), str: matching("such as '75%'", r"[0-9<% -]{1,64}", "75%")}
)
_AND_OR: Final = word("or", "and", "OR", "AND")
_QUERY: Final = Later(lambda: QUERY)
_QUERIES: Final = ListOf(_QUERY, single=True)
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
_KNN: Final = Members(
    {
        "vector": VECTOR,
        "k": Left(whole(1, 10_000)),
        "min_score": Left(NUMBER),
        "max_distance": Left(NUMBER),
        "filter": Left(_QUERY),
        "boost": BOOST,
        "method_parameters": Left(Members({"ef_search": Left(whole(1)), "nprobes": Left(whole(1))})),
        "rescore": Left(
            ByType("true, false, or an object", {bool: BOOL, dict: Members({"oversample_factor": NUMBER})})
        ),
    },
    ("vector",),
    one_of=(("k", "min_score", "max_distance"),),
)
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
#: Clauses that hold others: the keys under which one, or a list of them, stands.
ONE: Final[Mapping[str, tuple[str, ...]]] = {
    "constant_score": ("filter",),
    "boosting": ("positive", "negative"),
    "nested": ("query",),
    "script_score": ("query",),
}
MANY: Final[Mapping[str, tuple[str, ...]]] = {
    "bool": ("must", "filter", "should", "must_not"),
    "dis_max": ("queries",),
    "hybrid": ("queries",),
}
CLAUSES: Final[dict[str, Form]] = {
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
    "bool": Members(
        {**dict.fromkeys(MANY["bool"], Left(_QUERIES)), "minimum_should_match": Left(_LEAST), "boost": BOOST}
    ),
    "constant_score": Members({"filter": _QUERY, "boost": BOOST}, ("filter",)),
    "dis_max": Members({"queries": ListOf(_QUERY, least=1), "tie_breaker": Left(NUMBER), "boost": BOOST}, ("queries",)),
    "boosting": Members(
        {"positive": _QUERY, "negative": _QUERY, "negative_boost": NUMBER, "boost": BOOST},
        ("positive", "negative", "negative_boost"),
    ),
    "nested": Members(
        {
            "path": FIELD,
            "query": _QUERY,
            "score_mode": Left(word("avg", "sum", "min", "max", "none")),
            "ignore_unmapped": Left(BOOL),
            "boost": BOOST,
            "inner_hits": Elsewhere("shows records within records, which nobody here looks at one by one"),
        },
        ("path", "query"),
    ),
    "knn": Single(_KNN),
    "script_score": Members(
        {"query": _QUERY, "script": _EXACT, "min_score": Left(NUMBER), "boost": BOOST}, ("query", "script")
    ),
}
_ELSE: Final = "is no clause that is read here: "
_REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("has_child", "has_parent", "parent_id"), "it reaches records of others by what they are joined to"),
    **dict.fromkeys(("more_like_this", "percolate"), "it reads other documents, or what is stored as a query"),
    **dict.fromkeys(("geo_shape", "xy_shape"), "it reads shapes from other documents"),
    **dict.fromkeys(("script", "function_score", "terms_set"), "it runs a program, or scores by one"),
    **dict.fromkeys(("query_string", "simple_query_string"), "its text may name any field; say it with match, term and bool"),
    **dict.fromkeys(("neural", "neural_sparse", "agentic"), "its text goes to a model elsewhere; make the vector first, and use knn"),
    "wrapper": "it hides another query",
    "template": "it is a text that becomes a query at the server",
    "pinned": "it names records whatever the filter says",
    **dict.fromkeys(("distance_feature", "rank_feature"), "it scores by a field's value"),
    **dict.fromkeys(("intervals", "span_term", "span_near", "span_or", "span_not", "span_first", "span_containing",
                     "span_within", "span_multi", "field_masking_span", "common", "geo_distance", "geo_bounding_box",
                     "geo_polygon", "combined_fields"), "it is not known here yet"),
}  # fmt: skip
_KNOWN: Final = tuple(CLAUSES)
_REFUSALS: Final[dict[str, Form]] = {name: Elsewhere(_ELSE + why) for name, why in _REFUSED.items()}
QUERY: Final[Form] = Members(
    {**CLAUSES, **_REFUSALS, "hybrid": Elsewhere("must be the query itself, and not in another one")}, one_of=(_KNOWN,)
)
#: At the top a query may be several, whose scores are put together.
TOP: Final[Form] = Members(
    {**CLAUSES, **_REFUSALS, "hybrid": Members({"queries": ListOf(_QUERY, least=1)}, ("queries",))},
    one_of=((*_KNOWN, "hybrid"),),
)


class Clause(NamedTuple):
    """One clause that holds no other. `at`: a pointer; `path`: its field (empty: none); `value`: what it compares with.

    `scored`: it counts for the score of a record.
    """

    at: str
    kind: str
    path: tuple[str, ...]
    value: Json
    scored: bool


def kind_of(query: Tree) -> str:
    """Which clause an object is."""
    return next(iter(query), "match_all")


def clauses(query: Json, at: str = "", *, scored: bool = True) -> Iterator[Clause]:
    """Every clause of a query in its one form that holds no other; a vector search is one, and its filter is gone into."""
    if not isinstance(query, dict) or not query:
        return
    kind, body = next(iter(query.items()))
    at, said = f"{at}/{kind}", members_of(body)
    if kind not in MANY and kind not in ONE:
        yield from _alone(kind, said, at, scored)
        return
    if kind == "nested":
        yield Clause(at, kind, steps(str(said["path"])), None, scored)
    if kind == "script_score":
        params = members_of(members_of(said["script"])["params"])
        yield Clause(f"{at}/script", "knn", steps(str(params["field"])), {"vector": params["query_value"]}, scored)
    for place, key, inner in below(kind, said, at):
        counts = scored and kind != "script_score" and key not in ("filter", "must_not")
        yield from clauses(inner, place, scored=counts)


def _alone(kind: str, said: Tree, at: str, scored: bool) -> Iterator[Clause]:
    if kind in ("match_all", "match_none", "ids") or "_id" in said:
        yield Clause(at, "ids" if "_id" in said else kind, (), said.get("values", said.get("_id")), scored)
    elif kind == "exists":
        yield Clause(at, kind, steps(str(said["field"])), None, scored)
    elif kind == "multi_match":
        for name in list_of(said["fields"]):
            yield Clause(at, kind, steps(str(name).partition("^")[0]), said["query"], scored)
    else:
        for field, value in said.items():
            yield Clause(f"{at}/{field}", kind, steps(field), value, scored)
            if kind == "knn" and "filter" in members_of(value):
                yield from clauses(members_of(value)["filter"], f"{at}/{field}/filter", scored=False)


def below(kind: str, body: Tree, at: str = "") -> Iterator[tuple[str, str, Json]]:
    """The queries right below a clause: where, under which key, and what."""
    for key in MANY.get(kind, ()):
        yield from ((f"{at}/{key}/{i}", key, one) for i, one in enumerate(list_of(body.get(key))))
    for key in ONE.get(kind, ()):
        if key in body:
            yield f"{at}/{key}", key, body[key]


def mapped(query: Tree, leaf: Callable[[Tree], Tree]) -> Tree:
    """The query with each clause that holds no other put through `leaf`, the filter of a vector search as well."""
    if not query:
        return query
    kind, body = next(iter(query.items()))
    said = members_of(body)
    if kind == "knn":
        looked: Tree = {field: _filtered(members_of(value), leaf) for field, value in said.items()}
        return leaf({"knn": looked})
    if kind not in MANY and kind not in ONE:
        return leaf(query)
    new: Tree = dict(said)
    for key in MANY.get(kind, ()):
        if key in said:
            each: list[Json] = [mapped(members_of(one), leaf) for one in list_of(said[key])]
            new[key] = each
    for key in ONE.get(kind, ()):
        if key in said:
            new[key] = mapped(members_of(said[key]), leaf)
    return {kind: new}


def _filtered(knn: Tree, leaf: Callable[[Tree], Tree]) -> Tree:
    return {**knn, "filter": mapped(members_of(knn["filter"]), leaf)} if "filter" in knn else knn


def finds_all(query: Json) -> bool:
    """Whether a query finds everything by its form alone, however much it is wrapped. None at all does."""
    if not isinstance(query, dict) or not query:
        return True
    kind, body = kind_of(query), members_of(query[kind_of(query)])
    if kind == "match_all":
        return True
    if kind == "constant_score":
        return finds_all(body["filter"])
    if kind in ("dis_max", "hybrid"):
        return any(map(finds_all, list_of(body["queries"])))
    if kind == "boosting":
        return finds_all(body["positive"])
    if kind != "bool":
        return False
    should = list_of(body.get("should"))
    needed = [*list_of(body.get("must")), *list_of(body.get("filter"))]
    optional = not should or (bool(needed) and not _demands(body.get("minimum_should_match")))
    none = all(one == {"match_none": {}} for one in list_of(body.get("must_not")))
    return all(map(finds_all, needed)) and none and (optional or any(map(finds_all, should)))


def _demands(least: Json) -> bool:
    """Whether at least one is needed for sure: of a share, or of all but some, none may be left."""
    said = str(least)
    return said.isascii() and said.isdigit() and int(said) > 0


def both(first: Json, second: Json | None) -> Tree:
    """The query that both must hold for; the second whole, as one element, with its score."""
    return {"bool": {"must": [second or {"match_all": {}}], "filter": [first]}}
