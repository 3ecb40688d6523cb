"""A real login service (oidc-provider): both flows, refresh tokens that are good once, and what it refuses."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.logins.provider import agree, browse, running_provider
from vecgate.desk import answer, browser, device, fresh, kept, service, web
from vecgate.desk.answer import Login, NotNow, peeked
from vecgate.desk.fresh import NoLogin
from vecgate.desk.places import DeskFailed
from vecgate.desk.told import Client

LIFE = 30  # less than what a token must still be good for: each use renews it


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_provider(tmp_path_factory.mktemp("login"), LIFE) as url:
        yield url


def by_device(issuer: str, who: str) -> Login:
    said: list[str] = []
    once = iter([lambda: None, lambda: said.append(agree(shown[0].complete, who))])
    shown: list[device.Shown] = []
    return device.login(service.found(issuer), Client(issuer), shown.append, sleep=lambda _: next(once, lambda: None)())


def by_browser(issuer: str, who: str) -> Login:
    threads = list[threading.Thread]()

    def open_(address: str) -> None:
        threads.append(threading.Thread(target=browse, args=(address, who)))
        threads[0].start()

    try:
        return browser.login(service.found(issuer), Client(issuer), open_)
    finally:
        threads[0].join()


@pytest.mark.parametrize("flow", [by_device, by_browser])
def test_a_person_is_logged_in_with_a_token_that_a_gateway_takes(issuer: str, flow: Any) -> None:
    made = flow(issuer, "alice")
    claims = peeked(made.token.reveal())
    assert (made.user, made.subject) == ("alice", "alice")
    assert (claims["iss"], claims["aud"], claims["sub"], claims["groups"]) == (issuer, "vecgate", "alice", ["analysts"])
    assert made.refresh is not None


@pytest.mark.parametrize("flow", [by_device, by_browser])
def test_a_person_who_says_no_is_not(issuer: str, flow: Any) -> None:
    with pytest.raises(DeskFailed, match="said no"):
        flow(issuer, "nobody")


def test_a_refresh_token_is_good_once_and_a_replay_ends_them_all(issuer: str) -> None:
    first = by_device(issuer, "bob")
    kept.keep("work", first)
    second = fresh.fresh("work", fresh.LEAST)
    assert second.token.reveal() != first.token.reveal()
    assert (second.user, second.subject) == ("bob", "bob")
    assert first.refresh is not None
    assert second.refresh is not None
    assert first.refresh.reveal() != second.refresh.reveal()
    with pytest.raises(NotNow, match="invalid_grant"):  # whoever stole the first one
        answer.ask(
            service.found(issuer),
            first.client,
            {"grant_type": "refresh_token", "refresh_token": first.refresh.reveal()},
        )
    assert fresh.fresh("work", fresh.LEAST).token.reveal() == second.token.reveal()  # what is left of it
    with pytest.raises(NoLogin, match="no refresh token"):
        fresh.fresh("work", now=lambda: second.ends + 1)


def test_after_a_logout_nothing_is_renewed(issuer: str) -> None:
    made = by_device(issuer, "alice")
    kept.keep("work", made)
    assert fresh.ended("work")[0] == f"refresh_token: ended at {issuer}"
    kept.keep("work", made)
    assert fresh.fresh("work").token.reveal() == made.token.reveal()
    with pytest.raises(NoLogin):
        fresh.fresh("work", now=lambda: made.ends + 1)


def test_a_code_without_its_verifier_or_with_a_weaker_challenge_is_worth_nothing(
    issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer.ask
    monkeypatch.setattr(answer, "ask", lambda s, c, form: asked(s, c, form | {"code_verifier": "x" * 64}))
    with pytest.raises(NotNow, match="invalid_grant"):
        by_browser(issuer, "alice")
    words = {
        "client_id": "vecgate-cli",
        "response_type": "code",
        "redirect_uri": "http://127.0.0.1:5/back",
        "scope": "openid",
    }
    ends = service.found(issuer).authorization_endpoint
    for more in ({}, {"code_challenge": "x" * 64, "code_challenge_method": "plain"}):
        back = httpx.get(ends, params=words | more, trust_env=False).headers["location"]
        assert back.startswith("http://127.0.0.1:5/back?error=invalid_request")


def test_a_browser_is_sent_back_to_this_machine_only(issuer: str) -> None:
    words = {
        "client_id": "vecgate-cli",
        "response_type": "code",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
        "scope": "openid",
    }
    ends = service.found(issuer).authorization_endpoint
    for back, status in (
        ("http://127.0.0.1:5/back", 303),
        ("http://evil.example/back", 400),
        ("http://127.0.0.1:5/other", 400),
    ):
        assert httpx.get(ends, params=words | {"redirect_uri": back}, trust_env=False).status_code == status


def test_a_code_that_nobody_knows_is_told(issuer: str) -> None:
    form = {"client_id": "vecgate-cli", "grant_type": device._GRANT, "device_code": "none"}
    assert web.ask(service.found(issuer).token_endpoint, form)[1]["error"] == "invalid_grant"


def test_another_desk_cannot_read_it(issuer: str, home: Path) -> None:
    kept.keep("work", by_device(issuer, "alice"))
    for file in home.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0
