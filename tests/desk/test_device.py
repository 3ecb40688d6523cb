"""The device flow: asked as seldom as the login service wants, and ended by each of its words (RFC 8628)."""

import platform
from typing import Any

import pytest

from support.logins.service_stub import BEARER, ServiceStub
from vecgate.desk import device, service, web
from vecgate.desk.answer import NotNow
from vecgate.desk.device import Shown
from vecgate.desk.places import DeskFailed

BEGUN = {
    "device_code": "d",
    "user_code": "AB-CD",
    "verification_uri": "https://login.example/device",
    "expires_in": 100,
    "interval": 5,
}
PENDING, SLOW = (400, {"error": "authorization_pending"}), (400, {"error": "slow_down"})
YES = (200, BEARER)


class Clock:
    """It goes on by what is slept."""

    def __init__(self) -> None:
        self.at, self.slept = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def login(stub: ServiceStub, begun: Any = BEGUN, *answers: tuple[int, Any]) -> tuple[list[Shown], Clock, Any]:
    shown, clock = list[Shown](), Clock()
    stub.answers |= {"/device": [(200, begun)], "/token": list(answers or [YES])}
    client = stub.client(scope="x", resource="urn:r")
    made = device.login(stub.service(), client, shown.append, lambda: clock.at, clock.sleep)
    return shown, clock, made


@pytest.mark.parametrize("shows", [True, False])
def test_who_shows_it_to_whoever_answers_is_told_which_machine_asks(
    stub: ServiceStub, monkeypatch: pytest.MonkeyPatch, shows: bool
) -> None:
    monkeypatch.setattr(platform, "node", lambda: "desk-7" + "x" * 100)
    stub.answers |= {"/device": [(200, BEGUN)], "/token": [YES]}
    if shows:
        stub.answers["/.well-known/openid-configuration"] = [(200, stub.about(vecgate_device_host_supported=True))]
    device.login(service.found(stub.url), stub.client(), lambda _: None, lambda: 0.0, lambda _: None)
    assert stub.asked[0][1].get("host", "") == ("desk-7" + "x" * 58 if shows else "")


@pytest.mark.parametrize(
    ("answers", "slept"),
    [
        ((YES,), [5]),
        ((PENDING, PENDING, YES), [5, 5, 5]),
        ((SLOW, PENDING, SLOW, YES), [5, 10, 10, 15]),
        (((503, None), PENDING, YES), [5, 10, 10]),
    ],
)
def test_it_is_asked_as_seldom_as_is_wanted(stub: ServiceStub, answers: Any, slept: list[float]) -> None:
    shown, clock, made = login(stub, BEGUN, *answers)
    assert clock.slept == slept
    assert made.token.reveal() == "one"
    assert shown == [Shown("https://login.example/device", "AB-CD", "", 100)]
    form = {"client_id": "vecgate-cli", "resource": "urn:r"}
    assert stub.asked[0] == ("/device", form | {"scope": "x"})
    assert stub.asked[1] == ("/token", form | {"grant_type": device._GRANT, "device_code": "d"})


@pytest.mark.parametrize(
    ("answers", "said", "kind"),
    [
        (((400, {"error": "access_denied"}),), "said no: nobody is logged in", DeskFailed),
        ((PENDING, (400, {"error": "expired_token"})), "nobody said yes in time", DeskFailed),
        ((PENDING,), "nobody said yes in time", DeskFailed),
        (((400, {"error": "invalid_client"}),), "invalid_client", NotNow),
        (((503, None),), "status 503", web.Away),
        (((200, {**BEARER, "token_type": "mac"}),), "no bearer", DeskFailed),
    ],
)
def test_each_end_is_told(stub: ServiceStub, answers: Any, said: str, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=said):
        login(stub, {**BEGUN, "expires_in": 1000 if answers[0][0] == 503 else 20}, *answers)


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"device_code": None}, "no device code"), ({"user_code": ""}, "no code to type"), ({"user_code": "\x1b[2J"}, "no code to type"),
        ({"user_code": "x" * 65}, "no code to type"), ({"verification_uri": "http://evil.example"}, "not https"),
        ({"verification_uri": "javascript:x"}, "is no address|not https"), ({"verification_uri_complete": "http://evil.example"}, "not https"),
    ],
)  # fmt: skip
def test_what_is_shown_is_looked_at(stub: ServiceStub, over: dict[str, Any], said: str) -> None:
    with pytest.raises(DeskFailed, match=said):
        login(stub, BEGUN | over)


@pytest.mark.parametrize("odd", [None, 0, -1, "5", True, 10**9])
def test_an_interval_that_is_none_is_five_seconds(stub: ServiceStub, odd: Any) -> None:
    assert login(stub, {**BEGUN, "interval": odd})[1].slept == [5]


def test_one_without_a_device_flow_says_so(stub: ServiceStub) -> None:
    with pytest.raises(DeskFailed, match="no device flow"):
        device.login(stub.service(device_authorization_endpoint=""), stub.client(), print)
