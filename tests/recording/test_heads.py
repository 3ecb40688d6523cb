from pathlib import Path

from vecgate.recording import heads
from vecgate.recording.heads import Head


def test_without_a_file_there_are_no_heads(tmp_path: Path) -> None:
    assert heads.load(tmp_path) == ({}, [])


def test_the_last_head_of_each_session_counts(tmp_path: Path) -> None:
    for head in (Head("a", 0, "0"), Head("b", 0, "1"), Head("a", 1, "2")):
        heads.note(tmp_path, head, sync=True)
    assert heads.load(tmp_path) == ({"a": Head("a", 1, "2"), "b": Head("b", 0, "1")}, [])


def test_after_an_unfinished_line_the_next_one_stands_alone(tmp_path: Path) -> None:
    (tmp_path / heads.NAME).write_bytes(b'{"session":"a","n":')
    heads.note(tmp_path, Head("b", 0, "1"), sync=False)
    known, problems = heads.load(tmp_path)
    assert known == {"b": Head("b", 0, "1")}
    assert problems == ["heads.jsonl line 1: unreadable (unfinished, or changed)"]


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    heads.note(tmp_path, Head("a", 0, "0"), sync=False)
    assert (tmp_path / heads.NAME).stat().st_mode & 0o777 == 0o600
