"""What do a route and a body of Weaviate mean together? Kinds, dangers, classes, tenants and numbers of records."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from vecgate.dialects.base.routing import Match
from vecgate.dialects.base.vectors import is_numbers
from vecgate.dialects.weaviate import results, sites, where
from vecgate.dialects.weaviate.graphql.asked import AGGREGATE
from vecgate.dialects.weaviate.sites import GRAPHQL, Search
from vecgate.dialects.weaviate.things import Described
from vecgate.dialects.weaviate.values import WINDOW, Tree, as_tree, beacon, list_of, origin
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing.forms import unreadable

NAME: Final = "weaviate"
#: Searches of which somewhere a model is asked, where the server has one.
_ASKING: Final = ("nearText", "hybrid")


class Named(NamedTuple):
    """A class by the name that a call has for it, and the tenant in it; `there`: it must be one already."""

    name: str
    tenant: str | None = None
    there: bool = True


type Found = Mapping[str, Described]


def body(call: Call) -> Tree:
    """The body of a call; empty where it has none, or a list."""
    return as_tree(call.tree)


def links(call: Call) -> bool:
    """Whether anything in a body may be a link to an object: what has none needs not be walked through."""
    return not call.body or b'"beacon"' in call.body or b'"to"' in call.body


def folded(name: Json) -> str:
    """The name of a class as the server reads it."""
    text = str(name)
    return text[:1].upper() + text[1:]


def places(match: Match, call: Call) -> list[Named]:
    """Every class that a call names, with its tenant, each once."""
    query, tree, route = dict(call.query), body(call), match.route.name
    said = tree.get("tenant") if route in (*sites.BY_PATH, "objects_replace", "objects_patch") else query.get("tenant")
    tenant = said if isinstance(said, str) else None
    found = list[Named]()
    if "class" in match.values:
        tenants = _tenants(match, call)
        found += [Named(match.values["class"], one) for one in tenants] or [Named(match.values["class"], tenant)]
    for key in ("class", "collection"):
        if key in query:
            found.append(Named(folded(query[key]), tenant))
    found += _of_body(route, tree, tenant)
    found += [Named(name) for one in (_linked(call.tree) if links(call) else ()) if (name := one)]
    found += _batched(route, call.tree)
    return [*dict.fromkeys(found)]


def _tenants(match: Match, call: Call) -> list[str]:
    """The tenants that a call about a class names one by one."""
    for key in ("tenant", "shard"):  # in a class with tenants a shard is one of them
        if key in match.values:
            return [match.values[key]]
    if not match.route.name.startswith("tenants_"):
        return []
    return [str(as_tree(one).get("name")) if isinstance(one, dict) else str(one) for one in list_of(call.tree)]


def _of_body(route: str, tree: Tree, tenant: str | None) -> list[Named]:
    if route == GRAPHQL:
        return [Named(one.name, _text(one.arguments.get("tenant"))) for one in sites.of(tree)]
    if route in ("objects_create", "objects_validate", "batch_objects"):
        return [Named(folded(name), _text(said)) for name, said in sites.classes(route, tree)]
    if route == sites.DELETE:
        return [Named(folded(as_tree(tree.get("match")).get("class")), tenant)]
    if route in ("alias_create", "alias_alter"):
        return [Named(str(tree["class"])), *([Named(str(tree["alias"]), there=False)] if "alias" in tree else [])]
    if route in ("schema_create", "schema_alter", "property_add"):
        made = [Named(str(tree["class"]), there=False)] if route == "schema_create" else []
        return [*made, *(Named(one) for one in _referred(tree) if one not in {name for name, *_ in made})]
    if route in ("backup_create", "backup_restore") and not list_of(tree.get("exclude")):
        return [Named(str(one), there=route == "backup_create") for one in list_of(tree.get("include"))]
    return []


def _referred(tree: Tree) -> list[str]:
    """The classes that new properties refer to, which begin with a capital: types of values do not."""
    each = [tree, *map(as_tree, list_of(tree.get("properties")))]
    kinds = (str(kind) for one in each for kind in list_of(one.get("dataType")))
    return [*dict.fromkeys(kind for kind in kinds if kind[:1].isupper())]


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _linked(tree: Json) -> Iterable[str]:
    """The classes of all beacons in a body: what is linked to is looked for."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if isinstance(value, str):
                yield from [beacon(value)[0]] if key in ("beacon", "to") else ()
            elif isinstance(value, dict | list):
                yield from _linked(value)
    elif isinstance(tree, list) and not is_numbers(tree):
        for one in tree:
            if isinstance(one, dict | list):
                yield from _linked(one)


