"""Where in a call of Weaviate do searches, filters, fields, ids and objects stand? Listed once, walked by all who need them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from vecgate.dialects.weaviate import where
from vecgate.dialects.weaviate.graphql import document
from vecgate.dialects.weaviate.graphql.asked import AGGREGATE, GET, Asked, walked
from vecgate.dialects.weaviate.graphql.own import ALL
from vecgate.dialects.weaviate.values import Tree, as_tree, beacon, list_of, origin
from vecgate.domain import inlets
from vecgate.domain.call import Json
from vecgate.domain.inlets import Condition, Each, EachSite, Example, Field, Site

GRAPHQL: Final = "graphql"
WORDS: Final = frozenset({"search_bm25", "search_hybrid"})
NEAR_OBJECT: Final = "search_near_object"
SEARCHES: Final = frozenset({*WORDS, NEAR_OBJECT, "search_near_text"})
BY_PATH: Final = frozenset({*SEARCHES, "aggregate"})
DELETE: Final = "batch_delete"
WRITES: Final = frozenset({"objects_create", "objects_replace", "objects_patch", "batch_objects", "objects_validate"})
LISTED: Final = frozenset({*SEARCHES, GRAPHQL, "objects_list"})
READS: Final = frozenset({*LISTED, "objects_get"})
#: Whether an object is there, without it.
EXISTS: Final = "objects_exists"
_OPERATORS: Final = {**dict.fromkeys(("Equal", "NotEqual", *where.CONTAINS), "match"), "IsNull": "exists"}
#: How a search compares with a property of its class: with all that stands there, or with each of its words.
type Whole = Callable[["Search", str], bool]


@dataclass(frozen=True, slots=True)
class Search:
    """One search of a call. `at`: where its arguments stand; `root`: what it gives, as in a document."""

    at: str
    root: str
    arguments: Tree
    asked: Asked | None = None

    @property
    def where(self) -> Json:
        """Its filter; None: there is none."""
        return self.arguments.get("where")


def searches(name: str, tree: Tree) -> list[Search]:
    """Every search or selection of a body: each has a filter of its own."""
    if name == GRAPHQL:
        return [Search(f"/query/{one.root}/{one.key}", one.root, one.arguments, one) for one in of(tree)]
    if name in SEARCHES:
        return [Search("", GET, tree)]
    if name == "aggregate":
        return [Search("", AGGREGATE, tree)]
    return [Search("/match", "", as_tree(tree.get("match")))] if name == DELETE else []


def of(tree: Tree) -> tuple[Asked, ...]:
    """The searches of a document."""
    text = tree.get("query")
    return document.of(text) if isinstance(text, str) else ()


def put(name: str, tree: Tree, change: Callable[[Search], Tree]) -> Tree:
    """The body with other arguments for each of its searches."""
    found = searches(name, tree)
    new = [change(one) for one in found]
    if all(now is one.arguments for now, one in zip(new, found, strict=True)):
        return tree
    if name == GRAPHQL:
        asked = [replace(one.asked, arguments=now) for one, now in zip(found, new, strict=True) if one.asked]
        return {**tree, "query": document.said(asked)}
    return {**tree, "match": new[0]} if name == DELETE else new[0]


def mapped(name: str, tree: Tree, each: EachSite) -> Tree:
    """The body with every filter put through `each`, also where one could stand and none does."""
    return _mapped(name, tree, lambda one: each(Site(f"{one.at}/where", "select", one.where)))


def _mapped(name: str, tree: Tree, each: Callable[[Search], Json | None]) -> Tree:
    def change(one: Search) -> Tree:
        now = each(one)
        if now is one.where or now == one.where:
            return one.arguments
        rest = {key: value for key, value in one.arguments.items() if key != "where"}
        return rest if now is None else {**rest, "where": now}

    return put(name, tree, change)


def rewritten(name: str, tree: Tree, each: Each, whole: Whole) -> Tree:
    """The body with every value of its filters put through `each`; what is ordered or grouped by is shown to it."""

    def site(one: Search) -> Json | None:
        if one.where is None:
            return None
        at = f"{one.at}/where".strip("/").replace("/", ".")
        return where.rewritten(one.where, at, each, partial(whole, one), lists=name == GRAPHQL)

    for one in fields(name, tree, whole):
        if one.how in ("order", "group"):
            named = str(one.path[0])
            each(
                Condition(
                    one.at.strip("/").replace("/", "."), ("objects", 0, "properties", named), "field", named, (named,)
                )
            )
    return _mapped(name, tree, site)


def fields(name: str, tree: Tree, whole: Whole) -> Iterator[Field]:
    """Every property that a body names, and what for."""
    for one in searches(name, tree):
        yield from _filtered(f"{one.at}/where", one.where, partial(whole, one))
        yield from _ordered(one)
        if one.asked is None:
            yield from _shown(one)
        else:
            yield from _selected(one.at, one.asked)
    for at, properties in written(name, tree):
        yield from (Field(f"{at}/{key}", (key,), "write", "") for key in properties)


def _filtered(at: str, node: Json, whole: Callable[[str], bool]) -> Iterator[Field]:
    for place, leaf in where.leaves(node):
        named, operator = where.field_of(leaf), str(leaf["operator"])
        if named in where.OF_ITS_OWN:
            continue
        how = "text" if operator == "Like" or where.by_words(leaf, whole) else "filter"
        yield Field(
            f"{at}{place}/path", (named,), how, "text" if operator == "Like" else _OPERATORS.get(operator, "range")
        )


def _ordered(one: Search) -> Iterator[Field]:
    told = one.arguments
    for i, sort in enumerate(list_of(told.get("sort"))):
        named = str(list_of(as_tree(sort).get("path"))[0])
        if named not in where.OF_ITS_OWN:
            yield Field(f"{one.at}/sort/{i}/path", (named,), "order", "")
    for named_ in _grouped(told.get("groupBy")):
        yield Field(f"{one.at}/groupBy", (named_,), "group", "")
    for key in ("", *_WORDED):
        for i, named in enumerate(_looked_into(told, key)):
            yield Field(f"{one.at}/{_named(key)}/{i}", (named,), "text", "text")


#: In what of a document's search words are looked for; over routes of their own it is the search itself.
_WORDED: Final = ("bm25", "hybrid")


def _named(key: str) -> str:
    return "properties" if key else "queryProperties"


def _looked_into(told: Tree, key: str) -> list[str]:
    """The properties whose words are looked for, without their weights."""
    said = list_of((as_tree(told.get(key)) if key else told).get(_named(key)))
    return [str(one).partition("^")[0] for one in said]


def _worded_at(name: str, one: Search) -> str | None:
    """In what of its arguments a search looks for words; None: it looks for none, as by a vector and an empty text."""
    if name in WORDS:
        return "" if one.arguments.get("query") else None
    return next((key for key in _WORDED if as_tree(one.arguments.get(key)).get("query")), None)


def wordless(name: str, tree: Tree) -> Iterator[Search]:
    """The searches that look for words in all properties, as they name none."""
    for one in searches(name, tree):
        key = _worded_at(name, one)
        if key is not None and not _looked_into(one.arguments, key):
            yield one


def worded(name: str, tree: Tree, texts: Callable[[str], Sequence[str]], each: Each) -> Tree:
    """The body with every text that is looked for by its words put through `each`: it occurs in a property, or not.

    `texts`: the properties that one looks into which names none, by the class that its document names.
    """

    def change(one: Search) -> Tree:
        key = _worded_at(name, one)
        said = as_tree(one.arguments.get(key)) if key else one.arguments
        text = said.get("query")
        if key is None or not isinstance(text, str):
            return one.arguments
        into = _looked_into(one.arguments, key) or texts(one.asked.name if one.asked else "")
        homes = [((to,), ("objects", 0, "properties", to)) for to in into]
        at = "/".join(filter(None, (one.at, key, "query"))).strip("/").replace("/", ".")
        now = inlets.worded(at, text, homes, each)
        if now == text:
            return one.arguments
        new: Tree = {**said, "query": now}
        return {**one.arguments, key: new} if key else new

    return put(name, tree, change)


def _grouped(group: Json) -> list[str]:
    """The properties that are grouped by, in each of the three spellings."""
    named = group.get("path") if isinstance(group, dict) else group
    return [named] if isinstance(named, str) else [str(one) for one in list_of(named)]


def _shown(one: Search) -> Iterator[Field]:
    for i, named in enumerate(list_of(one.arguments.get("returnProperties"))):
        yield Field(f"{one.at}/returnProperties/{i}", (str(named),), "show", "")


def _selected(at: str, asked: Asked) -> Iterator[Field]:
    how = "show" if asked.root == GET else "facet"
    for one in asked.fields:
        if one.name == "_additional":
            hits = (inner for path, inner in walked(one.fields) if path[:2] == ("group", "hits") and len(path) == 3)
            yield from (
                Field(f"{at}/hits/{hit.name}", (hit.name,), "show", "") for hit in hits if hit.name != "_additional"
            )
        elif one.name != ALL and not (asked.root == AGGREGATE and one.name in ("meta", "groupedBy")):
            yield Field(f"{at}/{one.name}", (one.name,), how, "")


# what is written


def objects(name: str, tree: Tree) -> list[tuple[str, Tree]]:
    """The objects that a write brings, and where."""
    if name == "batch_objects":
        return [(f"/objects/{i}", as_tree(one)) for i, one in enumerate(list_of(tree.get("objects")))]
    return [("", tree)] if name in WRITES else []


def classes(name: str, tree: Tree) -> dict[tuple[str, str | None], None]:
    """The classes and tenants that objects name, each once, in their order."""
    many = list_of(tree.get("objects")) if name == "batch_objects" else [tree]
    return dict.fromkeys((one["class"], one.get("tenant")) for one in many if isinstance(one, dict))  # type: ignore[misc]


def written(name: str, tree: Tree) -> Iterator[tuple[str, Tree]]:
    """The properties of each object that a write brings, and where."""
    for at, one in objects(name, tree):
        yield f"{at}/properties", as_tree(one.get("properties"))


def ids(name: str, tree: Json) -> Iterator[tuple[str, Json]]:
    """Every id that a body names, and where."""
    yield from _linked(tree)
    body = as_tree(tree)
    yield from ((f"{at}/id", one["id"]) for at, one in objects(name, body) if "id" in one)
    for search in searches(name, body):
        yield from ((f"{search.at}/where{at}", value) for at, value in where.named_ids(search.where))
        if search.arguments.get("after"):
            yield f"{search.at}/after", search.arguments["after"]
    yield from ((one.at, one.id) for one in examples(name, body))


def _linked(tree: Json) -> Iterator[tuple[str, Json]]:
    """The ids of the beacons of a body that is about references."""
    for i, one in enumerate(map(as_tree, tree if isinstance(tree, list) else [tree])):
        at = f"/{i}" if isinstance(tree, list) else ""
        yield from ((f"{at}/{key}", beacon(one[key])[1]) for key in ("beacon", "to") if key in one)
        if "from" in one:
            yield f"{at}/from", origin(one["from"])[1]


def starting(name: str, tree: Tree, cls: str) -> dict[tuple[str, str], list[str]]:
    """The ids of objects that a search starts from, by class and tenant; `cls`: which class, where the path says it."""
    if name in SEARCHES:
        ids = [str(one.id) for one in examples(name, tree)]
        return {(cls, _text(tree.get("tenant"))): ids} if ids else {}
    found = dict[tuple[str, str], list[str]]()
    for one in of(tree) if name == GRAPHQL else ():
        if near := as_tree(one.arguments.get("nearObject")):
            found.setdefault((one.name, _text(one.arguments.get("tenant"))), []).append(str(near["id"]))
    return found


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def examples(name: str, tree: Tree) -> Iterator[Example]:
    """Every stored record that a search starts from."""
    if name == NEAR_OBJECT:
        yield Example("/id", str(tree.get("id")), None)
    for one in searches(name, tree) if name == GRAPHQL else ():
        near = as_tree(one.arguments.get("nearObject"))
        if "id" in near:
            yield Example(f"{one.at}/nearObject/id", str(near["id"]), None)
