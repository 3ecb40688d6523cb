"""How does a reply to a search tell its objects, as the answer of a document? Objects, groups, and what is told beside them."""

from typing import Any, Final
from uuid import UUID

from vecgate.dialects.weaviate.graphql.asked import GET, Asked
from vecgate.dialects.weaviate.grpc import values, vectors
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Json

_BESIDE: Final = "_additional"
_SCORES: Final = ("distance", "certainty", "score")
_TOLD: Final = (*((one, one) for one in _SCORES), ("explain_score", "explainScore"))
_TIMES: Final = (("creation_time_unix", "creationTimeUnix"), ("last_update_time_unix", "lastUpdateTimeUnix"))


def told(reply: Any, asked: Asked) -> tuple[Json, values.Kinds]:
    """The answer, and of which type its values were. Raises ValueError for what is no reply to a search."""
    kinds: values.Kinds = {}
    records: list[Json] = [_record(one, kinds) for one in reply.results]
    by = as_tree(asked.arguments.get("groupBy"))
    records += [_group(one, kinds, list_of(by.get("path")), turn) for turn, one in enumerate(reply.group_by_results)]
    return {"data": {GET: {asked.key: records}}}, kinds


def _record(result: Any, kinds: values.Kinds) -> Tree:
    return {**values.properties(result.properties.non_ref_props, kinds), _BESIDE: _beside(result.metadata)}


def _group(result: Any, kinds: values.Kinds, path: list[Json], turn: int) -> Tree:
    told: Tree = {
        "id": turn, "groupedBy": {"path": path, "value": result.name}, "count": result.number_of_objects,
        "minDistance": result.min_distance, "maxDistance": result.max_distance,
        "hits": [_record(one, kinds) for one in result.objects],
    }  # fmt: skip
    return {_BESIDE: {"group": told}}


def _beside(metadata: Any) -> Tree:
    told = _vectors(metadata)
    if metadata.id or metadata.id_as_bytes:
        told["id"] = metadata.id or str(UUID(bytes=metadata.id_as_bytes))
    for field, name in _TIMES:
        if getattr(metadata, f"{field}_present"):
            told[name] = str(getattr(metadata, field))
    for field, name in _TOLD:
        if getattr(metadata, f"{field}_present"):
            told[name] = getattr(metadata, field)
    if metadata.HasField("is_consistent"):
        told["isConsistent"] = metadata.is_consistent
    return told


def _vectors(metadata: Any) -> Tree:
    told: Tree = {}
    if metadata.vector_bytes:
        told["vector"] = vectors.floats(metadata.vector_bytes)
    elif metadata.vector:
        told["vector"] = [*metadata.vector]
    if metadata.vectors:
        told["vectors"] = {one.name: vectors.stored(one.type, one.vector_bytes) for one in metadata.vectors}
    return told


def put(into: Any, tree: Tree, asked: Asked, kinds: values.Kinds) -> None:
    """A masked answer in the place of a reply. Raises ValueError for what one cannot say."""
    into.generative_grouped_result = ""
    for record in map(as_tree, list_of(as_tree(as_tree(tree.get("data")).get(GET)).get(asked.key))):
        group = as_tree(as_tree(record.get(_BESIDE)).get("group"))
        if not group:
            _put_record(into.results.add(), record, asked.name, kinds)
            continue
        given = into.group_by_results.add(name=_text(as_tree(group.get("groupedBy")).get("value")))
        given.number_of_objects = _count(group.get("count"))
        given.min_distance, given.max_distance = _score(group.get("minDistance")), _score(group.get("maxDistance"))
        for hit in list_of(group.get("hits")):
            _put_record(given.objects.add(), as_tree(hit), asked.name, kinds)


def _put_record(into: Any, record: Tree, name: str, kinds: values.Kinds) -> None:
    into.properties.target_collection = name
    into.properties.non_ref_props.SetInParent()
    values.put(into.properties.non_ref_props, {key: one for key, one in record.items() if key != _BESIDE}, kinds)
    _put_beside(into.metadata, as_tree(record.get(_BESIDE)))


def _put_beside(into: Any, told: Tree) -> None:
    into.SetInParent()
    if "id" in told:
        into.id = _text(told["id"])
        into.id_as_bytes = _id_bytes(into.id)
    _put_vectors(into, told)
    for field, name in _TIMES:
        if name in told:
            _present(into, field, int(_text(told[name])))
    for name in _SCORES:
        if told.get(name) is not None:
            _present(into, name, _score(told[name]))
    if "explainScore" in told:
        _present(into, "explain_score", _text(told["explainScore"]))
    if isinstance(told.get("isConsistent"), bool):
        _present(into, "is_consistent", told["isConsistent"])


def _present(into: Any, field: str, value: Any) -> None:
    setattr(into, field, value)
    setattr(into, f"{field}_present", True)


def _put_vectors(into: Any, told: Tree) -> None:
    if told.get("vector"):
        into.vector_bytes = vectors.data_of(told["vector"])
    for name, value in as_tree(told.get("vectors")).items():
        vectors.put(into.vectors, name, value)


def _id_bytes(id: str) -> bytes:
    """An id as clients read it first; none where a token stands for it."""
    try:
        return UUID(id).bytes
    except ValueError:
        return b""


def _text(value: Json) -> str:
    return "" if value is None else str(value)


def _score(value: Json) -> float:
    return 0.0 if value is None else float(str(value))


def _count(value: Json) -> int:
    if type(value) is not int:
        raise ValueError("a number that is none")
    return value
