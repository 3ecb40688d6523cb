"""Which sessions were recorded, and what was asked and answered in them? For whom a rule allows `sessions_read`.

    POST /.vecgate/v1/sessions           {"sessions": [SESSION], "next": TEXT}
                                         body: {"user", "since", "until", "from"}
    POST /.vecgate/v1/sessions/calls     {"calls": [CALL], "hidden": N, "next": TEXT}
                                         body: the same, and {"collection", "operation", "refused": true}
    POST /.vecgate/v1/sessions/replay    {"session": SESSION, "calls": [CALL], "hidden": N, "next": TEXT}
                                         body: {"session": ID, "from": TEXT}

All of a body may be left out but `session`. The newest sessions come first, and within one the oldest calls. `next` is
what goes into `from` for what follows, "" where nothing does; a piece may be empty where much was looked through. Only
a replay has bodies.
Times are ISO 8601 in UTC. What a CALL shows is said by replayed.py; `hidden`: how many a rule keeps from this reader.
The sealed originals are not among it: these open with `vecgate sessions show --unseal`.
"""

from dataclasses import asdict
from typing import ClassVar, Final

from vecgate.api.asked import members, unreadable
from vecgate.api.own import LONGEST, Answered, Asked, Own, Parts
from vecgate.api.replayed import Reader
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import SESSIONS
from vecgate.domain.operation import Operation
from vecgate.recording.calls import Wanted
from vecgate.recording.journal import moment_of
from vecgate.recording.journals import Piece, Spot
from vecgate.recording.read import NoSuchSession, Summary
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable

LONGEST_NAME: Final = 512
#: Sessions, and calls, in one answer.
LISTED: Final = 50
REPLAYED: Final = 10
_TIMES: Final = ("user", "since", "until", "from")


class Recorded(Own):
    """A question about what was recorded. That it was asked, and of what, is in the reader's own record before."""

    ruled = True
    known: ClassVar[tuple[str, ...]] = _TIMES
    name: ClassVar[str] = "sessions"

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.call = asked.call(LONGEST)
        self._parts, self._principal = parts, asked.principal
        self.operation = Operation("vecgate", self.name, SESSIONS, 3)
        self._said = members(self.call.tree, *self.known)
        self.about = self._about()

    def _about(self) -> str:
        return "what was recorded"

    async def answer(self, exchange: Exchange) -> Answered:
        try:
            return await self._answer(exchange)
        except NoSuchSession as e:
            raise CallRefused(refuse("sessions.unknown")) from e
        except OSError as e:
            raise Unavailable(Part.SESSIONS, f"cannot read the recordings: {e.strerror}") from e

    async def _answer(self, exchange: Exchange) -> Answered:
        before = self._text("from") or ""
        found, next = await need(self._parts.reading).journals.sessions(self._wanted(), before, LISTED)
        return Answered({"sessions": [_shown(row) for row in found], "next": next}, {"sessions": len(found)})

    def _wanted(self) -> Wanted:
        since, until = (_moment(name, self._text(name)) for name in ("since", "until"))
        refused = self._said.get("refused", False)
        if not isinstance(refused, bool):
            raise unreadable("'refused' is true or false")
        collection, operation = (self._text(name) for name in ("collection", "operation"))
        return Wanted(self._text("user"), since, until, collection, operation, refused)

    def _text(self, name: str) -> str | None:
        value = self._said.get(name)
        if value is not None and not (isinstance(value, str) and len(value) <= LONGEST_NAME and value.isprintable()):
            raise unreadable(f"'{name}' is a text of at most {LONGEST_NAME} characters, on one line")
        return value or None

    def _from(self) -> Spot | None:
        text = self._text("from")
        try:
            return Spot.read(text) if text else None
        except ValueError as e:
            raise unreadable("'from' is what 'next' said") from e

    async def _told(self, piece: Piece, exchange: Exchange, head: dict[str, Json], *, whole: bool) -> Answered:
        policies, reading = self._parts.policies.current, need(self._parts.reading)
        reader = Reader(policies, reading, self._principal, need(exchange.profile))
        seen = [(row, talk) for row, talk in piece.talks if reader.may_see(talk)]
        calls: list[Json] = [await reader.shown(*one) if whole else reader.told(*one) for one in seen]
        hidden = len(piece.talks) - len(calls)
        told: dict[str, Json] = {"hidden": hidden, "next": str(piece.next or "")}
        return Answered({**head, "calls": calls, **told}, {"about": self.about, "calls": len(calls), "hidden": hidden})


class Calls(Recorded):
    """Calls of all sessions."""

    known = (*_TIMES, "collection", "operation", "refused")
    name = "session_calls"

    async def _answer(self, exchange: Exchange) -> Answered:
        piece = await need(self._parts.reading).journals.calls(self._wanted(), self._from(), LISTED)
        return await self._told(piece, exchange, {}, whole=False)


class Replay(Recorded):
    """One session, exchange by exchange."""

    known = ("session", "from")
    name = "session_replay"

    def _about(self) -> str:
        self._start = self._from() or self._first()
        if self._start.session != self._said.get("session"):
            raise unreadable("'session' is the id of one, and 'from' what 'next' said of it")
        return f"session {self._start.session}"

    def _first(self) -> Spot:
        try:
            return Spot.read(f"{self._text('session')}:1:0")
        except ValueError as e:
            raise CallRefused(refuse("sessions.unknown")) from e

    async def _answer(self, exchange: Exchange) -> Answered:
        row, piece = await need(self._parts.reading).journals.replay(self._start, REPLAYED)
        return await self._told(piece, exchange, {"session": _shown(row)}, whole=True)


def _shown(row: Summary) -> dict[str, Json]:
    """A SESSION: session, kind, user, principal, client, agent, opened, last, parts."""
    told = asdict(row)
    del told["entries"]
    return told


def _moment(name: str, text: str | None) -> str | None:
    """As journals write it."""
    if text is None:
        return None
    try:
        return moment_of(text)
    except ValueError as e:
        raise unreadable(f"'{name}' is a time such as 2026-11-23 or 2026-11-23T14:15 (UTC)") from e
