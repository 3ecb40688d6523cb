"""Are the calls that a real Qdrant was recorded with over gRPC read, and printed again with nothing lost?"""

import re
from typing import Any, Final

from support.tools.recorded_grpc import Told, told
from vecgate import dialects
from vecgate.dialects.base.grpc.protocol import Grpc, Reply
from vecgate.refusals.errors import CallRefused

#: What the gateway refuses though the server takes it: words of the refusal.
REVIEWED: Final = {
    r"route\.(unknown|refused)": "services of its own makers and peers",
    r"names another collection than the batch": "the server overlooks it",
    r"Condition says nothing": "the server leaves such a condition out",
    r"has a field 2047": "the server drops it",
}


def spoken() -> Grpc:
    grpc = dialects.load("qdrant").grpc
    assert grpc is not None
    return grpc


def alike(message: Any) -> Any:
    """The message with the forms that older clients use as they are printed: the server takes both for one."""
    for one in _all(message):
        name = one.DESCRIPTOR.name
        if name == "Vector" and len(one.data):
            newer(one)
        elif name == "StartFrom" and one.WhichOneof("value") == "timestamp":
            assert one.timestamp.seconds == 1577836800
            one.datetime = "2020-01-01T00:00:00Z"
        elif "wait" in one.DESCRIPTOR.fields_by_name:
            one.wait = True  # what a gateway answers is done
    return message


def newer(vector: Any) -> None:
    """A vector in the form of 1.16 and later."""
    data, indices, count = list(vector.data), list(vector.indices.data), vector.vectors_count
    for name in ("data", "indices", "vectors_count"):
        vector.ClearField(name)
    if indices:
        vector.sparse.values.extend(data)
        vector.sparse.indices.extend(indices)
    elif count:
        for at in range(0, len(data), len(data) // count):
            vector.multi_dense.vectors.add().data.extend(data[at : at + len(data) // count])
    else:
        vector.dense.data.extend(data)


def _all(message: Any) -> list[Any]:
    found = [message]
    for one, value in message.ListFields():
        if one.message_type is not None:
            pairs = one.message_type.GetOptions().map_entry
            several = value.values() if pairs else value if one.is_repeated else [value]
            found += [below for inner in several for below in (_all(inner) if hasattr(inner, "DESCRIPTOR") else [])]
    return found


def read(one: Told) -> None:
    grpc = spoken()
    try:
        call = grpc.read(one.method, one.request)
    except CallRefused as e:
        words = str(e.refusal)
        assert one.status != "OK" or any(re.search(known, words) for known in REVIEWED), (one.method, words)
        return
    takes, gives = grpc.methods[one.method].takes, grpc.methods[one.method].gives
    sent = grpc.message(call)
    assert sent.method == one.method
    came, went = grpc.messages.heard(takes, one.request), grpc.messages.heard(takes, sent.message)
    assert alike(came) == went, one.method
    if one.answer is not None:
        heard = grpc.answer(call, Reply(one.answer))
        assert heard.answer.status == 200
        told_on = grpc.given(call, heard.answer, heard.kept)
        assert grpc.messages.heard(gives, told_on.message or b"") == grpc.messages.heard(gives, one.answer), one.method


def tried() -> None:
    for one in told("qdrant"):
        read(one)
