"""`vecgate policy propose` over a journal as a gateway writes it: only what was answered counts."""

import pytest

from support.fakes.journals import Clock, LocalSealer
from vecgate.cli import main
from vecgate.policy.load import load
from vecgate.recording.recorder import Recorder
from vecgate.settings.recording import Recording

CALLER = {"user": "ann", "key": "https://login#ann", "groups": ["support"]}
ROWS = [
    ("search", "tickets", "answer.released", 200),
    ("delete_ids", "tickets", "answer.released", 200),
    ("search", "hr", "request.refused", 403),
    ("search", "gone", "answer.released", 404),
    ("search", "half", "answer.failed", 502),
    ("search", "granted", "answer.released", 200),
    ("search", "agreed", "answer.released", 200),
]
#: What of it took a yes.
AGREED = {"granted": {"grant": {"id": "g1"}}, "agreed": {"approval": {"id": "a1", "state": "spent"}}}


@pytest.fixture
async def sessions(tmp_path):
    folder = tmp_path / "sessions"
    recorder = Recorder(Recording(folder=folder, min_free=1), LocalSealer(), Clock())
    session = await recorder.session("https://login#ann", "ann", "10.0.0.1:5000", "curl")
    for number, (kind, name, code, status) in enumerate(ROWS):
        seen = {
            "who": CALLER,
            "client": "10.0.0.1",
            "upstream": "db",
            "operation": {"kind": kind, "collections": [name]},
            **AGREED.get(name, {}),
        }
        if code != "request.refused":
            await recorder.write(session, "request.sent", f"x{number}", seen)
            seen = {}
        await recorder.write(session, code, f"x{number}", {**seen, "status": status})
    await recorder.close()
    return folder


def test_what_was_answered_is_proposed_and_the_file_is_never_written_over(tmp_path, sessions, capsys):
    folder = tmp_path / "policies"
    folder.mkdir()
    words = [
        "policy",
        "propose",
        "--sessions",
        str(sessions),
        "--approvers",
        "leads",
        "--out",
        str(folder / "seen.yaml"),
    ]
    assert main(words) == 0
    rules = {
        rule.rule.name: (rule.rule.effect, rule.rule.operations, rule.rule.where.collections)
        for rule in load(folder).rules
    }
    assert rules == {
        "support-asks-tickets": ("hold", ("delete_ids",), ("tickets",)),
        "support-reads-tickets": ("allow", ("search",), ("tickets",)),
    }
    assert main(["policy", "check", str(folder)]) == 0
    assert main(words) != 0
    assert "File exists" in capsys.readouterr().err


def test_it_is_shown_where_no_file_is_named(sessions, capsys):
    assert main(["policy", "propose", "--sessions", str(sessions)]) == 0
    assert "approvers: {groups: [approvers]}" in capsys.readouterr().out


def test_a_folder_without_calls_is_told(tmp_path, capsys):
    assert main(["policy", "propose", "--sessions", str(tmp_path)]) != 0
    assert "no recorded call" in capsys.readouterr().err
