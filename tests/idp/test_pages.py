"""Attacks on the pages: guesses, foreign forms, fixed cookies, ways elsewhere, other names. All in vain."""

import pytest
from starlette.requests import Request

from support.logins.served import PASSWORD, Served
from support.tools.every import every
from vecgate.domain.guards import Rate
from vecgate.idp import pages


def test_passwords_are_guessed_a_few_times_only(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "HERE", Rate(3, 299))
    visitor = served.visitor()
    visitor.come(served.begin()["user_code"])
    statuses = [visitor.log_in("bob", f"wrong {n}").status_code for n in range(5)]
    assert statuses == [401] * 3 + [429] * 2
    assert visitor.log_in("bob").status_code == 429, "the right one comes too late"
    assert visitor.log_in("alice").status_code == 303, "and nobody else is locked out"


@every("rate", ["ANYWHERE", "BY_ADDRESS"])
def test_nor_are_they_by_other_ways(served: Served, monkeypatch: pytest.MonkeyPatch, rate: str) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(pages, rate, Rate(2, 298))
        visitor = served.visitor()
        visitor.come(served.begin()["user_code"])
        assert [visitor.log_in("carol", "wrong").status_code for _ in range(4)] == [401, 401, 429, 429]


def test_a_host_of_ipv6_guesses_as_one_whatever_address_it_takes() -> None:
    asking = [Request({"type": "http", "client": (f"2001:db8::{number}", 1)}) for number in (1, 2)]
    assert {pages._address(one) for one in asking} == {"2001:db8::/64"}


def test_codes_are_guessed_a_few_times_only(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "CODES", Rate(3, 297))
    visitor = served.visitor()
    visitor.open("/device")
    found = [visitor.post("/device", {"user_code": f"BCDF-GHJ{letter}"}).status_code for letter in "BCDFG"]
    assert found == [400] * 3 + [429] * 2


_FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@every("headers", _FOREIGN)
def test_a_foreign_form_is_not_taken(served: Served, headers: dict[str, str]) -> None:
    asked = served.begin()
    visitor = served.visitor()
    visitor.come(asked["user_code"])
    visitor.log_in()
    visitor.open("/confirm")
    assert visitor.post("/confirm", {"answer": "yes"}, **headers).status_code == 403
    assert served.poll(asked).json()["error"] == "authorization_pending"


@every("word", ["", "x"])
def test_a_form_without_its_word_is_not_taken(served: Served, word: str) -> None:
    asked = served.begin()
    visitor = served.visitor()
    visitor.come(asked["user_code"])
    visitor.log_in()
    visitor.open("/confirm")
    visitor.word = word
    assert visitor.post("/confirm", {"answer": "yes"}).status_code == 403
    assert served.poll(asked).json()["error"] == "authorization_pending"


def test_another_browsers_word_is_none(served: Served) -> None:
    eve, bob = served.visitor(), served.visitor()
    eve.open("/device")
    bob.open("/device")
    bob.word = eve.word
    assert bob.post("/device", {"user_code": "BCDF-GHJK"}).status_code == 403


def test_a_fixed_cookie_is_not_logged_in(served: Served) -> None:
    """Eve gives Bob the cookie that she knows; when he has logged in, it is another one."""
    eve, bob = served.visitor(), served.visitor()
    eve.come(served.begin()["user_code"])
    fixed = eve.line.cookies["vecgate-idp"]
    for cookie in eve.line.cookies.jar:
        bob.line.cookies.jar.set_cookie(cookie)
    assert bob.log_in("bob").headers["location"] == "/confirm"
    assert bob.line.cookies["vecgate-idp"] != fixed
    assert bob.open("/confirm").status_code == 200
    assert eve.open("/confirm").status_code == 400


def test_a_cookie_that_was_made_up_is_none(served: Served) -> None:
    eve = served.visitor()
    eve.line.cookies.set("vecgate-idp", "made-up")
    assert eve.open("/login").status_code == 400
    eve.open("/device")
    assert eve.line.cookies.get("vecgate-idp", domain="127.0.0.1") != "made-up"


def test_another_code_needs_another_login(served: Served) -> None:
    visitor = served.visitor()
    visitor.come(served.begin()["user_code"])
    visitor.log_in()
    visitor.come(served.begin()["user_code"])
    assert visitor.open("/confirm").status_code == 400


@every(
    "query",
    [
        "back=//evil.example",
        "next=https://evil.example",
        "redirect_uri=https://evil.example",
        "user_code=//evil.example",
    ],
)
def test_no_page_leads_elsewhere(served: Served, query: str) -> None:
    visitor = served.visitor()
    asked = served.begin()
    seen = [
        visitor.open(f"/device?{query}"),
        visitor.come(asked["user_code"]),
        visitor.open(f"/login?{query}"),
        visitor.log_in(),
    ]
    assert [one.headers.get("location", "") for one in seen] == ["", "/login", "", "/confirm"]
    assert 'href="//evil' not in seen[0].text


@every("host", ["evil.example", "localhost", "", "127.0.0.1"])
def test_another_name_gets_nothing(served: Served, host: str) -> None:
    for path in ("/device", "/.well-known/openid-configuration", "/jwks"):
        answer = served.visitor().open(path, host=host)
        assert answer.status_code == 421
        assert "set-cookie" not in answer.headers


@every("path", ["/device", "/login", "/confirm", "/nowhere", "/static/idp.css", "/jwks"])
def test_every_answer_forbids_frames_scripts_and_keeping(served: Served, path: str) -> None:
    headers = served.visitor().open(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert (headers["x-frame-options"], headers["cache-control"]) == ("DENY", "no-store")


def test_cookies_are_closed(served: Served) -> None:
    cookie = served.visitor().open("/device").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_what_others_typed_is_shown_as_text(served: Served) -> None:
    assert "<script" not in served.visitor().open("/device?user_code=<script>x").text
    asked = served.begin(host="<b>x")
    visitor = served.visitor()
    visitor.come(asked["user_code"])
    visitor.log_in()
    assert "<b>x" not in visitor.open("/confirm").text


def test_a_password_is_in_no_answer(served: Served) -> None:
    visitor = served.visitor()
    visitor.come(served.begin()["user_code"])
    assert PASSWORD not in visitor.log_in("alice").text
    assert "hunter2hunter2" not in visitor.log_in("alice", "hunter2hunter2").text
