"""What does an `AggregateRequest` ask for, and what does its reply tell? A document's `Aggregate` of one class, there and back."""

from collections.abc import Mapping
from typing import Any, Final

from vecgate.dialects.weaviate.graphql import own
from vecgate.dialects.weaviate.graphql.asked import AGGREGATE, Asked, Selected
from vecgate.dialects.weaviate.grpc import filters, near
from vecgate.dialects.weaviate.values import NAME, PROPERTY, WINDOW, Tree, as_tree, list_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

#: What can be told of a property, by its name in a document.
_METRICS: Final[Mapping[str, str]] = {
    **{one: one for one in ("count", "type", "sum", "mean", "mode", "median", "maximum", "minimum")},
    "total_true": "totalTrue", "total_false": "totalFalse", "percentage_true": "percentageTrue",
    "percentage_false": "percentageFalse",
}  # fmt: skip
_FIELDS: Final[Mapping[str, str]] = {name: field for field, name in _METRICS.items()}
_TOP: Final = "topOccurrences"
_BESIDE: Final = ("meta", "groupedBy")
#: In which field a value that was grouped by stands, by its type; it is told as a text, as over REST.
_GROUPED: Final = ("text", "int", "boolean", "number")


def asked(request: Any) -> Asked:
    """The one search of a request. Raises CallRefused."""
    if request.group_by.collection:
        unreadable("'group_by.collection' is overlooked by the server: it groups by a property of the class itself")
    name = str(NAME.read(request.collection, "collection"))
    told = as_tree(own.AGGREGATE.read({**_chosen(request), **near.read(request, "hybrid", "bm25")}, ""))
    fields = [_property(one) for one in request.aggregations]
    if len({one.name for one in fields}) != len(fields):
        unreadable("'aggregations' names one property twice")
    meta = [Selected("meta", (Selected("count"),))] if request.objects_count or not fields else []
    by = [Selected("groupedBy", (Selected("path"), Selected("value")))] if request.HasField("group_by") else []
    return Asked(AGGREGATE, name, name, told, (*meta, *by, *fields))


def _chosen(request: Any) -> Tree:
    told: Tree = {}
    if request.tenant:
        told["tenant"] = request.tenant
    if request.HasField("object_limit"):
        told["objectLimit"] = request.object_limit
    if request.HasField("limit"):
        told["limit"] = request.limit
    if request.HasField("filters"):
        told["where"] = filters.where(request.filters, lists=True)
    if request.HasField("group_by"):
        told["groupBy"] = [request.group_by.property]
    return told


def _property(one: Any) -> Selected:
    kind = one.WhichOneof("aggregation")
    if kind == "reference":
        unreadable("'reference' shows to which other records a property leads")
    if kind is None or not PROPERTY.fullmatch(one.property) or one.property.startswith("__"):
        unreadable("'aggregations' must name properties, and what is wanted of each")
    wanted = getattr(one, kind)
    found = [Selected(f"__{kind}")]
    for field, value in wanted.ListFields():
        if field.name in _METRICS and value:
            found.append(Selected(_METRICS[field.name]))
    if kind == "text" and wanted.top_occurences:
        most = wanted.top_occurences_limit if wanted.HasField("top_occurences_limit") else None
        if most is not None and not 0 < most <= WINDOW:
            unreadable(f"'top_occurences_limit' must be from 1 to {WINDOW}")
        found.append(Selected(_TOP, (Selected("value"), Selected("occurs")), most))
    return Selected(one.property, tuple(found))


def put(into: Any, one: Asked) -> None:
    """A search as a request. Raises ValueError for what one cannot say."""
    told = one.arguments
    into.collection, into.tenant = one.name, str(told.get("tenant", ""))
    if "objectLimit" in told:
        into.object_limit = told["objectLimit"]
    if "limit" in told:
        into.limit = told["limit"]
    if "where" in told:
        filters.put(into.filters, told["where"])
    if "groupBy" in told:
        into.group_by.property = str(list_of(told["groupBy"])[0])
    near.put(into, told, "hybrid", "bm25")
    for field in one.fields:
        if field.name == "meta":
            into.objects_count = True
        elif field.name not in _BESIDE:
            _put_property(into.aggregations.add(property=field.name), field)


def kind_of(field: Selected) -> str:
    """Of which type a property is that something is told of. Raises ValueError where that is not said."""
    return next(one.name for one in field.fields if one.name in own.OF_TYPE).removeprefix("__")


