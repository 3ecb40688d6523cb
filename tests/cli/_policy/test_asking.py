"""`vecgate policy explain --at` and its like: what would be decided, and who could what, then."""

import json

import pytest

from support.fakes.policy_words import rule
from vecgate.cli import main
from vecgate.settings.file import ENVIRONMENT_NAME


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)
    (tmp_path / "claims.json").write_text(json.dumps({"sub": "ann", "groups": ["support"]}))
    december = rule("december").replace("}\n", ", until: 2026-12-31 Europe/Vienna}\n")
    (tmp_path / "p.yaml").write_text("version: 1\nrules:\n" + december)
    return tmp_path


def explain(folder, *words):
    known = ["--as", folder / "claims.json", "--folder", folder, "--operation", "search"]
    return main(["policy", "explain", *map(str, known), *words])


@pytest.mark.parametrize(
    ("at", "code", "said"),
    [
        ("2026-12-31 23:59 Europe/Vienna", 0, "-> allow december"),
        ("2027-01-01 Europe/Vienna", 1, "until: over since 2026-12-31 23:00:00Z"),
    ],
)
def test_it_is_explained_what_would_be_decided_at_a_time(folder, capsys, at, code, said):
    assert explain(folder, "--at", at) == code
    assert said in capsys.readouterr().out


def test_who_can_and_what_can_are_told_of_a_time(folder, capsys):
    for words in (["who-can", "search"], ["who", "--operation", "search"], ["what-can", "ann"]):
        for at, code, said in (("2026-12-31 UTC", 0, "(now)"), ("2027-01-01 Europe/Vienna", 1, "(over)")):
            assert main(["policy", *words, "--folder", str(folder), "--at", at]) == code
            assert said in capsys.readouterr().out


def test_a_time_that_is_none_is_told(folder, capsys):
    assert explain(folder, "--at", "2026-12-31") != 0
    assert "lacks its time zone" in capsys.readouterr().err
