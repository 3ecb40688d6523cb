"""How is a Weaviate call kept to some rows? By one `And` around the caller's filter, and by whose the ids are it names.

A filter takes only what the server compares as it stands: a text with tokenization `field`, a whole number, true or false.
Other texts are compared word by word and without case, so that another's value could pass; such a field is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.dialects.base.dialect import JSON_HEADERS, Scope
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.weaviate import results, sites, where
from vecgate.dialects.weaviate.graphql.asked import GET, Asked, Selected, document
from vecgate.dialects.weaviate.graphql.document import said
from vecgate.dialects.weaviate.meaning import folded
from vecgate.dialects.weaviate.sites import GRAPHQL, SEARCHES, Search
from vecgate.dialects.weaviate.things import Described
from vecgate.dialects.weaviate.values import PROPERTY, Tree, as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.kinds import NO_RECORDS
from vecgate.domain.row import Row
from vecgate.domain.scoped import Owned, Scoped, as_it_is, unscopable, wrong_field
from vecgate.parsing.strict_json import dump

AT_ONCE: Final = 500
_SEARCHED: Final = frozenset({GRAPHQL, *SEARCHES, "aggregate", sites.DELETE})
_WRITES: Final = frozenset({"objects_create", "objects_replace", "objects_patch", "batch_objects"})
_BY_ID: Final = frozenset({"objects_get", "objects_exists", "objects_delete"})
_WHY: Final[Mapping[str, str]] = {
    "objects_list": "a list takes no filter; ask for the same over /v1/graphql with 'Get'",
    **dict.fromkeys(
        ("reference_add", "reference_replace", "reference_delete", "batch_references"),
        "what is linked is shown with what links to it, whoever's it is",
    ),
    "tenants_list": "the names of tenants are others' names",
}
_WEIGHED: Final = "words are weighed by how rare they are among all records, so that ranks and scores tell of others'"
_TYPES: Final[Mapping[type, str]] = {str: "text", bool: "boolean", int: "int"}

type Fields = Mapping[str, Described]


def scope_of(route: Route) -> Scope:
    """Whether a route is kept to rows, shows nothing of records, or is refused."""
    if route.name in (*_SEARCHED, *_WRITES, *_BY_ID):
        return "kept"
    return "whole" if route.kind in NO_RECORDS and route.name not in _WHY and not route.refused else "refused"


def scoped(match: Match, call: Call, decision: Decision, found: Fields, shown: bool) -> Scoped:
    """The call kept to the rows of a decision. Raises CallRefused (`rows.unscopable`, `rows.field`)."""
    route = match.route
    if scope_of(route) == "refused":
        unscopable(route.kind, decision, _WHY.get(route.name, "it is about a class, or a server, as a whole"))
    if scope_of(route) == "whole":
        return Scoped(call)
    for one in found.values():
        _check(one, match, decision)
    if route.name in _SEARCHED:
        return _search(match, call, decision, found, shown)
    if route.name in _BY_ID:
        return _by_id(match, call, decision, shown)
    return _write(match, call, decision)


def _check(one: Described, match: Match, decision: Decision) -> None:
    """Refuse fields that the server does not compare as they stand."""
    for row in decision.rows:
        told = one.properties.get(row.field, {})
        for value in row.values:
            plain = value == value.strip() and value != "" if isinstance(value, str) else abs(value) < 2**53
            exact = not isinstance(value, str) or told.get("tokenization") == "field"
            if (
                not PROPERTY.fullmatch(row.field)
                or one.type_of(row.field) != _TYPES[type(value)]
                or not exact
                or not plain
            ):
                unscopable(match.route.kind, decision, f"'{row.field}' is no property that is compared as it stands "
                           "(a text with tokenization 'field', an int below 2^53, a boolean)")  # fmt: skip


def _put(call: Call, tree: Json) -> Call:
    return replace(call, body=dump(tree), tree=tree)


# searches


def _search(match: Match, call: Call, decision: Decision, found: Fields, shown: bool) -> Scoped:
    name, tree, own = match.route.name, as_tree(call.tree), where.condition(decision.rows)
    for one in sites.searches(name, tree):
        _reachable(one, match, decision)
    _no_references(name, tree, found, match, decision)
    new = sites.mapped(name, tree, lambda site: where.both(own, site.filter))
    owned = _started(match, tree, decision)
    if not shown or name not in (GRAPHQL, *SEARCHES):
        return Scoped(_put(call, new), owned=owned)
    fields = tuple(row.field for row in decision.rows)
    told, added = _with_fields(name, new, fields)
    sift = partial(_sifted, name=name, rows=decision.rows, added=added)
    return Scoped(_put(call, told), sift, owned)


def _reachable(one: Search, match: Match, decision: Decision) -> None:
    """Refuse what no filter reaches."""
    told, route = one.arguments, match.route
    if route.name in sites.WORDS or "bm25" in told or as_tree(told.get("hybrid")).get("query"):
        unscopable(route.kind, decision, _WEIGHED)
    if "after" in told:
        unscopable(route.kind, decision, "a cursor takes no filter")
    if one.asked is not None and one.root == GET and ("groupBy" in told or "group" in one.asked.additional):
        unscopable(route.kind, decision, "the records of a group are not told apart")


def _no_references(name: str, tree: Tree, found: Fields, match: Match, decision: Decision) -> None:
    named = [str(one) for one in list_of(tree.get("returnProperties"))] if name in SEARCHES else []
    if any(one.refers(property_) for one in found.values() for property_ in named):
        unscopable(match.route.kind, decision, "it shows what a reference leads to, whoever's it is")
    for asked in sites.of(tree) if name == GRAPHQL else ():
        known = found.get(asked.name)
        if known is None or any(known.refers(field.name) for field in asked.fields):
            unscopable(match.route.kind, decision, "it shows what a reference leads to, whoever's it is")


def _with_fields(name: str, tree: Tree, fields: Sequence[str]) -> tuple[Tree, Mapping[str, frozenset[str]]]:
    """The body asking for these fields of each record as well, and for each search those that only this asks for."""
    if name in SEARCHES:
        asked = tree.get("returnProperties")
        if not isinstance(asked, list):
            return tree, {}
        more = [one for one in dict.fromkeys(fields) if one not in asked]
        return {**tree, "returnProperties": [*asked, *more]}, {"": frozenset(more)}
    added, new = dict[str, frozenset[str]](), list[Asked]()
    for one in sites.of(tree):
        if one.root != GET:
            new.append(one)
            continue
        have = {field.name for field in one.fields}
        more = [field for field in dict.fromkeys(fields) if field not in have]
        added[one.key] = frozenset(more)
        new.append(replace(one, fields=(*one.fields, *(Selected(field) for field in more))))
    return {**tree, "query": said(new)}, added


def _sifted(tree: Json, name: str, rows: Sequence[Row], added: Mapping[str, frozenset[str]]) -> tuple[Json, int]:
    """The caller's own records; without the fields that only this was asked for."""
    before = results.listed(name, tree)
    if name == GRAPHQL:
        data = as_tree(as_tree(tree).get("data"))
        got = {
            key: None if many is None else _own(list_of(many), rows, added.get(key, frozenset()))
            for key, many in as_tree(data.get(GET)).items()
        }
        tree = {**as_tree(tree), "data": {**data, GET: {**got}}} if got else tree
    else:
        tree = {
            **as_tree(tree),
            "results": _own(list_of(as_tree(tree).get("results")), rows, added.get("", frozenset()), "properties"),
        }
    after = results.listed(name, tree) or []
    return tree, sum(map(len, before or [])) - sum(map(len, after))


