"""How does a credential end, and what if its source is away just then? It is due in the book until it is ended.

Tried at once, in the background; what fails is tried again by the watch of any worker, also after a restart.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from vecgate.background import Tasks
from vecgate.credentials.book import MOST, Book, Entry
from vecgate.credentials.kinds._base import CredentialKind
from vecgate.refusals.errors import Unavailable, VaultDenied

log = logging.getLogger(__name__)

WATCH_SECONDS: Final = 2.0
#: The longest that a stopping gateway waits for sources; what is not ended by then is due at the next start.
LAST_SECONDS: Final = 5.0
_AT_ONCE: Final = 8


class Ending:
    """Ends what is due: of this process, and of those that are gone."""

    def __init__(self, book: Book, kinds: Mapping[str, CredentialKind], dropped: Callable[[str], None]) -> None:
        """`dropped` is told the id of a lease that somebody else has ended."""
        self._book, self._kinds, self._dropped = book, kinds, dropped
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._tasks, self._last = Tasks(), Tasks()

    def open(self) -> None:
        """Watch, inside the running loop."""
        self._tasks.start(self._watch(), "credentials: what is due")
        self._tasks.start(self._listen(), "credentials: what was revoked")

    def start(self, entries: Sequence[Entry]) -> None:
        """End them, in the background."""
        if entries:
            self._last.start(self.end(entries), "end of credentials")

    async def end(self, entries: Sequence[Entry]) -> None:
        """End them; what cannot be ended now stays due."""
        with suppress(Unavailable):  # without the book they are tried all the same
            await self._book.due(*(one.id for one in entries))
        await self._each(entries)

    async def close(self) -> None:
        """Wait for what is being ended, for a while."""
        await self._tasks.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self._last.done()
        await self._last.close()
        with suppress(Unavailable):
            await self._book.leave()

    async def _one(self, entry: Entry) -> None:
        kind = self._kinds.get(entry.upstream)
        async with self._turns:
            try:
                if entry.handle:
                    if kind is None or kind.name != entry.kind:  # the settings have it no more: nobody knows how
                        return
                    await kind.revoke(entry.handle)
                await self._book.gone(entry.id)
            except VaultDenied as e:
                log.warning("credential %s is not ended: %s: %s", entry.id, e, e.said or "no reason was given")
            except Unavailable as e:
                log.warning("credential %s is not ended yet: %s", entry.id, e)

    async def _watch(self) -> None:
        """Says that this process is there, also while a slow source is asked to end what was claimed before."""
        asked: asyncio.Task[None] | None = None
        while True:
            with suppress(Unavailable):
                claimed = await self._book.claim(MOST if asked is None or asked.done() else 0)
                if claimed:
                    asked = self._tasks.start(self._each(claimed), "credentials: what was claimed")
            await asyncio.sleep(WATCH_SECONDS)

    async def _each(self, entries: Sequence[Entry]) -> None:
        await asyncio.gather(*map(self._one, entries))

    async def _listen(self) -> None:
        after = ""
        while True:
            try:
                after = after or await self._book.latest()
                for place, id in await self._book.ended_since(after, WATCH_SECONDS):
                    after = place
                    self._dropped(id)
            except Unavailable:
                await asyncio.sleep(WATCH_SECONDS)
