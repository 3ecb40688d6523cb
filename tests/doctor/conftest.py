"""The gateway's settings for the running stack, and what checks need of it."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from demo.stack import Stack
from vecgate import settings as told
from vecgate.credentials.leases import Leases
from vecgate.credentials.own_token import OwnToken
from vecgate.settings import Settings
from vecgate.vault import VaultClient


@dataclass
class Ready:
    """The stack's settings and a client that is logged in on demand."""

    settings: Settings
    client: VaultClient
    own: OwnToken
    leases: Leases


async def ready_for(settings: Settings) -> AsyncIterator[Ready]:
    vault = settings.vault
    async with VaultClient(vault.url, str(vault.ca), 20) as client:
        own = OwnToken(client, vault, time.time)
        leases = Leases(client, settings, own, time.time)
        yield Ready(settings, client, own, leases)
        await leases.close()
        await own.close()


@pytest.fixture
def settings(stack: Stack) -> Settings:
    return told.load(stack.settings_path)


@pytest.fixture
async def ready(settings: Settings) -> AsyncIterator[Ready]:
    async for made in ready_for(settings):
        yield made