def _own(records: list[Json], rows: Sequence[Row], added: frozenset[str], under: str = "") -> list[Json]:
    kept = list[Json]()
    for record in map(as_tree, records):
        held = as_tree(record.get(under)) if under else record
        if all(row.fits(held.get(row.field)) for row in rows):
            rest: Tree = {key: value for key, value in held.items() if key not in added}
            kept.append({**record, under: rest} if under else rest)
    return kept


def _started(match: Match, tree: Tree, decision: Decision) -> tuple[Owned, ...]:
    """The records whose vectors show in the distances must be the caller's."""
    found = list[Owned]()
    for (cls, tenant), ids in sites.starting(match.route.name, tree, match.values.get("class", "")).items():
        found += _owned(cls, tenant, ids, decision, fresh=False)
    return tuple(found)


def _tenant(value: Json) -> str:
    return value if isinstance(value, str) else ""


def looked_up(name: str, tenant: str, ids: Sequence[str], own: Json) -> Call:
    """The question which of these records there are, within a condition."""
    chosen: Json = {"operator": "ContainsAny", "path": ["id"], "valueText": [*ids]}
    told: Tree = {"where": chosen if own is None else where.both(own, chosen), "limit": len(ids)}
    if tenant:
        told["tenant"] = tenant
    asked = Asked(GET, name, name, told, (Selected("_additional", (Selected("id"),)),))
    tree: Json = {"query": document([asked])}
    return Call("POST", "/v1/graphql", headers=JSON_HEADERS, body=dump(tree), tree=tree)


