"""Who is logged in, and as whom? Fixed names, foreign words and ways back lead nowhere; a token never leaves the console."""

import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from support.consoles.api_stub import ApiStub
from support.consoles.login_stub import LoginStub
from support.consoles.served import Served, running_console
from vecgate.console.app import Console
from vecgate.console.places import Places

PAGES = ["/", "/access/a1", "/access", "/mine", "/grants", "/history"]
ACTS = ["/access", "/requests/h1/approve", "/requests/h1/deny", "/access/a1/approve", "/access/a1/revoke", "/logout"]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_no_page(served: Served, api: ApiStub, path: str) -> None:
    found = served.person().open(path)
    assert (found.status_code, found.headers["location"]) == (303, f"/login?back={path}")
    assert api.calls == []


@pytest.mark.parametrize("path", ACTS)
def test_nobody_does_nothing(served: Served, api: ApiStub, path: str) -> None:
    found = served.person().line.post(path, data={"form": ""}, headers={"origin": served.url})
    assert found.status_code == 401  # a browser would not follow a form to the login service
    assert 'href="/"' in found.text
    assert api.calls == []


@pytest.mark.parametrize("path", [path for path in ACTS if path != "/logout"])
@pytest.mark.parametrize("word", ["", "x", None])
def test_a_form_without_its_word_is_not_taken(served: Served, api: ApiStub, path: str, word: str | None) -> None:
    bob, eve = served.person(), served.person()
    bob.log_in()
    eve.log_in()
    form = {"form": eve.word() if word is None else word}  # also that of another one's session
    assert bob.line.post(path, data=form, headers={"origin": served.url}).status_code == 403
    assert [call for call in api.calls if call[0] == "POST"] == []


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_a_form_is_a_form(served: Served, api: ApiStub, kind: str) -> None:
    bob = served.person()
    bob.log_in()
    word = bob.word()
    headers = {"origin": served.url, "content-type": kind}
    assert bob.line.post("/requests/h1/approve", content=f"form={word}", headers=headers).status_code == 403
    headers["content-type"] = "application/x-www-form-urlencoded"
    assert (
        bob.line.post("/requests/h1/approve", content=f"form={word}&x=" + "y" * 70_000, headers=headers).status_code
        == 403
    )
    assert [call for call in api.calls if call[0] == "POST"] == []


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "/logout", "javascript:1", "/\t/evil"]
)
def test_no_way_back_leads_elsewhere(served: Served, api: ApiStub, back: str) -> None:
    assert served.person().log_in(back).headers["location"] == "/"


def test_one_comes_back_to_where_one_was(served: Served, api: ApiStub) -> None:
    assert served.person().log_in("/requests/h1").headers["location"] == "/requests/h1"


def test_a_name_that_was_fixed_before_is_worth_nothing(served: Served, api: ApiStub) -> None:
    eve, bob = served.person(), served.person()
    eve.log_in()
    fixed = eve.line.cookies[served.console.cookie]
    bob.line.cookies.set(served.console.cookie, fixed, domain="127.0.0.1", path="/")
    answer = bob.log_in()
    given = [line for line in answer.headers.get_list("set-cookie") if line.startswith(served.console.cookie)]
    assert given
    assert fixed not in given[0]
    assert "HttpOnly" in given[0]
    assert "SameSite=lax" in given[0]
    assert eve.open("/").status_code == 303  # and the old one is over
    bob.line.cookies.set(served.console.cookie, "chosen", domain="127.0.0.1", path="/")


def test_nobody_is_logged_in_by_anothers_way_back(served: Served, api: ApiStub) -> None:
    eve, bob = served.person(), served.person()
    away = eve.open("/login").headers["location"]
    back = httpx.get(away, trust_env=False).headers["location"]
    assert bob.line.get(back).status_code == 400  # his browser did not begin it
    bob.open("/login")
    assert bob.line.get(back).status_code == 400  # or began another one
    assert served.console.cookie not in bob.line.cookies


