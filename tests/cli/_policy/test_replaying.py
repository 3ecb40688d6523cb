"""`vecgate policy diff` over a journal as a gateway writes it."""

import pytest

from support.fakes.journals import Clock, LocalSealer
from support.fakes.policy_words import rule
from vecgate.cli import main
from vecgate.recording.recorder import Recorder
from vecgate.settings.recording import Recording

CALLER = {"user": "ann", "key": "https://login#ann", "groups": ["support"]}


@pytest.fixture
async def sessions(tmp_path):
    folder = tmp_path / "sessions"
    recorder = Recorder(Recording(folder=folder, min_free=1), LocalSealer(), Clock())
    session = await recorder.session("https://login#ann", "ann", "10.0.0.1:5000", "curl")
    for number, (kind, name) in enumerate([("search", "tickets"), ("search", "hr"), ("upsert", "tickets")]):
        seen = {
            "who": CALLER,
            "client": "10.0.0.1",
            "upstream": "db",
            "operation": {"kind": kind, "collections": [name]},
        }
        await recorder.write(session, "request.refused", f"x{number}", seen)
    await recorder.close()
    return folder


def folder(tmp_path, name, *rules):
    (tmp_path / name).mkdir()
    (tmp_path / name / "p.yaml").write_text("version: 1\nrules:\n" + "".join(rules))
    return str(tmp_path / name)


def test_calls_that_would_be_decided_otherwise_are_listed(tmp_path, sessions, capsys):
    old, new = folder(tmp_path, "old", rule("a")), folder(tmp_path, "new", rule("a", where="{collections: [tickets]}"))
    assert main(["policy", "diff", old, new, "--sessions", str(sessions)]) == 1
    out = capsys.readouterr().out
    assert "ann: search on hr of db: allow by 'a' -> deny, no rule" in out
    assert "1 of 3 recorded calls would be decided otherwise" in out


def test_the_same_policies_change_nothing_and_what_is_not_recorded_is_said(tmp_path, sessions, capsys):
    old = folder(tmp_path, "old", rule("a", who="{claims: {team: red}}"))
    assert main(["policy", "diff", old, old, "--sessions", str(sessions)]) == 0
    said = capsys.readouterr()
    assert "0 of 3 recorded calls" in said.out
    assert "1 rules turn on claims, tenants or fields, which are not recorded: a" in said.err


def test_a_folder_without_calls_is_told(tmp_path, capsys):
    old = folder(tmp_path, "old", rule("a"))
    (tmp_path / "none").mkdir()
    assert main(["policy", "diff", old, old, "--sessions", str(tmp_path / "none")]) != 0
    assert "there is no recorded call in this folder" in capsys.readouterr().err
