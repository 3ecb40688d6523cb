"""A token is renewed before it ends; of several processes one asks, and all have what it got; a replay ends in words."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from support.logins.service_stub import BEARER, ServiceStub
from vecgate.desk import fresh, kept
from vecgate.desk.answer import Login
from vecgate.desk.fresh import NoLogin
from vecgate.desk.places import DeskFailed
from vecgate.domain.principal import Secret

ADDONS = Path(__file__).resolve().parents[2] / "addons"


def keep(stub: ServiceStub, left: float, refresh: str | None = "r1") -> None:
    kept.keep(
        "work",
        Login(stub.client(scope="x"), Secret("old"), time.time() + left, "alice", "alice", refresh and Secret(refresh)),
    )
    kept.choose("work")


def test_one_that_is_good_is_not_renewed(stub: ServiceStub) -> None:
    keep(stub, 1000)
    assert fresh.fresh().token.reveal() == "old"
    assert stub.asked == []


def test_one_that_ends_is_renewed_with_what_is_good_once(stub: ServiceStub) -> None:
    keep(stub, 5)
    stub.answers["/token"] = [(200, {**BEARER, "refresh_token": "r2"})]
    assert fresh.fresh().token.reveal() == "one"
    assert stub.asked == [
        ("/token", {"client_id": "vecgate-cli", "grant_type": "refresh_token", "refresh_token": "r1"})
    ]
    held = kept.load("work")
    assert held is not None
    assert held.refresh is not None
    assert (held.token.reveal(), held.refresh.reveal(), held.user) == ("one", "r2", "alice")


@pytest.mark.parametrize("life", [30, 60, 90, 600])
def test_one_that_lives_a_minute_is_not_renewed_by_each_call(stub: ServiceStub, life: float) -> None:
    """As Keycloak's may; each renewal uses up a refresh token."""
    keep(stub, -1)
    stub.answers["/token"] = [(200, {**BEARER, "expires_in": life, "refresh_token": "r2"})] * 2
    passed = 0.0
    for passed in (0.0, life / 4, life / 2.5):
        assert fresh.fresh(now=lambda: time.time() + passed).token.reveal() == "one"  # noqa: B023
    assert len(stub.asked) == 1
    fresh.fresh(now=lambda: time.time() + life - min(60, life / 2) + 1)
    assert len(stub.asked) == 2


@pytest.mark.parametrize(
    ("left", "refresh", "answer", "said"),
    [
        (-1, "r1", (400, {"error": "invalid_grant"}), "renews it no more; log in anew"),
        (-1, None, None, "gave no refresh token"),
        (-1, "r1", (503, None), "status 503; log in anew"),
        (5, "r1", (400, {"error": "invalid_grant"}), ""),
        (5, None, None, ""),
        (5, "r1", (503, None), ""),
    ],
)
def test_what_is_left_is_used_and_then_told(
    stub: ServiceStub, left: float, refresh: str | None, answer: Any, said: str
) -> None:
    keep(stub, left, refresh)
    stub.answers["/token"] = [answer]
    if said:
        with pytest.raises(NoLogin, match=said):
            fresh.fresh()
    else:
        assert fresh.fresh().token.reveal() == "old"
    held = kept.load("work")
    assert held is not None
    replayed = answer is not None and answer[0] == 400
    assert (held.refresh is None) is (replayed or refresh is None)


@pytest.mark.parametrize("away", ["/jwks", "a bad ID token"])
def test_what_is_good_once_is_kept_before_what_came_with_it_is_proven(stub: ServiceStub, away: str) -> None:
    """An ID token is proven by keys that are asked for: where they are away, the next refresh token is not lost."""
    keep(stub, 5)
    id_token = "x.y.z" if away != "/jwks" else stub.id_token(sub="alice")
    stub.answers["/token"] = [(200, {**BEARER, "refresh_token": "r2", "id_token": id_token}), (200, BEARER)]
    if away == "/jwks":
        stub.answers["/jwks"] = [(503, None)]
        assert fresh.fresh().token.reveal() == "old"
    else:
        with pytest.raises(DeskFailed):
            fresh.fresh()
    held = kept.load("work")
    assert held is not None
    assert held.refresh is not None
    assert held.refresh.reveal() == "r2"
    fresh.fresh()
    assert [form["refresh_token"] for path, form in stub.asked if path == "/token"][-1] == "r2"


def test_of_many_processes_one_asks(stub: ServiceStub, home: Path) -> None:
    keep(stub, 5)
    stub.answers["/token"] = [(200, {**BEARER, "refresh_token": "r2"}), (400, {"error": "invalid_grant"})]
    code = "from vecgate.desk.fresh import fresh; print(fresh().token.reveal())"
    env = {**os.environ, "PYTHONPATH": str(ADDONS)}
    running = [
        subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [one.communicate()[0] for one in running] == ["one\n"] * 4
    assert len(stub.asked) == 1


def test_nobody_is_told_so() -> None:
    with pytest.raises(NoLogin, match="who are you"):
        fresh.fresh()
    with pytest.raises(NoLogin, match="nobody is logged in at work"):
        fresh.fresh("work")
    with pytest.raises(NoLogin, match="nobody is logged in at work"):
        fresh.ended("work")


def test_when_the_login_that_is_meant_has_ended_others_are_named(stub: ServiceStub) -> None:
    keep(stub, 1000)
    kept.forget("work")
    kept.keep("home", Login(stub.client(), Secret("other"), time.time() + 1000, "alice", "alice"))
    with pytest.raises(NoLogin, match="You are logged in at home; name it with VECGATE_LOGIN"):
        fresh.fresh()
    assert fresh.fresh("home").token.reveal() == "other"


@pytest.mark.parametrize(
    ("about", "answer", "said"),
    [
        ({}, (200, {}), ["refresh_token: ended at URL", "access_token: ended at URL"]),
        ({}, (400, {}), ["refresh_token: not ended (status 400) at URL; it lives until it ends by itself"] * 1),
        (
            {"revocation_endpoint": None},
            (200, {}),
            ["URL has no way to end tokens: what was given lives on until it ends by itself"],
        ),
    ],
)
def test_a_logout_takes_the_login_away_whatever_is_said(
    stub: ServiceStub, about: Any, answer: Any, said: list[str]
) -> None:
    keep(stub, 100)
    stub.answers |= {"/revoke": [answer], "/.well-known/openid-configuration": [(200, stub.about(**about))]}
    assert [line.replace(stub.url, "URL") for line in fresh.ended("work")][: len(said)] == said
    assert kept.load("work") is None
    if not about:
        forms = [form for path, form in stub.asked if path == "/revoke"]
        assert [(form["token"], form["token_type_hint"]) for form in forms] == [
            ("r1", "refresh_token"),
            ("old", "access_token"),
        ]


def test_a_login_service_that_is_away_keeps_nobody_logged_in(stub: ServiceStub) -> None:
    keep(stub, 100)
    stub.answers["/.well-known/openid-configuration"] = stub.answers["/.well-known/oauth-authorization-server"] = [
        (503, {})
    ]
    assert "could not be told" in fresh.ended("work")[0]
    assert kept.load("work") is None
