import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.fakes.journals import Clock, LocalSealer
from vecgate.recording import heads, read
from vecgate.recording.heads import NAME, Head, load, note
from vecgate.recording.recorder import Recorder
from vecgate.settings.recording import Recording


def test_without_a_file_there_are_no_heads(tmp_path: Path) -> None:
    assert heads.load(tmp_path) == ({}, [])


def test_the_last_head_of_each_session_counts(tmp_path: Path) -> None:
    for head in (Head("a", 0, "0"), Head("b", 0, "1"), Head("a", 1, "2")):
        heads.note(tmp_path, head, sync=True)
    assert heads.load(tmp_path) == ({"a": Head("a", 1, "2"), "b": Head("b", 0, "1")}, [])


def test_a_head_that_is_noted_later_takes_nothing_back(tmp_path: Path) -> None:
    """Whoever cuts a journal's end off, and notes where it ends now, does not make it whole."""
    for head in (Head("a", 4, "4"), Head("a", 1, "1"), Head("b", 0, "0")):
        heads.note(tmp_path, head, sync=False)
    assert heads.load(tmp_path)[0] == {"a": Head("a", 4, "4"), "b": Head("b", 0, "0")}


def test_what_is_no_plain_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe in its place hung whoever noted something."""
    os.mkfifo(tmp_path / heads.NAME)
    for call in (lambda: heads.note(tmp_path, Head("a", 0, "0"), sync=False), lambda: heads.load(tmp_path)):
        with pytest.raises(OSError):  # noqa: PT011 - of either kind
            call()


def test_after_an_unfinished_line_the_next_one_stands_alone(tmp_path: Path) -> None:
    (tmp_path / heads.NAME).write_bytes(b'{"session":"a","n":')
    heads.note(tmp_path, Head("b", 0, "1"), sync=False)
    known, problems = heads.load(tmp_path)
    assert known == {"b": Head("b", 0, "1")}
    assert problems == ["heads.jsonl line 1: unreadable (unfinished, or changed)"]


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    heads.note(tmp_path, Head("a", 0, "0"), sync=False)
    assert (tmp_path / heads.NAME).stat().st_mode & 0o777 == 0o600


def test_a_line_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    """A reader can see the first half of a line that another process is about to finish."""
    heads.note(tmp_path, Head("a", 0, "0"), sync=False)
    whole = b'{"session":"b","n":0,"hash":"1","at":""}\n'
    seen: list[bytes] = []

    class Lines:
        """A file that grows after its end was met."""

        parts = iter([whole[:20], whole[20:], b""])

        def readline(self) -> bytes:
            seen.append(next(self.parts))
            return seen[-1]

    assert heads._whole_line(Lines()) == whole  # type: ignore[arg-type]
    assert len(seen) == 2


WRITERS = 2
SESSIONS = 8
ENTRIES = 60


async def write_sessions(folder: Path, number: int) -> None:
    """What one of several workers does: sessions of its own, in turn, beside those of the others."""
    recorder = Recorder(Recording(folder=folder, min_free=1), LocalSealer(), Clock())
    ids = [await recorder.session(f"p{number}-{i}", f"user{i}", "10.0.0.1", "tests/1.0") for i in range(SESSIONS)]
    for i in range(ENTRIES):
        for id in ids:
            await recorder.write(
                id, "request.refused", f"x{i}", {"client": "10.0.0.1", "call": {"path": "/" * (i * 40)}}
            )
    await recorder.close()


def test_two_processes_write_sessions_at_once_and_each_chain_and_head_is_whole(tmp_path: Path) -> None:
    """They are looked at meanwhile, too: nothing that is being written is taken for damage."""
    folder = tmp_path / "sessions"
    code = f"import sys; sys.path[:0] = {sys.path!r}; from recording import test_heads as t; import asyncio, pathlib; "
    code += "asyncio.run(t.write_sessions(pathlib.Path(sys.argv[1]), int(sys.argv[2])))"
    damaged: list[object] = []
    running = [subprocess.Popen([sys.executable, "-c", code, folder, str(n)]) for n in range(WRITERS)]
    try:
        while any(one.poll() is None for one in running):
            damaged += heads.load(folder)[1]
    finally:
        codes = [one.wait(60) for one in running]
    assert codes == [0] * WRITERS
    assert damaged == []
    found = read.check_all(folder)
    assert len(found) == WRITERS * SESSIONS
    assert [problems for problems in found.values() if problems] == []
    assert {head.n for head in heads.load(folder)[0].values()} == {ENTRIES + 1}  # opened, entries, closed


@pytest.mark.parametrize(
    ("torn", "told"),
    [
        # what a full disk leaves, and the session was noted again
        (b'{"session":"a","n":3,"ha', False),
        (b'{"sess', False),
        # not noted again, or not torn
        (b'{"session":"b","n":3,"ha', True),
        (b'{"session":"a","n":"x","hash":"","at":""}', True),
        (b"junk", True),
    ],
)
def test_a_line_that_a_full_disk_cut_off_is_forgotten_once_its_session_goes_on(
    tmp_path: Path, torn: bytes, told: bool
) -> None:
    note(tmp_path, Head("a", 2, "2"), sync=False)
    with (tmp_path / NAME).open("ab") as f:
        f.write(b"\n" + torn)
    note(tmp_path, Head("a", 3, "3"), sync=False)
    known, problems = load(tmp_path)
    assert known["a"].n == 3
    assert bool(problems) is told
