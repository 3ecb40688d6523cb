"""People of the demo log in as at a desk, with their passwords, and a real gateway knows them."""

from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from demo.expected import TourFailed
from demo.gateway import Gateway
from demo.login import Login, walked
from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from support.servers.chroma import free_port


@pytest.fixture
def login(stack: Stack, tmp_path: Path) -> Iterator[Login]:
    made = Login(tmp_path / "login", stack.bao, stack.valkey_url, free_port(), tmp_path / "idp.log")
    made.spawn()
    try:
        made.server.wait()
        yield made
    finally:
        made.server.stop()


@pytest.fixture
def gateway(gateways: Factory, login: Login) -> Gateway:
    made = gateways.make({"issuers": [login.issuer_settings], "state": {"prefix": "demo-login"}})
    made.start()
    return made


def test_alice_logs_in_with_a_code_and_her_password_and_the_gateway_knows_her(login: Login, gateway: Gateway) -> None:
    login.write_desk(gateway.url, gateway.ca, UPSTREAM)
    said: list[str] = []
    token = walked.walk(login, gateway, "alice", said.append)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["iss"], claims["sub"], claims["groups"], claims["amr"]) == (
        login.issuer,
        "alice",
        ["analysts"],
        ["pwd"],
    )
    assert claims["exp"] - claims["iat"] <= 600
    assert any("logged in at demo" in line for line in said)
    around = walked.environment(login, gateway)
    assert f"CHROMA_PORT={gateway.listen.port}" in walked.typed(around, "env", "--upstream", UPSTREAM)
    with pytest.raises(TourFailed, match="at "):
        walked.agree(f"{login.issuer}/device?user_code=BCDF-GHJK", "alice", login.password("alice"))
