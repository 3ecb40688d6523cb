"""vecgate unmask against a server that answers as the gateway's API does, behind real TLS."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from support.fakes.told import Told, asked_by_bob
from support.servers.requests_server import RequestsServer, running_requests_server
from vecgate.cli import main, unmask
from vecgate.cli.unmask import API as PATH
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

TOKEN = "<EMAIL#" + "A" * 30 + ">"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with running_requests_server(tmp_path_factory.mktemp("unmask")) as running:
        yield running


@pytest.fixture
def told(server: RequestsServer, monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    asked_by_bob(told, server, monkeypatch)
    return told


def opened(*texts: str, masked: dict[str, int] | None = None) -> dict[str, Any]:
    return {"texts": list(texts), "opened": {"EMAIL": 1}, "masked": masked or {}}


def test_the_command_and_the_gateway_mean_the_same_path():
    assert unmask.API == PATH


def test_texts_are_given_as_words(told: Told, capsys: pytest.CaptureFixture[str]):
    told.says = opened("anna@example.com", "to anna@example.com")
    assert main(["unmask", "--tenant", "t", TOKEN, f"to {TOKEN}"]) == 0
    assert told.asked == [("bob", "POST", PATH, {"tenant": "t", "texts": [TOKEN, f"to {TOKEN}"]})]
    assert capsys.readouterr() == ("anna@example.com\nto anna@example.com\n", "")


def test_or_come_from_standard_input(told: Told, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    told.says = opened("one\ntwo")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{TOKEN}\ntwo\n"))
    assert main(["unmask"]) == 0
    assert told.asked[0][3] == {"texts": [f"{TOKEN}\ntwo"]}
    assert capsys.readouterr().out == "one\ntwo\n"


def test_what_stays_hidden_is_said_beside_it(told: Told, capsys: pytest.CaptureFixture[str]):
    told.says = opened("***", masked={"PHONE": 2, "SSN": 1})
    assert main(["unmask", TOKEN]) == 0
    assert capsys.readouterr() == ("***\n", "vecgate: not shown to you as they are: 2 PHONE, 1 SSN\n")


def test_the_answer_can_be_had_as_it_is(told: Told, capsys: pytest.CaptureFixture[str]):
    told.says = opened("größe")
    assert main(["unmask", "--json", TOKEN]) == 0
    out = capsys.readouterr().out
    assert "größe" in out
    assert json.loads(out) == told.says


@pytest.mark.parametrize(("terminal", "shown"), [(True, "\ufffd[2Jx\nline\n"), (False, "\x1b[2Jx\nline\n")])
def test_a_value_is_never_a_command_to_the_terminal(
    told: Told, monkeypatch: pytest.MonkeyPatch, terminal: bool, shown: str
):
    told.says = opened("\x1b[2Jx\nline")
    out = io.StringIO()
    out.isatty = lambda: terminal
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["unmask", TOKEN]) == 0
    assert out.getvalue() == shown


def test_a_no_is_told_in_the_gateways_words(told: Told, capsys: pytest.CaptureFixture[str]):
    told.says = CallRefused(refuse("unmask.unknown", number=1))
    assert main(["unmask", TOKEN]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "unmask.unknown: Token 1 of this request was not made here" in err


@pytest.mark.parametrize("says", [[], {}, {"texts": 7, "masked": {}}, {"texts": ["x"], "masked": 7}])
def test_an_answer_of_another_form_is_a_failure(told: Told, capsys: pytest.CaptureFixture[str], says: Any):
    told.says = says
    assert main(["unmask", TOKEN]) == 1
    assert "has another form" in capsys.readouterr().err


def test_standard_input_has_its_bounds(told: Told, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unmask, "LONGEST", 8)
    monkeypatch.setattr(sys, "stdin", io.StringIO("x" * 9))
    assert main(["unmask"]) == 1
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff"), encoding="utf-8"))
    assert main(["unmask"]) == 1
    err = capsys.readouterr().err
    assert "more than 8 characters" in err
    assert "not UTF-8" in err
    assert told.asked == []


@pytest.mark.parametrize("words", ["--token secret", "--ten t"])
def test_options_are_not_abbreviated(words: str):
    """'--token x' must be a mistake, not '--token-file x'."""
    assert main(["unmask", *words.split(), TOKEN]) == 2


def test_a_token_file_that_is_not_there_is_not_named(told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["unmask", "--token-file", str(tmp_path / "eyJsecret"), TOKEN]) == 1
    assert "eyJsecret" not in capsys.readouterr().err
