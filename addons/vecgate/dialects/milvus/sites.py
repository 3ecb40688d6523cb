"""Where in a body of Milvus do filters, fields, vectors, ids and rows stand? Listed once, walked by all who need them."""

from collections.abc import Iterator
from typing import Final

from vecgate.dialects.milvus.filters import nodes
from vecgate.dialects.milvus.filters.grammar import filter_of
from vecgate.dialects.milvus.filters.nodes import (
    Among,
    Compare,
    Holds,
    Like,
    Match,
    Nested,
    Node,
    Path,
    Range,
    Value,
    Values,
)
from vecgate.dialects.milvus.values import COUNT_ALL, as_tree, list_of
from vecgate.domain.call import Json
from vecgate.domain.inlets import AnyOf, Condition, Each, EachSite, Field, How, Site

type Tree = dict[str, Json]

HYBRID: Final = frozenset({"entities_hybrid_search", "entities_advanced_search"})
SEARCHES: Final = frozenset({*HYBRID, "entities_search", "v1_search"})
QUERIES: Final = frozenset({"entities_query", "v1_query"})
GETS: Final = frozenset({"entities_get", "v1_get"})
DELETES: Final = frozenset({"entities_delete", "v1_delete"})
INSERTS: Final = frozenset({"entities_insert", "v1_insert"})
WRITES: Final = frozenset({*INSERTS, "entities_upsert", "v1_upsert"})
FILTERED: Final = frozenset({*SEARCHES, *QUERIES, *DELETES})
READS: Final = frozenset({*SEARCHES, *QUERIES, *GETS})
#: What a list holds; what is asked of all that have a word.
_HOW: Final = {"==": "equal", "!=": "equal"}


