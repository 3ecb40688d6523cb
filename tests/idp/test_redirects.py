"""Which address is another one? Each that is not the registered one to the letter, however a browser would read it."""

import pytest
from pydantic import TypeAdapter, ValidationError

from support.tools.every import every
from vecgate.idp.redirects import Redirect, is_one, with_answer

SITE = "https://site.example/login/back"
DESK = "http://127.0.0.1/back"
SIX = "http://[::1]/back"
DEMO = "http://localhost:8470/login/back"
ALL = (SITE, DESK, SIX, DEMO)


@every("sent", [
    SITE, DESK, DEMO, "http://127.0.0.1:1/back", "http://127.0.0.1:49152/back", "http://127.0.0.1:65535/back",
    "http://[::1]:8080/back",
])  # fmt: skip
def test_a_registered_one_is_one(sent: str) -> None:
    assert is_one(sent, ALL)


@every("sent", [
    "", "/login/back", "//site.example/login/back", f"{SITE}/", f"{SITE}/x", f"{SITE}?a=b", f"{SITE}#a", f"{SITE}#",
    f"{SITE}?", f" {SITE}", f"{SITE} ", f"{SITE}\n", f"{SITE}%0a", f"{SITE}%00",
    "http://site.example/login/back", "HTTPS://site.example/login/back", "https://SITE.example/login/back",
    "https://site.example:443/login/back", "https://site.example:8443/login/back", "https://site.example./login/back",
    "https://site.example/login//back", "https://site.example/login/./back", "https://site.example/login/x/../back",
    "https://site.example/login/%62ack", "https://site.example/login%2fback", "https://site.example/Login/back",
    "https://site.example\\@evil.example/login/back", "https://site.example@evil.example/login/back",
    "https://evil.example/https://site.example/login/back", "https://evil.example#@site.example/login/back",
    "https://evil.example?https://site.example/login/back", "https://user:word@site.example/login/back",
    "https://site.example.evil.example/login/back", "https://evilsite.example/login/back",
    "https://sit\u0435.example/login/back", "https://site\uff0eexample/login/back", "https://site.ex\u00adample/login/back",
    "https:site.example/login/back", "https:///site.example/login/back", "javascript:alert(1)//site.example/login/back",
    "data:text/html,https://site.example/login/back", "com.example.app:/back",
])  # fmt: skip
def test_another_is_none(sent: str) -> None:
    assert not is_one(sent, ALL)


@every("sent", [
    "http://127.0.0.1:/back", "http://127.0.0.1:0/back", "http://127.0.0.1:080/back", "http://127.0.0.1:65536/back",
    "http://127.0.0.1:+80/back", "http://127.0.0.1:8\u0660/back", "http://127.0.0.1:80:80/back", "http://127.0.0.1:99999/back",
    "http://127.0.0.1:80/other", "http://127.0.0.1:80/back/", "http://127.0.0.1:80/back?a=b", "http://127.0.0.1:80/back#a",
    "http://127.0.0.1:80/x/../back", "http://127.0.0.1:80/%62ack", "http://127.0.0.1:80//back", "http://127.0.0.1:80/back\n",
    "http://127.0.0.1:80@evil.example/back", "http://127.0.0.1:word@evil.example:80/back", "http://127.0.0.1.evil.example:80/back",
    "http://127.0.0.1:80\\@evil.example/back", "http://evil.example:80/back", "http://user@127.0.0.1:80/back",
    "https://127.0.0.1:80/back", "http://127.0.0.2:80/back", "http://127.1:80/back", "http://2130706433:80/back",
    "http://0x7f.0.0.1:80/back", "http://0.0.0.0:80/back", "http://[::ffff:127.0.0.1]:80/back", "http://[0:0:0:0:0:0:0:1]:80/back",
    "http://localhost:80/back", "http://localhost:8471/login/back", "http://localhost/login/back", "http://127.0.0.1:8470/login/back",
])  # fmt: skip
def test_a_port_of_ones_own_machine_is_no_licence(sent: str) -> None:
    assert not is_one(sent, ALL)


def test_ports_are_free_only_where_none_was_registered() -> None:
    assert not is_one("http://127.0.0.1:81/back", ("http://127.0.0.1:80/back",))
    assert is_one("http://127.0.0.1:80/back", ("http://127.0.0.1:80/back",))


@every("url", [SITE, DESK, SIX, DEMO, "https://site.example:8443/back", "https://site.example/"])
def test_such_are_registered(url: str) -> None:
    assert TypeAdapter(Redirect).validate_python(url) == url


@every("url", [
    "", "site.example/back", "http://site.example/back", "http://10.0.0.1/back", "https://site.example",
    "https://*.example/back", "https://site.example/*", "https://Site.example/back", "https://a@site.example/back",
    "https://site.example/back?a=b", "https://site.example/back#", "https://site.example/a/../b", "https://site.example/..",
    "https://site.example/a//b", "https://site.example:/b", "https://site.example\\b", "https://site.example/%62",
    "https://sit\u00e9.example/b", "https://site.example/b\n", "javascript:alert(1)", "com.example.app:/back", "https:///b",
    "https://site.example:99999/b", "https://[::1/b",
])  # fmt: skip
def test_such_are_not(url: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Redirect).validate_python(url)


def test_an_answer_says_whose_it_is_and_is_one_word_each() -> None:
    found = with_answer(SITE, "https://login.example", {"code": "a&iss=b", "state": "é #", "error": ""})
    assert found == f"{SITE}?code=a%26iss%3Db&state=%C3%A9+%23&iss=https%3A%2F%2Flogin.example"
