"""What is granted now, as far as this worker knows, and may it still trust that? A view of the ledger and its events.

An end is told in a stream, which each worker reads as it comes. A worker trusts its view only for as long as it has
lately read the stream to its end (`GOOD_FOR`, by its own clock): so one that hears nothing has stopped trusting before
a second is over; what relies on a grant waits a little for it there, and is refused. After a gap, and now and then, all
is read anew. Where the state is not believed (`signed: require`), nor is its clock: this machine's own ends what ends.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from vecgate.access.ledger import REMEMBERED, Entry, Ledger
from vecgate.access.proving import unproven
from vecgate.access.request import Request, as_of
from vecgate.background import Tasks
from vecgate.consent.proof import UNSIGNED, Proof
from vecgate.domain.grant import Grant
from vecgate.refusals.errors import Part, Unavailable
from vecgate.state.trust import Trust

BLOCK_SECONDS: Final = 0.25
PAUSE_SECONDS: Final = 0.1
#: How long a worker trusts its view after it last read the stream to its end, in seconds.
GOOD_FOR: Final = 0.8
#: How often all is read anew, in seconds.
ANEW: Final = 30.0
#: So far the state's clock may be from this machine's where it is not believed, in seconds: times are written by it.
SKEW: Final = 30.0

type OnEnd = Callable[[Request], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class _Known:
    """`doubt`: why what it says is granted gives nothing here."""

    rev: int
    request: Request
    grant: Grant | None
    doubt: str = ""


class Live:
    """The view of one worker. `open` starts the reader inside the running loop. `now`: this machine's steady clock."""

    def __init__(
        self,
        ledger: Ledger,
        now: Callable[[], float] = time.monotonic,
        proof: Proof = UNSIGNED,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`wall`: this machine's time, in seconds since the epoch."""
        self._ledger, self._now, self._proof, self._wall = ledger, now, proof, wall
        self._register = ledger.register
        self._tasks = Tasks()
        self._known: dict[str, _Known] = {}
        self._of: dict[str, tuple[Grant, ...]] = {}
        self._trust = Trust("nobody knows what is granted", GOOD_FOR, now)
        self._offset = 0.0  # the server's clock, or where that is not believed the wall's, is so much ahead of ours
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._on_end: list[OnEnd] = []

    def open(self) -> None:
        self._tasks.start(self._watch(), "access: live")

    async def close(self) -> None:
        await self._tasks.close()

    def on_end(self, callback: OnEnd) -> None:
        """Have `callback(request)` called when a grant has ended, however it did."""
        self._on_end.append(callback)

    @property
    def is_good(self) -> bool:
        """Whether this view may be trusted now."""
        return self._trust.is_good

    async def sure(self) -> None:
        """Wait for a view that is late. Raises Unavailable('state') where it does not come."""
        await self._trust.sure()

    @property
    def is_proving(self) -> bool:
        """Whether nothing counts that is not proven."""
        return self._proof.signed == "require"

    @property
    def count(self) -> int:
        """How many grants are live."""
        return sum(map(len, self._of.values()))

    @property
    def now(self) -> float:
        """The time by which things end, in seconds since the epoch: the store's, or ours where that is not believed."""
        return self._now() + self._offset

    def of(self, login: str) -> tuple[Grant, ...]:
        """A person's grants that are live now; whether they may be trusted says `is_good`."""
        self._remember()
        found = self._of.get(login)
        if found is None:
            return ()
        now = self._now() + self._offset
        return tuple([one for one in found if one.begins <= now < one.over])  # a list first: this is for each call

    def ended(self, login: str) -> list[Request]:
        """What a person was granted, and has ended not long ago; the last to end comes first."""
        now = self._now() + self._offset
        mine = (as_of(known.request, now) for known in self._known.values() if known.request.login == login)
        over = [one for one in mine if one.granted and one.over <= now]
        return sorted(over, key=lambda one: -one.over)

    def is_over(self, grant: Grant) -> bool:
        """Whether a grant has ended, as far as this worker knows."""
        known, now = self._known.get(grant.id), self._now() + self._offset
        if known is not None and known.grant is not None and now < known.grant.over:
            return False
        return not self._carries_on(grant, now)

    def _carries_on(self, grant: Grant, now: float) -> bool:
        """Whether another grant has taken over what time alone has ended, for the same and under the same mask."""
        request = self.request(grant.id)
        if request is None or request.how != "expired":
            return False
        return any(
            one.begins <= now and self._known[one.id].request.extends == grant.id and one.terms.alike(grant.terms)
            for one in self.of(grant.holder)
        )

    def request(self, id: str) -> Request | None:
        """The request behind a grant, as this worker knows it by now."""
        known = self._known.get(id)
        return as_of(known.request, self._now() + self._offset) if known else None

    async def until_over(self, grant: Grant) -> None:
        """Wait until a grant has ended, or this view cannot tell any more."""
        bell = asyncio.Event()
        self._waiting.setdefault(grant.id, set()).add(bell)
        try:
            while not self.is_over(grant) and self.is_good:
                left = grant.over - self._now() - self._offset
                with suppress(TimeoutError):
                    async with asyncio.timeout(left if 0 < left < BLOCK_SECONDS else BLOCK_SECONDS):
                        await bell.wait()
                bell.clear()
        finally:
            self._waiting[grant.id].discard(bell)
            if not self._waiting[grant.id]:
                del self._waiting[grant.id]

    def take(self, entry: Entry) -> None:
        """What was read or written just now; an older state of it changes nothing."""
        self._take([entry])

    def _take(self, entries: Iterable[Entry]) -> None:
        new, ended = set[str](), list[Request]()
        for entry in entries:
            one, known = entry.request, self._known.get(entry.request.id)
            if known is not None and known.rev >= entry.rev and one.how != "moved":
                continue
            grant, doubt = self._proven(one)
            self._known[one.id] = _Known(entry.rev, one, grant, doubt)
            new |= {one.login, known.request.login if known else one.login}  # whoever it is said to be of by now
            if known is not None and known.grant is not None and grant is None:
                ended.append(one)
        self._index(new)
        for one in ended:
            self._tell(one)

    def _proven(self, one: Request) -> tuple[Grant | None, str]:
        """What a request gives, as far as it is believed, or why it is not: the state may say more than was signed."""
        grant = one.grant()
        if not self.is_proving:
            return grant, ""
        if grant is None:
            return None, ""
        doubt = self._register.doubt(one.id, grant.over) or unproven(one, self._proof)
        return (None, doubt) if doubt else (grant, "")

    def _remember(self) -> None:
        """What another worker has noted since, be it that the state did not tell it."""
        before, ended = self._register.why, list[Request]()
        if not (news := self._register.news()) and self._register.why == before:
            return
        known = (one for id, one in self._known.items() if id in news or self._register.why != before)
        again = [one for one in known if as_of(one.request, self.now).state == "granted"]
        for one in again:
            gave, (one.grant, one.doubt) = one.grant, self._proven(one.request)
            ended += [one.request] if gave is not None and one.grant is None else []
        self._index({one.request.login for one in again})
        for request in ended:
            self._tell(request)

    def doubted(self, login: str) -> list[tuple[Request, str]]:
        """What a person is said to be granted, and why it gives nothing here."""
        return [(one.request, one.doubt) for one in self._known.values() if one.doubt and one.request.login == login]

    def doubt(self, id: str) -> str:
        """Why what is said to be granted gives nothing here; empty: it is not that."""
        known = self._known.get(id)
        return known.doubt if known else ""

    def granted(self, id: str) -> Grant | None:
        """A grant as it stands here."""
        known = self._known.get(id)
        return known.grant if known else None

    def _tell(self, ended: Request) -> None:
        for bell in self._waiting.get(ended.id, ()):
            bell.set()
        for callback in self._on_end:
            self._tasks.start(callback(ended), "access: ended")

    def _index(self, logins: Set[str]) -> None:
        """Of all of them in one pass: after a start, or a gap, it is about everybody."""
        theirs: dict[str, list[Grant]] = {login: [] for login in logins}
        for known in self._known.values() if logins else ():
            if known.grant is not None and known.request.login in theirs:
                theirs[known.request.login].append(known.grant)
        for login, mine in theirs.items():
            # Broken glass is meant. Else what ends first is used first, so that an extension begins when that is over.
            mine.sort(key=lambda one: (not one.glass, one.ends if one.ends is not None else float("inf"), one.id))
            if mine:
                self._of[login] = tuple(mine)
            else:
                self._of.pop(login, None)

    async def _watch(self) -> None:
        while True:
            try:
                place, until = await self._anew(), self._now() + ANEW
                while self._now() < until:
                    place = await self._follow(place)
            except Unavailable:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _anew(self) -> str:
        began, before = self._now(), [*self._known]
        await self._ledger.led()
        living = await self._ledger.living()
        self._offset = self._timed(living.now - began)
        self._take(living.entries)
        there = {entry.request.id for entry in living.entries}
        # Forgotten there, and so here; what was made here while all was read may not be in it.
        self._end([self._known.pop(id) for id in before if id not in there])
        self._remember()
        self._tasks.start(self._register.tidy(), "access: register")
        self._sweep()
        self._trust.read(began)
        return living.place

    def _timed(self, offset: float) -> float:
        """Whose clock counts. Raises Unavailable('state') where that of the state is another than ours."""
        if not self.is_proving:
            return offset
        own = self._wall() - self._now()
        if abs(offset - own) > SKEW:
            raise Unavailable(Part.STATE, "its clock is not this machine's")
        return own

    async def _follow(self, place: str) -> str:
        began = self._now()
        news = await self._ledger.news(place, BLOCK_SECONDS)
        # That there was nothing is said at the end of that time, and is as new.
        began += BLOCK_SECONDS if not news and self._now() - began >= BLOCK_SECONDS else 0.0
        # The last word on each; what an event says of the state is not enough to know the terms.
        for id in dict.fromkeys(fields.get("id", "") for _, fields in news):
            with suppress(LookupError):
                entry = await self._ledger.entry(id)
                if entry.request.granted:
                    self.take(entry)
        await self._ledger.led()
        self._remember()
        self._sweep()
        self._trust.read(began)
        return news[-1][0] if news else place

    def _sweep(self) -> None:
        """What its own clock has ended is told once, and kept for a while so that whoever asks is told, too."""
        now, ended = self._now() + self._offset, list[_Known]()
        for id, known in [*self._known.items()]:
            if known.grant is not None and now >= known.grant.over:
                ended.append(known)
            elif known.grant is None and known.request.over + REMEMBERED < now:
                del self._known[id]
        self._end(ended)

    def _end(self, ended: Iterable[_Known]) -> None:
        """What gave something gives nothing any more; whoever waits for that is told."""
        giving = [known for known in ended if known.grant is not None]
        for known in giving:
            known.grant = None
        self._index({known.request.login for known in giving})
        for known in giving:
            self._tell(known.request)
