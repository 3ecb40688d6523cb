"""Who says farewell has the answers that are due to them, and nobody is asked for a yes to what they asked."""

from typing import Any

import pytest
from h2.errors import ErrorCodes
from hyperframe.frame import GoAwayFrame

from mitm.h2.made import HEAD, response, town
from mitm.h2.test_connection import bodies, resets
from support.fakes.talks import streams
from vecgate.mitm.carried import TERMS
from vecgate.mitm.h2.connection import LOOK_SECONDS
from vecgate.mitm.h2.stream import gone_of
from vecgate.parsing.grpc_framing import framed

FAREWELL = GoAwayFrame(0).serialize()


async def test_who_says_farewell_has_its_answers_still_and_asks_nothing_more() -> None:
    """RFC 9113 section 6.8: Node's `session.close()` says so first, whatever is under way."""
    with town() as made:
        await made.start()
        await made.ask(b"body")
        await made.send(FAREWELL)
        gone = gone_of(made.flows[0])
        assert (gone.is_true, made.closed) == (False, False)
        refused = await made.ask(b"more")
        assert (resets(made), len(made.flows), refused) == ([ErrorCodes.REFUSED_STREAM], 1, 3)
        await made.answer(response(b"said"))
        assert (bodies(made), made.closed) == ([b"said"], True)
        assert made.fired[-1] == "response"


async def test_who_says_farewell_and_waits_for_nothing_is_let_go() -> None:
    with town() as made:
        await made.start()
        await made.send(FAREWELL)
        assert made.closed


@pytest.mark.parametrize("later", [False, True])
async def test_nobody_is_asked_for_a_yes_to_a_call_of_whoever_says_farewell(
    monkeypatch: pytest.MonkeyPatch, later: bool
) -> None:
    """Also where the question comes after it."""
    held = list[Any]()
    monkeypatch.setattr(TERMS, "held", held.__contains__)
    with town() as made:
        await made.start()
        await made.ask(b"one")
        await made.ask(b"two")
        held += [] if later else made.flows[:1]
        await made.send(FAREWELL)
        if later:
            held += made.flows[:1]
            await made.pass_time(LOOK_SECONDS)
        assert [gone_of(flow).is_true for flow in made.flows] == [True, False]
        await made.answer(response(b"a no"))
        await made.answer(response(b"said"))
        assert (bodies(made), made.closed) == ([b"said"], True)


async def test_a_stream_of_many_calls_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    streams(monkeypatch)
    with town() as made:
        await made.start()
        await made.ask(framed(b"one"), [*HEAD[:3], (":path", "/many"), *HEAD[4:]], end=False)
        await made.send(FAREWELL)
        assert gone_of(made.flows[0]).is_true
        await made.answer(response())
        assert (made.closed, made.clients.under_way) == (True, 0)
