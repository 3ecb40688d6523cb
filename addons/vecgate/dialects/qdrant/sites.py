"""Where do filters, examples, fields and other collections stand in a Qdrant body? One table of places, and a walk.

A prefetch is a search in a search, at any depth; a batch holds many. Every place of each is visited, so that whoever
adds a condition, looks for fields or checks ids has them all.
"""

from collections.abc import Callable, Iterator
from typing import Final

from vecgate.dialects.qdrant import expressions, filters
from vecgate.dialects.qdrant.paths import steps
from vecgate.domain.call import Json
from vecgate.domain.inlets import Example, Field, Site, pointer

type Tree = dict[str, Json]

#: Operations with one search in their body, and those with a list of them.
ALONE: Final = frozenset(
    {
        "query_points", "query_points_groups", "search_points", "search_point_groups", "recommend_points",
        "recommend_point_groups", "discover_points", "search_matrix_pairs", "search_matrix_offsets", "scroll_points",
        "count_points", "facet", "scroll_shard_points", "count_shard_points",
    }
)  # fmt: skip
BATCHES: Final = frozenset(
    {"query_batch_points", "search_batch_points", "recommend_batch_points", "discover_batch_points"}
)
#: Operations that choose their points by ids or a filter, and those that write points under a condition.
CHOSEN: Final = frozenset(
    {"delete_points", "delete_vectors", "set_payload", "overwrite_payload", "delete_payload", "clear_payload"}
)
GUARDED: Final = frozenset({"upsert_points", "update_vectors"})
#: Members of a batch of writes, by the operation that each would be alone.
MEMBERS: Final = {
    "upsert": "upsert_points",
    "delete": "delete_points",
    "set_payload": "set_payload",
    "overwrite_payload": "overwrite_payload",
    "delete_payload": "delete_payload",
    "clear_payload": "clear_payload",
    "update_vectors": "update_vectors",
    "delete_vectors": "delete_vectors",
}
KINDS: Final = {operation: kind for kind, operation in MEMBERS.items()}
#: Where a query names points or vectors to start from, and where the older routes do.
_LISTS: Final = ("positive", "negative")
STARTS: Final = (*_LISTS, "target", "context")


def list_of(value: Json) -> list[Json]:
    """A list, or none at all."""
    return value if isinstance(value, list) else []


def tree_of(value: Json) -> Tree:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def searches(name: str, tree: Tree, at: str = "") -> Iterator[tuple[str, Tree]]:
    """Every search of a body: the one it is, or those of its batch, each with its prefetches; and where it stands."""
    if name in BATCHES:
        for i, one in enumerate(list_of(tree.get("searches"))):
            where, search = f"{at}/searches/{i}", tree_of(one)
            if "prefetch" in search:
                yield from _below(search, where)
            else:
                yield where, search
    elif name in ALONE:
        yield from _below(tree, at)


def _below(search: Tree, at: str) -> Iterator[tuple[str, Tree]]:
    yield at, search
    for i, one in enumerate(list_of(search.get("prefetch"))):
        yield from _below(tree_of(one), f"{at}/prefetch/{i}")


def writes(name: str, tree: Tree) -> Iterator[tuple[str, str, Tree]]:
    """Every write of a body: (where, which operation, its body)."""
    if name == "batch_update":
        for i, one in enumerate(list_of(tree.get("operations"))):
            for kind, body in tree_of(one).items():
                yield f"/operations/{i}/{kind}", MEMBERS[kind], tree_of(body)
    elif name in CHOSEN or name in GUARDED:
        yield "", name, tree


def mapped(name: str, tree: Tree, each: Callable[[Site], Json | None]) -> Tree:
    """The body with every filter put through `each`, also where there could be one and is none.

    None leaves a place without a filter. The given tree stays as it is.
    """
    if name in BATCHES:
        found = [
            _search(tree_of(one), f"/searches/{i}", each, root=True)
            for i, one in enumerate(list_of(tree.get("searches")))
        ]
        return {**tree, "searches": [*found]}
    if name in ALONE:
        return _search(tree, "", each, root=True)
    if name == "batch_update":
        parts: list[Json] = []
        for i, one in enumerate(list_of(tree.get("operations"))):
            parts.append(
                {k: _write(MEMBERS[k], tree_of(b), f"/operations/{i}/{k}", each) for k, b in tree_of(one).items()}
            )
        return {**tree, "operations": parts}
    return _write(name, tree, "", each)


def _put(tree: Tree, key: str, value: Json | None) -> Tree:
    if value is None:
        return {k: v for k, v in tree.items() if k != key} if key in tree else tree
    return {**tree, key: value}


