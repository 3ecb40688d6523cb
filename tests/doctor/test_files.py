"""Modes are judged by who can really get at a file."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.servers.doors import all_ok, problems, warnings
from vecgate.doctor import Level, files


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user of this host can enter; pytest's own are closed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def made(folder: Path, mode: int) -> Path:
    path = folder / "file"
    path.write_text("x")
    path.chmod(mode)
    return path


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert files.secret("x", tmp_path / "none", "The key").level is Level.PROBLEM
    assert problems(files.settings(tmp_path / "none", has_password=False))


@pytest.mark.parametrize(
    ("mode", "level"),
    [
        (0o600, Level.OK),
        (0o400, Level.OK),
        (0o640, Level.WARNING),
        (0o660, Level.WARNING),
        (0o644, Level.PROBLEM),
        (0o602, Level.PROBLEM),
    ],
)
def test_a_secret_is_for_its_owner_only_wherever_it_lies(tmp_path: Path, mode: int, level: Level) -> None:
    found = files.secret("x", made(tmp_path, mode), "The key")
    assert found.level is level
    assert level is Level.OK or f"chmod 600 {tmp_path / 'file'}" in found.todo


def test_a_folder_keeps_its_owners_right_to_enter_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert f"chmod 700 {tmp_path}" in files.secret("x", tmp_path, "The folder").todo


@pytest.mark.parametrize(
    ("owner", "group", "mode", "process", "given"),
    [
        (0, 7, 0o100440, 10001, True),  # a volume of Kubernetes: root:fsGroup
        (0, 0, 0o100440, 10001, True),  # a credential of systemd
        (0, 8, 0o100440, 10001, False),  # a group that is not ours
        (0, 7, 0o100460, 10001, False),
        (0, 7, 0o100440, 0, False),  # root itself needs no group
        (10001, 7, 0o100440, 10001, False),
    ],
)
def test_a_group_may_be_the_way_a_service_reads_its_secret(
    monkeypatch: pytest.MonkeyPatch, owner: int, group: int, mode: int, process: int, given: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: process)
    monkeypatch.setattr(os, "getegid", lambda: 7)
    status = cast(Any, SimpleNamespace(st_uid=owner, st_gid=group, st_mode=mode))
    assert files.given_by_group(status) is given


def test_a_folder_above_that_is_closed_closes_what_is_in_it(public: Path) -> None:
    path = made(public, 0o666)
    assert files.reachable(path) == 0o066
    public.chmod(0o710)
    assert files.reachable(path) == 0o060
    public.chmod(0o700)
    assert files.reachable(path) == 0


@pytest.mark.parametrize("mode", [0o602, 0o620, 0o666])
def test_settings_that_others_can_change_are_a_problem(public: Path, mode: int) -> None:
    (said,) = problems(files.settings(made(public, mode), has_password=False))
    assert "can be changed by others" in said


def test_settings_that_everyone_can_read_are_a_problem_with_a_password_in_them(public: Path) -> None:
    path = made(public, 0o644)
    assert warnings(files.settings(path, has_password=False))
    assert problems(files.settings(path, has_password=True))
    path.chmod(0o640)
    assert all_ok(files.settings(path, has_password=True))


def test_what_every_user_can_change_is_found(public: Path) -> None:
    path = made(public, 0o664)
    assert files.writable_by_others([public, path]) == []
    path.chmod(0o666)
    assert files.writable_by_others([public, path]) == [path]
