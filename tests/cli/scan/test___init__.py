"""vecgate scan: what it asks, adds up and prints, and when it says no. The real thing is tested in tests/path."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from vecgate.cli import main
from vecgate.cli._gateway import Gateway, GatewayFailed

UUID = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"
FIELD = {"field": "metadatas.mail", "path": ["metadatas", "mail"], "records": 8}
KIND = {"EMAIL": {"records": 4, "whole": 4, "found": 5}, "URL": {"records": 1, "whole": 0, "found": 1}}


class Answers:
    """Stands in for the gateway: databases `default_database` and `other`, each with one collection of 90 records."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, Mapping[str, str]]] = []
        self.report: Any = {"records": 10, "fields": [FIELD | {"kinds": KIND}], "more": 0}
        self.refused = ""
        self.other = "tickets"

    def __call__(self, _: Gateway, _verb: str, path: str, body: bytes | None, headers: Any, _timeout: float) -> Any:
        tree = json.loads(body) if body else None
        self.asked.append((path, tree, headers))
        if path.endswith("/databases"):
            return [{"name": "default_database"}, {"name": "other"}], {}
        if path.endswith("/collections"):
            return [{"name": self.other if "other" in path else "tickets"}], {}
        if self.refused and self.refused in path:
            raise GatewayFailed("policy.no_rule: No rule allows scan.")
        if path.endswith("/count"):
            return 90, {}
        return ({"scan": self.report} if tree else {"id": UUID}), {}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    answers = Answers()
    monkeypatch.setattr(Gateway, "ask", lambda gateway, *words: answers(gateway, *words))
    return answers


def typed(settings: Path, *words: str) -> int:
    return main(["scan", "--upstream", "tickets-db", "--settings", str(settings), *words])


def test_it_adds_up_and_prints_a_table(settings: Path, answers: Answers, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(settings, "--collection", "tickets", "--sample", "30") == 0
    assert capsys.readouterr().out == (
        "collection  field           kind   records  share  found\n"
        "tickets     metadatas.mail  EMAIL  12       40 %   15\n"
        "tickets     metadatas.mail  URL *  3        10 %   3\n"
        "\n"
        "tickets: 30 of 90 records were looked at\n"
        "* DATE, LOCATION, ORG, URL: masked only where a profile names them.\n"
        "A sample proves no absence: what is listed is there, and what is not may be there all the same.\n"
    )
    marked = [bool(headers) for _, _, headers in answers.asked]
    assert marked == [False, True, True, True, True], "only what counts and what samples says that it is a scan"
    assert [tree["limit"] for _, tree, _ in answers.asked if tree] == [10, 10, 10]


def test_a_name_that_is_sent_to_nobody_is_told_and_shown_in_a_form_that_is_fit(
    settings: Path, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.other = "tickets\x1b[31m"
    assert typed(settings) == 1
    out, err = capsys.readouterr()
    assert "tickets: 200 of 90" in out
    assert "\x1b" not in out + err
    assert "tickets\N{REPLACEMENT CHARACTER}[31m was not scanned: path.odd" in err


def test_all_databases_of_a_tenant_are_scanned(
    settings: Path, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(settings) == 0
    out = capsys.readouterr().out
    assert "tickets: 200 of 90" in out
    assert "other/tickets: 200 of 90" in out
    assert typed(settings, "--database", "other", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)["collections"]
    assert (one["database"], one["records"], one["looked_at"]) == ("other", 90, 200)
    assert one["fields"] == [{"field": "metadatas.mail", "records": 160, "kinds": one["fields"][0]["kinds"]}]
    assert one["fields"][0]["kinds"]["EMAIL"] == {"records": 80, "whole": 80, "found": 100}


def test_nothing_found_and_nothing_there_are_told(
    settings: Path, answers: Answers, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.report = {"records": 10, "fields": [FIELD | {"kinds": {}}], "more": 4}
    assert typed(settings, "--collection", "tickets", "--sample", "10") == 0
    said = "tickets: 10 of 90 records were looked at; nothing personal was found; 4 more fields are not listed\n"
    assert capsys.readouterr().out.startswith(said)
    monkeypatch.setattr(Gateway, "ask", lambda *_: ([], {}))
    assert typed(settings) == 0
    assert capsys.readouterr().out.startswith("There is no collection that you may see.\nA sample proves no absence")


def test_what_was_not_scanned_is_named_and_fails(
    settings: Path, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.refused = "/other/"
    assert typed(settings) == 1
    out, err = capsys.readouterr()
    assert "tickets: 200 of 90" in out
    assert "was not scanned: policy.no_rule: No rule allows scan." in err
    assert typed(settings, "--json") == 1
    (failed,) = json.loads(capsys.readouterr().out)["failed"]
    assert failed == {"database": "other", "name": "tickets", "why": "policy.no_rule: No rule allows scan."}
    answers.refused = "/databases/"
    assert typed(settings) == 1
    assert capsys.readouterr().out == "", "that no rule lets one scan is not that there is nothing"


@pytest.mark.parametrize("report", [None, {}, [], {"records": 3}, {"records": 3, "more": 0, "fields": [{}]}])
def test_an_answer_that_is_no_scan_is_told_so(
    settings: Path, answers: Answers, report: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.report = report
    assert typed(settings, "--collection", "tickets") == 1
    assert "is no scan: is it of this version?" in capsys.readouterr().err


def test_records_in_place_of_counts_are_not_taken_for_a_scan(
    settings: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def old(_: Gateway, _verb: str, path: str, body: bytes | None, *_rest: Any) -> Any:
        return (90 if path.endswith("/count") else {"id": UUID, "ids": ["a"], "documents": ["Anna"]}), {}

    monkeypatch.setattr(Gateway, "ask", old)
    assert typed(settings, "--collection", "tickets") == 1
    out, err = capsys.readouterr()
    assert "is no scan" in err
    assert "Anna" not in out + err


@pytest.mark.parametrize("words", [("--sample", "0"), ("--sample", "x"), ("--sample", "1001"), ("--token", "x")])
def test_odd_words_are_misuse(settings: Path, answers: Answers, words: tuple[str, ...]) -> None:
    assert typed(settings, *words) == 2
    assert answers.asked == []


def test_a_profile_goes_into_a_new_file_only(
    settings: Path, answers: Answers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "scanned.yaml"
    assert typed(settings, "--collection", "tickets", "--write-profile", str(file)) == 0
    written = file.read_text("utf-8")
    assert typed(settings, "--collection", "tickets", "--write-profile", str(file)) == 1
    assert file.read_text("utf-8") == written
    capsys.readouterr()
    assert typed(settings, "--collection", "tickets", "--write-profile", "-") == 0
    assert capsys.readouterr().out == written
    assert typed(settings, "--collection", "tickets", "--write-profile", "-", "--json") == 1
    assert "not printed together" in capsys.readouterr().err
    answers.refused = UUID
    assert typed(settings, "--collection", "tickets", "--write-profile", str(tmp_path / "of-nothing.yaml")) == 1
    assert not (tmp_path / "of-nothing.yaml").exists()
    answers.refused = ""
    assert typed(settings, "--collection", "tickets", "--write-profile", str(tmp_path / "none" / "x.yaml")) == 1
    assert "No such file" in capsys.readouterr().err
