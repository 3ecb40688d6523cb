"""Streams of many calls on one connection: one message after the other, windows, floods, and an end to everything."""

import h2.events
import pytest
from h2.errors import ErrorCodes
from mitmproxy import http
from mitmproxy.proxy import events

from mitm.h2.made import HEAD, Town, response, town
from support.fakes.talks import ENDS, Echo, streams
from vecgate.mitm.h2.stream import gone_of
from vecgate.mitm.h2.talks import MOST
from vecgate.parsing import grpc_framing as framing
from vecgate.settings.limits import Limits

OK = [(b"grpc-status", b"0")]
MANY = [*HEAD[:3], (":path", "/many"), *HEAD[4:]]
LIMITS = Limits(request_body=300_000, body_seconds=10, stream_seconds=100, answer_seconds=20)


def said(made: Town) -> list[bytes]:
    """The messages that its client has."""
    body = b"".join(one.data for one in made.of(h2.events.DataReceived))
    return [one.message for one in framing.messages(body)]


def trailers(made: Town) -> list[dict[bytes, bytes]]:
    return [dict(one.headers) for one in made.of(h2.events.TrailersReceived)]


def resets(made: Town) -> list[ErrorCodes]:
    return [one.error_code for one in made.of(h2.events.StreamReset)]


def done(message: bytes = b"") -> http.Response:
    return response(framing.framed(message), OK)


async def say(made: Town, number: int, *messages: bytes, end: bool = False) -> None:
    await send(made, number, b"".join(map(framing.framed, messages)), end=end)


async def send(made: Town, number: int, body: bytes, *, end: bool = False) -> None:
    while body:
        room = min(made.h2.local_flow_control_window(number), 16_384)
        assert room, "no window"
        made.h2.send_data(number, body[:room])
        body = body[room:]
        await made.send()
    if end:
        made.h2.end_stream(number)
        await made.send()


@pytest.fixture
def talks(monkeypatch: pytest.MonkeyPatch) -> list[Echo]:
    return streams(monkeypatch)


async def test_each_message_is_a_flow_of_its_own_one_after_the_other(talks: list[Echo]) -> None:
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"", MANY, end=False)
        await say(made, number, b"one", b"two")
        (first,) = made.flows
        assert (first.request.path, first.request.raw_content) == ("/toy.Toy/One", framing.framed(b"one"))
        await made.answer(done(b"1"))
        assert said(made) == [b"heard one", b"told one: 0 1", b"heard two"]
        await made.answer(done(b"2"))
        await say(made, number, end=True)
        assert said(made)[-1] == b"told two: 0 2"
        assert trailers(made) == [{b"grpc-status": b"0"}]
        assert made.fired == ["requestheaders", "request", "responseheaders", "response"] * 2
        assert (made.line.streams, made.line.requests, len(made.clients.talks)) == (0, 3, 0)
        assert len(made.of(h2.events.ResponseReceived)) == 1


async def test_calls_have_the_head_of_their_stream_but_for_what_is_about_the_stream(talks: list[Echo]) -> None:
    more = [("authorization", "Bearer x"), ("grpc-timeout", "60S"), ("grpc-encoding", "gzip")]
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"", [*MANY, *more], end=False)
        made.clock[0] += 9
        await say(made, number, b"one")
        fields = dict(made.flows[0].request.headers.fields)
        assert fields == {b"host": b"db.test", b"authorization": b"Bearer x", b"grpc-timeout": b"51000m"}


@pytest.mark.parametrize("how", ["reset", "left"])
async def test_who_works_for_a_message_is_told_that_its_client_has_left(talks: list[Echo], how: str) -> None:
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"", MANY, end=False)
        await say(made, number, b"one", b"two")
        gone = gone_of(made.flows[0])
        if how == "reset":
            made.h2.reset_stream(number)
            await made.send()
        else:
            await made.tell(events.ConnectionClosed(made.client))
        assert gone.is_true
        await made.answer(done())
        assert made.fired[-1] == "error"
        assert (made.clients.under_way, len(made.flows), made.kept) == (0, 1, 0)


async def test_a_message_that_is_refused_goes_back_with_its_status(talks: list[Echo]) -> None:
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"", MANY, end=False)
        await say(made, number, b"one")
        await made.answer(response(b"", None, grpc_status="7", grpc_message="policy.denied: no%21"))
        assert said(made)[-1] == b"told one: 7 policy.denied: no!"
        await say(made, number, b"two")
        await made.answer(http.Response.make(503, b"closed"))
        assert said(made)[-1].startswith(b"told two: 2 gate.closed")


