"""What is searched near, and with which words? `near_vector`, `near_object`, `near_text`, `hybrid` and `bm25`, there and back.

What a model elsewhere is asked beside that (media, moves towards other texts), and what orders results anew, is refused by
name: nothing was held against it.
"""

from collections.abc import Mapping
from typing import Any, Final

from vecgate.dialects.weaviate.grpc import vectors
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

MEDIA: Final = ("near_image", "near_audio", "near_video", "near_depth", "near_thermal", "near_imu")
_COMBINED: Final[Mapping[int, str]] = {1: "sum", 2: "minimum", 3: "average", 4: "relativeScore", 5: "manualWeights"}
_FUSED: Final[Mapping[int, str]] = {1: "rankedFusion", 2: "relativeScoreFusion"}
_WORDS: Final[Mapping[int, str]] = {1: "Or", 2: "And"}
_BOUNDS: Final = ("distance", "certainty")
_MOVES: Final = (("move_to", "moveTo"), ("move_away", "moveAwayFrom"))


def _number(table: Mapping[int, str], word: Json) -> int:
    return next(number for number, one in table.items() if one == word)


def read(message: Any, hybrid: str, bm25: str) -> Tree:
    """The arguments that say what is searched with; `hybrid`, `bm25`: the names of these fields. Raises CallRefused."""
    has = {field.name for field, _ in message.ListFields()}
    if found := next((name for name in MEDIA if name in has), None):
        unreadable(f"'{found}' asks a model elsewhere, and nobody here knows what it is told")
    told: Tree = {}
    if "near_vector" in has:
        told["nearVector"] = {**_vector(message.near_vector), **_targets(message.near_vector)}
    if "near_object" in has:
        near = message.near_object
        told["nearObject"] = {"id": near.id.lower(), **_bounds(near), **_targets(near)}
    if "near_text" in has:
        told["nearText"] = {**_text(message.near_text), **_targets(message.near_text)}
    if hybrid in has:
        told["hybrid"] = _hybrid(getattr(message, hybrid))
    if bm25 in has:
        words = getattr(message, bm25)
        told["bm25"] = {
            "query": words.query,
            **_properties(words),
            **_operator(words, "search_operator", "searchOperator"),
        }
    return told


def put(into: Any, told: Tree, hybrid: str, bm25: str) -> None:
    """The same arguments as fields of a message. Raises ValueError for what they cannot say."""
    if near := as_tree(told.get("nearVector")):
        _put_vector(into.near_vector, near)
        _put_targets(into.near_vector, near)
    if near := as_tree(told.get("nearObject")):
        into.near_object.id = str(near["id"])
        _put_bounds(into.near_object, near)
        _put_targets(into.near_object, near)
    if near := as_tree(told.get("nearText")):
        _put_text(into.near_text, near)
        _put_targets(into.near_text, near)
    if "hybrid" in told:
        _put_hybrid(getattr(into, hybrid), as_tree(told["hybrid"]))
    if "bm25" in told:
        words, said = getattr(into, bm25), as_tree(told["bm25"])
        words.query = str(said["query"])
        words.properties.extend(map(str, list_of(said.get("properties"))))
        _put_operator(words, "search_operator", said.get("searchOperator"))


def _bounds(near: Any) -> Tree:
    if near.HasField("selection"):
        unreadable("'selection' puts other results in the place of the nearest, and nothing was held against that")
    return {key: getattr(near, key) for key in _BOUNDS if near.HasField(key)}


def _put_bounds(into: Any, near: Tree) -> None:
    for key in _BOUNDS:
        if key in near:
            setattr(into, key, near[key])


def _targets(near: Any) -> Tree:
    """Which of the vectors of a class are meant, and how they are weighed."""
    named, targets = [*near.target_vectors], near.targets
    if named and near.HasField("targets"):
        unreadable("'target_vectors' and 'targets' stand together, and the server would look at one of them only")
    names: list[Json] = [*(named or targets.target_vectors)]
    if not targets.combination and not targets.weights_for_targets:
        return {"targetVectors": names} if names else {}
    told: Tree = {"targetVectors": names}
    if targets.combination:
        told["combinationMethod"] = _COMBINED.get(targets.combination, "")
    weights: dict[str, list[Json]] = {}
    for one in targets.weights_for_targets:
        weights.setdefault(one.target, []).append(one.weight)
    if weights:
        told["weights"] = {name: many if many[1:] else many[0] for name, many in weights.items()}
    return {"targets": told}


def _put_targets(into: Any, near: Tree) -> None:
    told = as_tree(near.get("targets")) or near
    into.targets.target_vectors.extend(map(str, list_of(told.get("targetVectors"))))
    if "combinationMethod" in told:
        into.targets.combination = _number(_COMBINED, told["combinationMethod"])
    for name, many in as_tree(told.get("weights")).items():
        for weight in many if isinstance(many, list) else [many]:
            into.targets.weights_for_targets.add(target=name, weight=weight)
    if not into.targets.ListFields():
        into.ClearField("targets")


def _vector(near: Any) -> Tree:
    """One vector for all, or some for each that is named."""
    told, one = _bounds(near), _single(near)
    each: dict[str, list[Json]] = {}
    for name in sorted(
        near.vector_per_target
    ):  # a document is a text, and the runtime orders them in each process anew
        each[name] = [vectors.single(near.vector_per_target[name])]
    for target in near.vector_for_targets:
        each.setdefault(target.name, []).extend(_of_target(target))
    if (one is None) == (not each):
        unreadable("'near_vector' must hold one vector, or some by the names of targets")
    if one is not None:
        return {**told, "vector": one}
    return {**told, "vectorPerTarget": {name: many if many[1:] else many[0] for name, many in each.items()}}


