"""What is a way to prove oneself to a database? One method: obtain a short-lived credential in somebody's name."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from vecgate.domain.principal import Secret
from vecgate.settings.upstreams import Credential, UpstreamSettings
from vecgate.vault.client import VaultClient


@dataclass(frozen=True, slots=True)
class Login:
    """On whose behalf a credential is asked for, and with which role at the store.

    `token()` logs in, the gateway vouching for them, and gives a token of the store. Nothing issued on this login may
    outlive `expires_at` (seconds since the epoch; infinite for the gateway itself).
    """

    user: str
    role: str
    expires_at: float
    token: Callable[[], Awaitable[Secret]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh credential. `id` may be recorded; `material` is what the wire connects with and is never shown."""

    id: str
    expires_at: float
    material: Any = field(repr=False, compare=False)


class CredentialKind(ABC):
    """One way to prove oneself. The name is the module's; one instance per upstream."""

    name: ClassVar[str]

    def __init__(self, vault: VaultClient, upstream: UpstreamSettings, now: Callable[[], float]) -> None:
        self._vault = vault
        self._upstream = upstream
        self._now = now

    @abstractmethod
    async def obtain(self, login: Login, spec: Credential, ttl: float) -> Issued:
        """A credential for `ttl` seconds or less. Raises VaultDenied, or Unavailable('vault')."""
