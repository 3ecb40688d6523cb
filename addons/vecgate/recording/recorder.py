"""What happened? Keeps one journal per session, opens and ends them, and refuses when it cannot write.

Sessions are this process's own: two workers that serve one person keep two journals.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from vecgate.background import Tasks
from vecgate.domain.call import Json
from vecgate.recording import events
from vecgate.recording.journal import encode, free_bytes
from vecgate.recording.opening import ANONYMOUS, JournalOpener
from vecgate.recording.seal import Sealer
from vecgate.recording.session import Caller, Session, caller
from vecgate.recording.tally import Tally
from vecgate.refusals.errors import Part, Unavailable, VecgateError
from vecgate.settings.recording import Recording

ANONYMOUS_ENTRIES: Final = 20_000
ANONYMOUS_BODY: Final = 4096
SESSIONS_PER_PRINCIPAL: Final = 32
LONGEST_EXCHANGE: Final = 3600.0
_LARGE: Final = 256 * 1024
#: Ends of requests that were never sent: without a beginning they are as many as anybody wants.
_FREE: Final = frozenset({"request.refused", "client.left"})
_KEPT_WHEN_CUT: Final = ("client", "refusal", "status")

type OnEnd = Callable[[str, str], Awaitable[None] | None]

log = logging.getLogger(__name__)


class Recorder:
    """All sessions of this process. `now` gives seconds since the epoch."""

    def __init__(
        self,
        settings: Recording,
        seal: Sealer,
        now: Callable[[], float],
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._settings, self._now, self._free = settings, now, free
        self._opener = JournalOpener(settings, seal, now, free)
        self._sessions: dict[str, Session] = {}
        self._by_caller: dict[Caller, str] = {}
        self._opening: dict[Caller, asyncio.Task[str]] = {}
        self._on_end: list[OnEnd] = []
        self._tallies: dict[str, Tally] = {}
        self._tasks = Tasks()

    async def open(self) -> None:
        """Start the sweep that ends idle sessions."""
        self._tasks.start(self._sweep_forever(), "recording: end idle sessions")

    async def close(self) -> None:
        """End every session, without telling anyone."""
        self._on_end.clear()
        await self._tasks.close()
        for session in list(self._sessions.values()):
            self._end(session, "gateway stopped")

    @property
    def count(self) -> int:
        """How many sessions are open."""
        return len(self._sessions)

    def check(self) -> None:
        """Could a new entry be written now? Raises Unavailable('journal')."""
        self._opener.check()

    def free(self) -> int:
        """Bytes that are left for recordings; 0 where that cannot be told."""
        try:
            return self._free(self._settings.folder)
        except OSError:
            return 0

    def on_end(self, callback: OnEnd) -> None:
        """Have `callback(principal key, session id)` called when a person's last session here has ended."""
        self._on_end.append(callback)

    async def session(self, principal_key: str, user: str, client: str, agent: str) -> str:
        """The id of this caller's session, a new one if need be.

        An empty `principal_key` stands for everyone nobody knows: they share one journal a day, without a
        key, so without originals. Raises Unavailable('vault') without a data key, Unavailable(Part.JOURNAL).
        """
        who = caller(principal_key, user, client, agent) if principal_key else self._anonymous()
        live = self._find(who)
        if live is not None:
            live.last = self._now()
            return live.id
        if who not in self._opening:
            # One opening for all who ask at once; it outlives a caller that leaves.
            task = self._tasks.start(self._begin(who), "recording: open a session")
            self._opening[who] = task
            task.add_done_callback(lambda _: self._opening.pop(who, None))
        return await asyncio.shield(self._opening[who])

    async def aside(self, principal_key: str, user: str, code: str, about: str, access: Json) -> None:
        """Write into a person's journal what happened without a call of anybody's. Raises Unavailable."""
        await self.write(await self.session(principal_key, user, "", ""), code, about, {"access": access})

    async def write(self, session: str, code: str, exchange_id: str, body: Json, original: bytes | None = None) -> None:
        """Write one entry; when this returns it is recorded. `original` is sealed beside the body.

        Raises Unavailable('journal'); ValueError for a code or a field that `events` does not list.
        """
        event = events.check(code, body)
        live = self._sessions.get(session)
        if live is None:
            raise Unavailable(Part.JOURNAL, "the session has ended")
        live.last = self._now()
        if code in _FREE and exchange_id not in live.open and not self._takes(live, body):
            return
        raw = encode(body)
        if not live.caller.principal:
            self._write_anonymous(live, code, exchange_id, raw, body)
            return
        await self._append(live, code, exchange_id, raw, original, event.phase is events.Phase.END)
        if event.phase is events.Phase.BEGIN:
            live.open.setdefault(exchange_id, live.last)
        elif event.phase is events.Phase.END:
            live.open.pop(exchange_id, None)

    async def _append(
        self, live: Session, code: str, exchange: str, raw: bytes, original: bytes | None, reserve: bool
    ) -> None:
        def append() -> None:
            live.journal.append(self._now(), code, exchange, raw, original, reserve=reserve)

        if self._settings.sync or len(raw) + len(original or b"") > _LARGE:
            await asyncio.to_thread(append)
        else:
            append()

    def _write_anonymous(self, live: Session, code: str, exchange: str, raw: bytes, body: Json) -> None:
        # Anyone can cause these: neither one entry nor all of them may grow without bound.
        # What somebody has signed (who is on call, a logout) is bounded where it is read, and stands whole.
        if code in _FREE and len(raw) > ANONYMOUS_BODY and isinstance(body, dict):
            raw = encode({name: str(body[name])[:200] for name in _KEPT_WHEN_CUT if name in body})
        live.journal.append(self._now(), code, exchange, raw)

    def _takes(self, live: Session, body: Json) -> bool:
        """Whether one more refusal is written; otherwise it is counted."""
        tally = self._tallies.setdefault(live.caller.principal, Tally(self._settings.refused_per_minute))
        if tally.counts and tally.is_over(self._now()):
            self._tell(live.caller.principal)
        known = bool(live.caller.principal)
        if not known and live.journal.entries == ANONYMOUS_ENTRIES:
            live.journal.append(self._now(), "session.overflow", "", encode({"entries": ANONYMOUS_ENTRIES}))
        # Of unknown callers, so many are written in a day, however fast they come.
        if tally.takes(self._now(), live.id) if known else live.journal.entries < ANONYMOUS_ENTRIES:
            return True
        tally.session = live.id
        tally.began = tally.began if tally.counts else self._now()
        tally.counts[str(body.get("refusal") or "client.left") if isinstance(body, dict) else ""] += 1
        return False

    def counts_refused(self, session: str) -> bool:
        """Whether a refused request of this session would only be counted now, and need not be looked at."""
        live = self._sessions.get(session)
        tally = self._tallies.get(live.caller.principal) if live is not None else None
        return tally is not None and tally.is_full and not tally.is_over(self._now())

    def _tell(self, principal: str) -> None:
        """Write how many were counted."""
        tally = self._tallies[principal]
        live = self._sessions.get(tally.session)
        if live is not None and tally.counts:
            live.journal.append(self._now(), "session.refused", "", encode(tally.told()), reserve=True)

    def _anonymous(self) -> Caller:
        return Caller("", ANONYMOUS, f"day {int(self._now() // 86400)}", "")

    def _find(self, who: Caller) -> Session | None:
        live = self._sessions.get(self._by_caller.get(who, ""))
        if live is None:
            return None
        if live.journal.broken:
            self._end(live, "journal given up")
        elif who.principal and self._is_idle(live):
            self._end(live, "idle")
        else:
            return live
        return None

    async def _begin(self, who: Caller) -> str:
        crowd = [s for s in self._sessions.values() if s.caller.principal == who.principal and not s.journal.broken]
        if who.principal and len(crowd) >= SESSIONS_PER_PRINCIPAL:
            newest = max(crowd, key=lambda s: s.last)
            newest.journal.append(self._now(), "session.joined", "", encode({"client": who.client, "agent": who.agent}))
            newest.last = self._now()
            self._by_caller[who] = newest.id
            return newest.id
        live = Session(who, await self._opener.open(who), self._now())
        self._sessions[live.id] = live
        self._by_caller[who] = live.id
        return live.id

    def _is_idle(self, live: Session) -> bool:
        return live.is_idle(self._now(), self._settings.idle, LONGEST_EXCHANGE)

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(min(self._settings.idle / 4, 30.0))
            self.sweep()

    def sweep(self) -> None:
        """End every session that is idle, and yesterday's journal of unknown callers."""
        for principal, tally in self._tallies.items():
            if tally.is_over(self._now()):
                self._try_to_tell(principal)
        today = self._anonymous()
        for live in list(self._sessions.values()):
            if self._is_idle(live) if live.caller.principal else live.caller != today:
                self._end(live, "idle" if live.caller.principal else "day over")

    def _try_to_tell(self, principal: str) -> None:
        try:
            self._tell(principal)
        except Unavailable as e:
            log.warning("refused requests of a session could not be counted in its journal (%s)", e)

    def _end(self, live: Session, why: str) -> None:
        tally = self._tallies.get(live.caller.principal)
        if tally is not None and tally.session == live.id:
            self._try_to_tell(live.caller.principal)
            del self._tallies[live.caller.principal]
        del self._sessions[live.id]
        for who in [who for who, session in self._by_caller.items() if session == live.id]:
            del self._by_caller[who]
        try:
            live.journal.append(self._now(), "session.closed", "", encode({"reason": why}), reserve=True)
        except Unavailable as e:
            # Its end stays open; what matters was written before.
            log.warning("session %s: its end could not be recorded (%s)", live.id, e)
        live.journal.close()
        principal = live.caller.principal
        if principal and all(s.caller.principal != principal for s in self._sessions.values()):
            for callback in self._on_end:
                self._tasks.start(_tell(callback, principal, live.id), "recording: a session ended")


async def _tell(callback: OnEnd, principal: str, session: str) -> None:
    try:
        told = callback(principal, session)
        if told is not None:
            await told
    except VecgateError as e:
        log.warning("session %s: an end could not be passed on (%s)", session, e)
