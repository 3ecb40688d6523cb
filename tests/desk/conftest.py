"""A desk of its own for each test, and a login service that answers as it is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.logins.keyed import Keyed, keyed
from support.logins.service_stub import ServiceStub, running_stub


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "VECGATE_TOKEN",
        "VECGATE_TOKEN_FILE",
        "VECGATE_GATEWAY",
        "VECGATE_CA",
        "VECGATE_ISSUER",
        "VECGATE_LOGIN",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VECGATE_HOME", str(tmp_path / "desk"))
    monkeypatch.setenv("VECGATE_KEYRING", "no")
    return tmp_path / "desk"


@pytest.fixture
def stub() -> Iterator[ServiceStub]:
    with running_stub() as running:
        yield running


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Keyed]:
    with keyed(tmp_path) as made:
        yield made
