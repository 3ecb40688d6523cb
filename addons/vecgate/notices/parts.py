"""Who follows what becomes of requests, and tells it? Every worker does, over queues that all share; no request waits.

A worker reads the changes of held calls and of access (streams of the shared state), puts what is to be told into each
sink's queue, and serves the queues. A sink that is down is tried again ever more slowly; the others go on.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from vecgate.access.ledger import Ledger
from vecgate.approvals.board import Board
from vecgate.approvals.refused import BoardRefused
from vecgate.background import Tasks
from vecgate.domain.call import Json
from vecgate.notices.notice import Job, Notice, Stand, What, again, jobs, names, notice, renamed
from vecgate.notices.outbox import Outbox
from vecgate.notices.sinks._base import NotTold, Sink
from vecgate.notices.sinks.mail import Post
from vecgate.notices.sinks.web import Web
from vecgate.refusals.errors import CallRefused, MaskFailed, Unavailable
from vecgate.settings.notices import Notices
from vecgate.state.store import Store

#: How often a worker looks into a queue, in seconds; how long it waits for changes.
EVERY: Final = 0.5
BLOCK: Final = 5.0
#: The first pause after a failure, and the longest.
FIRST: Final = 1.0
LONGEST: Final = 600.0
#: The longest that a worker leaves a sink alone that has just failed.
REST: Final = 30.0
#: Over the time that a sink may take, so long a job is one worker's.
SLACK: Final = 5.0

#: What became of a notice: told, not this time, given up, or never in the queue.
type Count = Callable[[str, str], None]
type Names = Callable[[list[Json]], Awaitable[list[Json]]]


async def _unseen(names: list[Json]) -> list[Json]:
    return ["(not shown)" for _ in names]


class NoticeParts:
    """Made over the board and the ledger; `open` starts to follow. Without a sink it does nothing.

    Raises SettingsError for a sink whose files cannot be used. `standing`: of each sink that was tried, how and when.
    """

    def __init__(self, store: Store, board: Board, ledger: Ledger, settings: Notices, now: Callable[[], float]) -> None:
        self._store, self._board, self._ledger, self._settings, self._now = store, board, ledger, settings, now
        self._outbox = Outbox(store, settings.queue)
        self._tasks = Tasks()
        self._count: Count = lambda _sink, _outcome: None
        self._names: Names = _unseen
        self.sinks: dict[str, Sink] = {name: Web(name, spec) for name, spec in settings.sinks.items()}
        if settings.mail is not None:
            self.sinks["mail"] = Post(settings.mail)
        self.standing: dict[str, dict[str, Any]] = {}

    def tells(self, count: Count, names: Names) -> None:
        """Have what becomes of each notice counted, and names shown as they may be: `names`, masked."""
        self._count, self._names = count, names

    def open(self) -> None:
        """Start inside the running loop."""
        if not self.sinks:
            return
        self._tasks.start(self._follow("call", self._board.events), "notices: calls")
        self._tasks.start(self._follow("access", self._ledger.events), "notices: access")
        for name in self.sinks:
            self._tasks.start(self._serve(name), f"notices: {name}")

    async def close(self) -> None:
        await self._tasks.close()
        for sink in self.sinks.values():
            await sink.close()

    # what is to be told

    async def _follow(self, what: What, stream: str) -> None:
        place = ""
        while True:
            try:
                place = place or await self._outbox.place(stream)
                for entry, fields in await self._store.stream_read(stream, place, BLOCK):
                    await self.changed(what, fields.get("id", ""))
                    place = entry
                    await self._outbox.reached(stream, place)
            except Unavailable:
                await asyncio.sleep(EVERY)

    async def changed(self, what: What, id: str) -> None:
        """Put what is to be told of one that has changed. Raises Unavailable('state')."""
        stand = await self._stand(what, id)
        for job, at in jobs(what, stand) if stand is not None else ():
            for name, sink in self.sinks.items():
                if job.kind in sink.tells and await self._outbox.put(name, job, at) == "full":
                    self._count(name, "dropped")

    async def _stand(self, what: What, id: str) -> Stand | None:
        """How it stands; None: it is forgotten, or cannot be read."""
        with suppress(BoardRefused, LookupError, ValueError):
            return await (self._board.show(id) if what == "call" else self._ledger.entry(id))
        return None

    # telling it

    async def _serve(self, name: str) -> None:
        failures = 0
        while True:
            told: bool | None = None
            with suppress(Unavailable, CallRefused):
                told = await self.tell_one(name)
            failures = failures + 1 if told is False else 0
            if told is not True:
                await asyncio.sleep(min(backoff(failures), REST) if failures else EVERY)

    async def tell_one(self, name: str) -> bool | None:
        """Tell one notice to one sink: whether it took it; None: there was none. Raises Unavailable('state')."""
        sink = self.sinks[name]
        taken = await self._outbox.take(name, sink.timeout + SLACK)
        if taken is None:
            return None
        text, tries = taken
        try:
            job = Job.of(text)
        except ValueError:  # nobody of ours put it there
            await self._outbox.done(name, text)
            return True
        stand = await self._stand(job.what, job.id)
        if stand is not None and (at := again(job, stand)) is not None:
            await self._outbox.wait(name, text, at)
            return True
        try:
            made = await self._made(job, stand) if stand is not None else None
            if made is not None:
                await sink.tell(made, self._now())
                self._stands(name, "ok", "sent")
        except NotTold as e:
            self._stands(name, "away", "failed")
            if tries < self._settings.tries:
                await self._outbox.retry(name, text, max(backoff(tries), e.again))
                return False
            self._count(name, "dropped")
        await self._outbox.done(name, text)
        return True

    async def _made(self, job: Job, stand: Stand) -> Notice | None:
        """What is said. Raises NotTold where it cannot be masked now."""
        found: list[Json] = [*names(stand)]
        try:
            shown = dict(zip(map(str, found), map(str, await self._names(found)), strict=True))
        except (MaskFailed, Unavailable) as e:
            raise NotTold(type(e).__name__) from e
        return notice(job, renamed(stand, shown), self._settings.link)

    def _stands(self, name: str, state: str, outcome: str) -> None:
        now, before = self._now(), self.standing.get(name, {})
        since = before["since"] if before.get("state") == state else now
        self.standing[name] = {"state": state, "since": since, "at": now}
        self._count(name, outcome)


def backoff(tries: int) -> float:
    """The pause after so many failures: doubled each time, up to ten minutes; not all at the same moment."""
    return float(min(FIRST * 2 ** min(tries - 1, 20), LONGEST) * random.uniform(0.8, 1.2))  # noqa: S311  no secret
