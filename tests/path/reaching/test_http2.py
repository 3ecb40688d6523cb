"""HTTP/2, through a real gateway: the same path, the same answers, as many requests at a time as a client has streams."""

import json

import pytest

from demo.gateway import DATA, Gateway
from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from support.http2.client import connected


@pytest.fixture(scope="module")
def over_http2(gateways: Factory) -> Gateway:
    made = gateways.make({"upstreams": {UPSTREAM: {"grpc": True}}, "listen": {"layers": "own"}})
    made.start()
    return made


def test_a_call_over_http2_is_answered_as_over_http1(over_http2: Gateway, stack: Stack) -> None:
    token = stack.token("alice")
    plain = over_http2.ask("GET", f"{DATA}/collections", token=token)
    with connected(over_http2.listen.port, str(over_http2.ca)) as client:
        said = client.ask("GET", f"{DATA}/collections", [("authorization", f"Bearer {token}")])
        assert (said.status, json.loads(said.body)) == (plain.status, plain.json)
        assert said.headers["content-type"] == "application/json"
