"""What a login service says is proven: by its key, for this console, of this login, and with the code's own word."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from support.consoles.login_stub import CLIENT, LoginStub
from vecgate.console.asking import Web
from vecgate.console.login import LoginFailed, LoginService
from vecgate.console.places import Places
from vecgate.console.sessions import Login

AWAY = Login("state", "nonce", "v" * 43, "/", 0.0)


@pytest.fixture
async def service(login: LoginStub) -> AsyncIterator[LoginService]:
    login.over, login.about_over, login.token = {}, {}, lambda user: f"token-of-{user}"
    web = Web(None, "x")
    yield LoginService(Places("http://localhost:1", "https://gw.example", login.url, CLIENT), web)
    await web.close()


async def code(service: LoginService, login: LoginStub) -> str:
    words = {name: values[0] for name, values in parse_qs(urlsplit(await service.address(AWAY)).query).items()}
    assert words["code_challenge_method"] == "S256"
    assert "v" * 43 not in words.values()
    return parse_qs(urlsplit(login.authorize(words)).query)["code"][0]


async def test_a_code_is_worth_a_token_once(service: LoginService, login: LoginStub) -> None:
    given = await code(service, login)
    who = await service.redeem(AWAY, given)
    assert (who.user, who.token.reveal()) == ("bob", "token-of-bob")
    with pytest.raises(LoginFailed):
        await service.redeem(AWAY, given)


async def test_another_login_cannot_redeem_it(service: LoginService, login: LoginStub) -> None:
    with pytest.raises(LoginFailed):
        await service.redeem(Login("state", "nonce", "w" * 43, "/", 0.0), await code(service, login))


@pytest.mark.parametrize(
    "over",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"nonce": None},
        {"sub": None},
    ],
)
async def test_what_is_not_about_this_login_is_none(
    service: LoginService, login: LoginStub, over: dict[str, Any]
) -> None:
    login.over = over
    with pytest.raises(LoginFailed):
        await service.redeem(AWAY, await code(service, login))


async def test_another_key_proves_nothing(
    service: LoginService, login: LoginStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, keys = await code(service, login), login.jwks()
    monkeypatch.setattr(LoginStub, "jwks", lambda _: keys)
    monkeypatch.setattr(login, "key", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(LoginFailed, match="cannot be proven"):
        await service.redeem(AWAY, given)


@pytest.mark.parametrize(
    "over",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
async def test_a_service_that_leads_elsewhere_is_none(
    service: LoginService, login: LoginStub, over: dict[str, Any]
) -> None:
    login.about_over = over
    with pytest.raises(LoginFailed):
        await service.address(AWAY)


@pytest.mark.parametrize("token", ["", "a b", "a\r\nb", "ä"])
async def test_what_is_no_token(service: LoginService, login: LoginStub, token: str) -> None:
    login.token = lambda _: token
    if not token:
        login.token = lambda _: None  # type: ignore[assignment,return-value]
    with pytest.raises(LoginFailed):
        await service.redeem(AWAY, await code(service, login))
