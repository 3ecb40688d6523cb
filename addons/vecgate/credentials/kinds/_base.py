"""What is a way to prove oneself to a database? Obtains a short-lived credential in somebody's name, and ends it."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from vecgate.domain.lease import BEARER, WHOLE, Material, Scope, Way
from vecgate.domain.principal import Secret
from vecgate.settings.upstreams import Credential, UpstreamSettings

if TYPE_CHECKING:  # settings are read without a client
    from vecgate.state.store import Store
    from vecgate.vault.client import VaultClient
    from vecgate.vault.own_token import OwnToken


@dataclass(frozen=True, slots=True)
class Means:
    """What a kind works with. `own`: the gateway's own token; `now`: seconds since the epoch; `database`: its name."""

    vault: "VaultClient"
    own: "OwnToken"
    store: "Store"
    now: Callable[[], float]
    database: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the store, in somebody's name. What was leased with it ends with it, at the latest."""

    secret: Secret = field(repr=False)
    expires_at: float


@dataclass(frozen=True, slots=True)
class Login:
    """On whose behalf a credential is asked for, with which role at the store, and what it is to be good for.

    `token()` logs in, the gateway vouching for them, and gives a token of the store. Nothing issued on this login may
    outlive `expires_at` (seconds since the epoch; infinite for the gateway itself). `scope` is as the kind's `keyed`
    made it. `serial` is this credential's alone: for names at the database. `is_own`: it is the gateway's own.
    """

    user: str
    role: str
    expires_at: float
    token: Callable[[], Awaitable[Token]] = field(repr=False)
    scope: Scope = WHOLE
    is_own: bool = False
    serial: str = field(default_factory=lambda: secrets.token_hex(8), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh credential. `id` may be recorded; `material` is what the wire connects with and is never shown.

    `handle` is what `revoke` ends it by: it is kept in Valkey meanwhile, so it opens nothing. Empty: it ends by itself.
    `longest`: until when it is wanted, where `kept` is to make it last longer than `expires_at`, or shorter.
    """

    id: str
    expires_at: float
    material: Material = field(repr=False, compare=False)
    handle: str = ""
    longest: float = 0.0


class CredentialKind(ABC):
    """One way to prove oneself. The name is its folder's; one instance per upstream.

    A kind that wants settings of its own has an `options.py` beside it; `self._options` is of that class then.
    """

    name: ClassVar[str]
    #: What it gives: what a database takes a client by.
    shows: ClassVar[type[Material]]
    #: The databases it is for, by their dialects; None: every one that takes what it shows.
    fits: ClassVar[frozenset[str] | None] = None
    #: What the gateway's own credential is good for, as far as it is said by the kind.
    own_scope: ClassVar[Scope] = WHOLE
    #: What an operator does when the store does not give the gateway's own credential.
    denied: ClassVar[str] = "Let the store give that role a credential."

    @classmethod
    def unfit(cls, upstream: UpstreamSettings, ways: Sequence[Way]) -> str | None:
        """Why this database cannot be reached with it, as a sentence's end; None where it can. Asked at the start.

        `ways`: how the database takes keys.
        """
        if cls.fits is not None and upstream.dialect not in cls.fits:
            return f"is for {', '.join(sorted(cls.fits))}, not for {upstream.dialect}"
        return None

    @classmethod
    def place(cls, options: Credential) -> str:
        """Where it comes from, in words that follow "role 'x'"."""
        return f"of the kind {cls.name!r}"

    @classmethod
    def needed(cls, options: Credential) -> tuple[str, ...]:
        """Paths of the store that the gateway's own token must be able to update."""
        return ()

    @classmethod
    def tried(cls, options: Credential) -> tuple[str, ...]:
        """Paths that a person's vouched login reads, where reading makes nothing: the doctor tries them."""
        return ()

    @classmethod
    def guarded(cls, options: Credential) -> Mapping[str, str]:
        """Paths of the store that the gateway's own token must be refused, and what it could do there."""
        return {}

    def __init__(self, means: Means, upstream: UpstreamSettings, ways: Sequence[Way] = (BEARER,)) -> None:
        self._vault = means.vault
        self._own = means.own
        self._store = means.store
        self._now = means.now
        self._upstream = upstream
        self._options = upstream.credential
        self._ways = ways

    def keyed(self, scope: Scope) -> Scope:
        """What of a scope its credentials differ by: calls for which that is the same share one.

        The role is chosen before, by the reach (`Credential.role_for`). By itself a kind tells nothing else apart.
        """
        return WHOLE

    @abstractmethod
    async def obtain(self, login: Login, ttl: float) -> Issued:
        """A credential for `ttl` seconds or less. Raises VaultDenied, or Unavailable('vault')."""

    async def kept(self, issued: Issued) -> float:
        """Until when it counts (seconds since the epoch), now that it stands in the book and whoever is there ends it.

        A kind may have made it for a moment only, for the case that nobody comes so far.
        """
        return issued.expires_at

    async def revoke(self, handle: str) -> None:
        """End the credential of that handle; one that is gone already is ended. Raises VaultDenied, Unavailable."""
        raise NotImplementedError(f"{self.name} gives handles, and must end what they stand for")

    def open(self, lost: Callable[[str], None]) -> None:
        """Inside the running loop: begin to look after what was made. `lost`: told of ids that are no good any more."""
        return

    def used(self, handle: str) -> None:
        """What has this handle is being used now. On the path of every call: cheap."""
        return

    async def close(self) -> None:
        """Look after it no more; what is known here only is ended."""
        return
