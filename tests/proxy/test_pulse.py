"""What a worker says of itself: how it is and whether it reaches its databases; nothing about anybody."""

import asyncio
import json
import time
from typing import Any

import pytest

from support.gates import Calls, FakeGate, FakePart
from vecgate.errors import Unavailable, VaultDenied, VecgateError
from vecgate.proxy.pulse import Pulse
from vecgate.terms import Answer


def gate(answer: Any = None, **parts: Any) -> FakeGate:
    asked = Calls(answer if answer is not None else Answer(200))
    store = FakePart(key=lambda *words: ":".join(words), run=Calls([]))
    made = FakeGate(
        board=FakePart(waiting=3),
        workers=FakePart(ready=True),
        policies=FakePart(loaded=FakePart(version="v7")),
        store=store,
        asked=asked,
        **parts,
    )
    made.ask = lambda _upstream: asked
    return made


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
    await until(lambda: said(made, "here") and beating.words()["upstreams"])
    first = said(made, "here")[0]
    assert (first["held"], first["connections"], first["in_flight"], first["policy"]) == (3, 2, 1, "v7")
    assert (first["worker"], first["workers"], first["ports"], first["masker"]) == (0, 1, [8443], True)
    assert beating.words()["upstreams"]["tickets-db"]["state"] == "ok"
    await beating.leave()
    assert len(said(made, "gone")) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(200), "ok"),
        (Answer(404), "ok"),
        (Answer(503), "away: status 503"),
        (Unavailable("upstream", "refused"), "away"),
        (Unavailable("vault"), "away: vault"),
        (VaultDenied("no"), "away: VaultDenied"),
    ],
)
async def test_how_a_database_is(answer: Answer | VecgateError, state: str) -> None:
    made = gate(answer)
    assert await pulse(made)._state_of("tickets-db") == state
    assert made.asked.given[0][0].path == "/api/v2/heartbeat"


async def test_one_that_nothing_cheap_can_be_asked_of_is_not_asked() -> None:
    made = gate(chroma=FakePart(alive=None))
    assert await pulse(made)._state_of("tickets-db") == "unknown"
    assert made.asked.given == []


async def test_while_the_state_is_away_it_goes_on() -> None:
    made = gate()
    made.store.run = Calls(Unavailable("state"), Unavailable("state"))
    beating = pulse(made)
    beating.open()
    await until(lambda: made.store.run.given)
    await beating.leave()