def ids_in(tree: Json) -> list[str]:
    """The ids of an answer to that. Raises ValueError for one that says that it could not be answered."""
    if not isinstance(tree, dict) or tree.get("errors"):
        raise ValueError("an answer with errors")
    return [
        str(as_tree(as_tree(one).get("_additional")).get("id"))
        for many in results.listed(GRAPHQL, tree) or []
        for one in many
    ]


def _owned(name: str, tenant: str, ids: Sequence[str], decision: Decision, *, fresh: bool) -> tuple[Owned, ...]:
    if not ids:
        return ()
    there, own = (
        partial(looked_up, name, tenant, own=None),
        partial(looked_up, name, tenant, own=where.condition(decision.rows)),
    )
    return (Owned(name, tuple(dict.fromkeys(ids)), there, own, ids_in, AT_ONCE, fresh),)


# by id, and writes


def _by_id(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    """A read, a question whether it is there, or a delete of one record, which is looked up before."""
    tenant = dict(call.query).get("tenant", "")
    owned = _owned(match.values["class"], tenant, [match.values["id"]], decision, fresh=False)
    if match.route.name != "objects_get" or not shown:
        return Scoped(call, owned=owned)
    return Scoped(call, partial(_mine, rows=decision.rows), owned)


def _mine(tree: Json, rows: Sequence[Row]) -> tuple[Json, int]:
    """The one record, which was the caller's a moment ago. Raises ValueError where it is not any more."""
    held = as_tree(as_tree(tree).get("properties"))
    if not all(row.fits(held.get(row.field)) for row in rows):
        raise ValueError("a record that became another's")
    return tree, 0


def _write(match: Match, call: Call, decision: Decision) -> Scoped:
    """A write of records that are the caller's, or nobody's yet, with the fields of the rows in each."""
    name, tree = match.route.name, as_tree(call.tree)
    new, groups = list[Tree](), dict[tuple[str, str], list[str]]()
    for at, one in sites.objects(name, tree):
        given = as_tree(one.get("properties"))
        if any(_links(value) for value in given.values()):
            unscopable(
                match.route.kind, decision, "it links to a record, which would be shown with it, whoever's it is"
            )
        kept = _whole(
            given, f"{at.strip('/').replace('/', '.')}.properties".lstrip("."), decision, partly=name == "objects_patch"
        )
        new.append({**one, "properties": kept} if kept or "properties" in one else one)
        id = one.get("id", match.values.get("id"))
        if id is not None:
            place = (folded(one.get("class", match.values.get("class"))), _tenant(one.get("tenant")))
            groups.setdefault(place, []).append(str(id))
    fresh = name in ("objects_create", "batch_objects")
    owned = tuple(
        one for (cls, tenant), ids in groups.items() for one in _owned(cls, tenant, ids, decision, fresh=fresh)
    )
    sent: Json = {**tree, "objects": [*new]} if name == "batch_objects" else new[0]
    return Scoped(_put(call, sent), as_it_is, owned)


def _links(value: Json) -> bool:
    many = value if isinstance(value, list) else [value]
    return any("beacon" in as_tree(one) or "href" in as_tree(one) for one in many)


def _whole(given: Tree, at: str, decision: Decision, *, partly: bool) -> Tree:
    """The properties of an object with the fields of the rows in them; of a part of one, only those it names."""
    new = dict(given)
    for row in decision.rows:
        if row.field not in new:
            if partly:
                continue
            if not row.values[1:]:
                new[row.field] = row.values[0]
        if not row.fits(new.get(row.field)):
            wrong_field(f"{at}.{row.field}", decision)
    return new
