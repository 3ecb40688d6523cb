"""How far does a Weaviate call reach, and where does its answer show values outside of records? Counted by dry runs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.weaviate import scans, sites
from vecgate.dialects.weaviate.graphql.asked import AGGREGATE, GET, Asked
from vecgate.dialects.weaviate.sites import GRAPHQL
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.approval import Impact
from vecgate.domain.call import Call
from vecgate.domain.inlets import Beside
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json
from vecgate.refusals.errors import Part, Unavailable


async def counted(call: Call, operation: Operation, ask: Ask, most: int) -> Impact | None:
    """What a delete by a filter would do, by the server's own dry run. Raises Unavailable."""
    if operation.name != sites.DELETE or not isinstance(call.tree, dict):
        return None
    tree: Tree = {**call.tree, "dryRun": True, "output": "verbose"}
    body = await asking.body_of(ask, replace(call, body=strict_json.dump(tree), tree=tree))
    try:
        found = as_tree(as_tree(None if body is None else strict_json.answered(body)).get("results"))
    except strict_json.NotStrict as e:
        raise Unavailable(Part.UPSTREAM, "an answer that is not strict JSON") from e
    touched = found.get("matches")
    if type(touched) is not int:
        return None
    ids = tuple(str(as_tree(one).get("id")) for one in list_of(found.get("objects")))
    name = operation.collections[0]
    whole = len(ids) == touched and touched <= most
    total = scans.counted(name, await asking.get_as(ask, scans.counting(name, dict(call.query).get("tenant", ""))))
    if type(total) is not int:  # its GraphQL can be switched off
        return Impact(
            touched, touched, name, ids if whole else None, (name,), note="how many others there are is not told"
        )
    return Impact(touched, max(total, touched), name, ids if whole else None, (name,))


def beside(name: str, tree: Tree) -> Iterator[Beside]:
    """Where an answer shows the values that were counted or grouped by."""
    if name == "aggregate" and isinstance(tree.get("groupBy"), str):
        yield Beside(("groups", "*", "groupedBy", "value"), (str(tree["groupBy"]),))
    for one in sites.of(tree) if name == GRAPHQL else ():
        yield from _of(one)


def _of(one: Asked) -> Iterator[Beside]:
    group = one.arguments.get("groupBy")
    if one.root == GET:
        at: tuple[str, ...] = ("data", GET, one.key, "*", "_additional", "group")
        yield from (Beside((*at, "groupedBy", "value"), (str(named),)) for named in list_of(as_tree(group).get("path")))
        hits = [
            inner
            for beside in one.of("_additional")
            for hit in beside.fields
            if hit.name == "hits"
            for inner in hit.fields
        ]
        yield from (Beside((*at, "hits", "*", hit.name), (hit.name,)) for hit in hits if hit.name != "_additional")
        return
    at = ("data", AGGREGATE, one.key, "*")
    yield from (Beside((*at, "groupedBy", "value"), (str(named),)) for named in list_of(group))
    for field in one.fields:
        if field.name not in ("meta", "groupedBy"):
            yield Beside((*at, field.name, "topOccurrences", "*", "value"), (field.name,))
            yield from (Beside((*at, field.name, metric), (field.name,)) for metric in _METRICS)


_METRICS: Final = ("mean", "median", "mode", "minimum", "maximum", "sum")
