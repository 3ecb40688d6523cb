"""People of the demo log in as at a desk, with their passwords, and a real gateway knows them."""

import time
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from demo.expected import TourFailed
from demo.gateway import DATA, Gateway
from demo.login import Login, walked
from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port

PATH = f"{DATA}/collections"


@pytest.fixture
def login(stack: Stack, gateways: Factory, tmp_path: Path) -> Iterator[Login]:
    """One that is up before the gateway that it tells of logouts."""
    gateway, ca = f"https://localhost:{free_port()}", gateways.folder / "ca" / "mitmproxy-ca-cert.pem"
    console, log = f"http://localhost:{free_port()}", tmp_path / "idp.log"
    made = Login(tmp_path / "login", stack.bao, stack.valkey_url, free_port(), log, console, gateway, ca)
    made.spawn()
    try:
        made.server.wait()
        yield made
    finally:
        made.server.stop()


@pytest.fixture
def gateway(gateways: Factory, login: Login) -> Gateway:
    port = int(login.gateway.rpartition(":")[2])
    told = {"issuers": [login.issuer_settings], "state": {"prefix": "demo-login"}, "listen": {"port": port}}
    made = gateways.make(told)
    made.start()
    assert made.ca == login.ca
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
    assert gateway.ask("GET", PATH, token=token).status == 200
    walked.typed(around, "logout")
    end = time.monotonic() + 60
    while (said_no := gateway.ask("GET", PATH, token=token)).status == 200 and time.monotonic() < end:
        time.sleep(0.05)
    assert said_no.code == "identity.logged_out", "its login service has told the gateway, long before the token ends"
    with pytest.raises(TourFailed, match="at "):
        walked.agree(f"{login.issuer}/device?user_code=BCDF-GHJK", "alice", login.password("alice"))