def _of_target(target: Any) -> list[Json]:
    if bool(target.vector_bytes) == bool(target.vectors):
        unreadable("a target must have its vectors in one field")
    if target.vector_bytes:
        return [vectors.single(target.vector_bytes)]
    found = list[Json]()
    for one in target.vectors:
        if one.name not in ("", target.name) or one.index:
            unreadable("a target has a vector of another name")
        read_ = vectors.read(one.type, one.vector_bytes)
        found += read_ if one.type == vectors.MULTI else [read_]
    return found


def _single(near: Any) -> Json:
    """The one vector of a search, in whichever of its three fields; None: there is none."""
    found = list[Json]()
    if near.vector:
        found.append(vectors.finite(near.vector))
    if near.vector_bytes:
        found.append(vectors.single(near.vector_bytes))
    for one in near.vectors:
        if one.name or one.index:
            unreadable("a vector of a search has a name of its own; 'vector_for_targets' says for which it is")
        found.append(vectors.read(one.type, one.vector_bytes))
    if len(found) > 1:
        unreadable("several vectors stand where the server would look at one of them only")
    return found[0] if found else None


def _put_vector(into: Any, near: Tree) -> None:
    _put_bounds(into, near)
    if "vector" in near:
        vectors.put(into.vectors, "", near["vector"])
    for name, value in as_tree(near.get("vectorPerTarget")).items():
        vectors.put(into.vector_for_targets.add(name=name).vectors, name, value)


def _text(near: Any) -> Tree:
    return {"concepts": [*near.query], **_bounds(near), **_moves(near)}


def _moves(near: Any) -> Tree:
    told: Tree = {}
    for name, key in _MOVES:
        if near.HasField(name):
            move = getattr(near, name)
            if move.uuids:
                unreadable(f"'{name}' starts from other records, whoever's they are; say in 'concepts' where to")
            told[key] = {"concepts": [*move.concepts], "force": move.force}
    return told


def _put_text(into: Any, near: Tree) -> None:
    into.query.extend(map(str, list_of(near.get("concepts"))))
    _put_bounds(into, near)
    for name, key in _MOVES:
        if move := as_tree(near.get(key)):
            getattr(into, name).concepts.extend(map(str, list_of(move.get("concepts"))))
            getattr(into, name).force = move["force"]


def _hybrid(near: Any) -> Tree:
    told: Tree = {"query": near.query} if near.query else {}
    if near.HasField("selection"):
        unreadable("'selection' puts other results in the place of the nearest, and nothing was held against that")
    if (one := _single(near)) is not None:
        told["vector"] = one
    if near.HasField("near_text"):
        told["nearText"] = _inner(near.near_text, _text)
    if near.HasField("near_vector"):
        told["nearVector"] = _inner(near.near_vector, _vector)
    if near.HasField("vector_distance"):
        told["maxVectorDistance"] = near.vector_distance
    words = {**_properties(near), **_operator(near, "bm25_search_operator", "bm25SearchOperator")}
    return {**told, **_mixed(near), **words, **_targets(near)}


def _mixed(near: Any) -> Tree:
    """How words and vectors are weighed against each other."""
    told: Tree = {"fusionType": _FUSED.get(near.fusion_type, "")} if near.fusion_type else {}
    if near.use_alpha_param and near.alpha:
        unreadable("'alpha' stands beside 'use_alpha_param', and the server would look at one of them only")
    if not near.use_alpha_param or near.HasField("alpha_param"):
        told["alpha"] = near.alpha_param if near.use_alpha_param else near.alpha
    return told


def _inner(near: Any, read_: Any) -> Json:
    if near.target_vectors or near.HasField("targets"):
        unreadable("a search within a hybrid one names targets of its own; say them beside it")
    found: Json = read_(near)
    return found


def _put_hybrid(into: Any, told: Tree) -> None:
    into.query, into.use_alpha_param = str(told.get("query", "")), True
    into.properties.extend(map(str, list_of(told.get("properties"))))
    if "vector" in told:
        if vectors.is_many(told["vector"]):
            vectors.put(into.vectors, "", told["vector"])
        else:
            into.vector_bytes = vectors.data_of(told["vector"])
    if "nearText" in told:
        _put_text(into.near_text, as_tree(told["nearText"]))
    if "nearVector" in told:
        _put_vector(into.near_vector, as_tree(told["nearVector"]))
    if "alpha" in told:
        into.alpha_param = told["alpha"]
    if "fusionType" in told:
        into.fusion_type = _number(_FUSED, told["fusionType"])
    if "maxVectorDistance" in told:
        into.vector_distance = told["maxVectorDistance"]
    _put_operator(into, "bm25_search_operator", told.get("bm25SearchOperator"))
    _put_targets(into, told)


def _properties(words: Any) -> Tree:
    return {"properties": [*words.properties]} if words.properties else {}


def _operator(words: Any, field: str, name: str) -> Tree:
    if not words.HasField(field):
        return {}
    said = getattr(words, field)
    told: Tree = {"operator": _WORDS.get(said.operator, "")}
    if said.HasField("minimum_or_tokens_match"):
        told["minimumOrTokensMatch"] = said.minimum_or_tokens_match
    return {name: told}


def _put_operator(into: Any, field: str, told: Json) -> None:
    if isinstance(told, dict):
        said = getattr(into, field)
        said.operator = _number(_WORDS, told["operator"])
        if "minimumOrTokensMatch" in told:
            said.minimum_or_tokens_match = told["minimumOrTokensMatch"]
