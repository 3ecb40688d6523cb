from pathlib import Path

import pytest

from support.fakes.journals import SESSION, fill
from vecgate.recording import heads, read
from vecgate.recording.heads import Head
from vecgate.recording.journal import Journal


def test_an_empty_folder_holds_no_sessions(tmp_path: Path) -> None:
    assert read.sessions(tmp_path) == []
    assert read.check_all(tmp_path) == {}


@pytest.mark.parametrize("name", ["", "heads", "../heads", "/etc/passwd", "20261123T141500-bob-0000", SESSION + "/x"])
def test_only_a_session_that_is_there_is_opened(tmp_path: Path, journal: Journal, name: str) -> None:
    with pytest.raises(read.NoSuchSession):
        read.load(tmp_path, name)


def test_a_list_names_whose_session_it_is(tmp_path: Path, journal: Journal) -> None:
    journal.append(1_795_443_300.0, "session.opened", "", b'{"kind":"person","user":"alice","agent":"curl/8"}')
    fill(journal, 2)
    (row,) = read.sessions(tmp_path)
    assert (row.session, row.user, row.agent, row.entries) == (SESSION, "alice", "curl/8", 3)
    assert (row.opened, row.last) == ("2026-11-23T14:15:00.000Z", "2026-11-23T14:15:01.000Z")


def test_a_journal_that_cannot_be_read_is_listed_as_such(tmp_path: Path) -> None:
    (tmp_path / f"{SESSION}.jsonl").write_bytes(b"\xff\n")
    (row,) = read.sessions(tmp_path)
    assert (row.kind, row.user, row.entries) == ("unreadable", "?", -1)


def test_reading_stops_at_the_first_break_and_says_so(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 3)
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"status":1', b'"status":7'))
    recorded = read.load(tmp_path, SESSION)
    assert len(recorded.entries) == 1
    assert recorded.problems == ("line 2: was changed: its hash is not that of its content",)
    assert recorded.opened == {}


def test_a_vanished_journal_is_found(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 1)
    (tmp_path / f"{SESSION}.jsonl").unlink()
    assert read.check_all(tmp_path) == {SESSION: ["its journal is gone"]}


def test_a_damaged_list_of_heads_is_told(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 1)
    with (tmp_path / heads.NAME).open("ab") as f:
        f.write(b"junk\n")
    heads.note(tmp_path, Head("..", 0, ""), sync=False)
    assert read.check_all(tmp_path) == {
        SESSION: [],
        "..": ["no session can have this id"],
        heads.NAME: ["heads.jsonl line 3: unreadable (unfinished, or changed)"],
    }


def test_a_session_that_grows_while_it_is_checked_is_whole(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 1)
    before = heads.load(tmp_path)[0]
    fill(journal, 2)
    assert read.check(tmp_path, SESSION, known=before) == []
