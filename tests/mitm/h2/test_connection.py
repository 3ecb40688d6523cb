"""One connection of HTTP/2 with a client: hooks in order, who has left is told, and everything has an end."""

import h2.events
import pytest
from h2.errors import ErrorCodes
from hyperframe import frame as frames
from mitmproxy.proxy import events

from mitm.h2.made import HEAD, Town, always, response, town
from support.tools.every import every
from vecgate.mitm.carried import TERMS
from vecgate.mitm.h2.stream import gone_of
from vecgate.settings.limits import Limits

ALL = ["requestheaders", "request", "responseheaders", "response"]


def bodies(made: Town) -> list[bytes]:
    return [one.data for one in made.of(h2.events.DataReceived) if one.data]


def ended(made: Town) -> list[ErrorCodes]:
    return [one.error_code for one in made.of(h2.events.ConnectionTerminated)]


def resets(made: Town) -> list[ErrorCodes]:
    return [one.error_code for one in made.of(h2.events.StreamReset)]


async def test_hooks_run_in_the_order_of_http1_and_the_answer_goes_out_with_its_trailers() -> None:
    with town() as made:
        await made.start()
        await made.ask(b"body")
        (flow,) = made.flows
        assert flow.request.headers.fields == ((b"host", b"db.test"),)
        assert (flow.request.method, flow.request.path, flow.request.http_version) == ("POST", "/a", "HTTP/2.0")
        assert flow.request.raw_content == b"body"
        said = response(b"said", [(b"grpc-status", b"0")], content_type="application/grpc", connection="keep-alive")
        await made.answer(said)
        assert made.fired == ALL
        (head,) = made.of(h2.events.ResponseReceived)
        assert dict(head.headers) == {b":status": b"200", b"content-type": b"application/grpc"}
        assert bodies(made) == [b"said"]
        assert [dict(one.headers) for one in made.of(h2.events.TrailersReceived)] == [{b"grpc-status": b"0"}]
        assert len(made.of(h2.events.StreamEnded)) == 1
        assert (made.line.streams, made.line.phase, flow.live) == (0, "idle", False)


async def test_a_request_is_not_worked_on_before_it_is_whole() -> None:
    with town() as made:
        await made.start()
        number = await made.ask(b"one", end=False)
        assert (made.fired, made.working) == (["requestheaders"], [])
        made.h2.send_data(number, b"two", end_stream=True)
        await made.send()
        assert made.fired == ["requestheaders", "request"]
        assert made.flows[0].request.raw_content == b"onetwo"
        await made.answer(response())


async def test_requests_are_under_way_side_by_side_and_answered_in_any_order() -> None:
    with town() as made:
        await made.start()
        first, second = await made.ask(b"1"), await made.ask(b"2")
        assert (made.line.streams, made.clients.under_way) == (2, 2)
        await made.answer(response(b"second"), 1)
        await made.answer(response(b"first"), 0)
        said = [(one.stream_id, one.data) for one in made.of(h2.events.DataReceived)]
        assert said == [(second, b"second"), (first, b"first")]
        assert made.clients.under_way == 0


@pytest.mark.parametrize("how", ["reset", "goaway", "left", "nonsense"])
async def test_who_works_for_a_request_is_told_that_its_client_has_left(how: str) -> None:
    with town() as made:
        await made.start()
        number = await made.ask(b"body")
        gone = gone_of(made.flows[0])
        assert not gone.is_true
        match how:
            case "reset":
                made.h2.reset_stream(number, ErrorCodes.CANCEL)
                await made.send()
            case "goaway":
                made.h2.close_connection(ErrorCodes.PROTOCOL_ERROR)
                await made.send()
            case "left":
                await made.tell(events.ConnectionClosed(made.client))
            case _:
                await made.send(b"\xff" * 20)
        assert gone.is_true, how
        assert made.closed == (how != "reset")
        await made.answer(response(b"nobody reads this"))
        assert made.fired == ["requestheaders", "request", "error"]
        assert made.flows[0].error is not None
        assert made.flows[0].error.msg == "Client disconnected."
        assert made.of(h2.events.ResponseReceived) == []
        assert made.clients.under_way == 0
        if how == "reset":  # the connection goes on
            await made.ask(b"again")
            await made.answer(response(b"said"))
            assert bodies(made) == [b"said"]


async def test_what_is_reset_counts_until_it_is_no_longer_worked_on() -> None:
    """CVE-2023-44487: or whoever resets at once has as many at work as they like."""
    with town(Limits(streams=2)) as made:
        await made.start()
        for _ in range(2):
            made.h2.reset_stream(await made.ask(b"a"), ErrorCodes.CANCEL)
            await made.send()
        refused = await made.ask(b"b")
        assert made.fired == ["requestheaders", "request"] * 2
        assert [one.stream_id for one in made.of(h2.events.StreamReset)] == [refused]
        assert resets(made) == [ErrorCodes.REFUSED_STREAM]
        await made.answer(response())
        await made.ask(b"c")
        assert made.fired[-1] == "request"
        for _ in list(made.working):
            await made.answer(response())


async def test_too_many_resets_end_the_connection() -> None:
    with town(Limits(stream_resets=5)) as made:
        await made.start()
        for number in range(6):
            assert not made.closed, number
            made.h2.reset_stream(await made.ask(b"a", end=False), ErrorCodes.CANCEL)
            await made.send()
        assert made.closed
        assert ended(made) == [ErrorCodes.ENHANCE_YOUR_CALM]


