"""How is a write over gRPC read into its REST twin and printed from it, and what is said of it afterwards?"""

from typing import Any, Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.milvus.grpc import cells, columns
from vecgate.dialects.milvus.grpc.columns import META, Column
from vecgate.dialects.milvus.grpc.members import place, put_place, refuse_unspoken
from vecgate.dialects.milvus.grpc.reading import Twin, condition
from vecgate.dialects.milvus.things import Described
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

_INSERT: Final = frozenset(
    {"base", "db_name", "collection_name", "partition_name", "fields_data", "hash_keys", "num_rows", "schema_timestamp"}
)
_UPSERT: Final = _INSERT | {"partial_update"}
_DELETE: Final = frozenset(
    {"base", "db_name", "collection_name", "partition_name", "expr", "hash_keys", "consistency_level",
     "expr_template_values"}
)  # fmt: skip
#: By operation: what the twin calls how many, and which; and what the message calls the first.
_TOLD: Final = {
    "entities_insert": ("insertCount", "insertIds", "insert_cnt"),
    "entities_upsert": ("upsertCount", "upsertIds", "upsert_cnt"),
    "entities_delete": ("deleteCount", "", "delete_cnt"),
}


def write(message: Message) -> Twin:
    """The twin of an insert or an upsert. Raises CallRefused."""
    is_upsert = message.DESCRIPTOR.name == "UpsertRequest"
    refuse_unspoken(message, _UPSERT if is_upsert else _INSERT)
    tree = _place(message)
    try:
        found, _ = columns.records(message.fields_data, shown=False)
    except (ValueError, UnicodeDecodeError) as e:
        unreadable(f"the columns of a write: {e}")
    if len(found) != message.num_rows:
        unreadable("'num_rows' is another number than that of the records")
    if is_upsert and message.partial_update:
        tree["partialUpdate"] = True
    return Twin({**tree, "data": [*found]}, {})


def _place(message: Message) -> Tree:
    tree = place(message)
    if message.partition_name:
        tree["partitionName"] = message.partition_name
    return tree


def put_write(message: Message, tree: Tree, found: Described) -> None:
    """The message of a write, in the types of its collection. Raises CallRefused."""
    _put_place(message, tree)
    rows = [as_tree(one) for one in list_of(tree.get("data"))]
    kinds = {
        name: Column(name, kind, element=found.elements.get(name, ""), nullable=name in found.nullable)
        for name, kind in found.types.items()
        if kind in cells.SCALARS or kind in cells.VECTORS
    }
    if found.dynamic:
        kinds[META] = Column(META, "JSON", dynamic=True)
    try:
        columns.put_records(message.fields_data, rows, kinds, shown=False)
    except (ValueError, KeyError):
        unreadable("a record has a field that the collection does not have, or a value of another type than its field")
    message.num_rows = len(rows)
    if tree.get("partialUpdate"):
        message.partial_update = True


def _put_place(message: Message, tree: Tree) -> None:
    put_place(message, tree)
    message.partition_name = str(tree.get("partitionName", ""))


def delete(message: Message) -> Twin:
    """The twin of a delete. Raises CallRefused."""
    refuse_unspoken(message, _DELETE)
    return Twin({**_place(message), **condition(message.expr, message.expr_template_values)}, {})


def put_delete(message: Message, tree: Tree) -> None:
    """The message of a delete."""
    _put_place(message, tree)
    message.expr = str(tree.get("filter", ""))


def told(name: str, message: Message) -> Json:
    """What a write did, as REST tells it."""
    count, ids, number = _TOLD[name]
    tree: Tree = {count: getattr(message, number)}
    if ids:
        tree[ids] = ids_of(message.IDs)
    return tree


def put_told(name: str, message: Message, data: Json) -> None:
    """The same in a message that has the rest of what the server said."""
    count, ids, number = _TOLD[name]
    tree = as_tree(data)
    many = tree.get(count)
    setattr(message, number, many if type(many) is int else 0)
    message.ClearField("IDs")
    if ids:
        put_ids(message.IDs, list_of(tree.get(ids)))


def ids_of(message: Message) -> list[Json]:
    """Ids of records."""
    kind = message.WhichOneof("id_field")
    return [*getattr(message, kind).data] if kind else []


def put_ids(message: Any, ids: list[Json]) -> None:
    """Ids of records; where one is no number any more, all are texts. Raises ValueError."""
    if all(type(one) is int for one in ids):
        message.int_id.SetInParent()
        message.int_id.data.extend(ids)
    else:
        message.str_id.data.extend(str(one) for one in ids)
