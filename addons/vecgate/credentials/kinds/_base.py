"""What is a way to prove oneself to a database? One method: obtain a short-lived credential in somebody's name."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from vecgate.domain.lease import ClientCertificate, Headers, Material
from vecgate.domain.principal import Secret
from vecgate.settings.upstreams import Credential, UpstreamSettings

if TYPE_CHECKING:  # settings are read without a client
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
    material: Material = field(repr=False, compare=False)


class CredentialKind(ABC):
    """One way to prove oneself. The name is its folder's; one instance per upstream.

    A kind that wants settings of its own has an `options.py` beside it; `self._options` is of that class then.
    """

    name: ClassVar[str]
    #: What it gives: what a database takes a client by.
    shows: ClassVar[type[ClientCertificate] | type[Headers]]
    #: What an operator does when the store does not give the gateway's own credential.
    denied: ClassVar[str] = "Let the store give that role a credential."

    @classmethod
    def place(cls, options: Credential) -> str:
        """Where it comes from, in words that follow "role 'x'"."""
        return f"of the kind {cls.name!r}"

    @classmethod
    def guarded(cls, options: Credential) -> Mapping[str, str]:
        """Paths of the store that the gateway's own token must be refused, and what it could do there."""
        return {}

    def __init__(self, vault: "VaultClient", upstream: UpstreamSettings, now: Callable[[], float]) -> None:
        self._vault = vault
        self._upstream = upstream
        self._options = upstream.credential
        self._now = now

    @abstractmethod
    async def obtain(self, login: Login, ttl: float) -> Issued:
        """A credential for `ttl` seconds or less. Raises VaultDenied, or Unavailable('vault')."""
