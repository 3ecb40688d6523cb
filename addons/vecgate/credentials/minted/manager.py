"""How does a key of a lease come to be and to an end? Written down, minted, used, revoked; a sweep finds what was left.

One manager for each database whose keys are minted through its own admin API (API keys, users, tokens). A key is
written down in Valkey before the database is asked for it, so that a worker which is killed at any moment leaves its
name behind. A sweep asks the database first and the ledger then: what has a name of ours and stands nowhere was left by
somebody, and is revoked too.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from vecgate.background import Tasks
from vecgate.credentials.minted.ledger import BEAT_SECONDS, GOOD_FOR, Ledger
from vecgate.credentials.minted.names import Names
from vecgate.domain.lease import Material
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable, VecgateError

log = logging.getLogger(__name__)

#: How long the database may take to mint a key, to revoke those that are held at the end, and between two sweeps.
MINT_SECONDS: Final = 30.0
CLOSE_SECONDS: Final = 5.0
SWEEP_SECONDS: Final = 30.0
#: A key outlives its lease by so much in the ledger, where no clock is exact.
GRACE: Final = 30.0
_AT_ONCE: Final = 4
#: More than that are minted at a time: some databases let a key wait until it counts.
_MINTED_AT_ONCE: Final = 16
_TRIES, _PAUSE, _FULL_TRIES = 25, 0.2, 3


@dataclass(frozen=True, slots=True)
class Minted:
    """A key, and what the database revokes it by beside its name."""

    reference: str
    material: Material = field(repr=False, compare=False)


class Full(VecgateError):
    """The database takes no more keys."""


class Minter(Protocol):
    """What a database's admin API can do. Everything raises Unavailable or VaultDenied."""

    async def ended(self, name: str, reference: str) -> None:
        """End the key of that name, and all that was made for it. One that is not there is ended."""

    async def found(self) -> Mapping[str, str]:
        """The names of all keys that are called as ours are, and their references."""


