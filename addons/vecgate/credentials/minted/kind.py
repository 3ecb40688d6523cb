"""What have kinds in common whose keys a database mints through its own admin API? The way from a login to a key."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from vecgate.background import Tasks
from vecgate.credentials.kinds._base import CredentialKind, Issued, Login, Means
from vecgate.credentials.minted.admin import AdminApi
from vecgate.credentials.minted.ledger import Ledger
from vecgate.credentials.minted.manager import Full, Manager, Minted
from vecgate.credentials.minted.names import Names
from vecgate.credentials.minted.options import MintedOptions
from vecgate.credentials.minted.rotation import Rotation
from vecgate.credentials.minted.secret import AdminSecret, Read
from vecgate.domain.lease import BEARER, Headers, Reach, Scope, Way
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.settings.upstreams import Credential, UpstreamSettings

_REFUSED: Final = frozenset({401, 403})
_TOO_MANY: Final = 429


class MintedKind(CredentialKind):
    """A key, token or user of its own for each lease. `joint`, `longest`: what a name there may be."""

    shows = Headers
    apart: ClassVar[frozenset[str]] = frozenset()  # kinds of operations whose leases have rights of their own
    own_scope: ClassVar[Scope] = Scope(Reach.READ)  # it looks things up
    denied: ClassVar[str] = "Let the gateway's policy read the secret at 'credential.admin', and its user mint keys."
    joint: ClassVar[str] = "-"
    longest: ClassVar[int] = 64
    #: A call that whoever has the gateway's password there may make.
    whoami: ClassVar[tuple[str, str, Any]] = ("GET", "/", None)
    #: Headers of its own that the admin API asks for.
    headers: ClassVar[Mapping[str, str]] = {}
    _options: MintedOptions

    def __init__(self, means: Means, upstream: UpstreamSettings, ways: Sequence[Way] = (BEARER,)) -> None:
        super().__init__(means, upstream, ways)
        options = self._options
        there = (upstream.url, upstream.server_name, upstream.ca)
        where = there if options.admin_url is None else (options.admin_url, None, options.admin_ca)
        self._admin = AdminApi(*where, upstream.timeout, means.now)
        self._secret = AdminSecret(means.vault, means.own, options.admin, means.now)
        ledger, names = (
            Ledger(means.store, self._counted_at(where[0])),
            Names(options.name_prefix, self.joint, self.longest),
        )
        self.manager = Manager(means.database, self, ledger, names, most=options.most, now=means.now)
        self._rotation, self._tasks = Rotation(self._secret, self._change, means.now), Tasks()

    def _counted_at(self, url: str) -> str:
        """What keys are written down by: what one database calls them, for all upstreams that are before it."""
        return url

    @classmethod
    def place(cls, options: Credential) -> str:
        if not isinstance(options, MintedOptions):
            return super().place(options)
        return f"of the database's own, minted with the secret at {options.admin!r}"

    @classmethod
    def needed(cls, options: Credential) -> tuple[str, ...]:
        return (options.admin,) if isinstance(options, MintedOptions) and options.rotate is not None else ()

    def keyed(self, scope: Scope) -> Scope:
        return Scope(scope.reach, scope.collections, kinds=scope.kinds & self.apart)

    async def obtain(self, login: Login, ttl: float) -> Issued:
        """Raises CallRefused (`lease.full`) besides."""
        asked_at, user = self._now(), login.user
        if login.is_own:
            user, login = "gateway", replace(login, scope=self.own_scope)
        life = float(max(1, int(ttl)))  # databases count whole seconds
        name, made = await self.manager.mint(user, life, lambda name: self.minted(name, login, life))
        return Issued(name, asked_at + life, made.material, f"{name} {made.reference}")

    async def revoke(self, handle: str) -> None:
        name, _, reference = handle.partition(" ")
        await self.manager.end(name, reference)

    def used(self, handle: str) -> None:
        self.manager.used(handle.partition(" ")[0])

    def open(self, lost: Callable[[str], None]) -> None:
        self.manager.open(lost)
        if self._options.rotate is not None:
            self._tasks.start(self._rotation.turns(self._options.rotate), "change the password of the gateway's user")

    async def close(self) -> None:
        await self._tasks.close()
        await self.manager.close()
        await self._admin.close()

    @abstractmethod
    async def minted(self, name: str, login: Login, ttl: float) -> Minted:
        """Make a key of that name for `ttl` seconds, good for `login.scope` and no more."""

    @abstractmethod
    async def found(self) -> Mapping[str, str]:
        """As Minter says: every key there, or at least every one that is called as ours are."""

    @abstractmethod
    async def ended(self, name: str, reference: str) -> None:
        """End it there. One that is not there is ended."""

    @abstractmethod
    def shown(self, secret: Read, password: str) -> Headers:
        """How the gateway's own secret is shown to the admin API, with this password of it."""

    async def changed(self, secret: Read, new: str) -> None:
        """Change the gateway's own password there to `new`, from the one it has. Raises Unavailable, VaultDenied."""
        raise VaultDenied(f"{self.name}: the gateway's own secret cannot be changed without being lost on the way")

    async def _change(self, secret: Read, new: str) -> None:
        method, path, tree = self.whoami
        status, _ = await self._admin.ask(method, path, self.shown(secret, new), tree, more=self.headers)
        if status == 401:
            await self.changed(secret, new)

    async def _ask(self, method: str, path: str, tree: Any = None, *, fine: Sequence[int] = ()) -> Any:
        """What the admin API says. `fine`: answers that are no error. Raises Full, Unavailable, VaultDenied."""
        status, said = await self._answer(method, path, tree)
        if status < 300 or status in fine:
            return said
        if status == _TOO_MANY:
            raise Full
        if status in _REFUSED:
            raise Unavailable(Part.VAULT, f"the database refuses the gateway's own secret ({status} on {method})")
        if status < 500:
            raise VaultDenied(f"{status} from the database's admin API on {method}")
        raise Unavailable(Part.VAULT, f"status {status} from the database's admin API")

    async def _answer(self, method: str, path: str, tree: Any) -> tuple[int, Any]:
        """To the secret as it was read lately; refused, to what it is now."""
        status, said = 401, None
        for _ in range(2):
            secret = await self._secret.get()
            for keys in await self._keys(secret):
                status, said = await self._admin.ask(method, path, keys, tree, more=self.headers)
                if status != 401:
                    return status, said
            self._secret.forget()
        return status, said

    async def _keys(self, secret: Read) -> Sequence[Headers]:
        """With its password; and with the next one, as a change may have been cut short."""
        known = [secret.fields[name].reveal() for name in ("password", "next") if name in secret.fields]
        return [self.shown(secret, one) for one in known or [secret["password"].reveal()]]
