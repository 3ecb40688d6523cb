"""A desk's files are its owner's alone, whole or not there, and not read where others might have."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from vecgate.desk import places
from vecgate.desk.places import DeskFailed


def test_a_file_is_private_and_whole(home: Path) -> None:
    old = os.umask(0)
    try:
        places.write(home / "deep" / "x", "one")
        places.write(home / "deep" / "x", "two")
    finally:
        os.umask(old)
    assert stat.S_IMODE((home / "deep" / "x").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "deep").stat().st_mode) == 0o700
    assert places.read(home / "deep" / "x") == "two"
    assert [one.name for one in (home / "deep").iterdir()] == ["x"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o666, 0o700])
def test_what_others_may_read_is_not_used(home: Path, mode: int) -> None:
    places.write(home / "x", "one")
    (home / "x").chmod(mode)
    with pytest.raises(DeskFailed, match="others may read it"):
        places.read(home / "x")


def test_a_link_is_not_followed_and_nothing_is_nothing(home: Path) -> None:
    places.write(home / "x", "one")
    (home / "y").symlink_to(home / "x")
    with pytest.raises(DeskFailed):
        places.read(home / "y")
    assert places.read(home / "z") is None


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: Path(path).symlink_to("/dev/zero")])
def test_what_is_no_file_is_told_and_waited_for_by_nobody(home: Path, make: Callable[[Path], None]) -> None:
    places.private_folder(home)
    make(home / "x")
    with pytest.raises(DeskFailed, match=r"it is no file|symbolic links"):
        places.read(home / "x")
    with pytest.raises(OSError, match=r"it is no file|symbolic links"):
        places.glimpse(home / "x")


def test_what_a_process_left_that_was_ended_in_the_middle_goes_with_its_file(home: Path) -> None:
    """Its word is in there, too."""
    for name in ("x", "y"):
        places.write(home / name, "one")
    (home / ".x.abcdefgh").write_text("half a wo")
    places.forget(home / "x")
    assert [one.name for one in home.iterdir()] == ["y"]
    places.forget(home / "x")


def test_a_folder_where_others_write_is_none(home: Path) -> None:
    home.mkdir()
    home.chmod(0o777)
    with pytest.raises(DeskFailed, match="others"):
        places.write(home / "x", "one")


def test_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VECGATE_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/x")
    assert places.folder() == Path("/x/vecgate")
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert places.folder() == Path.home() / ".config/vecgate"
