"""How are the functions of a collection said over gRPC, as REST says them?"""

from typing import Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.milvus.functions import NUMBERS
from vecgate.dialects.milvus.grpc import pairs
from vecgate.dialects.milvus.grpc.members import refuse_unspoken
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Json

type Tree = dict[str, Json]

_KINDS: Final = {number: kind for kind, number in NUMBERS.items()}
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
