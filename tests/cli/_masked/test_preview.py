"""vecgate mask --profile against a server that answers as the gateway's API does, behind real TLS."""

import io
import json
import sys
from typing import Any

import pytest

from support.fakes.told import Told, asked_by_bob
from support.servers.requests_server import RequestsServer, running_requests_server
from vecgate.api.preview import MOST_RECORDS
from vecgate.cli import main
from vecgate.cli._masked import preview
from vecgate.cli._masked.preview import API as PATH
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

WORDS = ["mask", "--profile", "stored", "--collection", "crm"]


def shouted(record: dict[str, Any]) -> dict[str, Any]:
    return {part: value.upper() if part == "text" else value for part, value in record.items()}


class Shouting(Told):
    """Says the texts in capitals, unless it is told something else."""

    def said(self, tree: Any) -> Any:
        return {"records": [shouted(one) for one in tree["records"]]} if self.says is None else self.says


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with running_requests_server(tmp_path_factory.mktemp("preview")) as running:
        yield running


@pytest.fixture
def told(server: RequestsServer, monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Shouting()
    asked_by_bob(told, server, monkeypatch)
    return told


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_the_command_and_the_gateway_mean_the_same_path() -> None:
    assert preview.API == PATH
    assert preview._batch(str(MOST_RECORDS)) == MOST_RECORDS


def test_texts_are_given_as_words(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, "--tenant", "t", "--database", "d", "one", "two"]) == 0
    about = {"collection": "crm", "profile": "stored", "tenant": "t", "database": "d"}
    assert told.asked == [("bob", "POST", PATH, about | {"records": [{"text": "one"}, {"text": "two"}]})]
    assert capsys.readouterr() == ("ONE\nTWO\n", "")


def test_or_one_text_comes_from_standard_input(
    told: Told, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "one\nof two lines\n")
    assert main(WORDS) == 0
    assert told.asked[0][3]["records"] == [{"text": "one\nof two lines"}]
    assert capsys.readouterr().out == "ONE\nOF TWO LINES\n"


def test_or_lines_of_json_which_keep_what_else_they_hold(
    told: Told, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"id": i, "text": f"größe {i}", "metadata": {"k": i}} for i in range(3)]
    typed(monkeypatch, "".join(json.dumps(row) + "\n" for row in rows))
    assert main([*WORDS, "--json", "--batch", "2"]) == 0
    assert [len(asked[3]["records"]) for asked in told.asked] == [2, 1]
    assert "id" not in told.asked[0][3]["records"][0]
    out = capsys.readouterr().out
    assert [json.loads(line) for line in out.splitlines()] == [row | {"text": f"GRÖSSE {row['id']}"} for row in rows]


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["mask", "--profile", "p", "x"], "", "--collection"),
        (["mask", "--explain", "x", "y"], "", "texts are given with --profile"),
        ([*WORDS, "--json"], '{"id": 1}\n', 'line 1: no "text" and no "metadata"'),
        ([*WORDS, "--json"], "{\n", "line 1: not JSON"),
        ([*WORDS, "--json"], '{"text": 7}\n', "line 1"),
    ],
)
def test_what_cannot_be_asked_is_said(
    told: Told,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    stdin: str,
    said: str,
) -> None:
    typed(monkeypatch, stdin)
    assert main(words) == 1
    assert said in capsys.readouterr().err
    assert told.asked == []


def test_a_no_is_told_in_the_gateways_words(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    told.says = CallRefused(refuse("input.profile", rule="r", profile="stored", why="it goes in as it comes"))
    assert main([*WORDS, "x"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "input.profile: Rule 'r' does not mask with profile 'stored'" in err


@pytest.mark.parametrize("says", [[], {}, {"records": []}, {"records": [{}]}, {"records": [{"text": 7}]}])
def test_an_answer_of_another_form_is_a_failure(told: Told, capsys: pytest.CaptureFixture[str], says: Any) -> None:
    told.says = says
    assert main([*WORDS, "x"]) == 1
    assert "has another form" in capsys.readouterr().err
