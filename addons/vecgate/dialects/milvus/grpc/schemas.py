"""How is a collection made, and how is it described? Schemas and indexes, as REST says them."""

from collections.abc import Container
from typing import Any, Final

from vecgate.dialects.base.grpc.messages import Message, Messages, printed
from vecgate.dialects.milvus.grpc import functions, options, pairs
from vecgate.dialects.milvus.grpc.members import place, put_place, refuse_unspoken
from vecgate.dialects.milvus.grpc.reading import Twin
from vecgate.dialects.milvus.grpc.words import INDEXED, LEVELS, NUMBERS, TYPES, type_of, word
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

SCHEMA: Final = "milvus.CollectionSchema"
FIELD: Final = "milvus.FieldSchema"
_CREATE: Final = frozenset(
    {"base", "db_name", "collection_name", "schema", "shards_num", "consistency_level", "properties", "num_partitions"}
)
_SCHEMA: Final = frozenset({"name", "description", "autoID", "fields", "enable_dynamic_field", "functions"})
_FIELD: Final = frozenset(
    {"name", "is_primary_key", "description", "data_type", "type_params", "autoID", "element_type", "default_value",
     "is_partition_key", "is_clustering_key", "nullable", "is_dynamic", "is_function_output"}
)  # fmt: skip
#: Members that are true or false: of the twin, of the message.
_FLAGS: Final = (
    ("isPrimary", "is_primary_key"), ("autoID", "autoID"), ("isPartitionKey", "is_partition_key"),
    ("isClusteringKey", "is_clustering_key"), ("nullable", "nullable"),
)  # fmt: skip
#: What an index counts: of the twin, of the message.
_COUNTED: Final = (("indexedRows", "indexed_rows"), ("totalRows", "total_rows"), ("pendingRows", "pending_index_rows"))
_INDEX: Final = frozenset({"base", "db_name", "collection_name", "field_name", "extra_params", "index_name"})
_DEFAULTS: Final = ("bool_data", "int_data", "long_data", "float_data", "double_data", "string_data")
_DEFAULT_FOR: Final = {
    "Bool": "bool_data", "Int8": "int_data", "Int16": "int_data", "Int32": "int_data", "Int64": "long_data",
    "Float": "float_data", "Double": "double_data", "VarChar": "string_data",
}  # fmt: skip


# creating


def create(messages: Messages, message: Message) -> Tree:
    """The body of the twin of a creation. Raises CallRefused."""
    refuse_unspoken(message, _CREATE)
    made = messages.read(SCHEMA, message.schema)
    refuse_unspoken(made, _SCHEMA)
    if made.name not in ("", message.collection_name):
        unreadable("the schema has another name than the collection")
    tree = place(message)
    outputs = {name for one in made.functions for name in one.output_field_names}
    schema: Tree = {"fields": [field(one, outputs) for one in made.fields], **functions.made(made)}
    if made.enable_dynamic_field:
        schema["enableDynamicField"] = True
    if made.autoID:
        schema["autoID"] = True
    if made.description:
        tree["description"] = made.description
    options: Tree = {}
    for name, member in (("shards_num", "shardsNum"), ("num_partitions", "partitionsNum")):
        if value := getattr(message, name):
            options[member] = value
    options |= pairs.options(message.properties, "properties")
    level = message.consistency_level
    if not 0 <= level < len(LEVELS):
        unreadable("'consistency_level' is none that is known")
    return {**tree, "schema": schema, "consistencyLevel": LEVELS[level], **({"params": options} if options else {})}


def field(one: Message, outputs: Container[str] = ()) -> Tree:
    """A field as REST makes one; `outputs`: those that functions make. Raises CallRefused."""
    refuse_unspoken(one, _FIELD)
    if one.is_function_output and one.name not in outputs:
        unreadable("a field is said to be made by a function, and none is said to make it")
    if one.is_dynamic:
        unreadable("a field that is made by the server itself")
    tree: Tree = {"fieldName": one.name, "dataType": type_of(one.data_type)}
    tree |= {member: True for member, name in _FLAGS if getattr(one, name)}
    if one.element_type:
        tree["elementDataType"] = type_of(one.element_type)
    if one.description:
        tree["description"] = one.description
    if params := pairs.options(one.type_params, "type_params"):
        tree["elementTypeParams"] = params
    if (kind := one.default_value.WhichOneof("data")) is not None:
        if kind not in _DEFAULTS:
            unreadable("a default that is not spoken here")
        tree["defaultValue"] = getattr(one.default_value, kind)
    return tree


