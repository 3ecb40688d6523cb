"""Which query finds the records of some rows, and no other? That depends on how the index keeps the field.

A text is kept in words, so a row of `acme` would find `acme corp` as well: it needs a keyword beside it, as the server
makes one by itself. A field that is no text needs none. A record with several values is nobody's: the server finds it by
each of them, so records with any other value are left out.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from vecgate.dialects.base.lucene.names import Index
from vecgate.dialects.base.lucene.parts import Part
from vecgate.dialects.base.lucene.query import mapped, with_nears
from vecgate.dialects.base.lucene.values import Tree, members_of
from vecgate.domain.call import Json
from vecgate.domain.decision import Decision
from vecgate.domain.row import Row
from vecgate.domain.scoped import unscopable

_EXACT: Final = frozenset({"keyword", "long", "integer", "short", "byte", "boolean"})
#: What of a keyword makes other values out of those that are stored.
_CHANGES: Final = ("normalizer", "null_value", "script", "split_queries_on_whitespace")
#: Settings by which a pipeline changes what is written or found.
_PIPELINES: Final = ("index.default_pipeline", "index.final_pipeline", "index.search.default_pipeline")


def check(index: Index, what: str, decision: Decision) -> None:
    """Refuse an index of which nobody here can tell whose its records are. Raises CallRefused (`rows.unscopable`)."""
    if any(index.settings.get(key) not in (None, "_none") for key in _PIPELINES):
        unscopable(
            what, decision, "the index has a pipeline, which changes records or searches after they were looked at"
        )


def of(indices: Sequence[Index], what: str, decision: Decision) -> Tree:
    """The one query that finds the records of a decision's rows alone, in each index as it keeps their fields.

    Raises CallRefused (`rows.unscopable`).
    """
    kept = dict[tuple[str, ...], list[Json]]()
    for index in indices:
        check(index, what, decision)
        names = tuple(_field(index, row, what, decision) for row in decision.rows)
        kept.setdefault(names, []).append(index.name)
    if len(kept) == 1:
        return own(decision.rows, next(iter(kept)))
    each: list[Json] = [
        {"bool": {"filter": [{"terms": {"_index": some}}, own(decision.rows, names)]}} for names, some in kept.items()
    ]
    return {"bool": {"should": each, "minimum_should_match": 1}}


def is_kept(index: Index, rows: Sequence[Row]) -> bool:
    """Whether an index keeps every field of these rows, in whatever way: one that it does not keep yet it may soon."""
    return all(_node(index, row) for row in rows)


def _node(index: Index, row: Row) -> Tree:
    node: Tree = {"properties": members_of(index.mappings).get("properties")}
    for step in row.field.split("."):
        node = members_of(members_of(node.get("properties")).get(step))
    return node


def _field(index: Index, row: Row, what: str, decision: Decision) -> str:
    node: Tree = {"properties": members_of(index.mappings).get("properties")}
    for step in row.field.split("."):
        node = members_of(members_of(node.get("properties")).get(step))
        if node.get("type") in ("nested", "flat_object", "flattened", "join", "alias", "percolator"):
            unscopable(what, decision, f"the index keeps '{row.field}' as a part of something else")
    if any(target == row.field or target.startswith(f"{row.field}.") for target in _copies(index.mappings)):
        unscopable(what, decision, f"the index copies other fields into '{row.field}'")
    if not node:
        return ""  # nothing is stored under it yet, and in a moment it may be kept in any way
    if _is_exact(node):
        return row.field
    for name, inner in members_of(node.get("fields")).items():
        if node.get("type") == "text" and members_of(inner).get("type") == "keyword" and _is_exact(members_of(inner)):
            return f"{row.field}.{name}"
    unscopable(what, decision, f"the index does not keep '{row.field}' as a keyword, a whole number or true/false")


def _is_exact(node: Tree) -> bool:
    return node.get("type") in _EXACT and not any(key in node for key in _CHANGES)


def _copies(node: Json) -> Iterator[str]:
    """The fields into which others are copied."""
    if isinstance(node, dict):
        said = node.get("copy_to")
        yield from map(str, said if isinstance(said, list) else [said] if isinstance(said, str) else [])
        for key in ("properties", "fields"):
            for one in members_of(node.get(key)).values():
                yield from _copies(one)


def own(rows: Sequence[Row], names: Sequence[str]) -> Tree:
    """The one query that finds the records of these rows alone."""
    if "" in names:
        return {"match_none": {}}
    wanted, other = list[Json](), list[Json]()
    for row, name in zip(rows, names, strict=True):
        values = sorted(row.values, key=lambda one: (str(type(one)), one))
        wanted.append({"terms": {name: [*values]}})
        kinds = {type(one) for one in values}
        if bool in kinds or len(kinds) > 1:
            continue  # of true and false, and of texts beside numbers, there is no order; a record is looked at again
        other += [{"range": {name: {"lt": values[0]}}}, {"range": {name: {"gt": values[-1]}}}]
        other += [{"range": {name: {"gt": a, "lt": b}}} for a, b in pairwise(values)]
    return {"bool": {"filter": wanted, **({"must_not": other} if other else {})}}


def within(query: Json, condition: Tree, *, scored: bool = True) -> Tree:
    """A query kept to a condition: around it whole, in the filter of each vector search, in each part of a hybrid one."""
    said = inside(members_of(query), condition) if query else {"match_all": {}}
    if "hybrid" in said:
        parts = members_of(said["hybrid"]).get("queries")
        each: list[Json] = [
            within_once(members_of(one), condition) for one in (parts if isinstance(parts, list) else [])
        ]
        return {"hybrid": {**members_of(said["hybrid"]), "queries": each}}
    return within_once(said, condition)


def over(part: Part, condition: Tree) -> Tree:
    """What finds records, kept to a condition; a search by vectors beside a query has it in its filter alone."""
    return inside(members_of(part.query), condition) if part.near else within(part.query, condition)


def within_once(query: Tree, condition: Tree) -> Tree:
    """A query whole, beside a condition."""
    return {"bool": {"must": [query], "filter": [condition]}}


def inside(query: Tree, condition: Tree) -> Tree:
    """A query whose vector searches look among those of a condition alone."""

    def leaf(one: Tree) -> Tree:
        if "knn" not in one:
            return one
        return {"knn": with_nears(members_of(one["knn"]), lambda said: _filtered(said, condition))}

    return mapped(query, leaf)


#: With one of these, a search by a vector finds all that is near enough, whatever else is near.
_RADII: Final = frozenset({"min_score", "max_distance"})


def _filtered(knn: Tree, condition: Tree) -> Tree:
    # Beside a radius a server fails over a filter that it simplifies; around it the condition holds as well.
    if not _RADII.isdisjoint(knn) and "filter" not in members_of(condition.get("bool")):
        return knn
    there = knn.get("filter")
    if isinstance(there, list):
        return {**knn, "filter": [condition, *there]}
    return {**knn, "filter": condition if there is None else {"bool": {"filter": [condition, there]}}}
