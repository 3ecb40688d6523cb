"""vecgate run: what it is told, and what it says when that is not enough."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.fakes.gates import SETTINGS
from vecgate.cli import main
from vecgate.processes import jobs
from vecgate.processes import master as process
from vecgate.settings.file import ENVIRONMENT_NAME, Settings


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Which gateways would have been started."""
    seen: list[Any] = []

    def alone(mode: str, settings: Settings) -> int:
        seen.append((mode, settings.state.url, 1, False))
        return 0

    def several(mode: str, settings: Settings, *, workers: int, web: bool) -> int:
        seen.append((mode, settings.state.url, workers, web))
        return 0

    monkeypatch.setattr(process, "run", alone)
    monkeypatch.setattr(jobs, "run", several)
    monkeypatch.setattr(jobs, "cores", lambda: 5)
    monkeypatch.setenv(ENVIRONMENT_NAME, "")
    return seen


def test_without_settings_it_does_not_start(started: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 1
    assert ENVIRONMENT_NAME in capsys.readouterr().err
    assert started == []


def test_a_crash_leaves_no_copy_of_what_it_holds(tmp_path: Path) -> None:
    """Of it, and of what it starts: `vecgate run` does so before anything else is there."""
    said = (
        "import subprocess, sys; from unittest import mock; from vecgate.cli import run\n"
        "def started(*_, **__):\n"
        "    subprocess.run([sys.executable, '-c', 'import resource; print(resource.getrlimit(resource.RLIMIT_CORE))'])\n"
        "    return 0\n"
        "with mock.patch.object(run.jobs, 'run', started), mock.patch.object(run.settings_file, 'from_environment'):\n"
        "    run.run(mock.Mock(settings='', workers=2, web=False))"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "(0, 0)"


MISUSED = [
    "--mode socks5",
    "--unheard-of",
    "extra",
    "--workers",
    "--workers 0",
    "--workers x",
    "--workers -1",
    "--workers 1000",
]


@pytest.mark.parametrize("words", [words.split() for words in MISUSED])
def test_misuse_does_not_start_it(started: list[Any], words: list[str]) -> None:
    assert main(["run", *words]) == 2
    assert started == []


@pytest.mark.parametrize(
    ("words", "mode", "workers", "web"),
    [
        ([], "reverse", 5, False),
        (["--mode", "transparent"], "transparent", 5, False),
        (["--web"], "reverse", 5, True),
        (["--workers", "1"], "reverse", 1, False),
        (["--workers", "3"], "reverse", 3, False),
        (["--workers", "auto", "--web"], "reverse", 5, True),
        (["--workers", "1", "--web"], "reverse", 1, True),
    ],
)
def test_it_starts_as_told(
    started: list[Any], tmp_path: Path, words: list[str], mode: str, workers: int, web: bool
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump(SETTINGS.model_dump(mode="json")))
    assert main(["run", "--settings", str(file), *words]) == 0
    assert started == [(mode, SETTINGS.state.url, workers, web)]


def test_settings_with_mistakes_are_named_and_nothing_starts(
    started: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("upstreams: {}\nissuers: []\n")
    assert main(["run", "--settings", str(file)]) == 1
    said = capsys.readouterr().err
    assert "upstreams" in said
    assert "issuers" in said
    assert "Traceback" not in said
    assert started == []


def test_it_may_open_a_file_for_each_client() -> None:
    """In a process of its own, which begins with few."""
    code = (
        "import resource; from vecgate.cli.run import more_files\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))\n"
        "more_files(); print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 256
