"""Which methods does Weaviate have over gRPC (`weaviate.v1`), and in which way is each answered and refused?

An error of the server's keeps its status, as clients know it; a refusal of the gateway's own never has one that they try
again at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import orjson

from vecgate.dialects.base.grpc.messages import Message, Messages, printed
from vecgate.dialects.base.grpc.protocol import (
    ABORTED,
    BACK,
    INTERNAL,
    STATUSES,
    UNAVAILABLE,
    UNKNOWN,
    Grpc,
    Heard,
    Method,
    Pairs,
    Reply,
    Sent,
    Talk,
)
from vecgate.dialects.weaviate.grpc import searching, streaming, twins
from vecgate.dialects.weaviate.said import error
from vecgate.dialects.weaviate.values import as_tree, list_of
from vecgate.domain.call import Answer, Call, Json
from vecgate.parsing.forms import unreadable
from vecgate.parsing.strict_json import dump

_SERVICE: Final = streaming.SERVICE
_TYPES: Final = "weaviate.v1"
_OLD: Final = "it belongs to an API that the server itself has given up"


def _method(name: str) -> tuple[str, Method]:
    return f"{_SERVICE}/{name}", Method(f"{_TYPES}.{name}Request", f"{_TYPES}.{name}Reply")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What of an answer its twin has no place for: of which types values were; of an error, which status it had."""

    kinds: dict[str, str]
    status: int = 0


class WeaviateGrpc(Grpc):
    """Weaviate over gRPC. It holds nothing: what a call means is told by the dialect, of its twin."""

    messages: ClassVar[Messages] = Messages(Path(__file__).parent)
    without: ClassVar[str] = (
        "`weaviate-client` 4 (Python) and npm's 3 can neither search nor write batches, which they do over gRPC alone, "
        "and are told so at their first call"
    )
    methods: ClassVar[Mapping[str, Method]] = {
        **dict(map(_method, twins.TWINS)),
        streaming.STREAM: Method(f"{_TYPES}.BatchStreamRequest", f"{_TYPES}.BatchStreamReply", streams=True),
        **{f"/weaviategrpc.Weaviate/{name}": Method(refused=_OLD) for name in ("Search", "BatchObjects")},
    }
    #: Clients try again for a minute at UNAVAILABLE, and show nothing of it.
    statuses: ClassVar[Mapping[int, int]] = {**STATUSES, **dict.fromkeys((502, 503, 504), ABORTED)}

    def twin(self, path: str, message: Message, metadata: Pairs) -> Call:
        if path == streaming.STREAM:
            unreadable("a message of a stream is a batch or nothing; it is no call by itself")
        return twins.TWINS[path.rpartition("/")[2]](message)

    def talk(self, path: str) -> Talk:
        return streaming.BatchStream(self.messages)

    def begins(self, path: str, message: bytes) -> bool:
        if path != streaming.STREAM:
            return False
        said = self.messages.read(self.methods[path].takes, message)
        return bool(said.WhichOneof("message") == "start")

    def message(self, call: Call) -> Sent:
        try:
            name = twins.name_of(call)
            request = self.messages.new(f"{_TYPES}.{name}Request")
            twins.PUT[name](request, call)
        except (ValueError, LookupError, TypeError, StopIteration):
            unreadable("what became of it on its way has no place in a message of this server")
        level = dict(call.query).get("consistency_level")
        if level:
            request.consistency_level = searching.level_of(level)
        return Sent(f"{_SERVICE}/{name}", printed(request))

    def answer(self, call: Call, reply: Reply) -> Heard:
        if reply.status or reply.message is None:
            status = BACK.get(reply.status, 422) if reply.status != INTERNAL else 500
            return Heard(Answer(status, body=dump(error(reply.text))), _Kept({}, reply.status or UNKNOWN))
        name = twins.name_of(call)
        message = self.messages.heard(f"{_TYPES}.{name}Reply", reply.message)
        tree, kinds = twins.TOLD[name](message, call)
        return Heard(Answer(200, body=dump(tree)), _Kept(kinds))

    def given(self, call: Call, answer: Answer, kept: object = None) -> Reply:
        had = kept if isinstance(kept, _Kept) else _Kept({})
        tree: Json = orjson.loads(answer.body) if answer.body else None
        if answer.status >= 300 or (isinstance(tree, dict) and "error" in tree):
            status = had.status or self.statuses.get(answer.status, UNKNOWN)
            return Reply(None, ABORTED if status == UNAVAILABLE else status, _text(tree))
        name = twins.name_of(call)
        message = self.messages.new(f"{_TYPES}.{name}Reply")
        try:
            twins.GIVEN[name](message, tree, call, had.kinds)
        except (LookupError, TypeError, StopIteration) as e:
            raise ValueError("an answer that no reply can say") from e
        return Reply(printed(message))


def _text(tree: Json) -> str:
    """The words of an error, in whichever of the server's shapes."""
    told = as_tree(tree)
    each = [str(as_tree(one).get("message")) for one in list_of(told.get("error"))]
    return "; ".join(each) or str(told.get("message", ""))
