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

_NOT_TAKEN = 401

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
    """What the server says to a question of the dialect's own, over whichever protocol it is asked. As `Wire.send`.

    Once more, where it does not take the gateway's credential (nothing was done then) and there is another one by now:
    somebody may have ended it, or it was given back for a person's.
    """
    lease = await own(upstream.name)
    answer = await _asked(dialect, wire, upstream, lease, question)
    if answer.status == _NOT_TAKEN and (other := await own(upstream.name)).id != lease.id:
        return await _asked(dialect, wire, upstream, other, question)
    return answer


async def _asked(dialect: Any, wire: Wire, upstream: Upstream, lease: Lease, question: Call) -> Answer:
    grpc = cast("Grpc | None", dialect.grpc if upstream.grpc_url else None)
    if grpc is None or not grpc.asks or not grpc.says(question):
        call = dialect.outgoing(question)
        return await wire.send(wire.ticket(call, upstream, lease), call)
    call = outgoing(grpc, question)
    return heard(grpc, question, await wire.send(wire.ticket(call, upstream, lease), call, grpc.key)).answer