def subs(name: str, tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Every search or selection of a body, and where it stands: each has a filter of its own."""
    if name in HYBRID:
        for i, one in enumerate(list_of(tree.get("search"))):
            yield f"/search/{i}", as_tree(one)
    elif name in FILTERED:
        yield "", tree


def mapped(name: str, tree: Tree, each: EachSite) -> Tree:
    """The body with every filter put through `each`, also where one could stand and none does."""

    def one(at: str, sub: Tree) -> Tree:
        had = sub.get("filter")
        if had is None and "id" in sub:  # the older delete by ids has none
            return sub
        now = each(Site(f"{at}/filter", "select", had))
        if now == had:
            return sub
        rest = {key: value for key, value in sub.items() if key != "filter"}
        return rest if now is None else {**rest, "filter": now}

    if name in HYBRID:
        new = [one(at, sub) for at, sub in subs(name, tree)]
        return tree if new == tree.get("search") else {**tree, "search": [*new]}
    return one("", tree) if name in FILTERED else tree


def filters(name: str, tree: Tree) -> Iterator[tuple[str, Node]]:
    """Every filter that stands in a body, and where."""
    for at, sub in subs(name, tree):
        if isinstance(text := sub.get("filter"), str):
            yield f"{at}/filter", filter_of(text)


# fields


def fields(name: str, tree: Tree) -> Iterator[Field]:
    """Every field that a body names, and what for."""
    for at, node in filters(name, tree):
        for one in nodes.each(node):
            how, operator = _named(one)
            yield from (Field(at, path.keys, how, operator) for path in nodes.paths(one))
    yield from _shown(name, tree)
    if name in WRITES:
        yield from (Field(f"/data/{i}/{key}", (key,), "write", "") for i, row in enumerate(rows(tree)) for key in row)
    for i, made in enumerate(list_of(tree.get("indexParams"))):
        if isinstance(field := as_tree(made).get("fieldName"), str):
            yield Field(f"/indexParams/{i}/fieldName", (field,), "index", "")


def _shown(name: str, tree: Tree) -> Iterator[Field]:
    for at, sub in subs(name, tree):
        if isinstance(field := sub.get("annsField"), str):
            yield Field(f"{at}/annsField", (field,), "show", "")
    if isinstance(field := tree.get("groupingField"), str):
        yield Field("/groupingField", (field,), "group", "")
    for i, shown in enumerate(list_of(tree.get("outputFields"))):
        if isinstance(shown, str) and shown not in ("*", COUNT_ALL):
            yield Field(f"/outputFields/{i}", (shown,), "show", "")


def _named(node: Node) -> tuple[str, str]:
    match node:
        case Compare(sign=sign):
            worked_out = any(isinstance(side, nodes.Length | nodes.Sum) for side in (node.left, node.right))
            if sign in _HOW and not worked_out and not isinstance(node.right, nodes.Path):
                return "filter", "match"
            return "filter", "range"
        case Range() | Among(side=nodes.Sum()):  # `age % 10 in [1]` tells of a part of a value
            return "filter", "range"
        case Among():
            return "filter", "match"
        case Like() | Match():
            return "text", "text"
        case Holds():
            return "filter", "match"
    return "filter", "exists"


def rows(tree: Tree) -> list[Tree]:
    """The rows that a write brings."""
    return [as_tree(one) for one in list_of(tree.get("data"))]


def ids(name: str, tree: Tree, key: str) -> Iterator[tuple[str, Json]]:
    """Every id that a body names, and where. `key`: what ids are called in this collection."""
    if name in GETS or "id" in tree:
        named = tree.get("id")
        yield from ((f"/id/{i}", one) for i, one in enumerate(named)) if isinstance(named, list) else [("/id", named)]
    if name in WRITES:
        yield from ((f"/data/{i}/{key}", row[key]) for i, row in enumerate(rows(tree)) if key in row)
    for at, node in filters(name, tree):
        for one in nodes.each(node):
            yield from ((at, value) for value in _keys(one, key))


def _keys(node: Node, key: str) -> list[Json]:
    """The ids that a condition names."""
    match node:
        case Among(side=Path(root=root, steps=()), values=values) if root == key:
            return [*values.items]
        case Compare(left=Path(root=root, steps=()), sign="==", right=Value(value=value)) if root == key:
            return [value]
        case Compare(left=Value(value=value), sign="==", right=Path(root=root, steps=())) if root == key:
            return [value]
    return []


def by_ids(name: str, tree: Tree, key: str) -> list[Json] | None:
    """The ids that a body selects by, and by nothing else; None: it selects otherwise."""
    if name in GETS or "id" in tree:
        named = tree.get("id")
        return named if isinstance(named, list) else [named]
    text = tree.get("filter")
    if not isinstance(text, str):
        return None
    node = filter_of(text)
    if isinstance(node, Among) and node.negated:
        return None
    return _keys(node, key) or ([] if isinstance(node, Among) and node.side == Path(key) else None)


# what is compared with


def rewritten(name: str, tree: Tree, each: Each, key: str) -> Tree:
    """The body with every value of its filters, and every id it is asked by, put through `each`; what is grouped by is shown to it.

    `key`: what ids are called in the collection.
    """

    def site(one: Site) -> Json | None:
        if not isinstance(one.filter, str):
            return None
        return str(_filter(filter_of(one.filter), one.at.strip("/").replace("/", "."), each))

    new = mapped(name, tree, site)
    if isinstance(field := tree.get("groupingField"), str):
        each(Condition("groupingField", ("data", 0, field), "field", field, (field,)))
    return {**new, "id": _named_ids(new["id"], key, each)} if "id" in new else new


def _named_ids(named: Json, key: str, each: Each) -> Json:
    listed: list[Json] = []
    for one in named if isinstance(named, list) else [named]:
        assert isinstance(one, str | int)
        new = each(Condition("id", ("data", 0, key), "equal", one, (key,), outright=True))
        listed += new.values if isinstance(new, AnyOf) else [new]
    return listed if isinstance(named, list) or len(listed) > 1 else listed[0]


def _filter(node: Node, at: str, each: Each) -> Node:
    for value, of in _worked_out(node):  # no value of the field, but near one
        _put(value, of, "order", at, each)
    match node:
        case nodes.Not(inner):
            return nodes.Not(_filter(inner, at, each))
        case nodes.Joined(word, parts):
            return nodes.Joined(word, tuple(_filter(part, at, each) for part in parts))
        case Compare(left, sign, right):
            return _compared(left, sign, right, at, each)
        case Range(low, path, high, signs):
            return Range(_one(low, path, "order", at, each), path, _one(high, path, "order", at, each), signs)
        case Among(side, values, negated) if isinstance(side, Path):
            return Among(side, _several(values, side, at, each), negated)
    return _inside(node, at, each)


def _worked_out(node: Node) -> list[tuple[Value, Path]]:
    """The values that a sum is compared with, and its field."""
    match node:
        case Compare(nodes.Sum(path), _, Value() as value) | Compare(Value() as value, _, nodes.Sum(path)):
            return [(value, path)]
        case Among(nodes.Sum(path), values):
            return [(Value(one), path) for one in values.items]
    return []


def _inside(node: Node, at: str, each: Each) -> Node:
    """What looks into texts and lists."""
    match node:
        case Like(path, text):
            return Like(path, _one(text, path, "expression", at, each))
        case Match(called, path, text, slop):
            new = _put(text, path, "part", at, each)
            several = [
                Match(called, path, Value(one), slop)
                for one in (new.items if isinstance(new, Values) else (new.value,))
            ]
            return several[0] if len(several) == 1 else nodes.Joined("or", (*several,))
        case Holds(called, path, what):
            if isinstance(what, Values):
                return Holds(called, path, _several(what, path, at, each))
            return Holds(called, path, _nested(what, path, at, each))
    return node


def _compared(left: nodes.Side, sign: str, right: nodes.Side, at: str, each: Each) -> Node:
    how: How = "equal" if sign in _HOW else "order"
    if isinstance(left, Path) and isinstance(right, Value):
        new = _put(right, left, how, at, each)
        if isinstance(new, Values):  # several values stand for one
            return Among(left, new, negated=sign == "!=") if sign in _HOW else Compare(left, sign, right)
        return Compare(left, sign, new)
    if isinstance(left, Value) and isinstance(right, Path):
        new = _put(left, right, how, at, each)
        if isinstance(new, Values):
            return Among(right, new, negated=sign == "!=") if sign in _HOW else Compare(left, sign, right)
        return Compare(new, sign, right)
    for side, path in ((right, left), (left, right)):
        if isinstance(path, Path) and isinstance(side, Values):
            return Compare(path, sign, _several(side, path, at, each))
        if isinstance(path, Path) and isinstance(side, Path):  # the sameness, or the order, of two fields
            each(Condition(at, _home(path), "field", str(path), path.keys))
    return Compare(left, sign, right)


def _home(path: Path) -> tuple[str | int, ...]:
    return ("data", 0, *(0 if step is None else step for step in path.keys))


def _put(value: Value, path: Path, how: How, at: str, each: Each) -> Value | Values:
    new = each(Condition(at, _home(path), how, value.value, path.keys))
    if isinstance(new, AnyOf):
        return Values(tuple(_value(one).value for one in new.values))
    return _value(new)


def _value(new: Json) -> Value:
    if not isinstance(new, str | int | float):
        raise TypeError("a value became something else")
    return Value(new)


def _one(value: Value, path: Path, how: How, at: str, each: Each) -> Value:
    new = _put(value, path, how, at, each)
    return value if isinstance(new, Values) else new


def _nested(value: Value | Nested, path: Path, at: str, each: Each) -> Value | Nested:
    """Its values, of which none becomes several: a list is compared as a whole."""
    if isinstance(value, Value):
        return _one(value, path, "equal", at, each)
    return Nested(tuple(_nested(one, path, at, each) for one in value.items))


def _several(values: Values, path: Path, at: str, each: Each) -> Values:
    found: list[str | int | float] = []
    home, keys = _home(path), path.keys
    for one in values.items:
        new = each(Condition(at, home, "equal", one, keys))
        if isinstance(new, AnyOf):
            found += [_value(inner).value for inner in new.values]
        else:
            found.append(_value(new).value)
    return Values(tuple(found))
