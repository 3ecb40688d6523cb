from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from support.fakes.journals import SESSION, Clock, LocalSealer, fill
from support.servers.devbao import DevBao, dev_bao
from vecgate.domain.principal import Secret
from vecgate.recording.journal import Journal
from vecgate.recording.recorder import Recorder
from vecgate.recording.seal import DataKey
from vecgate.settings.recording import Recording
from vecgate.vault.client import VaultClient


@pytest.fixture(scope="session")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        yield server


@pytest.fixture
async def vault(bao: DevBao) -> AsyncIterator[VaultClient]:
    async with VaultClient(bao.url, None, 10) as client:
        yield client


@pytest.fixture
def own_token(bao: DevBao) -> Callable[[], Awaitable[Secret]]:
    async def token() -> Secret:
        return Secret(bao.gateway_token)

    return token


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sealer() -> LocalSealer:
    return LocalSealer()


@pytest.fixture
def settings(tmp_path: Path) -> Recording:
    return Recording(folder=tmp_path / "sessions", idle=900, min_free=1)


@pytest.fixture
async def recorder(settings: Recording, sealer: LocalSealer, clock: Clock) -> AsyncIterator[Recorder]:
    recorder = Recorder(settings, sealer, clock)
    await recorder.open()
    yield recorder
    await recorder.close()


@pytest.fixture
def key() -> DataKey:
    return DataKey(b"k" * 32, "vault:v1:wrapped")


@pytest.fixture
def journal(tmp_path: Path, key: DataKey) -> Iterator[Journal]:
    journal = Journal(tmp_path, SESSION, key, min_free=1, sync=False)
    yield journal
    journal.close()


@pytest.fixture
def long(tmp_path: Path, key: DataKey) -> Iterator[Journal]:
    """Six parts of two entries: who it is, and a request."""
    journal = Journal(tmp_path, SESSION, key, min_free=1, sync=False, part_bytes=600)
    journal.opened = {"kind": "person", "user": "alice", "key": {}, "opened": "2026-11-23T14:15:00.000Z"}
    journal.append(1_795_443_300.0, "session.opened", "", b'{"kind":"person","user":"alice","key":{}}')
    fill(journal, 6)
    yield journal
    journal.close()
