"""Which methods have bodies that more than the names of fields are read and printed by? Each with the two that do."""

from collections.abc import Callable, Mapping
from typing import Final

from vecgate.dialects.base.grpc.messages import Message, Messages, printed
from vecgate.dialects.milvus.grpc import reading, schemas, writing
from vecgate.dialects.milvus.grpc.members import place, put_place, refuse_unspoken
from vecgate.dialects.milvus.grpc.reading import Twin
from vecgate.dialects.milvus.things import Described
from vecgate.dialects.milvus.values import as_tree
from vecgate.domain.call import Call, Json

type Tree = dict[str, Json]
type Of = Callable[[Call], Described]


def _field(messages: Messages, message: Message) -> Twin:
    refuse_unspoken(message, ("base", "db_name", "collection_name", "schema"))
    return Twin({**place(message), "schema": schemas.field(messages.read(schemas.FIELD, message.schema))}, {})


def _put_field(messages: Messages, message: Message, tree: Tree) -> None:
    put_place(message, tree)
    field = messages.new(schemas.FIELD)
    schemas.put_field(field, as_tree(tree.get("schema")))
    message.schema = printed(field)


def _write(messages: Messages, message: Message) -> Twin:
    return writing.write(message)


def _put_write(messages: Messages, message: Message, call: Call, tree: Tree, of: Of) -> None:
    writing.put_write(message, tree, of(call))


READ: Final[Mapping[str, Callable[[Messages, Message], Twin]]] = {
    "Query": lambda _, message: reading.query(message),
    "Search": reading.search,
    "HybridSearch": reading.hybrid,
    "Insert": _write,
    "Upsert": _write,
    "Delete": lambda _, message: writing.delete(message),
    "CreateCollection": lambda messages, message: Twin(schemas.create(messages, message), {}),
    "CreateIndex": lambda _, message: schemas.index(message),
    "AddCollectionField": _field,
}
#: Raise CallRefused for what cannot be said. `Of`: how the collection of a call was made.
PUT: Final[Mapping[str, Callable[[Messages, Message, Call, Tree, Of], None]]] = {
    "Query": lambda _, message, call, tree, of: reading.put_query(message, call, tree),
    "Search": lambda messages, message, call, tree, of: reading.put_search(messages, message, call, tree),
    "HybridSearch": lambda messages, message, call, tree, of: reading.put_hybrid(messages, message, call, tree),
    "Insert": _put_write,
    "Upsert": _put_write,
    "Delete": lambda _, message, call, tree, of: writing.put_delete(message, tree),
    "CreateCollection": lambda messages, message, call, tree, of: schemas.put_create(messages, message, tree),
    "CreateIndex": lambda _, message, call, tree, of: schemas.put_index(message, call, tree),
    "AddCollectionField": lambda messages, message, call, tree, of: _put_field(messages, message, tree),
}
