import json
from dataclasses import replace
from pathlib import Path

import pytest

from support.fakes.journals import SESSION, fill
from vecgate.cli._sessions.shown import Shown, or_why_none, proof
from vecgate.recording import parts, read
from vecgate.recording.journal import Journal
from vecgate.recording.seal import DataKey

KEY, OTHER = DataKey(b"k" * 32, ""), DataKey(b"x" * 32, "")


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    journal = Journal(tmp_path, SESSION, KEY, min_free=1, sync=False, part_bytes=600)
    journal.append(1_795_443_300.0, "session.opened", "", b'{"kind":"person","user":"al\\u001b[31mice","key":{}}')
    fill(journal, 3)
    journal.close()
    return Shown(SESSION, parts.of(tmp_path, SESSION), [], None)


@pytest.mark.parametrize(("key", "says"), [(KEY, ""), (OTHER, "was not written by the gateway")])
def test_a_key_proves_what_was_written_with_it(shown: Shown, key: DataKey, says: str) -> None:
    proved = proof(key)
    assert proved is not None
    assert {proved(line) for _, _, line in read.lines(shown.files)} == {says}
    assert proved(b"no line") == "was not written by the gateway"
    assert proof(None) is None


@pytest.mark.parametrize(
    ("key", "originals"),
    [(None, []), (KEY, ["original 0", "original 1", "original 2"]), (OTHER, ["(it does not open)"] * 3)],
)
def test_as_json_it_is_one_document(
    shown: Shown, key: DataKey | None, originals: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    replace(shown, key=key, problems=["a", 'b"']).print_json()
    tree = json.loads(capsys.readouterr().out)
    assert (tree["session"], tree["problems"]) == (SESSION, ["a", 'b"'])
    assert [e["n"] for e in tree["entries"]] == [*range(6)]
    assert [e["original"] for e in tree["entries"] if "original" in e] == originals


def test_as_text_it_is_a_transcript_of_all_parts(shown: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    replace(shown, key=KEY).print_text()
    out = capsys.readouterr().out
    for words in (
        "user       al\\u001b[31mice",
        "chain      whole, 6 entries in 3 parts",
        "session.continued",
        "original 2",
    ):
        assert words in out
    assert "\x1b" not in out
    replace(shown, problems=["part 2 is gone"]).print_text()
    assert "chain      part 2 is gone" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("operation", "rows", "said"),
    [
        ("upserts", [], "'upserts' is no kind or group of operations. Did you mean 'upsert'?"),
        ("Destroy", [], "'Destroy' is no kind or group of operations. Did you mean 'destroy'?"),
        ("xyzzy\x1b[2J", [], "'xyzzy\\u001b[2J' is no kind or group of operations."),
        ("Query", [1, 2], ""),  # a database's own name
        ("upsert", [], ""),
        ("write", [], ""),
        (None, [], ""),
    ],
)
def test_an_operation_that_nobody_knows_is_said(
    operation: str | None, rows: list[int], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [*or_why_none(rows, operation)] == rows
    assert capsys.readouterr() == ("", f"vecgate: no call was found, and {said}\n" if said else "")
