"""What goes in with a request (OpenSearch, Elasticsearch)? Records that are stored, and values compared with: where, and of which fields."""

from collections.abc import Iterator, Mapping
from typing import Final

from vecgate.dialects.base.lucene import aggregations, lines, parts, query, results
from vecgate.dialects.base.lucene.forms.analysed import Found
from vecgate.dialects.base.lucene.surfaces import REQUESTS, STORED
from vecgate.dialects.base.lucene.values import ORDERS, Tree, list_of, members_of, order_of, steps
from vecgate.domain.call import Json
from vecgate.domain.inlets import (
    NO_INLETS,
    Beside,
    EachSite,
    Field,
    Inlets,
    Site,
)

#: Operations that search, or choose by a query alone.
SEARCHES: Final = frozenset({"search", "msearch"})
CHOSEN: Final = frozenset({"count", "delete_by_query"})
WRITES: Final = frozenset({"index", "create", "update", "bulk"})
_NAMES: Final = ("/items/*/*/_id",)
_INLETS: Final[Mapping[str, Inlets]] = {
    **dict.fromkeys(("index", "create"), Inlets(("",), surface=STORED)),
    "update": Inlets(("/doc", "/upsert"), surface=STORED),
    "bulk": Inlets(("/items/*/doc",), _NAMES, surface=STORED),
    **dict.fromkeys(SEARCHES | CHOSEN | {"mget"}, Inlets(surface=STORED)),
    **dict.fromkeys(REQUESTS, NO_INLETS),
}


def inlets(name: str) -> Inlets:
    """Where what goes in stands in the body of an operation."""
    return _INLETS.get(name, NO_INLETS)


def documents(name: str, tree: Tree) -> Iterator[Tree]:
    """What a write brings of each record."""
    if name == "bulk":
        for action, _, doc in lines.actions(tree):
            yield from _of_update(doc) if action == "update" else [doc] if action != "delete" else []
    elif name == "update":
        yield from _of_update(tree)
    elif name in WRITES:
        yield tree


def _of_update(tree: Tree) -> Iterator[Tree]:
    yield from (members_of(tree[key]) for key in ("doc", "upsert") if key in tree)


def unclean_vectors(name: str, before: Tree, after: Tree) -> int:
    """How many records bring a vector beside texts that are masked now."""
    pairs = zip(documents(name, before), documents(name, after), strict=False)
    return sum(was != now and _has_vector(was) for was, now in pairs)


def _has_vector(node: Json) -> bool:
    if isinstance(node, dict):
        return any(map(_has_vector, node.values()))
    return results.is_vector(node) or (isinstance(node, list) and any(map(_has_vector, node)))


# what is searched for and compared with


def _clauses(name: str, tree: Tree) -> Iterator[tuple[str, query.Clause]]:
    """Every clause of every query, and where it stands."""
    if name in CHOSEN:
        yield from ((f"/query{one.at}", one) for one in query.clauses(tree.get("query")))
    for i, search in enumerate(results.searches(name, tree)):
        at = f"/searches/{i}/body" if name == "msearch" else ""
        for part in parts.parts(search, at):
            for one in query.clauses(part.query):
                yield part.at + (one.at.removeprefix("/knn") if part.near else one.at), one


def filters(name: str, tree: Tree, each: EachSite) -> Tree:
    """The body with every query put through `each`, also where there could be one and is none."""
    if name in CHOSEN:
        return parts.with_parts(tree, lambda part: each(Site(part.at, "select", part.query)))
    turn = iter(range(len(results.searches(name, tree))))

    def search(one: Tree) -> Tree:
        i = next(turn)
        at = f"/searches/{i}/body" if name == "msearch" else ""
        return parts.with_parts(one, lambda part: each(Site(part.at, "select", part.query)), at)

    return results.with_searches(name, tree, search)


_TEXT: Final = frozenset({"match", "match_phrase", "match_phrase_prefix", "match_bool_prefix", "multi_match", "prefix",
                          "wildcard", "regexp", "fuzzy"})  # fmt: skip
_SHOWS_NUMBERS: Final = frozenset({"avg", "sum", "stats", "extended_stats", "percentiles", "histogram"})


