"""Who and what is locked, on every worker? A list in Valkey that each worker reads several times a second.

A lock is on a person's login, on all logins of a like name, on a group, an agent, a collection, or on everything. It
is on all workers within `LOOK_SECONDS` and what reading takes, at once on the one that made it. It stays until
somebody lifts it. A worker that has not read the list for `GOOD_FOR` seconds does not know what it lacks: `stale`.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from vecgate.background import Tasks
from vecgate.domain.people import agents, folded
from vecgate.domain.principal import End, Principal
from vecgate.refusals.errors import Part, Unavailable
from vecgate.state.register import Register
from vecgate.state.store import Script, Store
from vecgate.state.tokens.ended import Ended
from vecgate.state.trust import Trust

LOOK_SECONDS: Final = 0.25
GOOD_FOR: Final = 0.9
_BARRED: Final = Script.load("vecgate.state", "barred.lua")

type Locked = Literal["login", "user", "group", "agent", "collection", "everything", "session"]


@dataclass(frozen=True, slots=True)
class Lock:
    """What is locked, why (a code, or a person's words), since when, by which rule, and by whom.

    `session`: no lock, but a login that has ended at its login service; it is not in the list.
    `name`: of a login `issuer#subject`; of users, groups and agents as given; of a collection `upstream/collection`.
    """

    name: str
    user: str
    why: str
    since: float
    rule: str = ""
    kind: Locked = "login"
    by: str = ""

    @property
    def key(self) -> str:
        """Where it stands in the list, and is found. No login has a space in its issuer."""
        match self.kind:
            case "login":
                return self.name
            case "user" | "group" | "agent":
                return f"{self.kind} {folded(self.name)}"
        return f"{self.kind} {self.name}"

    @property
    def moment(self) -> str:
        """Since when, for people."""
        return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(self.since))

    def on(self, principal: Principal) -> bool:
        """Whether somebody is under it."""
        return self.key in _keys(principal)


def _keys(principal: Principal) -> Iterable[str]:
    """Under which keys somebody may be locked; a like name is taken for the same person."""
    yield principal.key
    yield f"user {folded(principal.user)}"
    yield f"user {folded(principal.key)}"
    for group in sorted(principal.groups):
        yield f"group {folded(group)}"
    for agent in sorted(agents(principal)):
        yield f"agent {agent}"
    yield _EVERYTHING


_EVERYTHING: Final = Lock("", "", "", 0.0, kind="everything").key


class Barred:
    """The list. `open` starts reading it inside the running loop."""

    def __init__(
        self, store: Store, now: Callable[[], float] = time.monotonic, register: Register | None = None
    ) -> None:
        """`register`: what is locked there is so until it is lifted here, whatever the list says."""
        self._store, self._now, self._register = store, now, register or Register()
        self.ended = Ended(store)
        self._keys = [store.key("locked")]
        self._known: dict[str, Lock] = {}
        self._untold: dict[str, Lock] = {}  # locks of this worker that the list may lack: it was away
        self._moves = 0  # what was read while one was made here may lack it
        self._server = ""
        self._trust = Trust("nobody knows who is locked", GOOD_FOR, now)
        self._watchers: list[Callable[[], None]] = []
        self._tasks = Tasks()

    def open(self) -> None:
        self._tasks.start(self._watch(), "state: locked")

    async def close(self) -> None:
        await self._tasks.close()

    def watch(self, callback: Callable[[], None]) -> None:
        """Have `callback()` called whenever more is locked than was."""
        self._watchers.append(callback)

    def unwatch(self, callback: Callable[[], None]) -> None:
        """And no more."""
        self._watchers.remove(callback)

    @property
    def count(self) -> int:
        """How many locks there are, as far as this worker knows."""
        return len(self._known)

    @property
    def stale(self) -> bool:
        """Whether the list was last read too long ago to tell what is not on it."""
        return not self._trust.is_good

    async def sure(self) -> None:
        """Wait for a list that is late. Raises Unavailable('state') where it does not come."""
        await self._trust.sure()

    def of(self, principal: Principal) -> Lock | None:
        """The lock on somebody, as far as this worker knows; one on everything is on everybody."""
        if self.ended.any and (end := self.ended.of(principal)) is not None:
            return Lock(principal.key, principal.user, "", end.before, kind="session")
        if not self._known:
            return None
        return next((self._known[key] for key in _keys(principal) if key in self._known), None)

    async def end(self, mark: str, ends: Iterable[End]) -> bool:
        """Some logins have ended: on this worker at once. See `Ended.end`."""
        if not await self.ended.end(mark, ends):
            return False
        self._tell()
        return True

    def at(self, upstream: str, collections: Iterable[str] | None) -> Lock | None:
        """The lock on one of some collections of a database; None: on any."""
        if not self._known:
            return None
        start = f"collection {upstream}/"
        if collections is None:
            return next((lock for key, lock in self._known.items() if key.startswith(start)), None)
        return next((self._known[key] for key in (start + name for name in collections) if key in self._known), None)

    async def bar(self, lock: Lock, *, durable: bool = False) -> bool:
        """Make a lock; whether there was none. Raises Unavailable('state'): then only this worker knows, for now."""
        self._untold[lock.key] = lock
        self._take(self._known | {lock.key: lock})
        made = bool((await self._run("bar", lock.key, json.dumps(asdict(lock)), durable=durable))[0])
        self._moves += 1
        if lock.key not in self._register.locks:
            await self._register.lock(lock.key, json.dumps(asdict(lock)))
        self._untold.pop(lock.key, None)
        return made

    async def lift(self, lock: Lock) -> bool:
        """Take a lock away; whether it was there. Raises Unavailable('state')."""
        known = await self._register.unlock(lock.key)  # first: who reads the list then reads that, too
        lifted = bool((await self._run("lift", lock.key, ""))[0]) or known
        self._moves += 1
        self._untold.pop(lock.key, None)
        self._known.pop(lock.key, None)
        return lifted

    async def all(self) -> list[Lock]:
        """Every lock. Raises Unavailable('state')."""
        flat = await self._run("all", "", "")
        self._register.look()
        listed = self._register.locks | dict(zip(flat[::2], flat[1::2], strict=True))
        try:
            return [Lock(**{"name": key} | json.loads(words)) for key, words in listed.items()]
        except (TypeError, ValueError) as e:
            raise Unavailable(Part.STATE, "the list of locks cannot be read") from e

    def _take(self, known: dict[str, Lock]) -> None:
        more = known.keys() - self._known.keys()
        self._known = known
        if more:
            self._tell()

    def _tell(self) -> None:
        for callback in [*self._watchers]:
            callback()

    async def _watch(self) -> None:
        while True:
            with suppress(Unavailable):  # what is known to be locked stays so
                await self._look()
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        server = await self._store.led()
        moved = self._server not in ("", server)
        if moved:  # one that took over may lack a lock: each worker puts back what it knows
            self._untold = self._known | self._untold
        self._server = server
        for lock in [*self._untold.values()]:
            await self.bar(lock)
        moves, began = self._moves, self._now()
        if await self.ended.look(again=moved):
            self._tell()
        found = {lock.key: lock for lock in await self.all()}
        if moves == self._moves:
            self._take(found | self._untold)
            self._trust.read(began)

    async def _run(self, *words: str, durable: bool = False) -> list[Any]:
        answer: list[Any] = await self._store.run(_BARRED, self._keys, words, durable=durable)
        return answer
