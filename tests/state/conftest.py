"""One server for all tests of this folder; each test has a prefix of its own."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from support.servers.valkey import Valkey, running_valkey
from vecgate.settings.state import State
from vecgate.state.store import Store


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with running_valkey() as server:
        yield server


@pytest.fixture
async def store(valkey: Valkey) -> AsyncIterator[Store]:
    store = Store(State(url=valkey.url, prefix=secrets.token_hex(4), timeout=20))
    await store.open()
    yield store
    await store.close()
