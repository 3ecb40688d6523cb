"""vecgate run: what it is told, and what it says when that is not enough."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from support.gates import SETTINGS
from vecgate.cli import main
from vecgate.proxy import process
from vecgate.settings import ENVIRONMENT_NAME


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Which gateways would have been started."""
    seen: list[Any] = []
    monkeypatch.setattr(process, "run", lambda mode, settings, *, web: seen.append((mode, settings.state.url, web)))
    monkeypatch.setenv(ENVIRONMENT_NAME, "")
    return seen


def test_without_settings_it_does_not_start(started: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 1
    assert ENVIRONMENT_NAME in capsys.readouterr().err
    assert started == []


@pytest.mark.parametrize("words", [["--mode", "socks5"], ["--unheard-of"], ["extra"]])
def test_misuse_does_not_start_it(started: list[Any], words: list[str]) -> None:
    assert main(["run", *words]) == 2
    assert started == []


@pytest.mark.parametrize(
    ("words", "mode", "web"),
    [([], "reverse", False), (["--mode", "transparent"], "transparent", False), (["--web"], "reverse", True)],
)
def test_it_starts_as_told(started: list[Any], tmp_path: Path, words: list[str], mode: str, web: bool) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump(SETTINGS.model_dump(mode="json")))
    assert main(["run", "--settings", str(file), *words]) == 0
    assert started == [(mode, SETTINGS.state.url, web)]


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