async def test_a_body_that_is_too_large_is_told_so_and_not_kept() -> None:
    with town(Limits(request_body=1000)) as made:
        await made.start()
        made.at_error = response(b"too large")
        number = await made.ask(b"a" * 1006, end=False)
        assert made.fired == ["requestheaders", "error"]
        assert made.flows[0].error is not None
        assert "body_size_limit" in made.flows[0].error.msg
        assert bodies(made) == [b"too large"]
        assert (made.closed, made.line.streams) == (False, 0)
        made.h2.send_data(number, b"a" * 10_000, end_stream=True)  # who reads only after sending comes to read it
        await made.send()
        assert (resets(made), made.closed, made.kept) == ([], False, 0)


async def test_who_goes_on_sending_what_was_refused_is_ended_as_if_nothing_came() -> None:
    with town(Limits(request_body=1000)) as made:
        await made.start()
        made.at_error = response(b"too large")
        number = await made.ask(b"a" * 1006, end=False)
        for _ in range(4):
            assert not made.closed
            await made.pass_time(made.limits.idle_seconds / 4)
            made.h2.send_data(number, b"a" * 10_000)
            await made.send()
        assert made.closed
        assert ended(made) == [ErrorCodes.NO_ERROR]


@pytest.mark.parametrize("told", [True, False])
async def test_a_large_body_of_whoever_is_refused_by_their_head_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    """By what its head says, or once so much of it has come."""
    monkeypatch.setattr(TERMS, "refused", always(True))
    with town(Limits()) as made:
        await made.start()
        made.at_error = response(b"who?")
        head = [*HEAD, ("content-length", "1000000")] if told else HEAD
        number = await made.ask(b"a" * 16_000, end=False, head=head)
        for _ in range(0 if told else 16):
            assert made.fired == ["requestheaders"]
            made.h2.send_data(number, b"a" * 16_000)
            await made.send()
        assert (made.fired, made.kept) == (["requestheaders", "error"], 0)
        assert bodies(made) == [b"who?"]
        assert resets(made) == []


@pytest.mark.parametrize(
    ("limits", "begin", "code"),
    [
        ({"body_seconds": 5}, "half a body", "reset"),
        ({"head_seconds": 5}, "half a head", "closed"),
        ({"answer_seconds": 5}, "an answer without windows", "reset"),
        ({"answer_seconds": 5}, "an answer that is not read", "closed"),
        ({"idle_seconds": 5}, "nothing", "farewell"),
    ],
)
async def test_whatever_is_waited_for_has_an_end(limits: dict[str, float], begin: str, code: str) -> None:
    with town(Limits.model_validate(limits)) as made:
        await made.start()
        match begin:
            case "half a body":
                await made.ask(b"half", end=False)
            case "half a head":
                await made.send(frames.HeadersFrame(1, data=b"\x82").serialize())
            case "an answer without windows":
                made.h2.update_settings({4: 0})
                await made.send()
                await made.ask(b"body")
                await made.answer(response(b"a" * 10))
            case "an answer that is not read":
                setattr(made.clients, "unsent", lambda _client: 1)
                await made.pass_time(0.01)
        await made.pass_time(3.9)
        assert (made.closed, resets(made)) == (False, [])
        await made.pass_time(1.2)
        if code == "reset":
            assert (resets(made), made.closed) == ([ErrorCodes.CANCEL], False)
            assert made.line.streams == 0
        else:
            assert ended(made) == [ErrorCodes.NO_ERROR if code == "farewell" else ErrorCodes.ENHANCE_YOUR_CALM]
            assert made.closed


async def test_an_answer_that_says_it_is_the_last_ends_the_connection_once_all_are_answered() -> None:
    """RFC 9113 section 6.8: the last stream that was listened to is named, so that the next is sent elsewhere."""
    with town() as made:
        await made.start()
        await made.ask(b"1")
        second = await made.ask(b"2")
        await made.answer(response(b"last", connection="close"))
        (said,) = made.of(h2.events.ConnectionTerminated)
        assert (said.last_stream_id, said.error_code) == (second, ErrorCodes.NO_ERROR)
        assert not made.closed
        await made.answer(response(b"said all the same"))
        assert bodies(made) == [b"last", b"said all the same"]
        assert made.closed


async def test_no_more_are_taken_than_a_connection_carries() -> None:
    with town(Limits(connection_requests=2)) as made:
        await made.start()
        for _ in range(2):
            await made.ask(b"a")
        (said,) = made.of(h2.events.ConnectionTerminated)
        assert said.last_stream_id == 3
        for _ in range(2):
            await made.answer(response())
        assert made.closed


@every("name", ["authority", "host"])
async def test_the_host_may_stand_in_either_place(name: str) -> None:
    with town() as made:
        await made.start()
        head = [one for one in HEAD if one[0] != ":authority"]
        head.insert(0, (":authority", "db.test")) if name == "authority" else head.append(("host", "db.test"))
        await made.ask(b"a", head)
        assert made.flows[0].request.headers.fields == ((b"host", b"db.test"),)
        await made.answer(response())


async def test_a_flow_that_somebody_killed_is_not_answered() -> None:
    with town() as made:
        await made.start()
        await made.ask(b"a")
        made.flows[0].kill()
        await made.answer(response(b"said"))
        assert (bodies(made), resets(made)) == ([], [ErrorCodes.CANCEL])
