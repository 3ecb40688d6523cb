"""How many results does a read of Weaviate ask for and give, and where are they? Asked, bounded, counted, cut, and stripped."""

from collections.abc import Callable
from typing import Final

from vecgate.dialects.weaviate import sites
from vecgate.dialects.weaviate.graphql.asked import AGGREGATE, GET, Asked
from vecgate.dialects.weaviate.graphql.own import AS_SET_UP
from vecgate.dialects.weaviate.sites import GRAPHQL, SEARCHES, Search
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: What is given where no number is said: by documents, and by the rest as the server is set up by itself.
DEFAULT: Final = 100
DEFAULT_REST: Final = 10
_VECTORS: Final = ("vector", "vectors")


def whole(tree: Tree, key: str, default: int) -> int:
    """The whole number that a body says, or another where it says none."""
    found = tree.get(key)
    return found if type(found) is int else default


def says_number(one: Search) -> bool:
    """Whether a search says how many records it wants."""
    return one.arguments.get("limit", AS_SET_UP) != AS_SET_UP


def default(one: Search) -> int:
    """What is given where it does not."""
    return DEFAULT if one.asked and "limit" not in one.arguments else DEFAULT_REST


def of_search(one: Search) -> int | None:
    """The most records that a search can give; None: it gives none, or as many as the server is set up to give."""
    if one.root != GET or (not says_number(one) and (one.asked is None or "limit" in one.arguments)):
        return None
    group = as_tree(one.arguments.get("groupBy"))
    limit = whole(one.arguments, "limit", DEFAULT)
    return max(limit, whole(group, "groups", 1) * whole(group, "objectsPerGroup", 1)) if group else limit


def asked(name: str, tree: Tree) -> int | None:
    """The most records that an answer can hold, over all its searches; None: it is no read of records."""
    found = [most for one in sites.searches(name, tree) if (most := of_search(one)) is not None]
    return sum(found) if found and name in sites.LISTED else None


def bounded(name: str, tree: Tree, allowed: int, rule: str) -> Tree:
    """The body asking for at most `allowed` records, or for one more where a single search says no number.

    Raises CallRefused (`limit.results`) if it asks for more itself.
    """
    gives = [one for one in sites.searches(name, tree) if one.root == GET]
    if len(gives) == 1 and not says_number(gives[0]):

        def change(one: Search) -> Tree:
            more = 0 if "groupBy" in one.arguments else 1  # what a group shows is no page of which there is a next one
            return {**one.arguments, "limit": min(default(one), allowed + more)} if one.root == GET else one.arguments

        tree = sites.put(name, tree, change)
        if "groupBy" not in gives[0].arguments or name != GRAPHQL:
            return tree
    within(asked(name, tree), allowed, rule)
    return tree


def within(wanted: int | None, allowed: int, rule: str) -> None:
    """Raise CallRefused (`limit.results`) for more than is allowed."""
    if wanted is not None and wanted > allowed:
        raise CallRefused(refuse("limit.results", things="results", asked=wanted, rule=rule, allowed=allowed))


#: What is answered with one object; where guards look, a question whether it is there is, too.
_ONE: Final = frozenset({"objects_get", sites.EXISTS})


def listed(name: str, tree: Json) -> list[list[Json]] | None:
    """The lists of records of an answer; None where it holds none. Raises ValueError for an answer that is none of these."""
    if not isinstance(tree, dict):
        if name in sites.READS:
            raise ValueError("an answer that lists no records")
        return None
    if name == GRAPHQL:
        found = as_tree(as_tree(tree.get("data")).get(GET))
        return [list_of(one) for one in found.values()]
    if name in SEARCHES:
        return [_list(tree, "results")]
    if name == "objects_list":
        return [_list(tree, "objects")]
    return [[tree]] if name in _ONE else None


def _list(tree: Tree, key: str) -> list[Json]:
    found = tree.get(key)
    if found is None or not isinstance(found, list):
        raise ValueError("an answer that lists no records")
    return found


def leads(name: str, tree: Json) -> bool:
    """Whether a record of a search's answer shows what a reference of it leads to."""
    found = list_of(as_tree(tree).get("results")) if name in SEARCHES else []
    return any(as_tree(one).get("references") for one in found)


def held(name: str, tree: Json) -> int | None:
    """How many records an answer holds; None where that is not what it holds."""
    try:
        found = listed(name, tree)
    except ValueError:
        return None
    return None if found is None else sum(_size(one) for many in found for one in many)


def _size(record: Json) -> int:
    """One record; a group is as many as it shows."""
    group = as_tree(as_tree(as_tree(record).get("_additional")).get("group"))
    return len(list_of(group["hits"])) if "hits" in group else 1


