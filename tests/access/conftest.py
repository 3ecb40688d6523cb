"""Ledgers of several workers on one real Valkey."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from support.servers.valkey import Valkey, valkey
from vecgate.access.parts import AccessParts
from vecgate.settings.access import Access
from vecgate.settings.state import State
from vecgate.state.store import Store

__all__ = ["make_access", "valkey"]

type MakeAccess = Callable[..., Awaitable[AccessParts]]


@pytest.fixture
async def make_access(valkey: Valkey) -> AsyncIterator[MakeAccess]:
    """Another worker on the same server and prefix."""
    prefix = secrets.token_hex(4)
    async with AsyncExitStack() as stack:

        async def make(**settings: float) -> AccessParts:
            store = Store(State(url=valkey.url, prefix=prefix, timeout=20))
            parts = AccessParts(store, Access(**settings))
            await store.open()
            stack.push_async_callback(store.close)
            parts.open()
            stack.push_async_callback(parts.close)
            return parts

        yield make
