"""A gateway's credentials part on the stack's real OpenBao, with a clock that a test can put forward."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest

from demo.stack import Stack
from vecgate import settings
from vecgate.credentials.leases import Leases
from vecgate.credentials.own_token import OwnToken
from vecgate.settings import Settings
from vecgate.terms import Principal, Secret
from vecgate.vault import VaultClient


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
    _tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def caller(self, who: str, /, **changed: Any) -> tuple[Principal, Secret]:
        """A principal with the token OpenBao gave them; `changed` fields differ from what the token says."""
        token = self._tokens.setdefault(who, self.stack.token(who))
        claims = jwt.decode(token, options={"verify_signature": False})
        told = {
            "issuer": claims["iss"],
            "subject": claims["sub"],
            "user": claims["preferred_username"],
            "groups": frozenset(claims["groups"]),
            "expires_at": float(claims["exp"]),
        }
        return Principal(**(told | changed)), Secret(token)


@pytest.fixture
async def part(stack: Stack) -> AsyncIterator[Part]:
    told = settings.load(stack.settings_path)
    clock = Clock()
    async with AsyncExitStack() as opened:
        vault = await opened.enter_async_context(CountingVault(told.vault.url, str(told.vault.ca), told.vault.timeout))
        own_token = OwnToken(vault, told.vault, clock)
        opened.push_async_callback(own_token.close)
        leases = Leases(vault, told, own_token, clock)
        opened.push_async_callback(leases.close)
        yield Part(stack, told, clock, vault, own_token, leases)
