"""The demo's login service is oidc-provider itself: a console logs people in there, each as whom they say they are, and nobody else."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest

from console.conftest import WHO
from demo.console import CLIENT, NoLogin, fetched, login_service
from demo.processes import Server
from support.consoles.api_stub import ApiStub, running_api
from support.consoles.login_stub import LoginStub
from support.consoles.served import Served, free_place, running_console


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("login")


@pytest.fixture(scope="module")
def service(logs: Path) -> Iterator[tuple[str, str]]:
    """The login service, and where the console will be."""
    try:
        fetched()
    except NoLogin as e:
        pytest.skip(f"the demo's login service is oidc-provider, and {e}")
    place, issuer = free_place("localhost"), free_place("localhost")
    port = int(issuer.rpartition(":")[2])
    server: Server = login_service(port, f"{place}/login/back", logs / "login.log", {"bob": "owners", "eve": "none"})
    server.start()
    try:
        yield issuer, place
    finally:
        server.stop()


@pytest.fixture(scope="module")
def api() -> Iterator[ApiStub]:
    with running_api() as made:
        yield made


@pytest.fixture
def console(service: tuple[str, str], api: ApiStub) -> Iterator[Served]:
    issuer, place = service
    api.answers = {
        "GET /requests": (200, {"requests": []}),
        "GET /access": (200, {"access": []}),
        "GET /whoami": (200, WHO),
    }
    api.calls.clear()
    with running_console(
        api.url, LoginStub(url=issuer), url=place, client=CLIENT, token="id_token", scope="openid profile"
    ) as made:
        yield made


def chosen(browser: httpx.Client, console: Served, who: str) -> httpx.Response:
    """Whoever comes to the console, and says who they are: the way back there, not yet gone."""
    asked = browser.get(f"{console.url}/", follow_redirects=True)
    assert "Who are you?" in asked.text
    found = browser.post(asked.url, data={"who": who})
    while found.is_redirect and not found.headers["location"].startswith(console.url):
        found = browser.get(found.headers["location"])
    return found


def test_who_says_who_they_are_is_that_with_a_token_that_a_gateway_can_prove(console: Served, api: ApiStub) -> None:
    with httpx.Client(trust_env=False) as browser:
        back = chosen(browser, console, "bob").headers["location"]
        page = browser.get(back, follow_redirects=True)
        assert (page.status_code, str(page.url)) == (200, f"{console.url}/")
        assert "bob" in page.text
        token = api.calls[-1][2]
        issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
        keys = jwt.PyJWKSet.from_dict(httpx.get(f"{issuer}/jwks", trust_env=False).json())
        claims = jwt.decode(token, keys.keys[0].key, ["ES256"], audience=CLIENT)
        assert (claims["preferred_username"], claims["groups"]) == ("bob", ["owners"])
        assert claims["exp"] > time.time()
        assert token not in page.text


def test_a_way_back_counts_once_and_in_the_browser_that_left(console: Served) -> None:
    with httpx.Client(trust_env=False) as bob, httpx.Client(trust_env=False) as eve:
        back = chosen(bob, console, "bob").headers["location"]
        chosen(eve, console, "eve")
        assert eve.get(back).status_code == 400
        assert bob.get(back).status_code == 303
        assert bob.get(back).status_code == 400


def test_one_is_asked_at_each_login_and_nobody_else_gets_in(console: Served) -> None:
    with httpx.Client(trust_env=False) as browser:
        for _ in range(2):
            assert browser.get(chosen(browser, console, "bob").headers["location"]).status_code == 303
            browser.cookies.delete(console.console.cookie)
        assert chosen(browser, console, "mallory").status_code == 400
        assert chosen(browser, console, "constructor").status_code == 400
