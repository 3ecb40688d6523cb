"""`vecgate logout` ends a login, or all, here and at the login service."""

import time

import pytest

from support.logins.service_stub import ServiceStub
from vecgate.cli import main
from vecgate.desk import kept
from vecgate.desk.answer import Login
from vecgate.domain.principal import Secret


def keep(stub: ServiceStub, *names: str) -> None:
    for name in names:
        kept.keep(name, Login(stub.client(), Secret(f"t-{name}"), time.time() + 100, refresh=Secret(f"r-{name}")))
        kept.choose(name)


def test_the_latest_one_is_ended(stub: ServiceStub, capsys: pytest.CaptureFixture[str]) -> None:
    keep(stub, "a", "b")
    stub.answers["/revoke"] = [(200, {})]
    assert main(["logout"]) == 0
    assert "vecgate: logged out at b\n" in capsys.readouterr().err
    assert kept.names() == ["a"]
    assert [form["token"] for _, form in stub.asked] == ["r-b", "t-b"]
    assert main(["logout"]) == 1
    assert main(["logout", "--issuer", "a"]) == 0


def test_all_are_ended(stub: ServiceStub) -> None:
    keep(stub, "a", "b")
    assert main(["logout", "--all"]) == 0
    assert kept.names() == []
    assert main(["logout", "--all"]) == 0
