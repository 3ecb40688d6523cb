"""Calls go on beside each other, at the pace of whoever is slower, and end as either side ends them."""

import selectors
import socket
import ssl
import threading
from typing import Any

from h2.errors import ErrorCodes
from hyperframe.frame import GoAwayFrame, PingFrame

from support.http2.server import Arrived, Line, Said
from support.logins.keyed import Keyed, echoing
from vecgate.desk import streams

READ = "/some.Service/Read"


def test_long_messages_go_through_small_windows_both_ways(here: Keyed) -> None:
    here.gateway.behave, message = echoing, bytes(range(256)) * 1000
    with here.line(window=20_000) as client:
        for _ in range(2):
            assert client.call(READ, message, [here.key]).message == message


def test_calls_beside_each_other_end_each_by_itself(here: Keyed) -> None:
    waiting: list[tuple[Line, int]] = []

    def behave(arrived: Arrived, on: Line, number: int) -> Said | None:
        if arrived.path == READ:
            waiting.append((on, number))
            return None
        return Said(None, status=5, text="not there")  # its first headers are its last

    here.gateway.behave = behave
    with here.line() as client:
        held = client.begin(READ, b"", [here.key])
        assert client.call("/some.Service/Other", b"", [here.key]).grpc == (5, "not there")
        ((on, number),) = waiting
        here.gateway.loop.call_soon_threadsafe(lambda: (on.say(number, Said(b"late")), on.flush()))
        assert client.answer(held).message == b"late"


def test_what_a_client_takes_back_is_taken_back_at_the_gateway(here: Keyed) -> None:
    ends, came = threading.Event(), threading.Event()

    def behave(_arrived: Arrived, on: Line, number: int) -> Said | None:
        was = on._one

        def one(event: Any) -> None:
            if type(event).__name__ == "StreamReset" and event.error_code == ErrorCodes.CANCEL:
                ends.set()
            was(event)

        on._one = one  # type: ignore[method-assign]
        came.set()
        return None

    here.gateway.behave = behave
    with here.line() as client:
        number = client.begin(READ, b"", [here.key])
        assert came.wait(20)
        client.h2.reset_stream(number, ErrorCodes.CANCEL)
        client.flush()
        assert ends.wait(20)


def test_a_farewell_of_the_gateway_ends_nothing_that_is_under_way(here: Keyed) -> None:
    waiting: list[tuple[Line, int]] = []
    came = threading.Event()

    def behave(_arrived: Arrived, on: Line, number: int) -> None:
        waiting.append((on, number))
        came.set()

    here.gateway.behave = behave

    def leave() -> None:
        on, number = waiting[0]
        on.h2.close_connection(last_stream_id=number)
        on.h2.state_machine.state = type(on.h2.state_machine.state).SERVER_OPEN
        on.say(number, Said(b"answered"))
        on.flush()

    with here.line() as client:
        first = client.begin(READ, b"", [here.key])
        assert came.wait(20)
        here.gateway.loop.call_soon_threadsafe(leave)
        assert client.answer(first).message == b"answered"
        assert client.end() == ErrorCodes.NO_ERROR
    here.gateway.behave = echoing
    with here.line() as client:
        assert client.call(READ, b"new", [here.key]).message == b"new"


def test_a_client_that_says_farewell_is_answered(here: Keyed) -> None:
    """Node's `session.close()` says so first, whatever it still waits for."""
    here.gateway.behave = echoing
    with here.line() as client:
        number = client.begin(READ, b"last", [here.key])
        client.frame(GoAwayFrame(0, last_stream_id=0))
        assert client.answer(number).message == b"last"
        client.end()


def test_who_takes_in_no_answer_is_heard_no_further(here: Keyed) -> None:
    """As each ping wants one: what is kept for whoever reads nothing is bounded, and so is what they can say."""
    with here.line() as client:
        side = streams._Side(client.line, is_client=True)
        assert side.wanted() == selectors.EVENT_READ
        side.line = Deaf()  # type: ignore[assignment]
        side.out += bytes(streams._UNSAID - 1)
        assert side.wanted() == selectors.EVENT_READ | selectors.EVENT_WRITE
        side.out += b"x"
        assert side.wanted() == selectors.EVENT_WRITE


def test_who_never_ends_is_answered_all_the_same(here: Keyed) -> None:
    """Else what comes is kept until they take a breath, and nobody looks whether they take their answers."""
    with here.line() as client:
        side = streams._Side(client.line, is_client=True)
        side.line = said = Endless()  # type: ignore[assignment]
        side.came()
        assert said.pieces == streams._PIECES


def test_no_piece_waits_until_the_one_before_is_told_of(here: Keyed) -> None:
    with here.line() as client:
        side = streams._Side(client.line, is_client=True)
        assert side.line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


class Endless:
    """A line on which one ping follows another."""

    pieces = 0

    def recv(self, _size: int) -> bytes:
        self.pieces += 1
        if self.pieces > streams._PIECES:
            raise EOFError
        return PingFrame(0, b"12345678").serialize()


class Deaf:
    """A line that takes nothing now."""

    def send(self, _data: bytes) -> int:
        raise ssl.SSLWantWriteError
