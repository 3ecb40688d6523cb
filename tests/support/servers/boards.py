"""One real Valkey for all tests of this folder; each test has a prefix of its own."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from support.fakes.approvals import LONG
from support.servers.valkey import Valkey
from vecgate.approvals.board import Board
from vecgate.settings.hold import Hold
from vecgate.settings.state import State
from vecgate.state.store import Store

type MakeBoard = Callable[..., Awaitable[Board]]


@pytest.fixture
async def make_board(valkey: Valkey) -> AsyncIterator[MakeBoard]:
    """Another worker on the same server and prefix: a store and a board of its own."""
    prefix = secrets.token_hex(4)
    async with AsyncExitStack() as stack:

        async def make(hold: Hold = LONG, **settings: object) -> Board:
            store = Store(State(url=valkey.url, prefix=prefix, timeout=20))
            board = Board(store, hold, **settings)
            await store.open()
            stack.push_async_callback(store.close)
            await board.open()
            stack.push_async_callback(board.close)
            return board

        yield make


@pytest.fixture
async def board(make_board: MakeBoard) -> Board:
    return await make_board()
