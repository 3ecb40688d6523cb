"""A pager tells who is on call: what is proven is written down, and then so; anything else changes nothing."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from vecgate.consent.on_call import Said
from vecgate.domain.exchange import Exchange, Raw
from vecgate.gate import Gate
from vecgate.handling.callers import on_call
from vecgate.parsing.webhooks import Message, NotGenuine
from vecgate.recording import events
from vecgate.refusals.errors import Part, Unavailable

HEADERS = (("webhook-id", "m"), ("webhook-timestamp", "1"), ("webhook-signature", "v1,x"))


class World:
    """Notes what is done in which order."""

    def __init__(self, *, genuine: bool = True, newer: bool = True, writes: bool = True) -> None:
        self.done, self.genuine, self.newer, self.writes = list[Any](), genuine, newer, writes

    async def session(self, *_who: str) -> str:
        return "s"

    def proven(self, name: str, message: Message) -> Said:
        self.done.append((name, message.id, message.body))
        if not self.genuine:
            raise NotGenuine("it is not signed")
        return Said(7.0, ("dora",))

    async def write(self, _session: str, code: str, _id: str, told: Any) -> None:
        if not self.writes:
            raise Unavailable(Part.JOURNAL)
        events.check(code, told)
        self.done.append((code, told))

    async def tell(self, name: str, said: Said, _message: Message) -> bool:
        self.done.append((name, *said.people))
        return self.newer

    async def take(self, headers: tuple[tuple[str, str], ...] = HEADERS) -> tuple[str, Exchange]:
        one = Exchange("1", 0.0, "", "", Raw("POST", f"{on_call.PATH}night", headers, b"{}"))
        refusal = await on_call.told(cast(Gate, SimpleNamespace(on_call=self, recorder=self)), one)
        return refusal.code if refusal else "", one


async def test_it_is_proven_written_down_and_then_so() -> None:
    world = World()
    code, one = await world.take()
    told = {"on_call": {"name": "night", "at": 7.0, "people": ["dora"]}}
    assert (code, world.done) == ("", [("night", "m", b"{}"), ("approval.on_call", told), ("night", "dora")])
    assert one.answer is not None
    assert one.answer.status == 200


async def test_what_is_not_signed_or_not_new_is_refused() -> None:
    forged, old, bare = World(genuine=False), World(newer=False), World()
    assert ((await forged.take())[0], len(forged.done)) == ("webhook.refused", 1)
    code, one = await old.take()
    assert (code, one.answer) == ("webhook.refused", None)
    assert ((await bare.take(()))[0], bare.done) == ("webhook.refused", [])


async def test_what_cannot_be_written_down_is_not_so() -> None:
    world = World(writes=False)
    with pytest.raises(Unavailable):
        await world.take()
    assert world.done == [("night", "m", b"{}")]
