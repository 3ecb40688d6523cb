"""Which parts know of access? Where requests are kept, and this worker's view of what is granted."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from vecgate.access import request
from vecgate.access.due import EXPIRED, UNREVIEWED, Due, outline
from vecgate.access.ledger import Entry, Ledger, Move
from vecgate.access.live import Live
from vecgate.access.request import Request
from vecgate.access.tally import Tallies
from vecgate.background import Tasks
from vecgate.consent.judge import Objection
from vecgate.consent.proof import UNSIGNED, Proof
from vecgate.domain.call import Json
from vecgate.domain.grant import Grant
from vecgate.domain.people import behind
from vecgate.domain.principal import Principal
from vecgate.refusals.errors import VecgateError
from vecgate.settings.access import Access
from vecgate.state.register import Register
from vecgate.state.store import Store

#: Writes an event into a person's journal: key, name, code, what it is about, and what is said.
type Aside = Callable[[str, str, str, str, dict[str, Json]], Awaitable[None]]


class AccessParts:
    """Made over one store; `open` starts to follow what is granted and taken away."""

    def __init__(
        self, store: Store, settings: Access, proof: Proof = UNSIGNED, register: Register | None = None
    ) -> None:
        self.ledger = Ledger(store, settings, register)
        self.register: Final = self.ledger.register
        self.proof: Final = proof
        self.live = Live(self.ledger, proof=proof)
        self.due = Due(self.ledger)
        self.tallies = Tallies(store, self.ledger)
        self.breaking: Final = asyncio.Lock()  # glass is broken once, by whichever call comes first
        self._tasks = Tasks()

    def open(self) -> None:
        """Start inside the running loop."""
        self.live.open()
        self.due.open()

    async def close(self) -> None:
        await self._tasks.close()
        await self.due.close()
        await self.live.close()

    def tells(
        self, write: Aside, count: Callable[[str], None], lock: Callable[[Request], Awaitable[None]] | None = None
    ) -> None:
        """Have what time alone has ended written into its holder's journal, and counted; who is unreviewed, locked."""

        async def tell(code: str, one: Request) -> None:
            await write(one.login, one.user, code, one.id, outline(one))
            count(code)

        async def late(one: Request) -> None:
            if lock is not None:
                await lock(one)
            await tell(UNREVIEWED, one)

        self.due.on_expired(partial(tell, EXPIRED))
        self.due.on_late(late)

    async def ask(self, made: Callable[[str, float], Request]) -> Entry:
        """Keep a new request; on this worker it is there at once. Raises as `Ledger.ask`."""
        entry = await self.ledger.ask(made)
        if entry.request.granted:
            self.live.take(entry)
        return entry

    async def move(self, id: str, move: Move) -> Entry:
        """Make a move; on this worker it is so at once. Raises as `Ledger.move`."""
        entry = await self.ledger.move(id, move)
        self.live.take(entry)
        return entry

    def doubt(self, one: Request) -> str:
        """Why what stands as granted gives nothing here; empty: it does, or does not stand so."""
        return self.live.doubt(one.id) or (self.register.doubt(one.id, one.over) if one.state == "granted" else "")

    async def unread_debriefs(self, principal: Principal) -> Sequence[Request]:
        """What this person was granted, and has ended, and its holder or its approvers have not read what was done.

        While there is any, nobody's yes is left out for them. Raises Unavailable('state').
        """
        return await self.ledger.unread(behind(principal))

    async def begun(self, grant: Grant) -> Grant | None:
        """A grant with its time running; this use begins it. None: it is over. Raises Unavailable('state')."""
        if grant.ends is not None:
            return grant
        try:
            await self.move(grant.id, request.use)
            return self.live.granted(grant.id)
        except (Objection, LookupError):
            return None

    async def use_up(self, grant: Grant) -> bool:
        """End a grant whose records or tokens are used up; whether it was not yet.

        What cannot be told now is found again at the next use.
        """
        with suppress(Objection, LookupError, VecgateError):
            await self.move(grant.id, request.used_up)
            return True
        return False

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done while nobody waits."""
        self._tasks.start(work, "access: soon")
