"""What does one search say of itself beside vectors and filter? Limit, offset, field, metric, options and groups, read and printed.

Clients write options among the parameters of the index as well, where servers do not look for them.
"""

from typing import Any, Final

from vecgate.dialects.milvus.grpc import paging, pairs
from vecgate.dialects.milvus.results import DEFAULT
from vecgate.dialects.milvus.values import BEGINS, as_tree
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

#: What servers look for beside the parameters of an index, and clients write among these as well.
_BESIDE: Final = (*paging.WORDS, "round_decimal", "ignore_growing", "hints")
#: No rounding.
AS_IT_IS: Final = -1
#: What is said to servers, and not to an index. Hints are looked for in both places.
_OF_SERVERS: Final = frozenset({"metric_type", "metricType", "params", "round_decimal", "ignore_growing", BEGINS})


def read(said: pairs.Said, key: str) -> Tree:
    """Limit, offset, field and options of one search; `key`: what the twin calls its options. Raises CallRefused."""
    tree: Tree = {}
    inner = said.object("params")
    said.lift(inner, _BESIDE)
    said.repeats(inner)
    metric = {one for one in (said.text("metric_type"), inner.pop("metric_type", "")) if one}
    offsets = {one for one in (said.whole("offset"), inner.pop("offset", None)) if one}
    if len(metric) > 1 or len(offsets) > 1:
        unreadable("'search_params' says a metric or an offset twice, and not the same")
    limit, field = said.whole("topk"), said.text("anns_field")
    for name, value in (("limit", limit), ("annsField", field), ("offset", next(iter(offsets), None))):
        if value not in (None, ""):
            tree[name] = value
    params: Tree = {"metric_type": next(iter(metric))} if metric else {}
    params |= _to_servers(said) | ({"params": inner} if inner else {})
    if params:
        tree[key] = params
    said.drop(*paging.SPARE)
    return tree


def _to_servers(said: pairs.Said) -> Tree:
    told: Tree = {"round_decimal": int(places)} if (places := rounded(said)) else {}
    told |= {"ignore_growing": True} if said.true("ignore_growing") else {}
    return told | ({"hints": hints} if (hints := said.text("hints")) else {})


def rounded(said: pairs.Said) -> str:
    """To how many places scores are rounded; empty: not at all. Raises CallRefused."""
    places = said.whole("round_decimal")
    return "" if places in (None, AS_IT_IS) else str(places)


def grouped(said: pairs.Said) -> Tree:
    """By which field what is found is grouped, and how. Raises CallRefused."""
    field, size, strict = said.text("group_by_field"), said.whole("group_size"), said.true("strict_group_size")
    told: Tree = {"groupingField": field} if field else {}
    told |= {"groupSize": size} if size is not None else {}
    return told | ({"strictGroupSize": strict} if strict is not None else {})


def put(into: Any, tree: Tree, key: str) -> None:
    """The same, as pairs; what a search over REST says in one place stands in one, too."""
    said = as_tree(tree.get(key))
    more = {name: value for name, value in said.items() if name not in _OF_SERVERS}
    params = {**as_tree(tree.get("params") if key != "params" else None), **more, **as_tree(said.get("params"))}
    pairs.put(
        into,
        topk=tree.get("limit", DEFAULT), params=params, round_decimal=said.get("round_decimal", AS_IT_IS),
        ignore_growing=said_so(said.get("ignore_growing") is True), hints=said.get("hints"), offset=tree.get("offset"),
        anns_field=tree.get("annsField"), metric_type=said.get("metric_type") or said.get("metricType"),
    )  # fmt: skip


def said_so(is_so: bool) -> str:
    """Whether something is so, as clients in Python write it."""
    return "True" if is_so else "False"


def put_grouped(into: Any, tree: Tree) -> None:
    """By which field what is found is grouped, as pairs."""
    pairs.put(
        into,
        group_by_field=tree.get("groupingField"), group_size=tree.get("groupSize"),
        strict_group_size=tree.get("strictGroupSize"),
    )  # fmt: skip