def _search(search: Tree, at: str, each: Callable[[Site], Json | None], *, root: bool) -> Tree:
    what = "select" if root else "prefetch"
    new = _put(search, "filter", each(Site(f"{at}/filter", what, search.get("filter"))))
    inner = list_of(search.get("prefetch"))
    if inner:
        found = [_search(tree_of(one), f"{at}/prefetch/{i}", each, root=False) for i, one in enumerate(inner)]
        new = {**new, "prefetch": [*found]}
    params = tree_of(search.get("params"))
    idf = params.get("idf")
    there = idf.get("corpus") if isinstance(idf, dict) else None
    corpus = each(Site(f"{at}/params/idf/corpus", "corpus", there))
    if corpus is not None and corpus is not there:
        new = {**new, "params": {**params, "idf": {"corpus": corpus}}}
    return new


def _write(name: str, tree: Tree, at: str, each: Callable[[Site], Json | None]) -> Tree:
    if name in CHOSEN:
        return _put(tree, "filter", each(Site(f"{at}/filter", "select", tree.get("filter"))))
    if name in GUARDED:
        return _put(tree, "update_filter", each(Site(f"{at}/update_filter", "guard", tree.get("update_filter"))))
    return tree


def sites(name: str, tree: Tree) -> Iterator[Site]:
    """Every place where a filter stands, or could stand: those that `mapped` visits."""
    for at, search in searches(name, tree):
        yield Site(f"{at}/filter", "prefetch" if "/prefetch/" in at else "select", search.get("filter"))
        idf = tree_of(search.get("params")).get("idf")
        yield Site(f"{at}/params/idf/corpus", "corpus", idf.get("corpus") if isinstance(idf, dict) else None)
    for at, operation, body in writes(name, tree):
        if operation in CHOSEN:
            yield Site(f"{at}/filter", "select", body.get("filter"))
        elif operation in GUARDED:
            yield Site(f"{at}/update_filter", "guard", body.get("update_filter"))


def examples(name: str, tree: Tree) -> Iterator[Example]:
    """Every point that a search starts from: its vector shows in the scores. `collection`: where it is looked up."""
    for at, search in searches(name, tree):
        lookup = search.get("lookup_from")
        where = str(lookup["collection"]) if isinstance(lookup, dict) else None
        for place, value in _starts(search, at):
            if isinstance(value, int | str) and not isinstance(value, bool):
                yield Example(place, value, where)


def _starts(search: Tree, at: str) -> Iterator[tuple[str, Json]]:
    query = search.get("query")
    if isinstance(query, dict):
        yield f"{at}/query/nearest", query.get("nearest")
        for kind in ("recommend", "discover", "relevance_feedback"):
            yield from _given(tree_of(query.get(kind)), f"{at}/query/{kind}")
        yield from _given({"context": query.get("context")}, f"{at}/query")
    else:
        yield f"{at}/query", query
    yield from _given(search, at)


def _given(tree: Tree, at: str) -> Iterator[tuple[str, Json]]:
    yield f"{at}/target", tree.get("target")
    for key in _LISTS:
        yield from ((f"{at}/{key}/{i}", one) for i, one in enumerate(list_of(tree.get(key))))
    for i, pair in enumerate(list_of(tree.get("context"))):
        yield from ((f"{at}/context/{i}/{key}", tree_of(pair).get(key)) for key in _LISTS)
    for i, item in enumerate(list_of(tree.get("feedback"))):
        yield f"{at}/feedback/{i}/example", tree_of(item).get("example")


def named(name: str, tree: Tree) -> Iterator[tuple[str, Json]]:
    """Every id of a point in a body, and where it stands."""
    yield from ((f"/ids/{i}", one) for i, one in enumerate(list_of(tree.get("ids"))))
    for at, operation, body in writes(name, tree):
        for i, one in enumerate(list_of(body.get("points"))):
            yield (f"{at}/points/{i}/id", one["id"]) if isinstance(one, dict) else (f"{at}/points/{i}", one)
        batch = tree_of(body.get("batch")) if operation == "upsert_points" else {}
        yield from ((f"{at}/batch/ids/{i}", one) for i, one in enumerate(list_of(batch.get("ids"))))
    yield from ((example.at, example.id) for example in examples(name, tree))
    for site in sites(name, tree):
        yield from ((f"{site.at}: {at}", one) for at, one in filters.named(site.filter))


