"""Which clauses does a query have, and where can a condition be put into it? The query DSL of OpenSearch and Elasticsearch.

What a query may say at all is a table of each database (forms/queries.py). A search by vectors is written in two ways,
`{"knn": {FIELD: {"vector": ...}}}` and `{"knn": {"field": ..., "query_vector": ...}}`; here both are read.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from vecgate.dialects.base.lucene.values import Tree, list_of, members_of, steps
from vecgate.domain.call import Json

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
    elif kind == "knn":
        yield from _by_vector(said, at, scored)
    elif kind == "multi_match":
        for name in list_of(said["fields"]):
            yield Clause(at, kind, steps(str(name).partition("^")[0]), said["query"], scored)
    else:
        for field, value in said.items():
            yield Clause(f"{at}/{field}", kind, steps(field), value, scored)


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
        return leaf({"knn": with_nears(said, lambda one: _filtered(one, leaf))})
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
    if isinstance(several := knn.get("filter"), list):
        return {**knn, "filter": [mapped(members_of(one), leaf) for one in several]}
    return {**knn, "filter": mapped(members_of(knn["filter"]), leaf)} if "filter" in knn else knn


# a search by vectors, in either way of writing it


def _by_vector(said: Tree, at: str, scored: bool) -> Iterator[Clause]:
    for place, field, one in _nears(said):
        yield Clause(f"{at}{place}", "knn", steps(field), {**one, "vector": vector_of(one)}, scored)
        for step, inner in _filters(one):
            yield from clauses(inner, f"{at}{place}/filter{step}", scored=False)


def vector_of(near: Tree) -> Json:
    """What is searched with."""
    return near.get("vector", near.get("query_vector"))


def _nears(said: Tree) -> Iterator[tuple[str, str, Tree]]:
    """What a `knn` says of each field: where, which field, and what."""
    if isinstance(field := said.get("field"), str):
        yield "", field, said
    else:
        yield from ((f"/{name}", name, members_of(one)) for name, one in said.items())


def with_nears(said: Tree, each: Callable[[Tree], Tree]) -> Tree:
    """A `knn` with what it says of each field put through `each`."""
    if isinstance(said.get("field"), str):
        return each(said)
    return {name: each(members_of(one)) for name, one in said.items()}


def _filters(near: Tree) -> Iterator[tuple[str, Json]]:
    """The queries within which it looks: one, or several that all must hold."""
    if isinstance(several := near.get("filter"), list):
        yield from ((f"/{i}", one) for i, one in enumerate(several))
    elif "filter" in near:
        yield "", near["filter"]


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
