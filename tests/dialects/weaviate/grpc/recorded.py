"""Are the calls that a real Weaviate was recorded with over gRPC read, and printed again with nothing lost?"""

import re
import struct
from typing import Any, Final

from support.tools.recorded_grpc import Told, told
from vecgate.dialects.base.grpc.protocol import HEALTH, Reply
from vecgate.dialects.weaviate.grpc.spoken import WeaviateGrpc
from vecgate.domain.call import Call
from vecgate.refusals.errors import CallRefused

GRPC: Final = WeaviateGrpc()
#: What the gateway refuses: words of the refusal, and why. Where the server took it, a fact of the page is named.
REVIEWED: Final = {
    r"follows? a reference|references are not followed|'reference' shows": "W-48",
    r"'(?:generative|rerank|boost)' |'near_\w+' asks a model|'move_(?:to|away)'": "not held against anything: models, orders of their own",
    r"'query_profile' tells": "names of shards are those of tenants",
    r"says field \d+ twice|has a field 999|is of another type": "W-70",
    r"cut off|it is no 'SearchRequest'|has no operator": "the server refuses it as well",
    r"'on', which|'limit' must be a whole|'where\.path' must|stand together": "the server refuses it as well, or took it by halves",
    r"overlook|'names' must not be empty|'filters' is missing": "W-70",
    r"'objects\[0\]\.id' must be": "one object of a batch would fail",
    r"must be the name of a class|must have 'operator' and 'operands'": "the server refuses it as well",
    r"route\.(?:unknown|refused)": "other services, and what starts a client",
}  # fmt: skip


def alike(message: Any) -> Any:
    """The message with what says the same as it is printed, and without what nobody reads."""
    for one in _all(message):
        name = one.DESCRIPTOR.name
        if name == "SearchRequest":
            one.uses_123_api = one.uses_125_api = one.uses_127_api = True
            one.collection = one.collection[:1].upper() + one.collection[1:]
            one.metadata.uuid = True  # an id is always asked for
            _asks(one)
        elif name == "NearVector" and (one.vector or one.vector_bytes):
            one.vectors.add(vector_bytes=one.vector_bytes or struct.pack(f"<{len(one.vector)}f", *one.vector), type=1)
            one.ClearField("vector")
            one.ClearField("vector_bytes")
        elif name == "MetadataResult":
            one.ClearField("vector")  # the same stands in bytes
        if "took" in one.DESCRIPTOR.fields_by_name:
            one.took = 0
        if "consistency_level" in one.DESCRIPTOR.fields_by_name and not one.consistency_level:
            one.ClearField("consistency_level")
    return message


def _asks(one: Any) -> None:
    if not one.HasField("properties"):
        one.properties.return_all_nonref_properties = True
    if one.HasField("near_vector"):
        for target in one.near_vector.vector_for_targets:
            for vector in target.vectors:
                vector.name = target.name


def _all(message: Any) -> list[Any]:
    found = [message]
    for one, value in message.ListFields():
        if one.message_type is not None and not one.message_type.GetOptions().map_entry:
            for inner in value if one.is_repeated else [value]:
                found += _all(inner)
    return found


def parsed(name: str, data: bytes) -> Any:
    message = GRPC.messages.new(name)
    message.ParseFromString(data)
    message.DiscardUnknownFields()
    return message


def read_of(one: Told) -> Call | str:
    """The call, or the refusal in words."""
    try:
        return GRPC.read(one.method, one.request)
    except CallRefused as e:
        return str(e.refusal)


def read(one: Told, seen: set[str]) -> bool:
    """Whether a call is let through; all that it says, and all of its answer, is printed again."""
    call = read_of(one)
    if isinstance(call, str):
        words = [known for known in REVIEWED if re.search(known, call)]
        assert words, (one.source, call)
        seen.update(words)
        return False
    takes, gives = GRPC.methods[one.method].takes, GRPC.methods[one.method].gives
    sent = GRPC.message(call)
    assert sent.method == one.method
    assert GRPC.read(sent.method, sent.message) == call
    assert alike(parsed(takes, one.request)) == alike(parsed(takes, sent.message)), one.source
    if one.status == "OK" and one.answer is not None:
        heard = GRPC.answer(call, Reply(one.answer))
        given = GRPC.given(call, heard.answer, heard.kept)
        assert heard.answer.status == 200
        mine, theirs = alike(parsed(gives, given.message or b"")), alike(parsed(gives, one.answer))
        for result in theirs.results if one.method.endswith("/Search") and "alias" in one.source else ():
            result.properties.target_collection = "CliAlias"  # by its own name it is asked for when it is sent
        assert mine == theirs, one.source
    return True


def tried() -> None:
    seen, read_ = set[str](), 0
    rows = [one for one in told("weaviate") if one.method != HEALTH]
    for one in rows:
        read_ += read(one, seen)
    assert seen == {*REVIEWED}
    assert (read_, len(rows)) == (186, 232)
