"""What was recorded, as a gateway shows it: all pieces, in words, as JSON and as CSV, and no file beside it."""

import csv
import json
from typing import Any

import pytest

from vecgate.cli import main
from vecgate.cli._gateway import Gateway

ID = "20261123T141500-alice-8f3a"
SESSION = {
    "session": ID, "kind": "person", "user": "alice", "principal": "p", "client": "192.0.2.7", "agent": "x\x1b[2J",
    "opened": "2026-11-23T14:15:00.000Z", "last": "2026-11-23T14:20:00.000Z", "parts": 1,
}  # fmt: skip
CALL = {
    "exchange": "e1", "session": ID, "at": "2026-11-23T14:15:01.000Z", "user": "alice", "client": "192.0.2.7",
    "upstream": "tickets-db", "operation": "query", "kind": "search", "collections": ["=tickets"], "effect": "allow", "rule": "all",
    "policy": "1", "outcome": "200", "refused": "", "status": 200, "records": 3, "masked": "2 (PERSON 2)", "approved": "",
    "grant": "", "events": ["request.sent", "answer.released"], "method": "POST", "path": "/query", "query": [["a", "b"]],
    "body": {"n_results": 3}, "answer": {"documents": ["<PERSON>"]},
}  # fmt: skip
ASK = ("--gateway", "https://localhost:1")


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """A gateway that has two pieces of everything; what it was asked."""
    monkeypatch.setenv("VECGATE_TOKEN", "a.b.c")
    monkeypatch.delenv("VECGATE_SETTINGS", raising=False)
    asked = list[tuple[Any, ...]]()

    def call(_self: Gateway, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        asked.append((method, path, body))
        more = {"next": "" if "from" in body else "on", "hidden": 2}
        return {"sessions": [SESSION], "calls": [CALL], "session": SESSION, **more}

    monkeypatch.setattr(Gateway, "call", call)
    return asked


def test_sessions_are_listed_piece_by_piece(pieces: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", "list", *ASK, "--user", "alice", "--since", "2026-11-23"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{ID:<42} 2026-11-23T14:15:00 .. 14:20:00  person    alice            192.0.2.7"] * 2
    said = {"user": "alice", "since": "2026-11-23T00:00:00.000Z"}
    assert pieces == [("POST", "/.vecgate/v1/sessions", said | more) for more in ({}, {"from": "on"})]
    assert main(["sessions", "list", *ASK, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [SESSION, SESSION]


@pytest.mark.parametrize("words", [("--calls",), ("--refused",), ("--collection", "t"), ("--operation", "search")])
def test_calls_are_listed(pieces: list[Any], capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert main(["sessions", "list", *ASK, *words]) == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert line == "2026-11-23T14:15:01  alice         search            =tickets  allow  200  3  2 (PERSON 2)"
    assert pieces[0][1] == "/.vecgate/v1/sessions/calls"


def test_a_table_holds_no_formula(pieces: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", "list", *ASK, "--csv"]) == 0
    head, *rows = csv.reader(capsys.readouterr().out.splitlines())
    assert (head[6], [row[6] for row in rows]) == ("collections", ["'=tickets"] * 2)


@pytest.mark.parametrize("command", [("show", *ASK, ID), ("replay", *ASK, ID)], ids=["show", "replay"])
def test_a_session_is_told_with_each_request_and_its_answer(
    pieces: list[Any], capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert main(["sessions", *command]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    words = [
        f"session {ID}",
        "request.sent > answer.released",
        "request  POST /query?a=b",
        '"n_results": 3',
        "answer  200",
        "<PERSON>",
        "4 exchanges are not for you to see",
    ]
    assert [word for word in words if word not in said] == []
    assert (said.count("session "), said.count("request  POST")) == (1, 2)
    assert pieces[1][2] == {"session": ID, "from": "on"}
    assert main(["sessions", *command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"session": SESSION, "calls": [CALL, CALL], "hidden": 4}


@pytest.mark.parametrize(
    "command",
    [("list", *ASK, "--folder", "x"), ("show", *ASK, "--folder", "x", ID), ("show", *ASK, "--unseal", ID)],
    ids=["list", "show", "unsealed"],
)
def test_no_file_is_read_beside_a_gateway(
    pieces: list[Any], capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert main(["sessions", *command]) == 1
    assert "no file is read here" in capsys.readouterr().err
    assert pieces == []


@pytest.mark.parametrize("tree", [None, {}, {"session": SESSION, "calls": [{}], "hidden": 0, "next": ""}], ids=str)
def test_another_answer_is_told(answers: Any, capsys: pytest.CaptureFixture[str], tree: Any) -> None:
    answers(tree)
    assert main(["sessions", "replay", ID]) == 1
    assert "has another form" in capsys.readouterr().err


def test_an_answer_that_never_ends_is_left(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    asked = answers({"sessions": [SESSION], "next": "on"})
    assert main(["sessions", "list", *ASK]) == 1
    assert "goes on where it began" in capsys.readouterr().err
    assert len(asked) == 2
