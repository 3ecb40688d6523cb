"""`vecgate token` prints one that is good now, and nothing else; all commands that ask the gateway take the same one."""

import time
from pathlib import Path

import pytest

from support.logins.service_stub import BEARER, ServiceStub
from vecgate.cli import main
from vecgate.cli._gateway import Gateway, GatewayFailed, read_token
from vecgate.desk import kept
from vecgate.desk.answer import Login
from vecgate.domain.principal import Secret


def keep(stub: ServiceStub, left: float) -> None:
    kept.keep("work", Login(stub.client(scope="x"), Secret("old"), time.time() + left, refresh=Secret("r")))
    kept.choose("work")


@pytest.mark.parametrize(
    ("left", "words", "printed"),
    [(100, [], "old"), (30, [], "one"), (100, ["--for", "200"], "one"), (100, ["--issuer", "work"], "old")],
)
def test_it_is_renewed_where_it_must_be(
    stub: ServiceStub, capsys: pytest.CaptureFixture[str], left: float, words: list[str], printed: str
) -> None:
    keep(stub, left)
    stub.answers["/token"] = [(200, BEARER)]
    assert main(["token", *words]) == 0
    assert capsys.readouterr().out == f"{printed}\n"


def test_that_none_lives_so_long_is_told(stub: ServiceStub, capsys: pytest.CaptureFixture[str]) -> None:
    keep(stub, 100)
    stub.answers["/token"] = [(200, BEARER)]
    assert main(["token", "--for", "99999"]) == 0
    said = capsys.readouterr()
    assert said.out == "one\n"
    assert "none that lives longer is given" in said.err
    assert main(["token", "--for", "10"]) == 0
    assert capsys.readouterr().err == ""


def test_nobody_is_told_to_log_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token"]) == 1
    assert capsys.readouterr().err == "vecgate: who are you? Log in with 'vecgate login'\n", "it takes no --token-file"
    assert main(["whoami", "--gateway", "https://127.0.0.1:9"]) == 1
    assert "put a token into VECGATE_TOKEN, or give --token-file" in capsys.readouterr().err


def test_commands_take_what_is_nearest(
    stub: ServiceStub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    with pytest.raises(Exception, match="who are you"):
        read_token(None)
    keep(stub, 100)
    assert read_token(None).reveal() == "old"
    (tmp_path / "t").write_text("of-a-file\n")
    monkeypatch.setenv("VECGATE_TOKEN_FILE", str(tmp_path / "t"))
    assert read_token(None).reveal() == "of-a-file"
    monkeypatch.setenv("VECGATE_TOKEN", "of-the-environment")
    assert read_token(None).reveal() == "of-the-environment"
    (tmp_path / "u").write_text("named")
    assert read_token(tmp_path / "u").reveal() == "named"
    monkeypatch.delenv("VECGATE_TOKEN")
    monkeypatch.setenv("VECGATE_TOKEN_FILE", str(tmp_path / "none"))
    with pytest.raises(GatewayFailed, match="VECGATE_TOKEN_FILE: No such file"):
        read_token(None)


def test_the_gateway_of_desk_toml_comes_with_its_own_ca(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    (home / "desk.toml").write_text('gateway = "https://gate:7"\nca = "/own.pem"\n')
    monkeypatch.setenv("VECGATE_TOKEN", "t")
    found = Gateway.of(None, None, None)
    assert (found.host, found.port, found.ca) == ("gate", 7, "/own.pem")
    other = Gateway.of("https://other", None, None)
    assert (other.host, other.ca) == ("other", None)
