"""Where are requests for access kept? Documents in Valkey; each move is made here, and put back if nobody was faster.

A move is a function of request.py. It is told the server's time, and what it makes is kept only over the revision that
it was made of (ledger.lua); else it is made again of what stands there by then. What gives or takes something counts
once it is kept (`Store.run`, durable), on a server that can keep it (fitness.py).
"""

from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from pydantic import TypeAdapter

from vecgate.access.aftermath import moved
from vecgate.access.request import OPEN, UNASKED, Request, as_of
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, NotKept, Part, Unavailable
from vecgate.settings.access import Access
from vecgate.state.ids import new_id
from vecgate.state.register import Register
from vecgate.state.store import Script, Store

_LEDGER: Final = Script.load("vecgate.access", "ledger.lua")
_DOCUMENT: Final = TypeAdapter(Request)

#: Requests fetched in one step of a listing, and in all.
PAGE: Final = 200
LISTED: Final = 2000
#: So often a move is made again; each time somebody else was faster.
_TRIES: Final = 50
#: For how long workers remember what has ended, to tell whoever asks.
REMEMBERED: Final = 3600.0

type Move = Callable[[Request, float], Request]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it stands: with its revision, and the server's time when it was read."""

    rev: int
    request: Request
    now: float


@dataclass(frozen=True, slots=True)
class Living:
    """All that workers must know: as of `now`, and after the event `place`."""

    now: float
    place: str
    entries: tuple[Entry, ...]


class NotAlone(Exception):
    """Somebody has been granted something without a person's yes, and that is not over."""