def test_the_token_and_the_verifier_never_reach_the_browser(served: Served, api: ApiStub, login: LoginStub) -> None:
    login.token = lambda _: "very-secret-token"
    bob = served.person()
    seen = [bob.log_in(), *map(bob.open, PAGES)]
    login.token = str
    assert not any("very-secret-token" in found.text + str(found.headers) for found in seen)
    assert api.calls[-1][2] == "very-secret-token"
    away = parse_qs(urlsplit(served.person().open("/login").headers["location"]).query)
    assert "code_verifier" not in away


def test_who_logs_out_is_out_and_so_is_whom_the_gateway_does_not_know(served: Served, api: ApiStub) -> None:
    bob = served.person()
    bob.log_in()
    kept = bob.line.cookies[served.console.cookie]
    assert bob.post("/logout").status_code == 200
    bob.line.cookies.set(served.console.cookie, kept, domain="127.0.0.1", path="/")
    assert bob.open("/mine").status_code == 303
    bob.log_in()
    api.answers["GET /whoami"] = (401, {"message": "identity.expired: it has"})
    assert bob.open("/mine").headers["location"] == "/login?back=/mine"
    assert bob.open("/grants").headers["location"] == "/login?back=/grants"


@pytest.mark.parametrize(
    "path",
    [
        "/requests/H1",
        "/requests/h1/spend",
        "/access/a1/approve/x",
        "/requests/h1%2fapprove",
        "/static/../app.py",
    ],
)
def test_there_is_nothing_else(served: Served, api: ApiStub, path: str) -> None:
    bob = served.person()
    bob.log_in()
    api.calls.clear()
    assert bob.open(path).status_code in (404, 405)
    assert api.calls == []


@pytest.mark.parametrize("path", ["/nowhere", "/requests/H1", "/requests/h1/spend", "/static/none.css", "/requests"])
def test_what_is_not_there_is_told_on_a_page_to_a_browser_and_in_a_line_to_others(served: Served, path: str) -> None:
    bob, html = served.person(), {"accept": "text/html,*/*;q=0.8"}
    assert served.person().line.get("/nowhere", headers=html).text.count("There is no such page.") == 1
    bob.log_in()
    page = bob.line.get(path, headers=html)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    words = ["<h1>Nothing is here</h1>", "There is no such page.", 'href="/"', "Log out"]
    assert [word for word in words if word not in page.text] == []
    assert bob.open(path).text == "There is no such page\n"


def test_a_form_that_is_not_ones_own_is_told_on_a_page(served: Served, api: ApiStub) -> None:
    bob = served.person()
    bob.log_in()
    api.calls.clear()
    refused = bob.line.post("/requests/h1/approve", data={"form": "x"}, headers={"origin": served.url})
    assert refused.status_code == 403
    assert "That form is not one of yours" in refused.text
    assert "<h1>That was not done</h1>" in refused.text
    assert api.calls == []


def test_a_session_is_worth_nothing_at_the_console_of_another_gateway(
    served: Served, api: ApiStub, login: LoginStub
) -> None:
    bob = served.person()
    bob.log_in()
    kept = bob.line.cookies[served.console.cookie]
    with running_console("https://other.example", login) as other:
        assert other.console.cookie != served.console.cookie
        eve = other.person()
        for name in (served.console.cookie, other.console.cookie):
            eve.line.cookies.set(name, kept, domain="127.0.0.1", path="/")
        assert eve.open("/").status_code == 303
        eve.log_in()
    assert bob.open("/").status_code == 200  # who logs in elsewhere on this machine is still logged in here


def test_a_cookie_is_for_one_host_and_tls_where_there_is_some() -> None:
    plain, tls = (
        Console(Places(url, "https://gw.example", "https://login.example", "c"), time.time)
        for url in ("http://localhost:1", "https://console.example")
    )
    assert all(name.startswith("__Host-") for name in (tls.cookie, tls.way))
    assert not plain.cookie.startswith("__Host-")
