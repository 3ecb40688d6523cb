"""The folder of the recordings: who gets at it, and how much disk is left."""

import errno
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from support.servers.doors import all_ok, problems, warnings
from vecgate.doctor.checks import recordings
from vecgate.settings.recording import Recording

LEAST = 64 * 1024 * 1024
PLENTY = 100 * LEAST


def told(folder: Path) -> Recording:
    return Recording(folder=folder, min_free=LEAST)


def test_a_folder_that_is_not_there_yet_is_in_order(tmp_path: Path) -> None:
    assert all_ok(recordings.check(told(tmp_path / "a" / "b"), lambda _: PLENTY))
    assert not list(tmp_path.iterdir()), "nothing is made"


@pytest.mark.parametrize(("mode", "bad"), [(0o700, False), (0o755, True), (0o777, True), (0o770, True)])
def test_others_do_not_get_at_it(tmp_path: Path, mode: int, bad: bool) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    folder.chmod(mode)
    assert bool(problems(recordings.check(told(folder), lambda _: PLENTY))) is bad
    assert list(folder.iterdir()) == []


def test_the_group_is_warned_of(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    assert warnings(recordings.check(told(tmp_path), lambda _: PLENTY))


@pytest.mark.parametrize(
    ("left", "bad", "tight"), [(LEAST - 1, True, False), (LEAST, False, True), (8 * LEAST, False, False)]
)
def test_the_disk_fills_up(tmp_path: Path, left: int, bad: bool, tight: bool) -> None:
    tmp_path.chmod(0o700)
    found = list(recordings.check(told(tmp_path), lambda _: left))
    assert (bool(problems(found)), bool(warnings(found))) == (bad, tight)


def test_a_folder_that_cannot_be_written_to_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> NoReturn:  # who runs as root may write anywhere
        raise OSError(errno.EROFS, "Read-only file system")

    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    (said,) = problems(recordings.check(told(tmp_path), lambda _: PLENTY))
    assert "Read-only file system" in said