def put_create(messages: Messages, message: Message, tree: Tree) -> None:
    """The message of a creation. Raises CallRefused."""
    made, schema = messages.new(SCHEMA), as_tree(tree.get("schema"))
    if not schema:
        unreadable("a collection is made with a schema here")
    put_place(message, tree)
    made.name, made.description = message.collection_name, str(tree.get("description", ""))
    made.enable_dynamic_field, made.autoID = bool(schema.get("enableDynamicField")), bool(schema.get("autoID"))
    for one in map(as_tree, list_of(schema.get("fields"))):
        put_field(made.fields.add(), one)
    functions.put(made, schema)
    message.schema = printed(made)
    options = dict(as_tree(tree.get("params")))
    for name, member in (("shards_num", "shardsNum"), ("num_partitions", "partitionsNum")):
        if type(value := options.pop(member, None)) is int:
            setattr(message, name, value)
    pairs.put_options(message.properties, options)
    message.consistency_level = LEVELS.index(str(tree.get("consistencyLevel", "Bounded")))


def put_field(one: Message, tree: Tree) -> None:
    """A field that is made. Raises CallRefused."""
    kind = str(tree.get("dataType"))
    if kind not in NUMBERS or str(tree.get("elementDataType", "Int64")) not in NUMBERS:
        unreadable("a field is of a type that is not known")
    one.name, one.data_type, one.description = (
        str(tree.get("fieldName")),
        NUMBERS[kind],
        str(tree.get("description", "")),
    )
    one.element_type = NUMBERS[str(tree["elementDataType"])] if "elementDataType" in tree else 0
    for member, name in _FLAGS:
        if tree.get(member):
            setattr(one, name, True)
    pairs.put_options(one.type_params, tree.get("elementTypeParams"))
    if (value := tree.get("defaultValue")) is not None:
        try:
            setattr(one.default_value, _DEFAULT_FOR[kind], value)
        except (KeyError, TypeError, ValueError):
            unreadable("a default is of another type than its field")


# indexes


def index(message: Message) -> Twin:
    """The twin of making an index. Raises CallRefused."""
    refuse_unspoken(message, _INDEX)
    said = pairs.Said(message.extra_params, "extra_params")
    made: Tree = {"fieldName": message.field_name}
    for member, value in (
        ("indexName", message.index_name),
        ("indexType", said.text("index_type")),
        ("metricType", said.text("metric_type")),
    ):
        if value:
            made[member] = value
    nested = said.object("params")
    params = {**nested, **said.rest()}
    tree: Tree = {**place(message), "indexParams": [{**made, **({"params": params} if params else {})}]}
    is_nested = any(one.key == "params" for one in message.extra_params)
    return Twin(tree, {options.NESTED: " ".join(("params", *nested)) if is_nested else ""})


def put_index(message: Message, call: Call, tree: Tree) -> None:
    """The message of making an index. Raises CallRefused."""
    listed = list_of(tree.get("indexParams"))
    if len(listed) != 1:
        unreadable("indexes are made one at a time here")
    one = as_tree(listed[0])
    put_place(message, tree)
    message.field_name, message.index_name = str(one.get("fieldName")), str(one.get("indexName", ""))
    pairs.put(message.extra_params, index_type=one.get("indexType"), metric_type=one.get("metricType"))
    params, inner = as_tree(one.get("params")), options.of(call, options.NESTED).split()
    nested = {name: value for name, value in params.items() if name in inner[1:]}
    pairs.put(message.extra_params, params=nested if inner else None)
    pairs.put_options(message.extra_params, {name: value for name, value in params.items() if name not in nested})


def described_index(one: Message) -> Tree:
    """An index as REST describes it. Raises ValueError."""
    params = [{"key": pair.key, "value": pair.value} for pair in one.params]
    by = {pair.key: pair.value for pair in one.params}
    return {
        "fieldName": one.field_name, "indexName": one.index_name, "indexState": word(INDEXED, one.state),
        "indexType": by.get("index_type", ""), "metricType": by.get("metric_type", ""), "failReason": one.index_state_fail_reason,
        **{name: getattr(one, member) for name, member in _COUNTED},
        "minIndexVersion": one.min_index_version, "maxIndexVersion": one.max_index_version, "indexParams": [*params],
    }  # fmt: skip


