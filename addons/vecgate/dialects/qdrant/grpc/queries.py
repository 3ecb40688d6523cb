"""How is a search said in Qdrant's messages? The universal query with its prefetches, its formulas, and the older ones."""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.base.grpc.trees import Change, Tree, Trees, Unsayable, Way, number, only
from vecgate.dialects.qdrant.grpc.values import alternatives, kind_of
from vecgate.domain.call import Json

_AS_THEY_ARE: Final = ("recommend", "discover", "context", "order_by", "rrf", "relevance_feedback")


def _query_said(trees: Trees, message: Message) -> Json:
    kind = kind_of(message, "variant")
    if kind in ("fusion", "sample"):
        return trees.members(message)
    inner = trees.said(getattr(message, kind))
    if kind in ("formula", "nearest_with_mmr"):
        return inner
    return {kind: inner}


def _query_put(trees: Trees, value: Json, message: Message) -> None:
    tree: Tree = value if isinstance(value, dict) else {"nearest": value}
    if "fusion" in tree or "sample" in tree:
        trees.put_members(tree, message)
        return
    kind = next((one for one in _AS_THEY_ARE if one in tree), "")
    if kind:
        inner = getattr(message, kind)
        said = tree[kind]
    elif "formula" in tree:
        inner, said = message.formula, tree
    elif "mmr" in tree:
        inner, said = message.nearest_with_mmr, tree
    else:  # a vector by itself, or what one is to be made of
        inner, said = message.nearest, tree.get("nearest", tree)
    inner.SetInParent()
    trees.put(said, inner)


#: Expressions of a message of its own, said under their kind; of those a list or a pair is said as it is.
_ALONE: Final = ("neg", "abs", "sqrt", "exp", "log10", "ln")
_MADE: Final = (*_ALONE, "mult", "sum", "div", "pow", "geo_distance", "exp_decay", "gauss_decay", "lin_decay")
_TEXTS: Final = ("datetime", "datetime_key")


def _expression_said(trees: Trees, message: Message) -> Json:
    kind = kind_of(message, "variant")
    found = getattr(message, kind)
    if kind == "constant":
        return number(found)
    if kind == "variable":
        return found  # type: ignore[no-any-return]
    if kind == "condition":
        return trees.said(found)
    return {kind: found if kind in _TEXTS else trees.said(found)}


def _expression_put(trees: Trees, value: Json, message: Message) -> None:
    if isinstance(value, str):
        message.variable = value
    elif isinstance(value, int | float):
        message.constant = value
    else:
        tree = value if isinstance(value, dict) else {}
        kind = next((one for one in (*_MADE, *_TEXTS) if one in tree), "condition")
        if kind in _TEXTS:
            setattr(message, kind, tree[kind])
            return
        inner = getattr(message, kind)
        inner.SetInParent()
        trees.put(tree if kind == "condition" else tree[kind], inner)


def _idf_said(trees: Trees, message: Message) -> Json:
    return {"corpus": trees.said(message.corpus)} if message.HasField("corpus") else "global"


def _idf_put(trees: Trees, value: Json, message: Message) -> None:
    if isinstance(value, dict):
        message.corpus.SetInParent()
        trees.put(value["corpus"], message.corpus)


def _order_put(trees: Trees, value: Json, message: Message) -> None:
    trees.put_members({"key": value} if isinstance(value, str) else value, message)


def _start_said(trees: Trees, message: Message) -> Json:
    kind = kind_of(message, "value")
    found = getattr(message, kind)
    if kind == "timestamp":
        return trees.said(found)
    return number(found) if kind == "float" else found


def _lookup_put(trees: Trees, value: Json, message: Message) -> None:
    trees.put_members({"collection": value} if isinstance(value, str) else value, message)


# the older searches: a vector beside its name, ids apart from vectors
def _vector_beside(tree: Tree) -> Tree:
    tree = dict(tree)
    values, sparse, name = tree.pop("vector"), tree.pop("sparse_indices", None), tree.pop("vector_name", None)
    vector = values if sparse is None else {"indices": sparse, "values": values}
    if sparse is not None and name is None:
        raise Unsayable("a sparse vector without a name")
    return {**tree, "vector": vector if name is None else {"name": name, "vector": vector}}


def _vector_apart(tree: Tree) -> Tree:
    tree = dict(tree)
    vector = tree.pop("vector")
    if isinstance(vector, dict):
        tree["vector_name"], vector = vector["name"], vector["vector"]
    if isinstance(vector, dict):
        tree["sparse_indices"], vector = vector["indices"], vector["values"]
    return {**tree, "vector": vector}


def _examples_together(tree: Tree) -> Tree:
    tree = dict(tree)
    for key in ("positive", "negative"):
        ids, vectors = tree.pop(key, []), tree.pop(f"{key}_vectors", [])
        if isinstance(ids, list) and isinstance(vectors, list) and (ids or vectors):
            tree[key] = [*ids, *vectors]
    return tree


def _examples_apart(tree: Tree) -> Tree:
    tree = dict(tree)
    for key in ("positive", "negative"):
        found = tree.pop(key, [])
        for one in found if isinstance(found, list) else []:
            at = key if isinstance(one, str | int) else f"{key}_vectors"
            tree.setdefault(at, []).append(one)  # type: ignore[union-attr]
    return tree


_OLD: Final = Change(_vector_beside, _vector_apart)
_BY_EXAMPLE: Final = Change(_examples_together, _examples_apart)
CHANGES: Final[Mapping[str, Change]] = {
    "SearchPoints": _OLD,
    "SearchPointGroups": _OLD,
    "RecommendPoints": _BY_EXAMPLE,
    "RecommendPointGroups": _BY_EXAMPLE,
}
WAYS: Final[Mapping[str, Way]] = {
    "Query": Way(_query_said, _query_put),
    "ContextInput": only("pairs"),
    "Expression": Way(_expression_said, _expression_put),
    "MultExpression": only("mult"),
    "SumExpression": only("sum"),
    "IdfParams": Way(_idf_said, _idf_put),
    "OrderBy": Way(Trees.members, _order_put),
    "StartFrom": Way(_start_said, alternatives("value", {int: "integer", float: "float", str: "datetime"}).put),
    "WithLookup": Way(Trees.members, _lookup_put),
    "SparseIndices": only("data"),
}
NAMES: Final[Mapping[str, str]] = {
    "LookupLocation.collection_name": "collection",
    "LookupLocation.vector_name": "vector",
    "Formula.expression": "formula",
}
QUIET: Final = frozenset(
    {
        "Formula.defaults", "Rrf.weights", "QueryPoints.prefetch", "PrefetchQuery.prefetch", "QueryPointGroups.prefetch",
        *(f"Recommend{one}.{sign}{kind}" for one in ("Points", "PointGroups") for sign in ("positive", "negative")
          for kind in ("", "_vectors")),
        "DiscoverPoints.context", "RecommendInput.positive", "RecommendInput.negative",
        "Document.options", "Image.options", "InferenceObject.options",
    }
)  # fmt: skip
