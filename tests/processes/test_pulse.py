"""What a worker says of itself: how it is and whether it reaches its databases; nothing about anybody."""

import asyncio
import json
import time
from typing import Any

from support.fakes.gates import Calls, FakeGate, FakePart
from vecgate.processes.pulse import Pulse
from vecgate.refusals.errors import Part, Unavailable


def gate(**parts: Any) -> FakeGate:
    store = FakePart(key=lambda *words: ":".join(words), run=Calls([]))
    return FakeGate(
        board=FakePart(waiting=3),
        workers=FakePart(ready=True),
        policies=FakePart(loaded=FakePart(version="v7")),
        store=store,
        recorder=FakePart(free=lambda: 1 << 30),
        standing=FakePart(
            words=lambda: {"vault": {"state": "ok", "since": 1.0}}, upstreams={"tickets-db": {"state": "ok"}}
        ),
        notices=FakePart(standing={}),
        **parts,
    )


def pulse(made: FakeGate) -> Pulse:
    return Pulse(made, "reverse", [8443], lambda: {"connections": 2, "in_flight": 1, "draining": False}, lambda: 1000.0)  # type: ignore[arg-type]


def said(made: FakeGate, verb: str) -> list[dict[str, Any]]:
    calls = [words for _, _, words in made.store.run.given]
    return [json.loads(words[2]) if words[2] else {} for words in calls if words[0] == verb]


async def until(is_so: Any) -> None:
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


async def test_it_says_how_it_is_and_leaves_the_list_in_the_end() -> None:
    made = gate()
    beating = pulse(made)
    beating.open()
    await until(lambda: said(made, "here"))
    first = said(made, "here")[0]
    assert (first["held"], first["connections"], first["in_flight"], first["policy"]) == (3, 2, 1, "v7")
    assert (first["worker"], first["workers"], first["ports"], first["masker"]) == (0, 1, [8443], True)
    assert (first["upstreams"]["tickets-db"]["state"], first["parts"]["vault"]["state"]) == ("ok", "ok")
    assert isinstance(first["disk_free"], int)
    await beating.leave()
    assert len(said(made, "gone")) == 1


async def test_while_the_state_is_away_it_goes_on() -> None:
    made = gate()
    made.store.run = Calls(Unavailable(Part.STATE), Unavailable(Part.STATE))
    beating = pulse(made)
    beating.open()
    await until(lambda: made.store.run.given)
    await beating.leave()
