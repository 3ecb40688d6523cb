"""Which credential does this caller have at this database? Issued once in their name, kept, replaced in time.

One credential per (person, upstream, role, and what of the call's scope its kind tells apart), for nobody else; the
gateway vouches for who it is (`vouching.py`). The first request after two thirds of its life has it replaced in the
background; nobody waits for that. Many requests at once cause one issue.
"""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from vecgate.background import Tasks
from vecgate.credentials import kinds
from vecgate.credentials.book import Book, Entry
from vecgate.credentials.ending import LAST_SECONDS, Ending
from vecgate.credentials.kinds._base import CredentialKind, Issued, Login, Means
from vecgate.credentials.scoping import reached
from vecgate.credentials.vouching import GATEWAY_NAME, Caller, Voucher
from vecgate.domain.lease import WHOLE, ClientCertificate, Lease, Scope, Way
from vecgate.domain.people import folded
from vecgate.domain.principal import Principal
from vecgate.egress.wire import Wire
from vecgate.refusals.errors import NameRefused, Part, TokenInvalid, Unavailable, VaultDenied
from vecgate.settings.file import Settings

REPLACE_AT: Final = 2 / 3
RETRY_SECONDS: Final = 2.0
SHORTEST_LIFE: Final = 1.0
SHORTEST_GAIN: Final = 5.0
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Key:
    owner: str
    user: str
    upstream: str
    role: str
    scope: Scope


@dataclass(slots=True)
class _Held:
    key: _Key
    lease: Lease
    entry: Entry
    replace_at: float


