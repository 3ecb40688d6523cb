"""People log in to the demo's console as in its terminals, at `vecgate idp`: with a password, as themselves, and out."""

from collections.abc import Iterator

import httpx
import jwt
import pytest

from console.conftest import WHO
from demo.expected import TourFailed
from demo.login import CONSOLE, Login
from demo.login.walked import gone_back
from demo.stack import Stack
from support.consoles.api_stub import ApiStub, running_api
from support.consoles.login_stub import LoginStub
from support.consoles.served import Served, free_place, running_console


@pytest.fixture(scope="module")
def login(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Login]:
    folder, port = tmp_path_factory.mktemp("login"), int(free_place().rpartition(":")[2])
    gateway, ca = "https://localhost:1", folder / "no-ca.pem"
    place = free_place("localhost")
    made = Login(folder, stack.bao, stack.valkey_url, port, folder / "idp.log", place, gateway, ca)
    made.spawn()
    try:
        made.server.wait()
        yield made
    finally:
        made.server.stop()


@pytest.fixture(scope="module")
def api() -> Iterator[ApiStub]:
    with running_api() as made:
        yield made


@pytest.fixture
def console(login: Login, api: ApiStub) -> Iterator[Served]:
    api.answers = {
        "GET /requests": (200, {"requests": []}),
        "GET /access": (200, {"access": []}),
        "GET /whoami": (200, WHO),
    }
    api.calls.clear()
    with running_console(api.url, LoginStub(url=login.issuer), url=login.console, client=CONSOLE) as made:
        yield made


def come(browser: httpx.Client, console: Served, login: Login, who: str, password: str = "") -> str:
    """Whoever comes to the console and logs in: the way back there, not yet gone."""
    asked = browser.get(f"{console.url}/", follow_redirects=True)
    assert str(asked.url) == f"{login.issuer}/login"
    return gone_back(browser, asked, who, password or login.password(who))


def claims(token: str) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_who_logs_in_is_that_with_a_token_that_a_gateway_can_prove(console: Served, api: ApiStub, login: Login) -> None:
    with httpx.Client(trust_env=False) as browser:
        page = browser.get(come(browser, console, login, "bob"))
        assert (page.status_code, str(page.url)) == (200, f"{console.url}/")
        assert "bob" in page.text
        token = api.calls[-1][2]
        keys = jwt.PyJWKSet.from_dict(httpx.get(f"{login.issuer}/jwks", trust_env=False).json())
        said = jwt.decode(token, keys.keys[0].key, ["ES256"], audience="vecgate", issuer=login.issuer)
        assert (said["sub"], said["groups"], said["client_id"]) == ("bob", ["data-owners"], CONSOLE)
        assert token not in page.text


def test_a_session_outlives_its_token_and_ends_with_its_login(console: Served, api: ApiStub, login: Login) -> None:
    with httpx.Client(trust_env=False) as browser:
        browser.get(come(browser, console, login, "bob"))
        first = api.calls[-1][2]
        (session,) = console.console.sessions._sessions._things.values()
        session.good_until = 0.0
        assert browser.get(f"{console.url}/").status_code == 200
        second = api.calls[-1][2]
        assert claims(second)["jti"] != claims(first)["jti"]
        assert claims(second)["sid"] == claims(first)["sid"]
        renewal = session.renewal
        assert renewal
        httpx.post(f"{login.issuer}/revoke", data={"token": renewal.reveal()}, trust_env=False)
        session.good_until = 0.0
        answer = browser.get(f"{console.url}/", follow_redirects=True)
        assert str(answer.url) == f"{login.issuer}/login", "the login has ended elsewhere"


def test_who_logs_out_is_out_at_the_login_service_too(console: Served, api: ApiStub, login: Login) -> None:
    with httpx.Client(trust_env=False) as browser:
        browser.get(come(browser, console, login, "bob"))
        (session,) = console.console.sessions._sessions._things.values()
        renewal = session.renewal
        assert renewal
        form = {"form": session.form}
        out = browser.post(f"{console.url}/logout", data=form, headers={"origin": console.url})
        assert out.status_code == 200
        words = {"grant_type": "refresh_token", "client_id": CONSOLE, "refresh_token": renewal.reveal()}
        answer = httpx.post(f"{login.issuer}/token", data=words, trust_env=False)
        assert answer.json()["error"] == "invalid_grant"


def test_a_way_back_counts_once_and_in_the_browser_that_left(console: Served, login: Login) -> None:
    with httpx.Client(trust_env=False) as bob, httpx.Client(trust_env=False) as eve:
        back = come(bob, console, login, "bob")
        come(eve, console, login, "carol")
        eve.follow_redirects = bob.follow_redirects = False
        assert eve.get(back).status_code == 400
        assert bob.get(back).status_code == 303
        assert bob.get(back).status_code == 400


def test_an_answer_that_names_another_login_service_is_none(console: Served, login: Login) -> None:
    with httpx.Client(trust_env=False) as browser:
        back = httpx.URL(come(browser, console, login, "bob"))
        for iss in ("https://evil.example", ""):
            answer = browser.get(back.copy_set_param("iss", iss))
            assert answer.status_code in (400, 502)
    with httpx.Client(trust_env=False) as browser:
        back = httpx.URL(come(browser, console, login, "bob"))
        assert browser.get(back.copy_remove_param("iss")).status_code == 502, "it says that it names itself"


def test_nobody_gets_in_without_their_password(console: Served, login: Login) -> None:
    with httpx.Client(trust_env=False) as browser:
        for who, password in (("bob", "wrong wrong wrong"), ("mallory", "x"), ("bob", login.password("alice"))):
            with pytest.raises(TourFailed):
                come(browser, console, login, who, password)