def collections(name: str, tree: Tree) -> Iterator[tuple[str, str]]:
    """Every other collection that a body reads from, and where it is named."""
    for at, search in searches(name, tree):
        lookup, shown = search.get("lookup_from"), search.get("with_lookup")
        if isinstance(lookup, dict):
            yield f"{at}/lookup_from/collection", str(lookup["collection"])
        if isinstance(shown, dict):
            yield f"{at}/with_lookup/collection", str(shown["collection"])
        elif isinstance(shown, str):
            yield f"{at}/with_lookup", shown


def renamed(name: str, tree: Tree, as_known: Callable[[str], str]) -> Tree:
    """The body with the other collections that it reads from under the names they are known by."""
    if name in BATCHES:
        return {**tree, "searches": [_named_anew(tree_of(one), as_known) for one in list_of(tree.get("searches"))]}
    return _named_anew(tree, as_known) if name in ALONE else tree


def _named_anew(search: Tree, as_known: Callable[[str], str]) -> Tree:
    new = search
    for key in ("lookup_from", "with_lookup"):
        at = search.get(key)
        if isinstance(at, dict):
            new = {**new, key: {**at, "collection": as_known(str(at["collection"]))}}
        elif isinstance(at, str):
            new = {**new, key: as_known(at)}
    inner = list_of(search.get("prefetch"))
    return {**new, "prefetch": [_named_anew(tree_of(one), as_known) for one in inner]} if inner else new


def fields(name: str, tree: Tree) -> Iterator[Field]:
    """Every field of a payload that a body names, and how: what is compared, ordered, grouped, counted, shown, written."""
    for site in sites(name, tree):
        for one in filters.conditions(site.filter):
            yield Field(_below_it(site.at, one.at), one.path, "text" if _in_texts(one) else "filter", one.operator)
    for at, search in searches(name, tree):
        yield from _of_search(search, at)
    yield from _shown(tree.get("with_payload"), "/with_payload")
    if isinstance(tree.get("field_name"), str):
        yield _field("/field_name", tree["field_name"], "index")
    for at, operation, body in writes(name, tree):
        yield from _written(operation, body, at)


def _below_it(place: str, at: str) -> str:
    return place + (pointer(at) if at else "")


def _in_texts(one: filters.Compared) -> bool:
    return any(kind in tree_of(one.condition.get("match")) for kind in ("text", "text_any", "phrase", "prefix"))


def _of_search(search: Tree, at: str) -> Iterator[Field]:
    query = tree_of(search.get("query"))
    for place, order in ((f"{at}/order_by", search.get("order_by")), (f"{at}/query/order_by", query.get("order_by"))):
        if order is not None:
            yield _field(place, order.get("key") if isinstance(order, dict) else order, "order")
    for key, how in (("group_by", "group"), ("key", "facet")):
        if isinstance(search.get(key), str):
            yield _field(f"{at}/{key}", search[key], how)
    if "formula" in query:
        yield from _scored(query["formula"], f"{at}/query/formula")
    if at:
        yield from _shown(search.get("with_payload"), f"{at}/with_payload")
    yield from _shown(tree_of(search.get("with_lookup")).get("with_payload"), f"{at}/with_lookup/with_payload")


def _scored(formula: Json, at: str) -> Iterator[Field]:
    for place, what, part in expressions.parts(formula, at):
        if what != "condition":
            yield Field(pointer(place), steps(str(part)), "formula", "number" if what == "number" else "")
        else:
            for one in filters.conditions(part):
                yield Field(_below_it(pointer(place), one.at), one.path, "formula", one.operator)


def _shown(wish: Json, at: str) -> Iterator[Field]:
    if isinstance(wish, dict):
        for key, names in wish.items():
            yield from (_field(f"{at}/{key}/{i}", one, "show") for i, one in enumerate(list_of(names)))
    yield from (_field(f"{at}/{i}", one, "show") for i, one in enumerate(list_of(wish)))


def _written(operation: str, body: Tree, at: str) -> Iterator[Field]:
    above = steps(str(body["key"])) if "key" in body else ()
    for key in tree_of(body.get("payload")):
        yield Field(f"{at}/payload", (*above, key), "write", "")
    if above and not tree_of(body.get("payload")):
        yield Field(f"{at}/key", above, "write", "within")
    for i, path in enumerate(list_of(body.get("keys"))):
        yield Field(f"{at}/keys/{i}", steps(str(path)), "write", "delete")
    if operation == "upsert_points":
        columns = list_of(tree_of(body.get("batch")).get("payloads"))
        payloads = (*(tree_of(point).get("payload") for point in list_of(body.get("points"))), *columns)
        for key in dict.fromkeys(key for one in payloads for key in tree_of(one)):
            yield Field(f"{at}/payload", (key,), "write", "")


def _field(at: str, path: Json, how: str) -> Field:
    return Field(at, steps(str(path)), how, "")
