"""Which logins have ended at their login service, for all workers? A list in Valkey, of which each reads what is new.

An end is of one session (`sid`), of all that somebody had (tokens from before it), or of those of these that name no
session. It matters as long as such a token could live. Who reads it and how often: state/barred.py, with the locks.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from vecgate.domain.principal import End, Principal, Which
from vecgate.refusals.errors import Part, Unavailable
from vecgate.state.store import Script, Store

_ENDED: Final = Script.load("vecgate.state.tokens", "ended.lua")
#: So many ends are known at once; more than that no gateway can tell apart in time.
MOST: Final = 200_000


class Ended:
    """What this worker knows of it."""

    def __init__(self, store: Store, now: Callable[[], float] = time.time) -> None:
        self._store, self._now = store, now
        self._set = store.key("logged-out")
        self._known: dict[tuple[Which, str, str], End] = {}
        self._read = 0
        #: Whether logins can end so; else nothing is read or waited for.
        self.matters = False

    @property
    def any(self) -> bool:
        """Whether any is known to have ended."""
        return bool(self._known)

    def of(self, principal: Principal) -> End | None:
        """The end of somebody's login, if it is over."""
        claims, issuer = principal.claims, principal.issuer
        sid, issued = claims.get("sid"), claims.get("iat")
        if isinstance(sid, str) and (found := self._known.get(("sid", issuer, sid))) is not None:
            return found
        since = float(issued) if isinstance(issued, int | float) else 0.0
        keys: tuple[Which, ...] = ("all",) if isinstance(sid, str) else ("all", "bare")
        ends = (self._known.get((which, issuer, principal.subject)) for which in keys)
        return next((end for end in ends if end is not None and since <= end.before), None)

    async def end(self, mark: str, ends: Iterable[End]) -> bool:
        """Take ends down; whether whoever tells it (`mark`) had not before. Raises Unavailable('state'): it is not."""
        told = [*ends]
        kept = int(max(one.until for one in told) - self._now() + 1) * 1000
        if not await self._run("end", mark, kept, kept, *map(_written, told)):
            return False
        self._take(told)
        return True

    async def look(self, *, again: bool = False) -> bool:
        """Read what is new; whether there was any. `again`: another server leads, and may lack what is known here."""
        if not self.matters:
            return False
        if again and self._known:
            await self._run("again", "", 0, 86_400_000, *map(_written, self._known.values()))
        flat: list[str] = await self._run("since", "", self._read, 0)
        try:
            ends = [End(*json.loads(text)) for text in flat[::2]]
            self._read = max([self._read, *(int(float(at)) for at in flat[1::2])])
        except (TypeError, ValueError) as e:
            raise Unavailable(Part.STATE, "the list of ended logins cannot be read") from e
        return self._take(ends)

    def _take(self, ends: list[End]) -> bool:
        now, before = self._now(), len(self._known)
        new = {one.key: one for one in ends if one.until > now and self._known.get(one.key) != one}
        new = {key: one for key, one in new.items() if key not in self._known or one.before > self._known[key].before}
        if before + len(new) > MOST:
            raise Unavailable(Part.STATE, "more logins have ended than can be known")
        self._known |= new
        for key in [key for key, one in self._known.items() if one.until <= now] if new else ():
            del self._known[key]
        return bool(new)

    async def _run(self, what: str, mark: str, first: int, second: int, *ends: str) -> Any:
        keys = [self._set, self._store.key("logout", mark)]
        return await self._store.run(_ENDED, keys, [what, first, second, *ends])


def _written(one: End) -> str:
    return json.dumps([one.which, one.issuer, one.name, one.before, one.until])
