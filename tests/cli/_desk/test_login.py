"""`vecgate login` takes the flow that there is, keeps what it got, and shows no secret."""

import re
import sys
import threading
import time
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from support.logins.service_stub import BEARER, ServiceStub
from vecgate.cli import main
from vecgate.cli._desk import login
from vecgate.desk import browser, kept
from vecgate.desk.answer import Login
from vecgate.desk.places import DeskFailed
from vecgate.domain.principal import Secret

BEGUN = {
    "device_code": "d",
    "user_code": "AB-CD",
    "verification_uri": "https://login.example/device",
    "verification_uri_complete": "https://login.example/device?c=AB-CD",
    "interval": 0.01,
    "expires_in": 40,
}


def test_a_login_is_kept_for_the_other_commands(
    stub: ServiceStub, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    (home / "desk.toml").write_text(f'[issuers.work]\nissuer = "{stub.url}"\nclient_id = "desk"\nscope = "x"\n')
    stub.answers = {"/device": [(200, BEGUN)], "/token": [(200, {**BEARER, "refresh_token": "r"})]}
    assert main(["login", "--device"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "https://login.example/device" in said.err
    assert "and say AB-CD" in said.err
    assert "40 seconds at most" in said.err
    assert "logged in at work, for 5 minutes, renewed by itself; kept in" in said.err
    assert "unset" not in said.err
    assert main(["token"]) == 0
    assert capsys.readouterr().out == "one\n"
    assert stub.asked[0][1] == {"client_id": "desk", "scope": "x"}


def test_what_goes_before_the_login_is_told(
    stub: ServiceStub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.answers = {"/device": [(200, BEGUN)], "/token": [(200, BEARER)]}
    monkeypatch.setenv("VECGATE_TOKEN", "of-an-earlier-env")
    monkeypatch.setenv("VECGATE_LOGIN", "another")
    assert main(["login", "--device", "--issuer", stub.url]) == 0
    said = capsys.readouterr().err
    assert [line.rpartition("unset ")[2] for line in said.splitlines() if "unset" in line] == [
        "VECGATE_TOKEN", "VECGATE_LOGIN",
    ]  # fmt: skip


def test_options_go_before_the_file(stub: ServiceStub) -> None:
    stub.answers = {"/device": [(200, BEGUN)], "/token": [(200, BEARER)]}
    words = ["--client-id", "me", "--scope", "a b", "--resource", "urn:r", "--audience", "aud"]
    assert main(["login", "--device", "--issuer", stub.url, *words]) == 0
    assert stub.asked[0][1] == {"client_id": "me", "scope": "a b", "resource": "urn:r", "audience": "aud"}
    held = kept.load(stub.url)
    assert held is not None
    assert held.client.audience == "aud"


def test_where_a_login_could_not_be_kept_nobody_is_asked(
    stub: ServiceStub, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.answers = {"/device": [(200, BEGUN)], "/token": [(200, BEARER)]}
    home.mkdir()
    (home / "logins").touch()
    assert main(["login", "--device", "--issuer", stub.url]) == 1
    assert f"{home / 'logins'}: " in capsys.readouterr().err
    (home / "logins").unlink()
    (home / "logins").mkdir()
    (home / "logins").chmod(0o777)
    assert main(["login", "--device", "--issuer", stub.url]) == 1
    assert "they may write there" in capsys.readouterr().err
    assert stub.asked == []


@pytest.mark.parametrize(
    ("display", "ssh", "ends", "flow"),
    [
        (True, False, ("authorization_endpoint", "device_authorization_endpoint"), "browser"),
        (True, True, ("authorization_endpoint", "device_authorization_endpoint"), "device"),
        (False, False, ("authorization_endpoint", "device_authorization_endpoint"), "device"),
        (False, False, ("authorization_endpoint",), "browser"),
        (True, False, ("device_authorization_endpoint",), "device"),
        (True, False, (), ""),
    ],
)
def test_the_flow_that_fits_is_taken(
    stub: ServiceStub, monkeypatch: pytest.MonkeyPatch, display: bool, ssh: bool, ends: tuple[str, ...], flow: str
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for name, there in (("DISPLAY", display), ("SSH_CONNECTION", ssh)):
        monkeypatch.setenv(name, "x") if there else monkeypatch.delenv(name, raising=False)
    gone = {"authorization_endpoint", "device_authorization_endpoint"} - set(ends)
    service = stub.service(**dict.fromkeys(gone, ""))
    if flow:
        assert login._flow(service) == flow
    else:
        with pytest.raises(DeskFailed, match="neither a device flow nor"):
            login._flow(service)


def test_a_browser_is_opened_and_its_end_not_waited_for(
    stub: ServiceStub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A browser in the terminal, and some commands of BROWSER, come back when they are closed."""
    opened, shown, closed = list[str](), threading.Event(), threading.Event()

    def browsed(address: str) -> None:
        opened.append(address)
        shown.set()
        closed.wait(60)

    monkeypatch.setattr(webbrowser, "open", browsed)

    def logged_in(_service: Any, client: Any, open_: Any) -> Login:
        open_("https://login.example/authorize")
        assert shown.wait(60)
        return Login(client, Secret("t"), time.time() + 90, "alice")

    monkeypatch.setattr(browser, "login", logged_in)
    assert main(["login", "--browser", "--issuer", stub.url]) == 0
    assert (opened, closed.is_set()) == (["https://login.example/authorize"], False)
    closed.set()
    said = capsys.readouterr().err
    assert re.search(rf"logged in at {stub.url} as alice, for [1-9]\d? seconds, not renewed", said)


def test_what_is_wrong_is_told_and_nothing_kept(stub: ServiceStub, capsys: pytest.CaptureFixture[str]) -> None:
    stub.answers = {"/device": [(200, BEGUN)], "/token": [(400, {"error": "access_denied"})]}
    assert main(["login", "--device", "--issuer", stub.url]) == 1
    assert "nobody is logged in" in capsys.readouterr().err
    assert kept.names() == []
    assert main(["login"]) == 1
    assert "which login service?" in capsys.readouterr().err
