"""How are messages to a Weaviate made in tests? From the words of a `where`, and as bytes that no honest client sends."""

import json
from typing import Any, Final

from vecgate.dialects.base.grpc.protocol import Reply
from vecgate.dialects.weaviate.grpc.spoken import WeaviateGrpc
from vecgate.domain.call import Answer, Call

GRPC: Final = WeaviateGrpc()
SERVICE: Final = "/weaviate.v1.Weaviate"
OPERATORS: Final = (
    "", "Equal", "NotEqual", "GreaterThan", "GreaterThanEqual", "LessThan", "LessThanEqual", "And", "Or", "WithinGeoRange",
    "Like", "IsNull", "ContainsAny", "ContainsAll", "ContainsNone", "Not",
)  # fmt: skip


def new(name: str, /, **fields: Any) -> Any:
    """A message by the short name of its type."""
    message = GRPC.messages.new(f"weaviate.v1.{name}")
    return type(message)(**fields)


def filters(where: Any) -> Any:
    """A filter, from the words of REST."""
    number = OPERATORS.index(where["operator"])
    if "operands" in where:
        return new("Filters", operator=number, filters=[filters(one) for one in where["operands"]])
    ((key, value),) = ((key, one) for key, one in where.items() if key.startswith("value"))
    name = "_id" if where["path"] == ["id"] else where["path"][0]
    field = "value_" + key.removeprefix("value").removesuffix("Array").lower()
    if isinstance(value, list):
        given: Any = {f"{field}_array": new(f"{field.removeprefix('value_').capitalize()}Array", values=value)}
    else:
        given = {field: value}
    return new("Filters", operator=number, target=new("FilterTarget", property=name), **given)


def said(message: Any) -> bytes:
    return bytes(message.SerializeToString())


def search(**fields: Any) -> Call:
    return GRPC.read(f"{SERVICE}/Search", said(new("SearchRequest", **{"collection": "Person", **fields})))


def counted(**fields: Any) -> Call:
    return GRPC.read(f"{SERVICE}/Aggregate", said(new("AggregateRequest", **{"collection": "Person", **fields})))


def reply_of(call: Call, reply: Any, change: Any = None) -> Any:
    """What a client gets of a reply, after what its twin says was changed."""
    heard = GRPC.answer(call, Reply(said(reply)))
    tree = json.loads(heard.answer.body)
    if change is not None:
        change(tree)
    given = GRPC.given(call, Answer(heard.answer.status, body=json.dumps(tree).encode()), heard.kept)
    message = type(reply)()
    message.ParseFromString(given.message or b"")
    return message