def put_indexes(message: Message, data: Json) -> None:
    """The same in the message that the server sent: names and texts as they may be seen. Raises ValueError."""
    shown = [as_tree(one) for one in list_of(data)]
    if len(shown) != len(message.index_descriptions):
        raise ValueError("an answer that describes other indexes")
    for one, tree in zip(message.index_descriptions, shown, strict=True):
        one.field_name, one.index_name = str(tree.get("fieldName")), str(tree.get("indexName"))
        one.index_state_fail_reason = str(tree.get("failReason", ""))
        for name, member in _COUNTED:
            count = tree.get(name, 0)  # not there: not told
            if type(count) is not int:
                raise ValueError("an answer with counts that are none")
            setattr(one, member, count)
        put_pairs(one.params, tree.get("indexParams"))


def put_pairs(into: Any, data: Json) -> None:
    """Pairs as REST lists them."""
    del into[:]
    for one in map(as_tree, list_of(data)):
        into.add(key=str(one.get("key")), value=str(one.get("value")))


# describing


def described(message: Message) -> Tree:
    """A collection as REST describes it. Raises ValueError."""
    schema = message.schema
    if len(schema.struct_array_fields):
        raise ValueError("a collection of a kind that is not spoken here")
    return {
        "aliases": [*message.aliases], "autoId": schema.autoID, "collectionID": message.collectionID,
        "collectionName": message.collection_name or schema.name, "consistencyLevel": word(LEVELS, message.consistency_level),
        "description": schema.description, "enableDynamicField": schema.enable_dynamic_field,
        "fields": [_described(one) for one in schema.fields if not one.is_dynamic],
        "functions": [functions.described(one) for one in schema.functions], "partitionsNum": message.num_partitions,
        "properties": _pairs(message.properties), "shardsNum": message.shards_num,
    }  # fmt: skip


def _described(one: Message) -> Tree:
    tree: Tree = {
        "autoId": one.autoID, "clusteringKey": one.is_clustering_key, "description": one.description, "id": one.fieldID,
        "name": one.name, "nullable": one.nullable, "params": _pairs(one.type_params),
        "partitionKey": one.is_partition_key, "primaryKey": one.is_primary_key, "type": TYPES.get(one.data_type, ""),
    }  # fmt: skip
    if one.element_type:
        tree["elementType"] = TYPES.get(one.element_type, "")
    if (kind := one.default_value.WhichOneof("data")) in _DEFAULTS:
        tree["defaultValue"] = getattr(one.default_value, str(kind))
    return tree


def _pairs(given: Any) -> list[Json]:
    return [{"key": one.key, "value": one.value} for one in given]


def put_described(message: Message, data: Json) -> None:
    """The same in the message that the server sent: texts and names as they may be seen. Raises ValueError."""
    tree = as_tree(data)
    fields = [one for one in message.schema.fields if not one.is_dynamic]
    shown = [as_tree(one) for one in list_of(tree.get("fields"))]
    if len(shown) != len(fields):
        raise ValueError("an answer that describes other fields")
    del message.aliases[:]
    message.aliases.extend(str(one) for one in list_of(tree.get("aliases")))
    message.collection_name = message.schema.name = str(tree.get("collectionName"))
    message.schema.description = str(tree.get("description", ""))
    for one, told in zip(fields, shown, strict=True):
        one.name, one.description = str(told.get("name")), str(told.get("description", ""))
        put_pairs(one.type_params, told.get("params"))
        if one.default_value.WhichOneof("data") == "string_data":
            one.default_value.string_data = str(told.get("defaultValue", ""))
    put_pairs(message.properties, tree.get("properties"))
    _clear(message)
    for function, told in zip(message.schema.functions, map(as_tree, list_of(tree.get("functions"))), strict=True):
        function.name, function.description = str(told.get("name")), str(told.get("description", ""))
        put_pairs(function.params, told.get("params"))


def _clear(message: Message) -> None:
    """What nobody looked at: names of channels, and properties within the schema, which stand outside of it as well."""
    for name in ("virtual_channel_names", "physical_channel_names", "start_positions"):
        message.ClearField(name)
    for name in ("properties", "external_source", "external_spec", "file_resource_ids"):
        message.schema.ClearField(name)
    for one in message.schema.fields:
        one.ClearField("index_params")
        one.ClearField("external_field")