class Manager:
    """The keys of one database. Clock: any that counts seconds."""

    def __init__(
        self, database: str, minter: Minter, ledger: Ledger, names: Names, *, most: int, now: Callable[[], float]
    ) -> None:
        self._database, self._minter, self._ledger, self._names = database, minter, ledger, names
        self._most, self._now = most, now
        self._mine: dict[str, float] = {}  # by name: when it was used last
        self._ending: set[str] = set()
        self._used_again = asyncio.Event()
        self._tasks, self._at_once = Tasks(), asyncio.Semaphore(_AT_ONCE)
        self._minting = asyncio.Semaphore(_MINTED_AT_ONCE)
        self._lost: Callable[[str], None] = lambda _: None
        self._closed = False

    def open(self, lost: Callable[[str], None]) -> None:
        """Begin to look after the keys. `lost` is told the name of each one that was revoked by another worker."""
        self._lost = lost
        self._tasks.start(self._beats(), f"keys of {self._database}")
        self._tasks.start(self._sweeps(), f"left-over keys of {self._database}")

    async def mint(self, user: str, seconds: float, make: Callable[[str], Awaitable[Minted]]) -> tuple[str, Minted]:
        """A key for somebody, for so long: its name, and what `make` gave for it.

        Raises CallRefused (`lease.full`), Unavailable, VaultDenied; whatever was made by then is revoked.
        """
        most = self._most
        for _ in range(_FULL_TRIES):
            if self._closed:
                raise Unavailable(Part.VAULT, "the gateway is closing")
            name = await self._room(user, seconds, most)
            try:
                return name, await self._made(name, make)
            except Full:  # it takes fewer than was said, or has some that are not ours
                await self.end(name, "")
                most = max(1, len(await self._ledger.all()))
        raise self._full()

    async def _made(self, name: str, make: Callable[[str], Awaitable[Minted]]) -> Minted:
        try:
            async with self._minting:
                async with asyncio.timeout(MINT_SECONDS):
                    made = await make(name)
                await self._ledger.minted(name, made.reference)
        except Full:
            raise
        except BaseException as e:
            self._ending.add(name)
            self._tasks.start(self.end(name, ""), f"revoke {name}")
            if isinstance(e, TimeoutError):
                raise Unavailable(Part.VAULT, "the database takes too long to mint a key") from e
            raise
        self._mine[name] = self._now()
        return made

    def used(self, name: str) -> None:
        """It is being used now. Cheap: told to the others with the next beat, and at once where it was not for long."""
        if (last := self._mine.get(name)) is not None:
            self._mine[name] = now = self._now()
            if now - last > BEAT_SECONDS:
                self._used_again.set()

    async def end(self, name: str, reference: str) -> None:
        """Revoke a key. Raises Unavailable or VaultDenied: a sweep will come to it then."""
        self._mine.pop(name, None)
        self._ending.add(name)
        try:
            async with self._at_once:
                with suppress(Unavailable):  # known to be over by its time, or by this worker's end, at the latest
                    await self._ledger.over(name)
                await self._minter.ended(name, reference)
                await self._ledger.gone(name)
        except Full as e:  # too many calls at once, not too many keys
            raise Unavailable(Part.VAULT, "the database takes no more calls just now") from e
        finally:
            self._ending.discard(name)

    async def sweep(self) -> int:
        """Revoke all that is over, and all that was left at the database. Answers how many. Raises Unavailable."""
        found = await self._minter.found()  # before the ledger: what is minted from now on stands there already
        known = await self._ledger.all()
        over = {name: reference for name, (is_over, reference) in known.items() if is_over}
        over |= {name: reference for name, reference in found.items() if name not in known and self._names.ours(name)}
        ended = await asyncio.gather(*(self._swept(name, reference) for name, reference in over.items()))
        return sum(ended)

    async def close(self) -> None:
        """Revoke what this worker holds. What cannot be is for the next sweep, of whichever worker."""
        self._closed = True
        names = {*self._mine, *self._ending}
        await self._tasks.close()
        with suppress(TimeoutError, VecgateError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*(self._swept(name, "") for name in names))
        with suppress(Unavailable):
            await self._ledger.left()

    async def _room(self, user: str, seconds: float, most: int) -> str:
        name = self._names.new(user)
        for _ in range(_TRIES):
            async with self._minting:
                room = await self._ledger.intend(name, seconds + GRACE, most)
            if room.is_there:
                return name
            if room.least_used:
                await self.end(room.least_used, room.reference)
                self._lost(room.least_used)
            else:  # others are being revoked, or all are in use
                await asyncio.sleep(_PAUSE)
        raise self._full()

    def _full(self) -> CallRefused:
        return CallRefused(refuse("lease.full", upstream=self._database, most=self._most))

    async def _swept(self, name: str, reference: str) -> bool:
        try:
            await self.end(name, reference)
        except VecgateError as e:
            log.warning("%s cannot be revoked at %s, and is tried again: %s", name, self._database, e)
            return False
        return True

    async def _beats(self) -> None:
        while True:
            now = self._now()
            self._used_again.clear()
            with suppress(Unavailable):
                for name in await self._ledger.beat({name: now - used for name, used in self._mine.items()}):
                    if self._mine.pop(name, None) is not None:
                        self._lost(name)
            await asyncio.sleep(_PAUSE)
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS - _PAUSE):
                    await self._used_again.wait()

    async def _sweeps(self) -> None:
        pause = (
            GOOD_FOR + BEAT_SECONDS
        )  # the first one at once, and the next when whoever was killed is known to be gone
        while True:
            try:
                if await self._ledger.turn(SWEEP_SECONDS / 2) and (ended := await self.sweep()):
                    log.warning("%d keys that were left at %s are revoked", ended, self._database)
            except VecgateError as e:
                log.warning("left-over keys of %s cannot be looked for: %s", self._database, e)
            await asyncio.sleep(pause)
            pause = SWEEP_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311
