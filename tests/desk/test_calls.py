"""Programs that speak gRPC have the token of now in each call, and nobody without the local key has anything."""

import base64
from pathlib import Path
from typing import Any

import pytest

from support.logins.keyed import Keyed, echoing
from vecgate.desk import certificate, endpoint

READ = "/some.Service/Read"


@pytest.mark.parametrize(
    "way",
    [
        lambda word: ("authorization", f"Bearer {word}"), lambda word: ("authorization", word), lambda word: ("api-key", word),
        lambda word: ("authorization", base64.b64encode(word.encode()).decode()),  # as Milvus' clients write it
        lambda word: ("authorization", base64.b64encode(f"root:{word}".encode()).decode()),
    ],
)  # fmt: skip
def test_each_call_has_the_token_of_now_in_the_place_of_the_key(here: Keyed, way: Any) -> None:
    here.gateway.behave, word = echoing, here.word
    with here.line() as client:
        for _ in range(2):
            answer = client.call(READ, b"message", [way(word), ("x-more", "1")])
            assert (answer.message, answer.grpc, answer.headers["x-own"]) == (b"message", (0, ""), "yes")
    for number, came in enumerate(here.gateway.arrived, 1):
        headers = dict(came.headers)
        assert [v for n, v in came.headers if n == "authorization"] == [f"Bearer token-{number}"]
        assert headers[":authority"] == here.gateway.url.removeprefix("https://")
        assert (headers["x-more"], headers["te"], headers[":path"]) == ("1", "trailers", READ)
        assert not [v for _, v in came.headers if word in v or base64.b64encode(word.encode()).decode() in v]
    assert (len(here.gateway.arrived), here.gateway.connections) == (2, 1)


@pytest.mark.parametrize(
    "more", [[], [("authorization", "Bearer token-1")], [("api-key", "KEY"), ("authorization", "KEY")]]
)
def test_without_the_key_nothing_goes_anywhere(here: Keyed, more: list[tuple[str, str]]) -> None:
    shown = [(name, value.replace("KEY", here.word)) for name, value in more]
    with here.line() as client:
        code, text = client.call(READ, b"x" * 100_000, shown).grpc
        assert (code, "for the programs that 'vecgate exec' started" in text) == (16, True)
        assert client.ask("POST", "/v1/x", shown, b"{}").status == 401
        assert here.gateway.arrived == []
        assert client.call(READ, b"", [here.key]).grpc == (0, "")  # they took up none of the connection's room


def test_whether_anybody_is_there_may_be_asked_without_the_key_and_goes_on_without_a_token(here: Keyed) -> None:
    with here.line() as client:
        assert client.call("/grpc.health.v1.Health/Check", b"", [("authorization", "Bearer x")]).grpc == (0, "")
    (came,) = here.gateway.arrived
    assert "authorization" not in dict(came.headers)
    assert here.tokens.given == 0


def test_a_login_that_has_ended_is_told_in_gRPCs_words(here: Keyed) -> None:
    here.tokens.ended = True
    with here.line() as client:
        assert client.call(READ, b"", [here.key]).grpc == (16, "vecgate exec: your login has ended")
    assert here.gateway.arrived == []


def test_a_gateway_that_is_away_is_told_so(home: Path, here: Keyed) -> None:
    made = certificate.make(home)
    for url, ca in (("https://localhost:9", str(here.gateway.ca)), (here.gateway.url, str(made[0]))):
        with endpoint.served(url, ca, here.tokens, made) as local:
            there = Keyed(here.gateway, local)
            with there.line() as client:
                code, text = client.call(READ, b"", [there.key]).grpc
            assert (code, "no gateway is there" in text) == (14, True)
    assert here.gateway.arrived == []
