"""A pager says who is on call: by a webhook that it signs, which each worker proves, and takes where it is newer.

    POST /.vecgate/v1/on-call/NAME     application/json, signed by Standard Webhooks     200, or 400

Nobody logs in for it. `{"name": NAME, "at": TIME, "people": [NAME]}`: what is older than what was told, or the same, is
refused, so a message that somebody kept changes nothing. It is written down before it counts.
"""

from typing import Final

from vecgate.domain.call import Answer, Json
from vecgate.domain.exchange import Exchange
from vecgate.gate import Gate
from vecgate.handling.recording import session_of
from vecgate.parsing.webhooks import Message, NotGenuine
from vecgate.refusals.catalogue import Refusal, refuse

PATH: Final = "/.vecgate/v1/on-call/"


async def told(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Take what it says. Raises Unavailable: then whoever sends it may try again."""
    raw, name = exchange.raw, exchange.raw.target.removeprefix(PATH)
    try:
        message = Message.of(dict(raw.headers), raw.body)
        said = gate.on_call.proven(name, message)
    except NotGenuine as e:
        return refuse("webhook.refused", detail=str(e))
    exchange.session = session = await session_of(gate, exchange)
    who: dict[str, Json] = {"name": name, "at": said.at, "people": [*said.people]}
    await gate.recorder.write(session, "approval.on_call", exchange.id, {"on_call": who})
    if not await gate.on_call.tell(name, said, message):
        return refuse("webhook.refused", detail="it, or something newer, was told before")
    exchange.answer = Answer(200, (("content-type", "application/json"),), b"{}")
    exchange.masked, exchange.masked_tree, exchange.recorded = b"{}", {}, {}
    return None
