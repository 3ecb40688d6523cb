"""A gateway's credentials part on the stack's real OpenBao, with a clock that a test can put forward."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from demo import certs
from demo.stack import Stack
from vecgate.credentials.kinds import Means
from vecgate.credentials.leases import Leases
from vecgate.credentials.vouching import Voucher
from vecgate.dialects import ways
from vecgate.domain.principal import Principal
from vecgate.settings import file as settings
from vecgate.settings.file import Settings
from vecgate.state.store import Store
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken


class Clock:
    """The real time, put forward by `ahead` seconds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class CountingVault(VaultClient):
    """The real client; it also notes which calls went out."""

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        self.calls: list[str] = []
        self.asked = asyncio.Event()

    async def call(self, method: str, path: str, **told: Any) -> dict[str, Any]:
        self.calls.append(path)
        self.asked.set()
        return await super().call(method, path, **told)

    def count(self, path: str) -> int:
        return self.calls.count(path)


@dataclass
class Part:
    """All that is needed to ask for leases."""

    stack: Stack
    settings: Settings
    clock: Clock
    vault: CountingVault
    own_token: OwnToken
    leases: Leases
    means: Means

    def caller(self, who: str, /, **changed: Any) -> Principal:
        """A person; `changed` fields differ from what would be usual."""
        told = {
            "issuer": self.stack.issuer,
            "subject": f"subject-of-{who}",
            "user": who,
            "groups": frozenset[str](),
            "expires_at": self.clock() + 3600,
        }
        return Principal(**(told | changed))

    def voucher(self, **changed: Any) -> Voucher:
        """The gateway's, told otherwise."""
        vouch = self.settings.vault.vouch.model_copy(update=changed)
        return Voucher(self.vault, self.settings.vault.model_copy(update={"vouch": vouch}), self.own_token, time.time)


@pytest.fixture
def foreign_key(tmp_path: Path) -> Path:
    """A key of the right kind that nobody trusts."""
    path = tmp_path / "foreign.key"
    certs.write_private(path, certs.key_pem(ec.generate_private_key(ec.SECP256R1())))
    return path


@pytest.fixture
async def part(stack: Stack) -> AsyncIterator[Part]:
    told = settings.load(stack.settings_path)
    clock = Clock()
    async with AsyncExitStack() as opened:
        vault = await opened.enter_async_context(CountingVault(told.vault.url, str(told.vault.ca), told.vault.timeout))
        own_token = OwnToken(vault, told.vault, clock)
        opened.push_async_callback(own_token.close)
        store = Store(told.state)
        await store.open()
        opened.push_async_callback(store.close)
        means = Means(vault, own_token, store, clock)
        leases = Leases(means, told, ways(told.upstreams))
        opened.push_async_callback(leases.close)
        # OpenBao looks at the real time: what is signed for it does so too.
        leases._voucher = Voucher(vault, told.vault, own_token, time.time)
        yield Part(stack, told, clock, vault, own_token, leases, means)
