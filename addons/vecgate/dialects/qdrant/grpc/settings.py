"""How are collections and indexes set up in Qdrant's messages, and how does a collection say what it is?"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.base.grpc.trees import Change, Tree, Trees, Unsayable, Way, only
from vecgate.dialects.qdrant.grpc.values import kind_of
from vecgate.domain.call import Json

#: Kinds of an index by the field of its settings, and by the field's own word.
_INDEXES: Final = ("text", "integer", "keyword", "float", "geo", "bool", "datetime", "uuid")


def _vectors_said(trees: Trees, message: Message) -> Json:
    return trees.said(getattr(message, kind_of(message, "config")))


def _vectors_put(trees: Trees, value: Json, message: Message) -> None:
    tree = value if isinstance(value, dict) else {}
    alone = any(not isinstance(one, dict) for one in tree.values())
    inner = message.params if alone else message.params_map
    inner.SetInParent()
    trees.put(tree, inner)


def _changes_put(trees: Trees, value: Json, message: Message) -> None:
    """Changes of vectors are by name over REST: the one without a name has an empty one."""
    tree = value if isinstance(value, dict) else {}
    inner = message.params if tree.keys() == {""} else message.params_map
    inner.SetInParent()
    trees.put(tree[""] if tree.keys() == {""} else tree, inner)


def _changes_said(trees: Trees, message: Message) -> Json:
    kind = kind_of(message, "config")
    found = trees.said(getattr(message, kind))
    return {"": found} if kind == "params" else found


def _quantization_said(trees: Trees, message: Message) -> Json:
    tree = trees.members(message)
    return "Disabled" if "disabled" in tree else tree


def _quantization_put(trees: Trees, value: Json, message: Message) -> None:
    trees.put_members({"disabled": {}} if value == "Disabled" else value, message)


def _threads_said(trees: Trees, message: Message) -> Json:
    tree = trees.members(message)
    return tree[kind_of(message, "variant")]


def _threads_put(trees: Trees, value: Json, message: Message) -> None:
    trees.put_members({"setting": value} if isinstance(value, str) else {"value": value}, message)


def _threads_once(tree: Tree) -> Tree:
    """The older of two fields for one number, which servers heed where the newer one is not there."""
    tree = dict(tree)
    old = tree.pop("deprecated_max_optimization_threads", None)
    if old is not None and tree.get("max_optimization_threads", old) != old:
        raise Unsayable("two numbers of threads")
    return tree if old is None else {**tree, "max_optimization_threads": old}


def _stemmer_said(trees: Trees, message: Message) -> Json:
    if kind_of(message, "stemming_params") == "disabled":
        return {"type": "none"}
    return {"type": "snowball", "language": message.snowball.language}


def _stemmer_put(trees: Trees, value: Json, message: Message) -> None:
    tree = value if isinstance(value, dict) else {}
    if tree["type"] == "none":
        message.disabled.SetInParent()
    else:
        message.snowball.SetInParent()
        message.snowball.language = tree.get("language", "")


def _stopwords_put(trees: Trees, value: Json, message: Message) -> None:
    trees.put_members({"languages": [value]} if isinstance(value, str) else value, message)


def _prefix_put(trees: Trees, value: Json, message: Message) -> None:
    if value is not True:
        raise Unsayable("an index of prefixes that is none")


def _unknown_tokenizer(tree: Tree) -> Tree:
    return {key: value for key, value in tree.items() if (key, value) != ("tokenizer", "unknown")}


def index_said(trees: Trees, message: Message) -> Json:
    """The settings of an index, with its type."""
    kind = kind_of(message, "index_params")
    inner = trees.said(getattr(message, kind))
    return {"type": kind.removesuffix("_index_params"), **(inner if isinstance(inner, dict) else {})}


def index_put(trees: Trees, value: Json, message: Message) -> None:
    """The same in a message."""
    tree = dict(value) if isinstance(value, dict) else {}
    inner = getattr(message, f"{tree.pop('type')}_index_params")
    inner.SetInParent()
    trees.put(tree, inner)


def _schema_together(tree: Tree) -> Tree:
    """A type alone, or with what belongs to it."""
    tree = dict(tree)
    kind, settings = tree.pop("field_type", None), tree.pop("field_index_params", None)
    if isinstance(settings, dict) and kind not in (None, settings["type"]):
        raise Unsayable("two types of an index")
    schema = settings if settings is not None else kind
    return tree if schema is None else {**tree, "field_schema": schema}


def _schema_apart(tree: Tree) -> Tree:
    tree = dict(tree)
    schema = tree.pop("field_schema", None)
    if isinstance(schema, dict):
        return {**tree, "field_type": schema["type"], "field_index_params": schema}
    return {**tree, "field_type": schema}


def _status_said(trees: Trees, message: Message) -> Json:
    return "ok" if message.ok else {"error": message.error}


def _status_put(trees: Trees, value: Json, message: Message) -> None:
    if isinstance(value, dict):
        message.error = value["error"]
    else:
        message.ok = value == "ok"


WAYS: Final[Mapping[str, Way]] = {
    "VectorsConfig": Way(_vectors_said, _vectors_put),
    "VectorsConfigDiff": Way(_changes_said, _changes_put),
    **dict.fromkeys(("VectorParamsMap", "VectorParamsDiffMap", "SparseVectorConfig"), only("map")),
    "StrictModeSparseConfig": only("sparse_config"),
    "StrictModeMultivectorConfig": only("multivector_config"),
    "QuantizationConfigDiff": Way(_quantization_said, _quantization_put),
    "BinaryQuantizationQueryEncoding": only("setting"),
    "MaxOptimizationThreads": Way(_threads_said, _threads_put),
    "StemmingAlgorithm": Way(_stemmer_said, _stemmer_put),
    "StopwordsSet": Way(Trees.members, _stopwords_put),
    "KeywordPrefixParams": Way(lambda trees, message: True, _prefix_put),
    "PayloadIndexParams": Way(index_said, index_put),
    "OptimizerStatus": Way(_status_said, _status_put),
    "ShardKeyDescription": Way(Trees.members, Trees.put_members),
}
CHANGES: Final[Mapping[str, Change]] = {
    "OptimizersConfigDiff": Change(_threads_once, dict),
    "TextIndexParams": Change(_unknown_tokenizer, dict),
    "CreateFieldIndexCollection": Change(_schema_together, _schema_apart),
}
NAMES: Final[Mapping[str, str]] = {
    **{f"{one}.vectors_config": "vectors" for one in ("CreateCollection", "UpdateCollection", "CollectionParams")},
    **{
        f"{one}.sparse_vectors_config": "sparse_vectors"
        for one in ("CreateCollection", "UpdateCollection", "CollectionParams")
    },
    "QuantizationConfig.turboquant": "turbo",
    "QuantizationConfigDiff.turboquant": "turbo",
    "CreateVectorNameRequest.dense_config": "dense",
    "CreateVectorNameRequest.sparse_config": "sparse",
    "CreateShardKeyRequest.request": "",
    "DeleteShardKeyRequest.request": "",
    "UpdateCollectionClusterSetupRequest.create_shard_key": "create_sharding_key",
    "UpdateCollectionClusterSetupRequest.delete_shard_key": "drop_sharding_key",
}
QUIET: Final = frozenset(
    {
        "CreateCollection.metadata", "UpdateCollection.metadata", "CollectionConfig.metadata", "CreateShardKey.placement",
        "StopwordsSet.languages", "StopwordsSet.custom", "CollectionInfo.warnings",
    }
)  # fmt: skip
