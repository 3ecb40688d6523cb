"""A ledger in a real Valkey, and a database of our own that takes keys by name and by nothing else."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from support.servers.valkey import store, valkey
from vecgate.credentials.minted.ledger import Ledger
from vecgate.credentials.minted.manager import Manager, Minted
from vecgate.credentials.minted.names import Names
from vecgate.domain.lease import Headers
from vecgate.refusals.errors import Part, Unavailable
from vecgate.state.store import Store

__all__ = ["database", "store", "valkey", "worker"]

DATABASE = "tickets-db"
NAMES = Names("vecgate", longest=32)


class FakeMinter:
    """Keys by name. `away`: it answers nothing."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.away = False
        self.ended_names: list[str] = []

    async def make(self, name: str) -> Minted:
        self._answers()
        self.keys[name] = secrets.token_hex(4)
        return Minted(self.keys[name], Headers((("authorization", "Bearer secret"),)))

    async def ended(self, name: str, reference: str) -> None:
        self._answers()
        await asyncio.sleep(0)
        self.ended_names.append(name)
        self.keys.pop(name, None)

    async def found(self) -> Mapping[str, str]:
        self._answers()
        return dict(self.keys)

    def _answers(self) -> None:
        if self.away:
            raise Unavailable(Part.VAULT, "the database's admin API cannot be reached")


@pytest.fixture
def database() -> FakeMinter:
    return FakeMinter()


@pytest.fixture
async def worker(store: Store, database: FakeMinter) -> AsyncIterator[Callable[..., Manager]]:
    """One more worker before that database. `good_for`, `idle`: as of its ledger."""
    made = list[Manager]()

    def another(most: int = 100, **told: float) -> Manager:
        ledger = Ledger(store, DATABASE, **told)
        made.append(Manager(DATABASE, database, ledger, NAMES, most=most, now=time.monotonic))
        return made[-1]

    yield another
    database.away = False
    await asyncio.gather(*(one.close() for one in made))