class Ledger:
    """The requests. Every method raises Unavailable('state') while the server is away."""

    def __init__(self, store: Store, settings: Access, register: Register | None = None) -> None:
        self._store, self._settings, self.register = store, settings, register or Register()
        # One hash tag: on a cluster, all keys are in one slot.
        names = ("doc:", "list", "live", "events", "open:", "due", "unread:", "auto:")
        self._keys = [*(store.key("{access}", name) for name in names), *store.fence("{access}")]
        self.events: Final = self._keys[3]

    async def ask(self, made: Callable[[str, float], Request]) -> Entry:
        """Keep a new request, made with this id as of that time of the server's.

        Raises NotAlone where nobody agreed to it, and the same person has another of that kind;
        CallRefused (`limit.requests`, `state.unfit`, `access.unconfirmed`).
        """
        await self._store.fit()
        while True:
            request = made(new_id(), await self.now())
            outcome = await self._put(Entry(0, request, request.created), request)
            if outcome == "many":
                raise CallRefused(refuse("limit.requests", open=self._settings.open_per_user))
            if outcome == "alone":
                raise NotAlone
            if outcome == "ok":  # else the id is taken
                await self._note(request)
                return Entry(1, request, request.created)

    async def move(self, id: str, move: Move) -> Entry:
        """Make a move, once. Raises Objection, LookupError for no such request, CallRefused where it is not kept."""
        await self._store.fit()
        for _ in range(_TRIES):
            entry = await self.entry(id)
            made = move(entry.request, entry.now)
            if made == entry.request:
                return entry
            # What is taken away is gone here, whatever becomes of the state; a no is one once nobody's yes was faster.
            taken = entry.request.state == "granted" and await self._end(made)
            if await self._put(entry, made) == "ok":
                if not taken and entry.request.state in OPEN:
                    await self._note(made)
                return Entry(entry.rev + 1, made, entry.now)
        raise Unavailable(Part.STATE, "many decide on one request at once")

    async def _end(self, made: Request) -> bool:
        if made.state in OPEN or made.how in UNASKED:
            return False
        with suppress(Unavailable):  # once more when it is put: then it is told
            await self.register.end(made.id, _forgotten(made))
            return True
        return False

    async def _note(self, made: Request) -> None:
        """Remember until when something was granted, or that it came to a no. Raises CallRefused."""
        try:
            if made.state == "granted":
                await self.register.note(made.id, made.over, _forgotten(made))
            elif made.state not in OPEN and made.how not in UNASKED:
                await self.register.end(made.id, _forgotten(made))
        except Unavailable as e:
            raise CallRefused(refuse("access.unconfirmed", request_id=made.id, id=made.id)) from e

    async def entry(self, id: str) -> Entry:
        """One document, as its clocks have it by now. Raises LookupError."""
        _, now, flat = await self._run("get", id)
        for entry in _entries(flat, int(now) / 1000):
            return entry
        raise LookupError(id)

    async def open_of(self, login: str) -> list[Request]:
        """What a person has waiting or granted."""
        _, now, flat = await self._run("open", "", _whose(login))
        return [entry.request for entry in _entries(flat, int(now) / 1000) if entry.request.state in OPEN]

    async def list(self) -> list[Entry]:
        """All that are kept, open ones first, then the newest."""
        found: dict[str, Entry] = {}
        for first in range(0, LISTED, PAGE):
            _, now, flat = await self._run("list", "", first, first + PAGE - 1)
            found |= {entry.request.id: entry for entry in _entries(flat, int(now) / 1000)}
            if len(flat) < 2 * PAGE:
                break
        return sorted(found.values(), key=lambda one: (one.request.state not in OPEN, -one.request.created))

    async def open(self) -> Sequence[Entry]:
        """All that are waiting or granted; those that end first come first."""
        _, now, flat = await self._run("opens", "")
        return [entry for entry in _entries(flat, int(now) / 1000) if entry.request.state in OPEN]

    async def due(self, most: int, seconds: float) -> Sequence[Entry]:
        """What time alone has ended, and nobody has written down; for so long no other worker is given it."""
        _, now, flat = await self._run("due", "", most, _ms(seconds))
        return _entries(flat, int(now) / 1000)

    async def unread(self, names: Set[str]) -> Sequence[Request]:
        """What those of these names, folded, were granted and is over, and was not read by both sides."""
        _, now, flat = await self._run("unread", "", LISTED, *_marks(names))
        found = [entry.request for entry in _entries(flat, int(now) / 1000)]
        return [one for one in found if one.state not in OPEN and one.granted and not one.is_settled]

    def keys_of(self, id: str) -> Sequence[str]:
        """The keys of one: its document, and what is counted of it."""
        return [self._keys[0] + id, *(self._store.key("{access}", name + id) for name in ("did:", "met:"))]

    async def living(self) -> Living:
        """What is granted, and what has ended lately."""
        _, now, place, flat = await self._run("live", "")
        return Living(int(now) / 1000, str(place), tuple(_entries(flat, int(now) / 1000)))

    async def now(self) -> float:
        """The server's time."""
        _, now, *_ = await self._run("get", "")
        return int(now) / 1000

    async def led(self) -> None:
        """Go on only where what is read here is what others read. Raises Unavailable('state')."""
        await self._store.led()

    async def place(self) -> str:
        """Where its events end by now."""
        return await self._store.stream_end(self.events)

    async def news(self, place: str, seconds: float) -> Sequence[tuple[str, dict[str, str]]]:
        """Events after a place, as soon as there are any; none after `seconds`."""
        return await self._store.stream_read(self.events, place, seconds)

    async def _put(self, read: Entry, made: Request) -> str:
        over, is_open, kept = made.over, made.state in OPEN, made.review_until + self._settings.kept
        # What was waiting and came to nothing is no worker's business.
        wanted = over + REMEMBERED if made.granted else 0.0
        words: list[str | int] = [
            read.rev, _DOCUMENT.dump_json(made).decode(), _ms(read.now), _ms(kept), _ms(wanted),
            _whose(made.login), _ms(over) if is_open else 0, self._settings.open_per_user, made.state,
            _ms(made.due) + 1 if made.due else 0, int(bool(made.granted) and not made.is_settled),
            _ms(over) if made.automatic and made.state == "granted" else 0, *_marks(made.case.names),
        ]  # fmt: skip
        args = ("put", made.id, *words)
        try:
            answer = await self._store.run(_LEDGER, self._keys, args, durable=True, wrote=lambda said: said[0] == "ok")
        except NotKept as e:
            raise CallRefused(refuse("access.unconfirmed", request_id=made.id, id=made.id)) from e
        return str(answer[0])

    async def _run(self, *words: str | int) -> Any:
        return await self._store.run(_LEDGER, self._keys, words)


def _entries(flat: Sequence[Any], now: float) -> list[Entry]:
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return [_entry(int(rev), _DOCUMENT.validate_json(raw), now) for rev, raw in pairs]


def _entry(rev: int, one: Request, now: float) -> Entry:
    one = replace(as_of(one, now), seen=now)
    return Entry(rev, one, now) if rev > 0 else Entry(-rev, moved(one, now), now)


def _forgotten(one: Request) -> float:
    """When no yes that was signed for it can give anything any more."""
    begins = max(one.expires, one.begins, one.follows, one.granted)
    return begins + one.asking.pending + one.asked.seconds + REMEMBERED


def _whose(login: str) -> str:
    # Hashed: a subject may be an e-mail address.
    return sha256(login.encode()).hexdigest()


def _marks(names: Set[str]) -> list[str]:
    """Under which a person is found, however they are logged in."""
    return [_whose(name) for name in sorted(names)]


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