def _batched(route: str, tree: Json) -> list[Named]:
    """The classes and tenants of references that come in one list."""
    if route != "batch_references":
        return []
    return [Named(origin(one.get("from"))[0], _text(one.get("tenant"))) for one in map(as_tree, list_of(tree))]


def plain(match: Match, found: Iterable[Named]) -> Operation:
    """What the route alone says, under the names in the call: one operation for each tenant."""
    route, by = match.route, dict[str | None, list[str]]()
    for one in found:
        by.setdefault(one.tenant, []).append(one.name)
    each = [
        Operation(NAME, route.name, route.kind, route.danger, tenant, collections=tuple(dict.fromkeys(names)))
        for tenant, names in by.items()
    ] or [Operation(NAME, route.name, route.kind, route.danger)]
    return replace(each[0], also=tuple(each[1:])) if len(each) > 1 else each[0]


def refined(match: Match, call: Call, named: Iterable[Named], found: Found) -> Operation:
    """The same under the classes' own names, with what the body says. Raises CallRefused."""
    own = list[Named]()
    for one in named:
        known = found.get(one.name)
        if known is not None and one.tenant is not None and not known.tenants:
            if "shard" not in match.values:
                raise results.no_tenants()
            one = one._replace(tenant=None)  # without tenants the server names shards as it likes
        own.append(one if known is None else one._replace(name=known.name))
    operation = _with_things(plain(match, own), found)
    refine = _REFINE.get(match.route.name)
    return refine(operation, match, call, found) if refine else operation


def _with_things(operation: Operation, found: Found) -> Operation:
    own = {one.name: one.thing for one in found.values()}
    things = tuple(own.get(name, "") for name in operation.collections)
    also = tuple(_with_things(one, found) for one in operation.also)
    return replace(operation, things=things, also=also) if any(things) or also else operation


type _Refine = Callable[[Operation, Match, Call, Found], Operation]


