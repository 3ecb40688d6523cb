"""vecgate warm: what it reads, what it counts, and what it tells when it cannot. The real thing is tested in tests/path."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from support.fakes.gates import SETTINGS
from vecgate.cli import main, warm
from vecgate.cli._gateway import Gateway, GatewayFailed

UUID = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"


class Answers:
    """Stands in for the gateway: a collection of five records, of three texts each; each text is new once."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, Mapping[str, str]]] = []
        self.header = True
        self.gateway: Gateway | None = None

    def __call__(
        self, gateway: Gateway, _method: str, path: str, body: bytes | None, headers: Mapping[str, str], _timeout: float
    ) -> Any:
        self.gateway = gateway
        tree = json.loads(body) if body else None
        self.asked.append((path, tree, headers))
        if tree is None:
            return {"id": UUID, "name": "tickets"}, {}
        ids = [f"r{i}" for i in range(5)][tree["offset"] : tree["offset"] + tree["limit"]]
        told = f"seen={3 * len(ids)}, analysed={len(ids)}"
        return {"ids": ids}, {"vecgate-warm": told} if self.header else {}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    answers = Answers()
    monkeypatch.setattr(Gateway, "ask", lambda gateway, *words: answers(gateway, *words))
    return answers


def typed(settings: Path, *words: str) -> int:
    own = ("--upstream", "tickets-db", "--collection", "tickets", "--settings", str(settings))
    return main(["warm", *own, *words])


def test_it_reads_page_by_page_and_counts(settings: Path, answers: Answers, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(settings, "--page", "2") == 0
    out, err = capsys.readouterr()
    assert out == "5 records, 15 texts: 5 analysed, 10 already known\n"
    assert err.splitlines()[0] == "page 1: 2 records, 6 texts: 2 analysed, 4 already known"
    assert len(err.splitlines()) == 3
    assert [tree["offset"] for _, tree, _ in answers.asked[1:]] == [0, 2, 4, 5]
    assert {headers["vecgate-warm"] for _, _, headers in answers.asked} == {"all"}
    assert answers.gateway is not None
    assert (answers.gateway.host, answers.gateway.port) == ("tickets.test", SETTINGS.listen.port)
    assert answers.asked[0][0] == "/api/v2/tenants/default_tenant/databases/default_database/collections/tickets"


def test_an_empty_collection_is_warm(
    settings: Path, answers: Answers, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "_read", lambda *_: iter(()))
    assert typed(settings) == 0
    assert capsys.readouterr() == ("0 records, 0 texts: 0 analysed, 0 already known\n", "")


def test_it_says_so_as_json_and_asks_for_what_it_is_told(
    settings: Path, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (
        "--json",
        "--sensitivity",
        "high",
        "--tenant",
        "t",
        "--database",
        "d",
        "--gateway",
        "https://tickets.test:9",
    )
    assert typed(settings, *words) == 0
    assert json.loads(capsys.readouterr().out) == {"pages": 1, "records": 5, "texts": 15, "analysed": 5}
    assert answers.asked[0][0] == "/api/v2/tenants/t/databases/d/collections/tickets"
    assert answers.asked[0][2]["vecgate-warm"] == "high"
    assert answers.gateway is not None
    assert answers.gateway.port == 9


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--upstream", "nowhere"), "no upstream 'nowhere'; there are: tickets-db"),
        (("--gateway", "https://contracts.test"), "at contracts.test is another database; its names are: tickets.test"),
        (("--gateway", "http://tickets.test"), "which gateway?"),
    ],
)
def test_what_is_not_there_is_not_asked(
    settings: Path, answers: Answers, words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(settings, *words) == 1
    assert told in capsys.readouterr().err
    assert answers.asked == []


@pytest.mark.parametrize(
    "words", [("--page", "0"), ("--page", "x"), ("--page", "10001"), ("--sensitivity", "odd"), ("--token", "x")]
)
def test_odd_words_are_misuse(
    settings: Path, answers: Answers, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(settings, *words) == 2
    assert answers.asked == []


def test_a_gateway_that_does_not_do_it_is_told_so(
    settings: Path, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.header = False
    assert typed(settings) == 1
    assert "does not look through" in capsys.readouterr().err


def test_what_the_gateway_says_is_passed_on(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any) -> Any:
        raise GatewayFailed("policy.no_rule: No rule allows list_scan on tickets for you.")

    monkeypatch.setattr(Gateway, "ask", refuse)
    assert typed(settings) == 1
    assert "policy.no_rule" in capsys.readouterr().err


def test_an_answer_that_is_no_databases_is_told_so(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Gateway, "ask", lambda *_: ([], {}))
    assert typed(settings) == 1
    assert "not the database's" in capsys.readouterr().err
