"""How are the functions of a collection, and of a search, said over gRPC, as REST says them?"""

from typing import Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.milvus.functions import NUMBERS
from vecgate.dialects.milvus.grpc import pairs
from vecgate.dialects.milvus.grpc.members import refuse_unspoken
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

_KINDS: Final = {number: kind for kind, number in NUMBERS.items()}
#: The kind of those that rank what several searches found.
_RERANK: Final = 3
_MADE: Final = frozenset({"name", "description", "type", "input_field_names", "output_field_names", "params"})


def made(schema: Message) -> Tree:
    """The functions of a schema, where it has any. Raises CallRefused."""
    return {"functions": [_made(one) for one in schema.functions]} if schema.functions else {}


def _made(one: Message) -> Tree:
    """A function as REST makes one. Raises CallRefused."""
    refuse_unspoken(one, _MADE)
    tree: Tree = {
        "name": one.name, "type": _KINDS.get(one.type, one.type),
        "inputFieldNames": [*one.input_field_names], "outputFieldNames": [*one.output_field_names],
    }  # fmt: skip
    tree |= {"description": one.description} if one.description else {}
    return tree | ({"params": params} if (params := pairs.options(one.params, "params")) else {})


def put(schema: Message, tree: Tree) -> None:
    """The functions of a schema that is made, and which of its fields are theirs."""
    outputs = set[str]()
    for told in map(as_tree, list_of(tree.get("functions"))):
        one = schema.functions.add(name=str(told["name"]), type=NUMBERS[str(told["type"])])
        one.description = str(told.get("description", ""))
        one.input_field_names.extend(map(str, list_of(told["inputFieldNames"])))
        one.output_field_names.extend(map(str, list_of(told["outputFieldNames"])))
        pairs.put_options(one.params, told.get("params"))
        outputs |= {*one.output_field_names}
    for field in schema.fields:
        field.is_function_output = field.name in outputs


def described(one: Message) -> Tree:
    """A function as REST describes it."""
    return {
        "name": one.name, "description": one.description, "id": one.id, "type": one.type,
        "params": [{"key": pair.key, "value": pair.value} for pair in one.params],
        "inputFieldNames": [*one.input_field_names], "outputFieldNames": [*one.output_field_names],
    }  # fmt: skip


def ranker(score: Message) -> Tree:
    """What a function ranks a hybrid search by, said as a strategy, whose scores count as they are. Raises CallRefused."""
    if len(score.functions) != 1 or score.params:
        unreadable("'function_score' must hold one function, and nothing beside it")
    (one,) = score.functions
    refuse_unspoken(one, _MADE)
    said = pairs.Said(one.params, "params")
    strategy = said.text("reranker")
    if one.type != _RERANK or one.input_field_names or one.output_field_names or strategy not in ("rrf", "weighted"):
        unreadable("a function that ranks is not spoken here but 'rrf' and 'weighted', which take no fields")
    params: Tree = {}
    if strategy == "weighted":
        params |= {"weights": said.listed("weights"), "norm_score": said.true("norm_score") or False}
    elif (k := said.whole("k")) is not None:
        params["k"] = k
    said.end()
    rerank: Tree = {"strategy": strategy, **({"params": params} if params else {})}
    return {"rerank": rerank}
