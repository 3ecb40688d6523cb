"""Which fields of a message stand for which members of its twin's body? Read, and refused by name if not spoken here."""

import base64
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.milvus.grpc import pairs
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

_PLACE: Final = (("db_name", "dbName"), ("collection_name", "collectionName"))
#: What goes over gRPC in base64.
_SECRETS: Final = frozenset({"password", "oldPassword", "newPassword"})
_NODES: Final = ("requests", "limits")
#: What to say in the place of what is not spoken, by message and field.
_INSTEAD: Final[Mapping[tuple[str, str], str]] = {
    ("SearchRequest", "ids"): ": get these records by a query, and search with their vectors",
    ("SearchRequest", "function_score"): ": only a hybrid search is ranked by a function ('rrf', 'weighted')",
}


def refuse_unspoken(message: Message, spoken: Container[str]) -> None:
    """Raise CallRefused where a message says something that its twin could not."""
    for field, _ in message.ListFields():
        if field.name not in spoken:
            _unspoken(field.name, message)


def _unspoken(name: str, message: Message) -> None:
    instead = _INSTEAD.get((message.DESCRIPTOR.name, name), "")
    unreadable(f"'{name}' of a '{message.DESCRIPTOR.name}' is not spoken here{instead}")


def place(message: Message) -> Tree:
    """Database and collection, where they are said."""
    return {member: value for name, member in _PLACE if (value := getattr(message, name))}


def put_place(message: Message, tree: Tree) -> None:
    """The same printed."""
    for name, member in _PLACE:
        if member in tree:
            setattr(message, name, str(tree[member]))


# by a table: the names of fields, dotted where they are in messages within, and of members


def members(message: Message, said: Mapping[str, str]) -> Tree:
    """The members that a message says; a field of no member says nothing. Raises CallRefused for all others."""
    return {member: value for member, value in _each(message, said, "") if member}


def _each(message: Message, said: Mapping[str, str], at: str) -> Iterator[tuple[str, Json]]:
    for field, value in message.ListFields():
        name = f"{at}{field.name}"
        if name in said:
            yield said[name], _json(field, value)
        elif any(one.startswith(f"{name}.") for one in said) and not field.is_repeated:
            yield from _each(value, said, f"{name}.")
        else:
            _unspoken(field.name, message)


def _json(field: Any, value: Any) -> Json:
    kind = field.message_type.name if field.message_type is not None else ""
    if kind == "KeyValuePair":
        return {**pairs.options(value, field.name)}
    if kind == "PrivilegeEntity":
        return [one.name for one in value]
    if kind == "ResourceGroupConfig":
        return _nodes(value)
    if kind == "ResourceGroupsEntry":
        return {key: _nodes(one) for key, one in value.items()}
    if field.name in _SECRETS:
        return _opened(value)
    found: Json = [*value] if field.is_repeated else value
    return found


def _opened(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:  # of base64, of ASCII, of UTF-8
        unreadable("a password is not in base64")


def _nodes(config: Message) -> Json:
    refuse_unspoken(config, _NODES)
    return {name: {"node_num": getattr(config, name).node_num} for name in _NODES if config.HasField(name)}


def put_members(message: Message, said: Mapping[str, str], tree: Tree) -> None:
    """A message that says these members. Raises CallRefused for one that it could not."""
    for member in tree:
        if member not in said.values():
            unreadable(f"'{member}' cannot be said over gRPC")
    for name, member in said.items():
        if member and member in tree:
            *above, last = name.split(".")
            held = message
            for one in above:
                held = getattr(held, one)
            _put(held, last, tree[member])


def _put(message: Message, name: str, value: Json) -> None:
    field = message.DESCRIPTOR.fields_by_name[name]
    if field.message_type is not None:
        _PUT[field.message_type.name](getattr(message, name), value)
    elif name in _SECRETS:
        setattr(message, name, base64.b64encode(str(value).encode()).decode())
    elif field.is_repeated:
        getattr(message, name).extend(value if isinstance(value, list) else [value])
    else:
        setattr(message, name, value)


def _put_names(into: Any, value: Json) -> None:
    for one in list_of(value):
        into.add(name=one)


def _put_configs(into: Any, value: Json) -> None:
    for key, one in as_tree(value).items():
        into[key].SetInParent()
        _put_nodes(into[key], one)


def _put_nodes(config: Message, value: Json) -> None:
    for name, inner in as_tree(value).items():
        getattr(config, name).node_num = as_tree(inner).get("node_num", 0)


_PUT: Final[Mapping[str, Callable[[Any, Json], None]]] = {
    "KeyValuePair": pairs.put_options,
    "PrivilegeEntity": _put_names,
    "ResourceGroupConfig": _put_nodes,
    "ResourceGroupsEntry": _put_configs,
}