class Leases:
    """All credentials in use. Lives in one event loop. Clock: seconds since the epoch."""

    def __init__(self, means: Means, settings: Settings, ways: Mapping[str, Sequence[Way]]) -> None:
        """`ways`: how each database takes a key. Raises LookupError for an unknown credential kind."""
        self._settings = settings
        self._voucher = Voucher(means.vault, settings.vault, means.own, means.now)
        self._now = means.now
        self._kinds: dict[str, CredentialKind] = {
            name: kinds.load(spec.credential.kind)(replace(means, database=name), spec, ways[name])
            for name, spec in settings.upstreams.items()
        }
        self.book = Book(means.store)  # of all that are out, of every worker
        self._ending = Ending(self.book, self._kinds, self._forget)
        self._on_end: Callable[[str], None] = lambda _: None
        self._in_use: Callable[[], set[str]] = lambda: set()
        self._held: dict[_Key, _Held] = {}
        self._put_aside: list[_Held] = []  # replaced, and still good for who uses them this moment
        self._flights: dict[_Key, asyncio.Task[None]] = {}
        self._people: dict[str, Principal] = {}  # by owner, as their last token had them
        self._tasks, self._unwanted = Tasks(), Tasks()
        self._closed = False

    def open(self) -> None:
        """End what is due, also of gateways that are gone. What is issued before is entered all the same."""
        self._ending.open()
        self._tasks.start(self._using(), "credentials: what is in use")
        for kind in self._kinds.values():
            kind.open(self._forget)

    def follow(self, wire: Wire) -> None:
        """Connections end with their lease, and a lease with the database's word that it does not take it."""
        self.on_end(wire.drop)
        wire.on_refused(self.refused)
        self._in_use = lambda: wire.in_use

    def on_end(self, callback: Callable[[str], None]) -> None:
        """Have it told the id of a lease that is no good any more, before its time."""
        self._on_end = callback

    async def get(self, principal: Principal, upstream: str, scope: Scope = WHOLE) -> Lease:
        """A person's lease for a scope, good now and for no longer than the token that proved who they are.

        Raises TokenInvalid('identity.expired'), VaultDenied, or Unavailable('vault').
        """
        if folded(principal.user) == GATEWAY_NAME:  # some read names without case
            raise NameRefused("a person called like the gateway", "", principal.user)
        told, keyed = self._settings.upstreams[upstream].credential, self._kinds[upstream].keyed(scope)
        caller, role = Caller(principal.key, principal.user), told.role_for(scope.reach)
        log_in = partial(self._voucher.login, caller, told.vouch_role or self._settings.vault.vouch.role)
        self._people[principal.key] = principal
        login = Login(caller.user, role, principal.expires_at, log_in, keyed)
        return await self._lease(_Key(principal.key, principal.user, upstream, role, keyed), login)

    async def own(self, upstream: str) -> Lease:
        """The gateway's lease for its own lookups. Raises VaultDenied, or Unavailable('vault')."""
        told, caller = self._settings.upstreams[upstream].credential, Caller(GATEWAY_NAME, GATEWAY_NAME)
        vouch_role = told.gateway_vouch_role or self._settings.vault.vouch.gateway_role
        log_in = partial(self._voucher.login, caller, vouch_role)
        role, whole = told.gateway_role, self._kinds[upstream].own_scope
        login = Login(caller.user, role, math.inf, log_in, whole, is_own=True)
        return await self._lease(_Key("", GATEWAY_NAME, upstream, role, whole), login)

    async def try_word(self) -> None:
        """Whether the gateway's word counts now: logs in, for itself. Raises VaultDenied, or Unavailable('vault')."""
        await self._voucher.login(Caller(GATEWAY_NAME, GATEWAY_NAME), self._settings.vault.vouch.gateway_role)

    def refused(self, lease: Lease) -> None:
        """The database does not take it: the next call has another. Of one that was only just issued, nothing follows.

        It may have been given back for another one, or changed by somebody. No answer speaks of a certificate.
        """
        since = self._now() - RETRY_SECONDS
        for key in [key for key, held in self._held.items() if held.lease.id == lease.id]:
            if self._held[key].entry.issued <= since and not isinstance(lease.material, ClientCertificate):
                self._set_aside(key)
                self._let_go(lambda held: held.lease.id == lease.id)

    def drop(self, principal_key: str) -> tuple[str, ...]:
        """Forget all of a person's credentials; what is being issued will not be used. Returns the ids dropped.

        What can be ended at its source is ended, in the background. The others (kinds/vault_pki/) end in minutes.
        """
        for key in [k for k in self._flights if k.owner == principal_key]:
            self._flights.pop(key).cancel()
        for key in [k for k in self._held if k.owner == principal_key]:
            self._set_aside(key)
        return tuple(held.lease.id for held in self._let_go(lambda held: held.key.owner == principal_key))

    def drop_of(self, is_one: Callable[[Principal], object]) -> tuple[str, ...]:
        """The same for everybody of whom it is so."""
        people = [key for key, one in self._people.items() if is_one(one)]
        return tuple(lease_id for key in people for lease_id in self.drop(key))

    @property
    def count(self) -> int:
        """How many are kept; replaced ones that are still good are not counted."""
        return len(self._held)

    async def close(self) -> None:
        """End everything that can be ended, forget the rest, and issue nothing any more."""
        self._closed = True
        await self._tasks.close()
        self._flights.clear()
        for key in [*self._held]:
            self._set_aside(key)
        self._let_go(lambda _: True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self._unwanted.done()
        await self._unwanted.close()
        await self._ending.close()
        await asyncio.gather(*(kind.close() for kind in self._kinds.values()))

    async def _lease(self, key: _Key, login: Login) -> Lease:
        for _ in range(_TRIES):
            if self._now() > login.expires_at - SHORTEST_LIFE:
                raise TokenInvalid("identity.expired", "the token ends now")
            if (held := self._usable(key)) is not None:
                self._replace_in_time(key, held, login)
                if held.entry.handle:
                    self._kinds[key.upstream].used(held.entry.handle)
                # Another token of the same person may have brought this about: the earlier end counts.
                if held.lease.expires_at <= login.expires_at:
                    return held.lease
                return replace(held.lease, expires_at=login.expires_at)
            await self._issued(key, login)
        raise Unavailable(Part.VAULT, "credentials end before they can be used")

    def _usable(self, key: _Key) -> _Held | None:
        held = self._held.get(key)
        return held if held is not None and self._now() < held.lease.expires_at else None

    async def _issued(self, key: _Key, login: Login) -> None:
        flight = self._flights.get(key) or self._start(key, login)
        await asyncio.wait({flight})  # waiting only: a client that leaves must not take the others' credential with it
        if not flight.cancelled():  # else dropped while it was issued: who still asks with a good token gets another
            flight.result()

    def _replace_in_time(self, key: _Key, held: _Held, login: Login) -> None:
        now = self._now()
        if now < held.replace_at or key in self._flights:
            return
        if now + self._life(key, login) <= held.lease.expires_at + SHORTEST_GAIN:
            return  # the caller's token ends as soon: a new one would hardly live longer
        held.replace_at = now + RETRY_SECONDS  # in case it fails
        self._start(key, login)

    def _life(self, key: _Key, login: Login) -> float:
        return min(self._settings.upstreams[key.upstream].credential.ttl, login.expires_at - self._now())

    def _start(self, key: _Key, login: Login) -> asyncio.Task[None]:
        if self._closed:
            raise Unavailable(Part.VAULT, "the gateway is closing")
        flight = self._flights[key] = self._tasks.start(self._issue(key, login), f"lease for {key.upstream}")

        def landed(done: asyncio.Task[None]) -> None:
            if self._flights.get(key) is done:
                del self._flights[key]

        flight.add_done_callback(landed)
        return flight

    async def _issue(self, key: _Key, login: Login) -> None:
        self._forget_ended()
        asked_at, life = self._now(), self._life(key, login)
        try:
            issued = await self._obtained(key, login, life, asked_at)
        except VaultDenied:
            self._set_aside(key)  # the right to it was withdrawn; an outage would leave the old one in use
            raise
        entry = self._entry(key, issued, asked_at, min(max(issued.expires_at, issued.longest), asked_at + life))
        end = min(await self._entered(entry, issued), asked_at + life)
        lease = Lease(issued.id, key.owner or GATEWAY_NAME, key.upstream, end, issued.material)
        self._set_aside(key)
        self._held[key] = _Held(key, lease, entry, asked_at + (end - asked_at) * REPLACE_AT)

    async def _obtained(self, key: _Key, login: Login, life: float, asked_at: float) -> Issued:
        """Asked for to its end: what comes when nobody waits for it any more (a lock, a stop) is ended."""
        asking = asyncio.ensure_future(self._kinds[key.upstream].obtain(login, life))

        async def ended() -> None:
            issued = await asking
            if issued.handle:
                await self._ending.end([self._entry(key, issued, asked_at, issued.expires_at)])

        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            self._unwanted.start(ended(), f"end of what was dropped while it was issued for {key.upstream}")
            raise

    def _entry(self, key: _Key, issued: Issued, asked_at: float, end: float) -> Entry:
        reach = reached(self._settings.upstreams[key.upstream].credential, key.role, key.scope)
        return Entry(
            issued.id, key.user, key.upstream, self._kinds[key.upstream].name, key.role, reach, key.scope.collections,
            asked_at, end, handle=issued.handle,
        )  # fmt: skip

    async def _using(self) -> None:
        """What a call is under way with is being used, for as long as that takes."""
        while True:
            busy = self._in_use()
            for held in (one for one in (*self._held.values(), *self._put_aside) if one.lease.id in busy):
                self._kinds[held.key.upstream].used(held.entry.handle)
            await asyncio.sleep(RETRY_SECONDS)

    async def _entered(self, entry: Entry, issued: Issued) -> float:
        """Until when it counts. What can be ended is in the book before it is used, or kept for longer than a moment.

        The rest, which ends by itself, is entered meanwhile.
        """
        if not entry.handle:
            self._tasks.start(self.book.write(entry), f"entry of {entry.id}")
            return issued.expires_at
        try:
            await self.book.write(entry)
            return await self._kinds[entry.upstream].kept(issued)
        except BaseException:
            self._ending.start([entry])
            raise

    def _set_aside(self, key: _Key) -> None:
        if (held := self._held.pop(key, None)) is not None:
            self._put_aside.append(held)

    def _let_go(self, is_one: Callable[[_Held], bool]) -> list[_Held]:
        """Those of whom it is so, of what was set aside: they are ended."""
        gone = [held for held in self._put_aside if is_one(held)]
        self._put_aside = [held for held in self._put_aside if not is_one(held)]
        self._ending.start([held.entry for held in gone])
        return gone

    def _forget(self, lease_id: str) -> None:
        """Somebody has ended it: it is of no use any more."""
        for key in [key for key, held in self._held.items() if held.lease.id == lease_id]:
            del self._held[key]
        self._put_aside = [held for held in self._put_aside if held.lease.id != lease_id]
        self._on_end(lease_id)

    def _forget_ended(self) -> None:
        now = self._now()
        for key in [k for k, held in self._held.items() if held.lease.expires_at <= now]:
            self._set_aside(key)
        self._let_go(lambda held: held.lease.expires_at <= now)
        owners = {key.owner for key in (*self._held, *self._flights, *(held.key for held in self._put_aside))}
        self._people = {owner: one for owner, one in self._people.items() if owner in owners}
