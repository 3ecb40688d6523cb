"""Large bodies over HTTP/2: none is read on before its turn, others go on meanwhile, and one is as large as it says."""

import asyncio

import pytest
from mitmproxy import http

from mitm.h2.made import HEAD, Town, always, response, town
from mitm.h2.test_talks import resets, send
from support.fakes.talks import streams
from vecgate.mitm.carried import TERMS
from vecgate.mitm.h2.connection import AHEAD, WINDOW
from vecgate.parsing import grpc_framing
from vecgate.parsing.framing import LARGE, UNTOLD
from vecgate.settings.limits import Limits

LIMITS = Limits(request_body=4_000_000, body_seconds=10)
GRPC = [*HEAD, ("content-type", "application/grpc")]


class Turns:
    """What is judged waits until a test says so. `sizes`: of what was judged."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        self.given = asyncio.Event()
        patch.setattr(TERMS, "refused", self.judge)

    async def judge(self, _flow: http.HTTPFlow, size: int) -> bool:
        self.sizes.append(size)
        await self.given.wait()
        return False

    async def give(self) -> None:
        self.given.set()
        for _ in range(10):
            await asyncio.sleep(0)


def room(made: Town, number: int) -> int:
    return made.h2.local_flow_control_window(number)


async def test_a_large_body_is_read_on_in_its_turn_and_others_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(monkeypatch)
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"a" * 16_000, end=False, head=[*HEAD, ("content-length", "1000000")])
        await send(made, number, b"a" * (AHEAD - 16_000))
        assert (turns.sizes, room(made, number), made.kept) == ([1_000_000], 0, AHEAD)
        other = await made.ask(b"b", end=True)
        assert [flow.request.raw_content for flow, _ in made.working] == [b"b"]
        await made.pass_time(LIMITS.body_seconds * 3)  # it is not the client who takes time
        assert resets(made) == []
        await turns.give()
        assert room(made, number) >= WINDOW - AHEAD
        await send(made, number, b"a" * (1_000_000 - AHEAD), end=True)
        assert [len(flow.request.raw_content or b"") for flow, _ in made.working] == [1, 1_000_000]
        assert other > number
        for _ in range(2):
            await made.answer(response())


async def test_the_time_for_a_body_begins_with_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(monkeypatch)
    with town(LIMITS) as made:
        await made.start()
        await made.ask(b"a" * 16_000, end=False, head=[*HEAD, ("content-length", "1000000")])
        await made.pass_time(LIMITS.body_seconds)
        await turns.give()
        await made.pass_time(LIMITS.body_seconds - 1)
        assert resets(made) == []
        await made.pass_time(1)
        assert len(resets(made)) == 1


@pytest.mark.parametrize("left", [False, True])
async def test_what_has_come_whole_before_its_turn_is_worked_on_then(
    monkeypatch: pytest.MonkeyPatch, left: bool
) -> None:
    """Unless whoever sent it has left."""
    turns = Turns(monkeypatch)
    with town(LIMITS) as made:
        await made.start()
        length = LARGE + 1
        monkeypatch.setattr("vecgate.mitm.h2.stream.LARGE", LARGE // 2)
        number = await made.ask(b"", end=False, head=[*HEAD, ("content-length", str(length - 1))])
        await send(made, number, b"a" * (length - 1), end=True)
        assert (made.working, made.fired) == ([], ["requestheaders"])
        if left:
            made.h2.reset_stream(number)
            await made.send()
        await turns.give()
        assert made.fired == ["requestheaders", "error" if left else "request"]
        assert made.kept == 0
        if not left:
            await made.answer(response())


@pytest.mark.parametrize(
    ("head", "begins", "size"),
    [
        (GRPC, grpc_framing.framed(b"a" * 1_000_000)[:16_000], 1_000_005),
        (GRPC, b"\x01" + grpc_framing.framed(b"a" * 1_000_000)[1:16_000], LIMITS.request_body // UNTOLD),  # packed
        ([*HEAD, ("content-length", "1000000"), ("content-encoding", "gzip")], b"a", LIMITS.request_body // UNTOLD),
    ],
)
async def test_how_large_it_is_taken_for(
    monkeypatch: pytest.MonkeyPatch, head: list[tuple[str, str]], begins: bytes, size: int
) -> None:
    turns = Turns(monkeypatch)
    with town(LIMITS) as made:
        await made.start()
        await made.ask(begins, end=False, head=head)
        assert turns.sizes == [size]


async def test_what_does_not_say_how_large_it_is_is_judged_once_it_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(monkeypatch)
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"", end=False)
        await send(made, number, b"a" * LARGE)
        assert turns.sizes == []
        await send(made, number, b"a")
        assert turns.sizes == [LIMITS.request_body // UNTOLD]


async def test_more_than_was_told_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """One message and no more is what a unary call has: it would be kept for nothing."""
    monkeypatch.setattr(TERMS, "refused", always(False))
    with town(LIMITS) as made:
        await made.start()
        made.at_error = response(b"odd")
        number = await made.ask(grpc_framing.framed(b"a" * 300_000)[:16_000], end=False, head=GRPC)
        await send(made, number, b"a" * (300_005 - 16_000))
        assert made.fired == ["requestheaders"]
        await send(made, number, b"a")
        assert (made.fired, made.kept) == (["requestheaders", "error"], 0)


async def test_who_leaves_while_it_waits_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(monkeypatch)
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"a" * 16_000, end=False, head=[*HEAD, ("content-length", "1000000")])
        made.h2.reset_stream(number)
        await made.send()
        assert made.fired == ["requestheaders", "error"]
        await turns.give()
        assert (made.fired, made.kept, made.line.streams) == (["requestheaders", "error"], 0, 0)


async def test_a_large_message_of_a_stream_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first, by which it is known who says it; and what was worked off gives its own back."""
    streams(monkeypatch)
    with town(Limits(request_body=LARGE * 4)) as made:
        await made.start()
        number = await made.ask(b"", [*HEAD[:3], (":path", "/many"), *HEAD[4:]], end=False)
        streamed = made.layer._talks[number].streamed
        bodies = streamed._gate.bodies.all
        await send(made, number, grpc_framing.framed(b"one"))
        await made.answer(response(b"", [(b"grpc-status", b"0")]))
        other = bodies.free - LARGE
        assert await bodies.take(other) == other  # somebody else's
        large = grpc_framing.framed(b"x" * (LARGE + 10))
        await send(made, number, large[:AHEAD])
        assert (room(made, number), made.layer._talks[number].needs_room) == (0, True)
        bodies.give(other)
        for _ in range(10):
            await asyncio.sleep(0)
        assert room(made, number) == AHEAD
        await send(made, number, large[AHEAD:])
        assert bodies.free < other + LARGE
        await made.answer(response(b"", [(b"grpc-status", b"0")]))
        assert bodies.free == other + LARGE
