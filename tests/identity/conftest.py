"""An issuer, the settings that trust it, and clocks that move when told."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from support.fakes.clock import Clock
from support.servers.idp import Idp, issuer_of, running_idp
from vecgate.identity.keys import IssuerKeys
from vecgate.identity.verifier import Verifier
from vecgate.settings.issuers import Issuer


@pytest.fixture
def idp() -> Iterator[Idp]:
    with running_idp() as running:
        yield running


@pytest.fixture
def monotonic() -> Clock:
    return Clock(1000.0)


@pytest.fixture
async def open_keys(idp: Idp, monotonic: Clock) -> AsyncIterator[Callable[..., Any]]:
    """Opens a key store of the running issuer; every one is closed at the end."""
    opened: list[IssuerKeys] = []

    async def make(**settings: Any) -> IssuerKeys:
        keys = IssuerKeys(issuer_of(idp, **settings), clock=monotonic)
        opened.append(keys)
        await keys.open()
        return keys

    yield make
    for keys in opened:
        await keys.close()


@pytest.fixture
async def open_verifier(idp: Idp, monotonic: Clock) -> AsyncIterator[Callable[..., Any]]:
    """Opens a verifier of the running issuer, on a clock of one's own; every one is closed at the end."""
    opened: list[Verifier] = []

    async def make(now: Callable[[], float], *issuers: Issuer, **settings: Any) -> Verifier:
        verifier = Verifier(issuers or [issuer_of(idp, **settings)], now=now, monotonic=monotonic)
        opened.append(verifier)
        await verifier.open()
        return verifier

    yield make
    for verifier in opened:
        await verifier.close()
