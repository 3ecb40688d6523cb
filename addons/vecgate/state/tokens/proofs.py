"""Was this proof used before, at any worker? And which nonce must the next one have? Valkey is asked, once a call.

Where it is away nobody can tell, and the call is refused.
"""

import secrets
from typing import Final, Literal

from vecgate.state.store import Script, Store

#: So long a nonce is new; so long again it is still taken.
NONCE_SECONDS: Final = 60
_PROOFS: Final = Script.load("vecgate.state.tokens", "proofs.lua")

type Told = Literal["ok", "used", "nonce"]


class Proofs:
    """What was used, of all workers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def once(self, mark: str, seconds: float, nonce: str | None = None) -> tuple[Told, str]:
        """Take it down as used; whether it was not, and has the right nonce. With the nonce that counts now.

        `nonce`: the one it has, where one is wanted. Raises Unavailable('state').
        """
        keys = [self._store.key("proof", mark), self._store.key("proof-nonces")]
        words = [int(seconds * 1000), "" if nonce is None else "nonce", nonce or "", secrets.token_urlsafe(18)]
        told, now = await self._store.run(_PROOFS, keys, [*words, NONCE_SECONDS])
        return told, now
