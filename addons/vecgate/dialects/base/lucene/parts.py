"""Which queries does a search have, and where? What it finds by (query, knn, retriever), and what narrows that (filters).

OpenSearch has one query. Elasticsearch adds to its hits those of `knn` beside it, which no filter in the query holds
for; or has, in the place of both, a `retriever` that is made of others.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from vecgate.dialects.base.lucene import aggregations
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.domain.call import Json

#: Retrievers made of others, and under which key of each item those stand (empty: it is one itself).
COMPOUND: Final = {"rrf": "", "linear": "retriever"}


class Part(NamedTuple):
    """One query. `at`: a pointer; `query`: None where there could be one and is none, so that everything is found.

    `finds`: what it finds is answered; else it narrows that. `near`: it is a search by vectors that stands beside the
    query, and is told of as a query of that kind.
    """

    at: str
    query: Json
    finds: bool = True
    near: bool = False


type EachPart = Callable[[Part], Json | None]


def parts(search: Tree, at: str = "") -> list[Part]:
    """Every query of a search."""
    found = list[Part]()

    def note(part: Part) -> Json:
        found.append(part)
        return part.query

    with_parts(search, note, at)
    return found


def finding(search: Tree) -> Iterator[Json]:
    """The queries by which a search finds."""
    yield from (part.query for part in parts(search) if part.finds)


def with_parts(search: Tree, each: EachPart, at: str = "") -> Tree:
    """The search with other queries; None: with none there."""
    if "retriever" in search:
        new = {**search, "retriever": _retriever(members_of(search["retriever"]), each, f"{at}/retriever")}
    else:
        new = search
        if "query" in search or "knn" not in search:
            new = _put(new, "query", each(Part(f"{at}/query", search.get("query"))))
        if "knn" in search:
            listed = enumerate(list_of(search["knn"]))
            new = {**new, "knn": [_near(members_of(one), each, f"{at}/knn/{i}") for i, one in listed]}
    if "post_filter" in search:
        new = _put(new, "post_filter", each(Part(f"{at}/post_filter", search["post_filter"], finds=False)))
    inner = {
        place: members_of(each(Part(place, one, finds=False)))
        for place, one in aggregations.queries(search.get("aggs"), f"{at}/aggs")
    }
    return {**new, "aggs": aggregations.with_queries(search["aggs"], inner, f"{at}/aggs")} if inner else new


def _near(said: Tree, each: EachPart, at: str) -> Tree:
    return members_of(members_of(each(Part(at, {"knn": said}, near=True)))["knn"])


def _retriever(one: Tree, each: EachPart, at: str) -> Tree:
    kind = next(iter(one))
    said, place = members_of(one[kind]), f"{at}/{kind}"
    if kind == "knn":
        return {kind: _near(said, each, place)}
    new = dict(said)
    if kind in COMPOUND:
        inner = COMPOUND[kind]
        new["retrievers"] = [
            _inner(members_of(item), inner, each, f"{place}/retrievers/{i}")
            for i, item in enumerate(list_of(said["retrievers"]))
        ]
    else:
        new = _put(new, "query", each(Part(f"{place}/query", said.get("query"))))
    if "filter" in said:
        new["filter"] = [
            each(Part(f"{place}/filter/{i}", item, finds=False)) for i, item in enumerate(list_of(said["filter"]))
        ]
    return {kind: new}


def _inner(item: Tree, key: str, each: EachPart, at: str) -> Tree:
    if not key:
        return _retriever(item, each, at)
    return {**item, key: _retriever(members_of(item[key]), each, f"{at}/{key}")}


def _put(tree: Tree, key: str, value: Json | None) -> Tree:
    if value is None:
        return {k: v for k, v in tree.items() if k != key} if key in tree else tree
    return {**tree, key: value}
