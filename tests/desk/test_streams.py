"""Programs that speak gRPC have the token of now in each call, and nobody without the local key has anything."""

import base64
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from h2.errors import ErrorCodes

from support.http2.client import connected
from support.http2.server import Arrived, GrpcServer, Line, Said, grpc_server
from vecgate.desk import certificate, endpoint
from vecgate.desk.endpoint import Local
from vecgate.desk.places import DeskFailed
from vecgate.domain.principal import Secret
from vecgate.parsing import grpc_framing as framing

READ = "/some.Service/Read"


class Tokens:
    """Another one for each call, until the login ends."""

    def __init__(self) -> None:
        self.given, self.ended = 0, False

    def __call__(self) -> Secret:
        if self.ended:
            raise DeskFailed("your login has ended")
        self.given += 1
        return Secret(f"token-{self.given}")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GrpcServer]:
    with grpc_server(tmp_path / "gateway") as server:
        yield server


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def place(gateway: GrpcServer, home: Path, tokens: Tokens) -> Iterator[Local]:
    with endpoint.served(gateway.url, str(gateway.ca), tokens, certificate.make(home)) as made:
        yield made


def line(place: Local, **how: Any) -> Any:
    return connected(int(place.url.rpartition(":")[2]), str(place.ca), **how)


def key(place: Local) -> tuple[str, str]:
    return ("authorization", f"Bearer {place.key.reveal()}")


def echoing(arrived: Arrived, _line: Line, _number: int) -> Said:
    return Said(framing.unframed(arrived.body).message, headers=(("x-own", "yes"),))


@pytest.mark.parametrize(
    "way",
    [
        lambda word: ("authorization", f"Bearer {word}"), lambda word: ("authorization", word), lambda word: ("api-key", word),
        lambda word: ("authorization", base64.b64encode(word.encode()).decode()),  # as Milvus' clients write it
        lambda word: ("authorization", base64.b64encode(f"root:{word}".encode()).decode()),
    ],
)  # fmt: skip
def test_each_call_has_the_token_of_now_in_the_place_of_the_key(gateway: GrpcServer, place: Local, way: Any) -> None:
    gateway.behave, word = echoing, place.key.reveal()
    with line(place) as client:
        for _ in range(2):
            answer = client.call(READ, b"message", [way(word), ("x-more", "1")])
            assert (answer.message, answer.grpc, answer.headers["x-own"]) == (b"message", (0, ""), "yes")
    for number, came in enumerate(gateway.arrived, 1):
        headers = dict(came.headers)
        assert [v for n, v in came.headers if n == "authorization"] == [f"Bearer token-{number}"]
        assert headers[":authority"] == gateway.url.removeprefix("https://")
        assert (headers["x-more"], headers["te"], headers[":path"]) == ("1", "trailers", READ)
        assert not [v for _, v in came.headers if word in v or base64.b64encode(word.encode()).decode() in v]
    assert (len(gateway.arrived), gateway.connections) == (2, 1)


@pytest.mark.parametrize(
    "more", [[], [("authorization", "Bearer token-1")], [("api-key", "KEY"), ("authorization", "KEY")]]
)
def test_without_the_key_nothing_goes_anywhere(gateway: GrpcServer, place: Local, more: list[tuple[str, str]]) -> None:
    shown = [(name, value.replace("KEY", place.key.reveal())) for name, value in more]
    with line(place) as client:
        code, text = client.call(READ, b"x" * 100_000, shown).grpc
        assert (code, "for the programs that 'vecgate exec' started" in text) == (16, True)
        assert client.ask("POST", "/v1/x", shown, b"{}").status == 401
        assert gateway.arrived == []
        assert client.call(READ, b"", [key(place)]).grpc == (0, "")  # they took up none of the connection's room


def test_whether_anybody_is_there_may_be_asked_without_the_key_and_goes_on_without_a_token(
    gateway: GrpcServer, place: Local, tokens: Tokens
) -> None:
    with line(place) as client:
        assert client.call("/grpc.health.v1.Health/Check", b"", [("authorization", "Bearer x")]).grpc == (0, "")
    (came,) = gateway.arrived
    assert "authorization" not in dict(came.headers)
    assert tokens.given == 0


def test_a_login_that_has_ended_is_told_in_gRPCs_words(gateway: GrpcServer, place: Local, tokens: Tokens) -> None:
    tokens.ended = True
    with line(place) as client:
        assert client.call(READ, b"", [key(place)]).grpc == (16, "vecgate exec: your login has ended")
    assert gateway.arrived == []


def test_long_messages_go_through_small_windows_both_ways(gateway: GrpcServer, place: Local) -> None:
    gateway.behave, message = echoing, bytes(range(256)) * 1000
    with line(place, window=20_000) as client:
        for _ in range(2):
            assert client.call(READ, message, [key(place)]).message == message


def test_calls_beside_each_other_end_each_by_itself(gateway: GrpcServer, place: Local) -> None:
    waiting: list[tuple[Line, int]] = []

    def behave(arrived: Arrived, on: Line, number: int) -> Said | None:
        if arrived.path == READ:
            waiting.append((on, number))
            return None
        return Said(None, status=5, text="not there")  # its first headers are its last

    gateway.behave = behave
    with line(place) as client:
        held = client.begin(READ, b"", [key(place)])
        assert client.call("/some.Service/Other", b"", [key(place)]).grpc == (5, "not there")
        ((on, number),) = waiting
        gateway.loop.call_soon_threadsafe(lambda: (on.say(number, Said(b"late")), on.flush()))
        assert client.answer(held).message == b"late"


def test_what_a_client_takes_back_is_taken_back_at_the_gateway(gateway: GrpcServer, place: Local) -> None:
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

    gateway.behave = behave
    with line(place) as client:
        number = client.begin(READ, b"", [key(place)])
        assert came.wait(20)
        client.h2.reset_stream(number, ErrorCodes.CANCEL)
        client.flush()
        assert ends.wait(20)


def test_a_farewell_of_the_gateway_ends_nothing_that_is_under_way(gateway: GrpcServer, place: Local) -> None:
    waiting: list[tuple[Line, int]] = []
    came = threading.Event()

    def behave(_arrived: Arrived, on: Line, number: int) -> None:
        waiting.append((on, number))
        came.set()

    gateway.behave = behave

    def leave() -> None:
        on, number = waiting[0]
        on.h2.close_connection(last_stream_id=number)
        on.flush()
        on.h2.state_machine.state = type(on.h2.state_machine.state).SERVER_OPEN
        on.say(number, Said(b"answered"))
        on.flush()

    with line(place) as client:
        first = client.begin(READ, b"", [key(place)])
        assert came.wait(20)
        gateway.loop.call_soon_threadsafe(leave)
        assert client.answer(first).message == b"answered"
        assert client.end() == ErrorCodes.NO_ERROR
    gateway.behave = echoing
    with line(place) as client:
        assert client.call(READ, b"new", [key(place)]).message == b"new"


def test_a_gateway_that_is_away_is_told_so(home: Path, gateway: GrpcServer, tokens: Tokens) -> None:
    made = certificate.make(home)
    for url, ca in (("https://localhost:9", str(gateway.ca)), (gateway.url, str(made[0]))):
        with endpoint.served(url, ca, tokens, made) as place, line(place) as client:
            code, text = client.call(READ, b"", [key(place)]).grpc
            assert (code, "no gateway is there" in text) == (14, True)
    assert gateway.arrived == []
