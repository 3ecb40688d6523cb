"""Calls over gRPC that are asked of Milvus in tests, of a collection of every type, and its answers."""

import asyncio
import base64
import functools
from typing import Any, Final

from support.tools import recordings
from vecgate.dialects.base.grpc.protocol import Reply
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.grpc.table import SERVICE
from vecgate.dialects.milvus.grpc.words import NUMBERS
from vecgate.domain.call import Answer, Call
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json

MESSAGES: Final = Milvus().grpc.messages
#: By name: type, what an array holds, whether it may have no value.
FIELDS: Final[dict[str, tuple[str, str, bool]]] = {
    "id": ("Int64", "", False), "tenant": ("VarChar", "", False), "ok": ("Bool", "", False), "small": ("Int8", "", False),
    "age": ("Int32", "", True), "score": ("Double", "", False), "near": ("Float", "", False), "meta": ("JSON", "", False),
    "tags": ("Array", "VarChar", False), "nums": ("Array", "Int64", False), "vec": ("FloatVector", "", False),
    "bits": ("BinaryVector", "", False), "half": ("Float16Vector", "", False), "thin": ("SparseFloatVector", "", False),
    "tiny": ("Int8Vector", "", False),
}  # fmt: skip


def message(name: str, /, **fields: Any) -> Any:
    """A message of Milvus with these fields."""
    made = MESSAGES.new(f"milvus.{name}")
    for key, value in fields.items():
        if isinstance(value, list):
            getattr(made, key).extend(value)
        else:
            setattr(made, key, value)
    return made


def pairs(into: Any, **values: str) -> None:
    for key, value in values.items():
        into.add(key=key, value=value)


def described(name: str = "people") -> Any:
    """What a server says of the collection."""
    made = message("DescribeCollectionResponse", collection_name=name, collectionID=7)
    made.status.SetInParent()
    made.schema.name, made.schema.enable_dynamic_field = name, True
    for i, (field, (kind, element, nullable)) in enumerate(FIELDS.items()):
        one = made.schema.fields.add(name=field, data_type=NUMBERS[kind], fieldID=100 + i, nullable=nullable)
        one.element_type, one.is_primary_key = NUMBERS.get(element, 0), field == "id"
    return made


def serving(dialect: Milvus, **collections: Any) -> Any:
    """What answers the dialect's own questions, over gRPC: of these collections, or of `people`."""
    known = collections or {"people": described()}

    async def ask(call: Call) -> Answer:
        assert dialect.grpc is not None
        sent = dialect.grpc.message(call)
        if sent.method.endswith("/ShowCollections"):
            said = message("ShowCollectionsResponse", collection_names=[*known])
        else:
            said = known.get(call.tree["collectionName"]) if "collectionName" in call.tree else None
        if said is None:
            return Answer(200, body=b'{"code":100,"message":"not there"}')
        return dialect.grpc.answer(call, Reply(said.SerializeToString())).answer

    return ask


def classified(dialect: Milvus, call: Call, **collections: Any) -> Operation:
    return asyncio.run(dialect.classify(call, serving(dialect, **collections)))


def read(dialect: Milvus, method: str, made: Any, *metadata: tuple[str, str]) -> Call:
    return dialect.grpc.read(f"{SERVICE}/{method}", made.SerializeToString(), metadata)


def tree(answer: Answer) -> Any:
    return strict_json.parse(answer.body)


@functools.cache
def recorded() -> tuple[dict[str, Any], ...]:
    """Every recorded call, with its bytes."""
    rows = []
    for row in recordings.rows("milvus_grpc"):
        given = {key: base64.b64decode(row[key]) for key in ("request", "answer") if row.get(key) is not None}
        rows.append({**row, **given})
    return tuple(rows)
