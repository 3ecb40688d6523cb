"""Is this principal too fast under this rule? One bucket for all workers (GCRA, in Lua)."""

from hashlib import sha256
from typing import Final

from vecgate.state.store import Script, Store
from vecgate.terms import Rate

_GCRA: Final = Script.load("vecgate.state", "gcra.lua")


class Rates:
    """The buckets: one per principal, rule and rate."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def take(self, principal_key: str, rule: str, rate: Rate) -> float:
        """Count one request. 0.0: it may pass; otherwise seconds until the next one may. Raises Unavailable.

        Up to `rate.requests` may come at once; they are given back evenly over `rate.seconds`.
        """
        if rate.requests < 1 or rate.seconds <= 0:
            raise ValueError("a rate allows at least one request in a positive time")
        step = rate.seconds * 1_000_000 / rate.requests
        wait = await self._store.run(_GCRA, [self._bucket(principal_key, rule, rate)], [step, rate.requests])
        return int(wait) / 1_000_000

    def _bucket(self, principal_key: str, rule: str, rate: Rate) -> str:
        # Hashed: a subject may be an e-mail address. The rate is part of it, so a changed rule starts afresh.
        parts = (principal_key, rule, f"{rate.requests}/{rate.seconds}")
        mark = sha256(b"".join(len(raw).to_bytes(8, "big") + raw for raw in map(str.encode, parts)))
        return self._store.key("rate", mark.hexdigest())
