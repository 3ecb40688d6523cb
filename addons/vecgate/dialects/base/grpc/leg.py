"""How does a twin go out over gRPC, and how is what comes back read as an answer to it? What sends is egress/."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from vecgate.dialects.base.grpc.protocol import OK, UNKNOWN, Grpc, Heard, Reply
from vecgate.domain.call import Answer, Call
from vecgate.domain.lease import Lease
from vecgate.domain.upstream import Upstream
from vecgate.egress.wire import Wire
from vecgate.parsing import grpc_framing as framing
from vecgate.refusals.errors import MaskFailed

type Own = Callable[[str], Awaitable[Lease]]

#: What goes with each call, beside what the dialect says. A header of this content type makes it one of gRPC.
_HEADERS = (("content-type", framing.CONTENT_TYPE), ("te", "trailers"), (framing.ACCEPTED, "identity"))


def outgoing(grpc: Grpc, call: Call) -> Call:
    """The call as the server gets it. Raises CallRefused."""
    sent = grpc.message(call)
    headers = (*_HEADERS, *sent.metadata)
    return Call(
        "POST", sent.method, headers=headers, body=framing.framed(sent.message), origin=sent.origin or call.origin
    )


def heard(grpc: Grpc, call: Call, answer: Answer) -> Heard:
    """What it answered, in the words of the twin. Raises MaskFailed for what is no answer to this call, AnswerTooLarge."""
    told = framing.status(answer.header(framing.STATUS))
    status = UNKNOWN if told is None else told
    message = answer.body if status == OK else None
    try:
        found = grpc.answer(call, Reply(message, status, framing.percent_decoded(answer.header(framing.TEXT))))
    except ValueError as e:
        raise MaskFailed("the answer is no message of this call's") from e
    return found


async def asked(dialect: Any, wire: Wire, upstream: Upstream, own: Own, question: Call) -> Answer:
    """What the server says to a question of the dialect's own, over whichever protocol it is asked. As `Wire.send`."""
    lease, grpc = await own(upstream.name), cast("Grpc | None", dialect.grpc if upstream.grpc_url else None)
    if grpc is None or not grpc.asks or not grpc.says(question):
        call = dialect.outgoing(question)
        return await wire.send(wire.ticket(call, upstream, lease), call)
    call = outgoing(grpc, question)
    return heard(grpc, question, await wire.send(wire.ticket(call, upstream, lease), call, grpc.key)).answer