def _listing(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    query = dict(call.query)
    limit, offset = int(query["limit"]) if "limit" in query else None, int(query.get("offset", 0))
    return replace(operation, limit=limit, page=(offset, limit), wants_vectors="include" in query)


def _getting(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    return replace(operation, limit=1, wants_vectors="include" in dict(call.query))


def _writing(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    """Of what is written a model makes vectors where the class has one and the object brings none."""
    brought = sites.objects(match.route.name, body(call))
    operation = replace(operation, records=len(brought))
    for _, one in brought if links(call) else ():
        known = found.get(folded(one.get("class", match.values.get("class"))))
        for key, value in as_tree(one.get("properties")).items():
            if any("beacon" in as_tree(link) for link in (value if isinstance(value, list) else [value])):
                operation = _leading(operation, known, key)
    named = {
        folded(one.get("class", match.values.get("class"))) for _, one in brought if not {"vector", "vectors"} & {*one}
    }
    return _asks(operation) if any(found[one].embeds for one in named if one in found) else operation


def _asks(operation: Operation) -> Operation:
    asked = replace(operation, name="inference", kind="inference", danger=3, also=())
    return replace(operation, also=(*operation.also, asked))


def _search(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    tree, name = body(call), match.route.name
    operation, known = replace(operation, limit=results.asked(name, tree)), found.get(match.values["class"])
    if known and any(known.refers(str(one)) for one in list_of(tree.get("returnProperties"))):
        unreadable("'returnProperties' follows a reference: records of another class, which nobody decided on")
    if name == "aggregate" or name == "search_bm25":
        return operation
    asks = name == "search_near_text" or (name == "search_hybrid" and (known is None or known.embeds))
    return _asks(operation) if asks else operation


#: What a call of several searches is taken for first: guards look at that.
_FIRST: Final = ("search", "list_scan", "read_ids", "aggregate", "count")


def _document(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    """One operation for each search: kinds differ, and so may tenants."""
    each = list[Operation]()
    for one in sites.searches(GRAPHQL, body(call)):
        assert one.asked is not None
        known = found.get(one.asked.name)
        if known and any(known.refers(field.name) for field in one.asked.fields):
            unreadable("it follows a reference: records of another class, which nobody decided on")
        made = Operation(
            NAME, operation.name, _kind(one), 2, _text(one.arguments.get("tenant")),
            collections=(known.name if known else one.asked.name,), things=(known.thing,) if known else (),
            limit=results.of_search(one), wants_vectors=results.wants_vectors(one.asked),
        )  # fmt: skip
        if "nearText" in one.arguments or ("hybrid" in one.arguments and (known is None or known.embeds)):
            made = _asks(made)
        each += [replace(made, also=()), *made.also] if made.also else [made]
    if len(each) == 1:
        return each[0]
    first, *rest = sorted(
        dict.fromkeys(each), key=lambda one: _FIRST.index(one.kind) if one.kind in _FIRST else len(_FIRST)
    )
    return replace(first, also=tuple(rest), limit=results.asked(GRAPHQL, body(call)) or first.limit)


def _kind(one: Search) -> str:
    told, asked = one.arguments, one.asked
    if one.root == AGGREGATE:
        alone = asked is not None and [field.name for field in asked.fields] == ["meta"] and "groupBy" not in told
        return "count" if alone else "aggregate"
    if any(key in told for key in ("nearVector", "nearObject", "bm25", *_ASKING)):
        return "search"
    return "read_ids" if where.ids_of(one.where) is not None else "list_scan"


def _delete(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    chosen = as_tree(body(call).get("match")).get("where")
    ids = where.ids_of(chosen)
    if body(call).get("dryRun") is True:
        if body(call).get("output") == "verbose":  # it lists the ids of what it finds
            return replace(operation, kind="list_scan", danger=2, limit=WINDOW)
        return replace(operation, kind="count", danger=1)
    if ids is not None:
        return replace(operation, kind="delete_ids", danger=3, records=len(ids))
    return operation


def _altering(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    """What lets objects end by their age deletes those of that age, and no filter of it is counted."""
    ends = as_tree(body(call).get("objectTtlConfig")).get("enabled") is True
    return replace(operation, danger=4) if ends else operation


def _one(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    return replace(operation, records=1)


def _links(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    operation = _leading(operation, found.get(match.values.get("class", "")), match.values.get("property", ""))
    return replace(operation, records=1)


def _batch_links(operation: Operation, match: Match, call: Call, found: Found) -> Operation:
    many = [origin(as_tree(one).get("from")) for one in list_of(call.tree)]
    for name, _, key in many:
        operation = _leading(operation, found.get(name), key)
    return replace(operation, records=len(many))


def _leading(operation: Operation, known: Described | None, key: str) -> Operation:
    """What is linked to is of the classes of the property, where the beacon names none."""
    targets = known.type_of(key).split(",") if known else []
    more = tuple(one for one in targets if one[:1].isupper() and one not in operation.collections)
    things = (*operation.things, *("" for _ in more)) if operation.things else ()
    return replace(operation, collections=(*operation.collections, *more), things=things)


_REFINE: Final[Mapping[str, _Refine]] = {
    "objects_list": _listing,
    **dict.fromkeys(("objects_get", "objects_exists"), _getting),
    "objects_delete": _one,
    **dict.fromkeys(sites.WRITES, _writing),
    **dict.fromkeys(sites.BY_PATH, _search),
    **dict.fromkeys(("reference_add", "reference_replace", "reference_delete"), _links),
    "batch_references": _batch_links,
    GRAPHQL: _document,
    "schema_alter": _altering,
    sites.DELETE: _delete,
}
