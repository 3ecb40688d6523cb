"""Workers on one real Valkey: a board, a ledger, and what tells of both."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from support.fakes.approvals import LONG
from support.servers.receiver import Receiver, running_receiver
from support.servers.valkey import Valkey, valkey
from vecgate.access.ledger import Ledger
from vecgate.approvals.board import Board
from vecgate.domain.call import Json
from vecgate.notices.outbox import Outbox
from vecgate.notices.parts import NoticeParts
from vecgate.settings.access import Access
from vecgate.settings.hold import Hold
from vecgate.settings.notices import Notices
from vecgate.settings.state import State
from vecgate.state.store import Store

__all__ = ["make_worker", "valkey"]


@dataclass(slots=True)
class Worker:
    """One worker; `counted`: what became of notices."""

    store: Store
    board: Board
    ledger: Ledger
    notices: NoticeParts
    outbox: Outbox
    counted: list[tuple[str, str]] = field(default_factory=list)


type MakeWorker = Callable[..., Awaitable[Worker]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as made:
        yield made


async def shown(names: list[Json]) -> list[Json]:
    return [f"[{name}]" for name in names]


@pytest.fixture
async def make_worker(valkey: Valkey) -> AsyncIterator[MakeWorker]:
    """Another worker on the same server and prefix."""
    prefix = secrets.token_hex(4)
    async with AsyncExitStack() as stack:

        async def make(settings: Notices, *, hold: Hold = LONG, opened: bool = True, **clock: Any) -> Worker:
            store = Store(State(url=valkey.url, prefix=prefix, timeout=20))
            board, ledger = Board(store, hold), Ledger(store, Access())
            now = clock.get("now", lambda: 1_700_000_000.0)
            worker = Worker(
                store, board, ledger, NoticeParts(store, board, ledger, settings, now), Outbox(store, settings.queue)
            )
            worker.notices.tells(lambda sink, outcome: worker.counted.append((sink, outcome)), shown)
            await store.open()
            stack.push_async_callback(store.close)
            for stream in (board.events, ledger.events):  # from the beginning, however soon something happens
                await worker.outbox.place(stream)
            if opened:
                worker.notices.open()
            stack.push_async_callback(worker.notices.close)
            return worker

        yield make
