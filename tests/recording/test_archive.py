"""What is kept elsewhere may go, and the rest is held against its end."""

from pathlib import Path

import pytest

from support.fakes.journals import SESSION, fill
from vecgate.recording import heads, parts, read, verdicts
from vecgate.recording.archive import NotWhole, archive
from vecgate.recording.journal import Journal
from vecgate.recording.seal import DataKey
from vecgate.recording.verdicts import Verdict


def test_older_parts_of_a_session_that_goes_on_may_be_kept_elsewhere(
    tmp_path: Path, long: Journal, key: DataKey
) -> None:
    end = archive(tmp_path, SESSION, 2)
    assert (end.n, end.hash) == (3, read.load(tmp_path, SESSION).entries[3].hash)
    for part in (1, 2):
        parts.path_of(tmp_path, SESSION, part).unlink()
    fill(long, 1)  # it goes on
    assert verdicts.verdict(tmp_path, SESSION, key).verdict is Verdict.WHOLE
    assert verdicts.of_all(tmp_path, {SESSION: key}).keys() == {SESSION}
    (row,) = read.sessions(tmp_path)
    assert (row.user, row.opened, row.entries) == ("alice", "2026-11-23T14:15:00.000Z", 14)
    assert read.first_entry(tmp_path, SESSION).opened["key"] == {}
    parts.path_of(tmp_path, SESSION, 3).unlink()
    assert verdicts.verdict(tmp_path, SESSION, key).why == "part 3 is gone"


def test_only_what_is_full_and_whole_can_be_noted_as_kept(tmp_path: Path, long: Journal) -> None:
    for part in (0, 6, 9):
        with pytest.raises(NotWhole, match=f"no part {part} here that is full"):
            archive(tmp_path, SESSION, part)
    path = parts.path_of(tmp_path, SESSION, 3)
    path.write_bytes(path.read_bytes().replace(b"request.sent", b"request.SENT"))
    with pytest.raises(NotWhole, match="was changed"):
        archive(tmp_path, SESSION, 2)
    assert not [head for head in heads.load(tmp_path)[0].values() if head.archived]


def test_a_whole_session_in_parts_may_go_part_by_part(tmp_path: Path, long: Journal, key: DataKey) -> None:
    archive(tmp_path, SESSION)
    for part in (2, 1, 4, 6, 5, 3):
        parts.path_of(tmp_path, SESSION, part).unlink()
        assert {found.verdict for found in verdicts.of_all(tmp_path, {SESSION: key}).values()} <= {Verdict.WHOLE}, part