def _put_property(into: Any, field: Selected) -> None:
    kind = kind_of(field)
    wanted = getattr(into, kind)
    wanted.SetInParent()
    for one in field.fields:
        if one.name == _TOP:
            wanted.top_occurences = True
            if one.most is not None:
                wanted.top_occurences_limit = one.most
        elif one.name in _FIELDS:
            setattr(wanted, _FIELDS[one.name], True)


# answers


def told(reply: Any, one: Asked) -> tuple[Json, dict[str, str]]:
    """The answer, and of which type the values were that it is grouped by. Raises ValueError for what is no such reply."""
    kinds: dict[str, str] = {}
    match reply.WhichOneof("result"):
        case "single_result":
            groups: list[Json] = [_told(reply.single_result)]
        case "grouped_results":
            groups = [_grouped(group, kinds) for group in reply.grouped_results.groups]
        case _:
            raise ValueError("a reply with no result")
    return {"data": {AGGREGATE: {one.key: groups}}}, kinds


def _told(result: Any) -> Tree:
    found: Tree = {}
    if result.HasField("objects_count"):
        found["meta"] = {"count": result.objects_count}
    for each in result.aggregations.aggregations:
        kind = each.WhichOneof("aggregation")
        if kind is not None:
            found[each.property] = _metrics(getattr(each, kind))
    return found


def _metrics(given: Any) -> Tree:
    found: Tree = {}
    for field, value in given.ListFields():
        if field.name == "top_occurences":
            found[_TOP] = [{"value": item.value, "occurs": item.occurs} for item in value.items]
        elif field.name in _METRICS:
            found[_METRICS[field.name]] = value
    return found


def _grouped(group: Any, kinds: dict[str, str]) -> Tree:
    by, kind = group.grouped_by, group.grouped_by.WhichOneof("value")
    if kind not in (None, *_GROUPED):
        raise ValueError("a value that is a list")
    if kind is not None:
        kinds["groupedBy"] = kind
    value = None if kind is None else getattr(by, kind)
    said = str(value).lower() if isinstance(value, bool) else None if value is None else str(value)
    return {**_told(group), "groupedBy": {"path": [*by.path], "value": said}}


def put_answer(into: Any, tree: Tree, one: Asked, kinds: dict[str, str]) -> None:
    """A masked answer in the place of a reply. Raises ValueError for what one cannot say."""
    types = {field.name: kind_of(field) for field in one.fields if field.name not in _BESIDE}
    groups = [as_tree(group) for group in list_of(as_tree(as_tree(tree.get("data")).get(AGGREGATE)).get(one.key))]
    if "groupBy" not in one.arguments:
        if len(groups) != 1:
            raise ValueError("an answer of several groups, or none")
        into.single_result.SetInParent()
        _put(into.single_result, groups[0], types)
        return
    into.grouped_results.SetInParent()
    for group in groups:
        given = into.grouped_results.groups.add()
        _put(given, group, types)
        by = as_tree(group.get("groupedBy"))
        given.grouped_by.path.extend(map(str, list_of(by.get("path"))))
        _put_value(given.grouped_by, by.get("value"), kinds.get("groupedBy", "text"))


def _put(into: Any, group: Tree, types: Mapping[str, str]) -> None:
    if "meta" in group:
        into.objects_count = _whole(as_tree(group["meta"]).get("count"))
    for name, kind in types.items():
        if name in group:
            _put_metrics(getattr(into.aggregations.aggregations.add(property=name), kind), as_tree(group[name]))


def _put_metrics(into: Any, told: Tree) -> None:
    into.SetInParent()
    for name, value in told.items():
        if name == _TOP:
            into.top_occurences.SetInParent()
            for item in map(as_tree, list_of(value)):
                into.top_occurences.items.add(value=str(item.get("value")), occurs=_whole(item.get("occurs")))
        elif value is not None:
            try:
                setattr(into, _FIELDS[name], value)
            except TypeError as e:  # it was masked: a text stands where only a number can
                raise ValueError("a number that is none") from e


def _whole(value: Json) -> int:
    if type(value) is not int:
        raise ValueError("a number that is none")
    return value


def _put_value(into: Any, value: Json, kind: str) -> None:
    """What was grouped by, in the type that it had; as a text where it was masked."""
    said = "" if value is None else str(value)
    try:
        if kind == "int":
            into.int = int(said)
        elif kind == "number":
            into.number = float(said)
        elif kind == "boolean" and said in ("true", "false"):
            into.boolean = said == "true"
        else:
            into.text = said
    except ValueError:
        into.text = said
