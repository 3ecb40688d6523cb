from collections.abc import Callable
from pathlib import Path

import pytest

from support.fakes.journals import Clock, LocalSealer
from support.fakes.story import tell
from vecgate.recording import read
from vecgate.recording.read import Recorded
from vecgate.recording.recorder import Recorder
from vecgate.settings.recording import Recording


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recorded") / "sessions"


@pytest.fixture(scope="session")
def record(folder: Path) -> Callable[[], str]:
    import asyncio

    async def story() -> str:
        recorder = Recorder(Recording(folder=folder, min_free=1), LocalSealer(), Clock())
        session = await tell(recorder)
        await recorder.close()
        return session

    return lambda: asyncio.run(story())


@pytest.fixture(scope="session")
def session(record: Callable[[], str]) -> str:
    return record()


@pytest.fixture
def recorded(folder: Path, session: str) -> Recorded:
    return read.load(folder, session)
