"""What checks of a running OpenBao need: settings, a client, a login on demand, credentials."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from vecgate.credentials.kinds import Means
from vecgate.credentials.leases import Leases
from vecgate.dialects import ways
from vecgate.settings.file import Settings
from vecgate.state.store import Store
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken


@dataclass
class Ready:
    """All of it, for one test."""

    settings: Settings
    client: VaultClient
    own: OwnToken
    leases: Leases


@asynccontextmanager
async def ready_for(settings: Settings) -> AsyncIterator[Ready]:
    """It, closed in order afterwards."""
    vault = settings.vault
    async with VaultClient(vault.url, str(vault.ca), 20, vault.namespace) as client:
        own = OwnToken(client, vault, time.time)
        store = Store(settings.state)
        leases = Leases(Means(client, own, store, time.time), settings, ways(settings.upstreams))
        await store.open()
        try:
            yield Ready(settings, client, own, leases)
        finally:
            await leases.close()
            await own.close()
            await store.close()
