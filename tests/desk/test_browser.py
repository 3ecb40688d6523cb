"""The code flow with PKCE: only the browser that was sent away comes back, from the login service that it was sent to."""

import hashlib
import threading
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from support.logins.service_stub import BEARER, ServiceStub
from vecgate.desk import browser
from vecgate.desk.answer import Login
from vecgate.desk.places import DeskFailed


class Coming:
    """A browser that comes back with these words, beside those of another's making first; `asked`: where it was sent."""

    def __init__(self, stub: ServiceStub, words: dict[str, str], before: tuple[str, ...] = ()) -> None:
        self.stub, self.words, self.before = stub, words, before
        self.asked: dict[str, str] = {}
        self.pages: list[tuple[int, str]] = []
        self.threads: list[threading.Thread] = []

    def __call__(self, address: str) -> None:
        self.asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
        nonce = self.asked["nonce"]
        self.stub.answers["/token"] = [(200, {**BEARER, "id_token": self.stub.id_token(nonce=nonce)})]
        self.threads.append(threading.Thread(target=self._go))
        self.threads[0].start()

    def _go(self) -> None:
        back = urlsplit(self.asked["redirect_uri"])
        words = {"state": self.asked["state"], "code": "c", **self.words}
        with httpx.Client(trust_env=False, timeout=30) as client:
            for path in self.before:
                answer = client.get(f"http://{back.netloc}{path.replace('STATE', self.asked['state'])}")
                self.pages.append((answer.status_code, answer.text))
            answer = client.get(f"http://{back.netloc}{back.path}", params=words)
            self.pages.append((answer.status_code, answer.text))


def login(stub: ServiceStub, coming: Coming, **over: Any) -> Login:
    try:
        return browser.login(stub.service(), stub.client(), coming, seconds=over.pop("seconds", 60), **over)
    finally:
        for thread in coming.threads:
            thread.join()


def test_the_code_is_redeemed_with_what_only_we_know(stub: ServiceStub) -> None:
    coming = Coming(stub, {})
    assert login(stub, coming).subject == "alice"
    (path, form), asked = stub.asked[-1], coming.asked
    digest = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (path, form["code"], form["redirect_uri"]) == ("/token", "c", asked["redirect_uri"])
    assert (asked["code_challenge"], asked["code_challenge_method"], asked["response_type"]) == (digest, "S256", "code")
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert coming.pages == [(200, browser._DONE)]


@pytest.mark.parametrize(
    "path",
    ["/", "/back", "/back?code=evil", "/back?code=evil&state=x", "/back?code=evil&state=STATE&state=STATE", "/other?code=evil&state=STATE", "/back?error=x"],
)  # fmt: skip
def test_who_was_not_sent_neither_ends_nor_alters_a_login(stub: ServiceStub, path: str) -> None:
    coming = Coming(stub, {}, (path,))
    login(stub, coming)
    assert stub.asked[-1][1]["code"] == "c"
    assert [status for status, _ in coming.pages] == [400, 200]


@pytest.mark.parametrize(
    ("words", "names_itself", "said"),
    [
        ({"iss": "https://evil.example"}, False, "another login service"),
        ({"iss": "https://evil.example"}, True, "another login service"),
        ({}, True, "another login service"),
        ({"error": "access_denied", "error_description": "not\x1b today"}, False, "access_denied \\(not. today\\)"),
        ({"error": "access_denied", "iss": "https://evil.example"}, False, "another login service"),
        ({"code": ""}, False, "without a code"),
    ],
)
def test_nothing_is_sent_where_it_came_back_wrong(
    stub: ServiceStub, words: dict[str, str], names_itself: bool, said: str
) -> None:
    coming = Coming(stub, words)
    with pytest.raises(DeskFailed, match=said):
        browser.login(stub.service(names_itself=names_itself), stub.client(), coming, seconds=60)
    coming.threads[0].join()
    assert stub.asked == []


def test_a_nonce_of_another_login_is_refused(stub: ServiceStub, monkeypatch: pytest.MonkeyPatch) -> None:
    coming = Coming(stub, {})
    made = stub.id_token
    monkeypatch.setattr(ServiceStub, "id_token", lambda self, **over: made(**over | {"nonce": "another"}))
    with pytest.raises(DeskFailed, match="about another login"):
        login(stub, coming)


def test_nobody_who_comes_is_told_and_a_port_that_is_taken_too(stub: ServiceStub) -> None:
    with pytest.raises(DeskFailed, match="no browser came back"):
        browser.login(stub.service(), stub.client(), lambda _: None, seconds=0.01)
    with pytest.raises(DeskFailed, match="no code flow with PKCE"):
        browser.login(stub.service(authorization_endpoint=""), stub.client(), lambda _: None)
    port = int(stub.url.rpartition(":")[2])
    with pytest.raises(DeskFailed, match=f"port {port} of this machine cannot be had"):
        browser.login(stub.service(), stub.client(port=port), lambda _: None)