async def test_windows_open_as_messages_are_worked_off_and_others_go_on(talks: list[Echo]) -> None:
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"", MANY, end=False)
        first = made.h2.local_flow_control_window(number)
        await say(made, number, b"x" * 20_000, *[b"y" * 20_000] * 9)
        await made.at_work(1)
        assert made.h2.local_flow_control_window(number) < first - 150_000
        other = await made.ask(b"", end=False)
        await send(made, other, b"z" * 200_000, end=True)
        await made.at_work(2)  # the other's windows are open
        await made.answer(response(), 1)
        for _ in range(10):
            await made.answer(done())
        assert made.h2.local_flow_control_window(number) > first - 50_000
        assert (made.kept, other > number) == (0, True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ((400_000).to_bytes(5, "big"), b"8"),
        (b"\x02\x00\x00\x00\x01x", b"3"),
        (b"\x00\x00\x00\x00\x09x", b"3"),
    ],
)
async def test_what_is_no_message_is_recorded_and_ends_it(talks: list[Echo], data: bytes, words: bytes) -> None:
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(data, MANY, end=False)
        if not trailers(made):
            made.h2.end_stream(number)
            await made.send()
        assert made.fired == ["requestheaders", "error"]
        assert [one[b"grpc-status"] for one in trailers(made)] == [words]
        assert (made.kept, made.clients.under_way) == (0, 0)


async def test_too_many_on_one_connection_are_told_to_come_again(talks: list[Echo]) -> None:
    with town(LIMITS) as made:
        await made.start()
        for _ in range(MOST):
            await made.ask(b"", MANY, end=False)
        assert resets(made) == []
        await made.ask(b"", MANY, end=False)
        assert resets(made) == [ErrorCodes.REFUSED_STREAM]
        assert made.clients.under_way == MOST


async def test_who_says_nothing_for_long_is_told_to_end_and_cut_off_in_the_end(talks: list[Echo]) -> None:
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"", MANY, end=False)
        await made.pass_time(99)
        assert said(made) == []
        await made.pass_time(1)
        assert said(made) == [b"closes"]
        await say(made, number, b"one")  # it is still listened to
        await made.pass_time(30)
        assert resets(made) == []  # not while one is worked for
        await made.answer(done())
        assert said(made)[-1] == b"told one: 0 "
        await made.pass_time(5)
        assert resets(made) == [ErrorCodes.INTERNAL_ERROR]
        assert made.clients.under_way == 0


async def test_a_message_that_never_comes_to_its_end_is_cut_off(talks: list[Echo]) -> None:
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"\x00\x00\x00\x10\x00", MANY, end=False)
        for _ in range(3):
            made.h2.send_data(number, b"x")
            await made.send()
            await made.pass_time(3)
        assert resets(made) == []
        await made.pass_time(3)
        assert (resets(made), made.kept) == ([ErrorCodes.INTERNAL_ERROR], 0)


async def test_answers_that_nobody_takes_stop_the_stream_and_end_it(talks: list[Echo]) -> None:
    with town(LIMITS) as made:
        await made.start()
        made.h2.update_settings({4: 10})
        await made.send()
        number = await made.ask(b"", MANY, end=False)
        await say(made, number, b"one", b"two", b"three")
        assert len(made.flows) == 0  # that it was heard is not taken yet
        await made.pass_time(20)
        assert resets(made) == [ErrorCodes.INTERNAL_ERROR]


@pytest.mark.parametrize("why", ["gateway", "requests", "age"])
async def test_the_end_of_all_around_it_is_told(talks: list[Echo], why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = {"requests": {"connection_requests": 3}, "age": {"connection_seconds": 60}}
    with town(LIMITS.model_copy(update=ends.get(why, {}))) as made:
        await made.start()
        number = await made.ask(b"", MANY, end=False)
        await say(made, number, b"one")
        if why == "gateway":
            monkeypatch.setattr(ENDS, "is_true", True)
        if why == "age":
            made.clock[0] += 60
        await made.answer(done())
        if why == "requests":
            await say(made, number, b"two")
            await made.answer(done())
        await made.pass_time(0.5)
        assert said(made)[-1] == b"closes"
        await say(made, number, b"last", end=True)
        await made.answer(done())
        assert (trailers(made), said(made)[-1]) == ([{b"grpc-status": b"0"}], b"told last: 0 ")
        assert (made.closed, made.clients.under_way) == (why != "gateway", 0)


async def test_small_messages_that_are_worked_off_are_no_flood(talks: list[Echo]) -> None:
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"", MANY, end=False)
        for _ in range(1500):  # the clock stands still
            await say(made, number, b"one")
            await made.answer(done())
        assert not made.closed


async def test_a_failure_of_ours_ends_it_and_says_so(talks: list[Echo]) -> None:
    with town(LIMITS) as made:
        await made.start()
        number = await made.ask(b"", MANY, end=False)
        with pytest.raises(RuntimeError, match="made to fail"):
            await made.layer._talks[number]._done(talks[0].fails())
        await say(made, number, end=True)
        (ended,) = trailers(made)
        assert ended[b"grpc-message"].startswith(b"gate.failed")