def fields(name: str, tree: Tree) -> Iterator[Field]:
    """Every field of a record that a body names, and how."""
    for at, one in _clauses(name, tree):
        if one.path:
            yield Field(at, one.path, "text" if one.kind in _TEXT else "filter", _operator(one.kind))
    for i, search in enumerate(results.searches(name, tree)):
        at = f"/searches/{i}/body" if name == "msearch" else ""
        yield from (Field(f"{at}/sort", path, "order", "") for path in sorted_by(search) if path)
        if "_id" in order_of(search) and "search_after" in search:  # which ids come after it, is told of a value
            yield Field(f"{at}/search_after", ("_id",), "order", "")
        by = members_of(search.get("slice")).get(
            "field", "_id"
        )  # in which slice a record is, is told by a value's hash
        yield from (Field(f"{at}/slice", steps(str(one)), "filter", "slice") for one in [by] if one != "_id")
        yield from (Field(f"{at}/collapse", steps(one), "facet", "") for one in collapsed(search))
        for said in aggregations.shown(search.get("aggs"), f"{at}/aggs"):
            yield Field(said.at, said.path, "facet", "number" if said.kind in _SHOWS_NUMBERS else "")
        yield from (Field(f"{at}/_source", steps(one), "show", "") for one in _wished(search.get("_source")))
    for doc in documents(name, tree):
        yield from (Field("/doc", steps(key), "write", "") for key in doc)


def by_words(one: Field, found: frozenset[Found]) -> Field:
    """What names a field, as what looks into a text, or tells its words, where the field is a text in some index."""
    if found.isdisjoint(("words", "pieces")):
        return one
    if one.how in ("order", "facet"):
        return one._replace(operator="words")
    return one._replace(how="text") if one.operator == "match" else one


def _operator(kind: str) -> str:
    return {"terms": "match", "term": "match", "match": "match"}.get(kind, kind)


def _wished(source: Json) -> Iterator[str]:
    said = members_of(source).get("includes") if isinstance(source, dict) else source
    listed = [said] if isinstance(said, str) else list_of(said)
    yield from (str(one) for one in listed if "*" not in str(one))


def collapsed(search: Tree) -> tuple[str, ...]:
    """The field of whose values a search shows the best record each; empty: none."""
    return (str(members_of(search["collapse"])["field"]),) if "collapse" in search else ()


def sorted_by(search: Tree) -> list[tuple[str, ...]]:
    """The fields that a search is sorted by, in order; ids, the score and the orders of storing are none."""
    return [() if name in ORDERS else steps(name) for name in order_of(search)]


def beside(name: str, tree: Tree) -> Iterator[Beside]:
    """Where an answer shows values of fields outside of records: keys of buckets, what is sorted by, and what is collapsed."""
    for i, search in enumerate(results.searches(name, tree)):
        above = ("responses", str(i)) if name == "msearch" else ()
        for turn, path in enumerate(sorted_by(search)):
            if path:
                yield Beside((*above, "hits", "hits", "*", "sort", str(turn)), path)
        yield from (Beside((*above, "hits", "hits", "*", "fields", one, "*"), steps(one)) for one in collapsed(search))
        for said in aggregations.shown(search.get("aggs")):
            yield from (Beside((*above, *keys), said.path) for keys in said.keys)


def ids(name: str, values: Mapping[str, str], tree: Tree) -> Iterator[tuple[str, Json]]:
    """Every id of a record that a call names, and where."""
    if "id" in values:
        yield "path:id", values["id"]
    if name == "mget":
        yield from ((f"/ids/{i}", one) for i, one in enumerate(list_of(tree.get("ids"))))
        yield from ((f"/docs/{i}/_id", members_of(one)["_id"]) for i, one in enumerate(list_of(tree.get("docs"))))
    if name == "bulk":
        told = enumerate(lines.actions(tree))
        yield from ((f"/items/{i}/{action}/_id", meta["_id"]) for i, (action, meta, _) in told if "_id" in meta)
    for at, one in _clauses(name, tree):
        found = list_of(one.value) if one.kind == "ids" else []
        yield from ((f"{at}/values/{i}", id) for i, id in enumerate(found))
