"""One of several workers makes the CA, and the others wait for it."""

import threading
from pathlib import Path

import pytest

from vecgate.processes.authority import alone_with
from vecgate.refusals.errors import SettingsError


def test_in_an_empty_folder_one_is_alone_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "made"
    inside: list[int] = []
    most: list[int] = []

    def make() -> None:
        with alone_with(folder):
            inside.append(1)
            most.append(len(inside))
            (folder / "half").write_text("x")
            inside.pop()

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == [1] * 8


def test_with_a_ca_in_it_nobody_waits_and_nothing_is_written(tmp_path: Path) -> None:
    for name in ("mitmproxy-ca.pem", "mitmproxy-dhparam.pem"):
        (tmp_path / name).write_text("x")
    with alone_with(tmp_path), alone_with(tmp_path):
        assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError, match="certificate_folder"), alone_with(tmp_path / "file"):
        pass
