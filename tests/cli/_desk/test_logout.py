"""`vecgate logout` ends a login, or all, here and at the login service."""

import time
from pathlib import Path

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


@pytest.mark.parametrize(
    ("mode", "ended", "said"),
    [
        (0o644, ["r-a", "t-a", "r-b", "t-b"], "refresh_token: ended"),
        (0o666, ["r-b", "t-b"], "lives on until it ends by itself"),
    ],
)
def test_one_that_others_may_have_seen_is_ended_too(
    stub: ServiceStub, home: Path, capsys: pytest.CaptureFixture[str], mode: int, ended: list[str], said: str
) -> None:
    """That is what the refusal of it asks for. What others may have written is sent to nobody."""
    keep(stub, "b", "a")
    stub.answers["/revoke"] = [(200, {})]
    next((home / "logins").glob("a-*.json")).chmod(mode)
    assert main(["token"]) == 1
    assert "'vecgate logout'" in capsys.readouterr().err
    assert main(["logout"]) == 0
    assert said in capsys.readouterr().err
    assert main(["logout", "--all"]) == 0
    assert (kept.names(), [form["token"] for _, form in stub.asked]) == ([], ended)
