"""A worker takes its place from what the supervisor says, and tells apart what trying again cannot mend."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vecgate.processes import master as process
from vecgate.processes import worker
from vecgate.processes.leash import Leash
from vecgate.refusals.errors import SettingsError
from vecgate.settings import file as settings_file
from vecgate.state import worker_number as place

TOLD = {"workers": 3, "restarts": 1, "feed": "/run/v/s", "hash_key": "61" * 32}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have been started, and in which place."""
    seen: list[Any] = []
    before = list(place._here)
    monkeypatch.setattr(place, "_here", before)

    def run(mode: str, settings: Any, leash: Any) -> int:
        seen.append((mode, settings, place.here()))
        return 0

    monkeypatch.setattr(process, "run", run)
    monkeypatch.setattr(Leash, "take", lambda: SimpleNamespace(told=TOLD))
    monkeypatch.setattr(settings_file, "from_environment", lambda: "the settings")
    return seen


@pytest.mark.parametrize("words", [[], ["--mode", "reverse"], ["--worker", "1"], ["--mode", "x", "--worker", "1"]])
def test_misuse_starts_nothing(started: list[Any], words: list[str]) -> None:
    with pytest.raises(SystemExit):
        worker.main(words)
    assert started == []


def test_it_takes_its_place(started: list[Any]) -> None:
    assert worker.main(["--mode", "regular", "--worker", "2"]) == 0
    assert started == [("regular", "the settings", place.WorkerNumber(2, 3, 1, Path("/run/v/s"), b"a" * 32))]


def test_what_cannot_start_says_so_by_its_exit_code(
    started: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mistaken() -> None:
        raise SettingsError(["listen.port: taken"])

    monkeypatch.setattr(settings_file, "from_environment", mistaken)
    assert worker.main(["--mode", "reverse", "--worker", "0"]) == 78
    assert "listen.port: taken" in capsys.readouterr().err
    assert started == []