def grouped(tree: Json) -> int:
    """How many values the groups of an answer show, and what occurs most in a property."""
    by_rest, by_documents = as_tree(tree).get("groups"), as_tree(as_tree(as_tree(tree).get("data")).get(AGGREGATE))
    groups = [as_tree(one) for many in (by_rest, *by_documents.values()) for one in list_of(many)]
    return sum(max("groupedBy" in one, _occurring(one)) for one in groups)


def _occurring(group: Tree) -> int:
    return sum(len(list_of(as_tree(told).get("topOccurrences"))) for told in group.values())


def cut(name: str, tree: Json, most: int) -> Json:
    """An answer with its first `most` records."""
    left = [most]

    def first(record: Json) -> Json | None:
        left[0] -= _size(record)
        return record if left[0] >= 0 else None

    return changed(name, tree, first)


def changed(name: str, tree: Json, each: Callable[[Json], Json | None]) -> Json:
    """An answer with what `each` makes of every record; None: without it."""
    listed(name, tree)
    if not isinstance(tree, dict):
        return tree

    def of(records: Json) -> Json:
        return [now for one in list_of(records) if (now := each(one)) is not None]

    if name == GRAPHQL:
        data, got = as_tree(tree.get("data")), as_tree(as_tree(tree.get("data")).get(GET))
        if not got:
            return tree
        return {**tree, "data": {**data, GET: {key: None if one is None else of(one) for key, one in got.items()}}}
    key = "results" if name in SEARCHES else "objects"
    if name in (*SEARCHES, "objects_list"):
        return {**tree, key: of(tree[key])}
    return each(tree) if name in _ONE else tree


def stripped(name: str, tree: Json, zeros: bool) -> Json:
    """An answer without vectors; the very tree that was given, where it has none."""
    if name == GRAPHQL and isinstance(tree, dict):
        data, got = as_tree(tree.get("data")), as_tree(as_tree(tree.get("data")).get(GET))
        new = {key: _each(many, lambda one: _additional(one, zeros)) for key, many in got.items()}
        same = all(now is got[key] for key, now in new.items())
        return tree if same else {**tree, "data": {**data, GET: new}}
    if name == "objects_list" and isinstance(tree, dict) and isinstance(tree.get("objects"), list):
        many = _each(tree["objects"], lambda one: _bare(one, zeros))
        return tree if many is tree["objects"] else {**tree, "objects": many}
    if name == "batch_objects":
        return _each(tree, lambda one: _bare(one, zeros))
    return _bare(tree, zeros) if name in _ECHO else tree


_ECHO: Final = frozenset({"objects_get", "objects_create", "objects_replace"})


def _each(many: Json, change: Callable[[Json], Json]) -> Json:
    if not isinstance(many, list):
        return many
    new = [change(one) for one in many]
    return many if all(now is was for now, was in zip(new, many, strict=True)) else new


def _bare(record: Json, zeros: bool) -> Json:
    if not isinstance(record, dict) or not any(record.get(key) for key in _VECTORS):
        return record
    if zeros:
        return {key: _zeros(value) if key in _VECTORS else value for key, value in record.items()}
    return {key: value for key, value in record.items() if key not in _VECTORS}


def _zeros(value: Json) -> Json:
    if isinstance(value, list):
        return [_zeros(one) for one in value]
    if isinstance(value, dict):
        return {key: _zeros(one) for key, one in value.items()}
    return 0.0 if isinstance(value, int | float) else value


def _additional(record: Json, zeros: bool) -> Json:
    """A record of a document's answer; in what stands beside its properties, and in the hits of its group."""
    beside = as_tree(as_tree(record).get("_additional"))
    if not isinstance(record, dict) or not beside:
        return record
    now, group = _bare(beside, zeros), as_tree(beside.get("group"))
    hits = _each(group.get("hits"), lambda one: _additional(one, zeros))
    if group and hits is not group.get("hits"):
        now = {**as_tree(now), "group": {**group, "hits": hits}}
    return record if now is beside else {**record, "_additional": now}


def wants_vectors(one: Asked) -> bool:
    """Whether a search asks for vectors, of its records or of the hits of their groups."""
    hits = [
        inner
        for group in one.of("_additional")
        if group.name == "group"
        for inner in group.fields
        if inner.name == "hits"
    ]
    beside = [field.name for hit in hits for more in hit.fields if more.name == "_additional" for field in more.fields]
    return bool({*one.additional, *beside} & {*_VECTORS})


def limited(query: tuple[tuple[str, str], ...], allowed: int, rule: str) -> tuple[tuple[str, str], ...]:
    """The query of a list asking for at most so many, or for one more where it says no number."""
    said = dict(query)
    if "limit" not in said:
        return (*query, ("limit", str(min(DEFAULT_REST, allowed + 1))))
    within(int(said["limit"]), allowed, rule)
    return query


def no_tenants() -> CallRefused:
    """The class of a call has no tenants, and it names one."""
    try:
        unreadable("it names a tenant of a class that has none")
    except CallRefused as e:
        return e
