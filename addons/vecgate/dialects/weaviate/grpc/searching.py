"""What does a `SearchRequest` ask for? The same as a document's `Get` of one class, and it is printed from that again."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vecgate.dialects.weaviate.graphql import own
from vecgate.dialects.weaviate.graphql.asked import GET, Asked, Selected
from vecgate.dialects.weaviate.grpc import filters, near
from vecgate.dialects.weaviate.values import NAME, PROPERTY, Tree, as_tree, list_of
from vecgate.parsing.forms import unreadable

LEVELS: Final[Mapping[int, str]] = {1: "ONE", 2: "QUORUM", 3: "ALL"}
#: What is told beside properties, by its name in a document.
_BESIDE: Final[Mapping[str, str]] = {
    "uuid": "id", "vector": "vector", "creation_time_unix": "creationTimeUnix", "distance": "distance",
    "last_update_time_unix": "lastUpdateTimeUnix", "certainty": "certainty", "score": "score",
    "explain_score": "explainScore", "is_consistent": "isConsistent",
}  # fmt: skip
_NOT_LET_THROUGH: Final[Mapping[str, str]] = {
    "generative": "would hand records to a model elsewhere",
    "rerank": "would hand records to a model elsewhere",
    "boost": "puts other results first by filters of its own, which nothing was held against",
}
_DEEPEST: Final = 8


def asked(request: Any) -> Asked:
    """The one search of a request. Raises CallRefused."""
    for field, why in _NOT_LET_THROUGH.items():
        if request.HasField(field):
            unreadable(f"'{field}' {why}")
    name = str(NAME.read(request.collection, "collection"))
    told = as_tree(own.GET.read({**_chosen(request), **near.read(request, "hybrid_search", "bm25_search")}, ""))
    fields, beside = tuple(_properties(request)), _beside(request.metadata)
    if not request.HasField("group_by"):
        return Asked(GET, name, name, told, (*fields, beside))
    by = Selected("groupedBy", (Selected("path"), Selected("value")))
    parts = (*map(Selected, ("id", "count", "maxDistance", "minDistance")), by, Selected("hits", (*fields, beside)))
    return Asked(GET, name, name, told, (Selected("_additional", (Selected("group", parts),)),))


def _chosen(request: Any) -> Tree:
    """The arguments that say which objects, how many, and in which order."""
    told: Tree = {"tenant": request.tenant} if request.tenant else {}
    if level := level_said(request):
        told["consistencyLevel"] = level
    told["limit"] = request.limit or own.AS_SET_UP
    for name in ("offset", "autocut"):
        if value := getattr(request, name):
            told[name] = value
    if request.after:
        told["after"] = request.after.lower()
    if request.HasField("filters"):
        told["where"] = filters.where(request.filters, lists=True)
    return {**told, **_ordered(request)}


def _ordered(request: Any) -> Tree:
    told: Tree = {}
    if request.sort_by:
        told["sort"] = [{"path": [*one.path], "order": "asc" if one.ascending else "desc"} for one in request.sort_by]
    if request.HasField("group_by"):
        by = request.group_by
        told["groupBy"] = {"path": [*by.path], "groups": by.number_of_groups, "objectsPerGroup": by.objects_per_group}
    return told


def level_said(request: Any) -> str:
    """The level of consistency that a request says; empty: none. Raises CallRefused for one that is not known."""
    if request.consistency_level and request.consistency_level not in LEVELS:
        unreadable("'consistency_level' is none that is known")
    return LEVELS.get(request.consistency_level, "")


def _properties(request: Any) -> Iterator[Selected]:
    wanted = request.properties
    if wanted.ref_properties:
        unreadable(
            "'ref_properties' follows a reference: records of a class that no condition of this search reaches; ask "
            "for them by a search of that class"
        )
    if not request.HasField("properties") or wanted.return_all_nonref_properties:
        yield Selected(own.ALL)
        return
    yield from _named(wanted.non_ref_properties, wanted.object_properties, 0)


def _named(plain: Any, objects: Any, deep: int) -> list[Selected]:
    if deep > _DEEPEST:
        unreadable(f"'object_properties' are nested deeper than {_DEEPEST}")
    found = [Selected(name) for name in dict.fromkeys(plain)]
    found += [
        Selected(one.prop_name, tuple(_named(one.primitive_properties, one.object_properties, deep + 1)))
        for one in objects
    ]
    if any(not PROPERTY.fullmatch(one.name) or one.name.startswith("__") for one in found):
        unreadable("'properties' names what no class has")
    if len({one.name for one in found}) != len(found):
        unreadable("'properties' names one of them twice")
    return found


def _beside(metadata: Any) -> Selected:
    """What is told beside properties; ids always are, as an answer of nothing but objects has no other mark of them."""
    if metadata.query_profile:
        unreadable("'query_profile' tells the names of shards, which are those of tenants")
    found = {
        "id": Selected("id"),
        **{name: Selected(name) for field, name in _BESIDE.items() if getattr(metadata, field)},
    }
    names = [*dict.fromkeys(metadata.vectors)]
    if any(not PROPERTY.fullmatch(one) for one in names):
        unreadable("'metadata.vectors' names what no class has")
    vectors = (Selected("vectors", tuple(map(Selected, names))),) if names else ()
    return Selected("_additional", (*found.values(), *vectors))


# what goes out


def put(into: Any, one: Asked) -> None:
    """A search as a request. Raises ValueError for what one cannot say."""
    told = one.arguments
    into.collection, into.uses_123_api, into.uses_125_api, into.uses_127_api = one.name, True, True, True
    into.tenant = str(told.get("tenant", ""))
    if "consistencyLevel" in told:
        into.consistency_level = level_of(str(told["consistencyLevel"]))
    for name in ("limit", "offset", "autocut"):
        if (value := told.get(name, own.AS_SET_UP)) != own.AS_SET_UP:
            setattr(into, name, value)
    into.after = str(told.get("after", ""))
    for sort in map(as_tree, list_of(told.get("sort"))):
        into.sort_by.add(
            ascending=sort.get("order", "asc") == "asc", path=[str(step) for step in list_of(sort["path"])]
        )
    if "where" in told:
        filters.put(into.filters, told["where"])
    near.put(into, told, "hybrid_search", "bm25_search")
    fields, group = one.fields, next((inner.fields for inner in one.of("_additional") if inner.name == "group"), None)
    if group is not None:
        by = as_tree(told.get("groupBy"))
        into.group_by.path.extend(map(str, list_of(by.get("path"))))
        into.group_by.number_of_groups, into.group_by.objects_per_group = by["groups"], by["objectsPerGroup"]
        fields = next((inner.fields for inner in group if inner.name == "hits"), ())
    _put_fields(into, fields)


def level_of(word: str) -> int:
    """A level of consistency by its number."""
    return next(number for number, level in LEVELS.items() if level == word)


def _put_fields(into: Any, fields: tuple[Selected, ...]) -> None:
    into.properties.SetInParent()
    into.metadata.SetInParent()
    for one in fields:
        if one.name == own.ALL:
            into.properties.return_all_nonref_properties = True
        elif one.name == "_additional":
            _put_beside(into.metadata, one.fields)
        elif one.fields:
            _put_object(into.properties.object_properties.add(), one)
        else:
            into.properties.non_ref_properties.append(one.name)


def _put_object(into: Any, one: Selected) -> None:
    into.prop_name = one.name
    for inner in one.fields:
        if inner.fields:
            _put_object(into.object_properties.add(), inner)
        else:
            into.primitive_properties.append(inner.name)


def _put_beside(into: Any, fields: tuple[Selected, ...]) -> None:
    names = {name: field for field, name in _BESIDE.items()}
    for one in fields:
        if one.name == "vectors":
            into.vectors.extend(inner.name for inner in one.fields)
        else:
            setattr(into, names[one.name], True)
