"""Fixtures for commands that ask a gateway which is not there: what it answers, and the settings that name it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from support.fakes.gates import SETTINGS
from vecgate.cli import _gateway


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Called with an answer, a gateway gives it from then on. The list of the calls that it gets."""
    monkeypatch.setenv("VECGATE_GATEWAY", "https://localhost:1")
    monkeypatch.setenv("VECGATE_TOKEN", "a.b.c")
    asked: list[tuple[Any, ...]] = []

    def with_(tree: Any) -> list[tuple[Any, ...]]:
        monkeypatch.setattr(_gateway.Gateway, "call", lambda _self, *words: asked.append(words) or tree)
        return asked

    return with_


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of settings, and a token; neither address nor CA of the gateway is said besides."""
    for name in ("VECGATE_GATEWAY", "VECGATE_CA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VECGATE_TOKEN", "token-of-bob")
    monkeypatch.setenv("VECGATE_SETTINGS", "")
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump(SETTINGS.model_dump(mode="json")))
    return file
