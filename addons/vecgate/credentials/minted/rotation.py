"""How does the gateway change its own password at a database, and never lose it? It is written down before it counts.

The next password goes into the secret first, beside the old one; then the database is told; then the old one goes. Cut
short at any point, both are there, and who reads them tries both. Of two gateways at once the KV engine takes one.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

from vecgate.credentials.minted.secret import AdminSecret, Read
from vecgate.refusals.errors import VecgateError

log = logging.getLogger(__name__)

#: How often it is looked at, at most, in seconds.
LOOK_SECONDS: Final = 600.0


def password() -> str:
    """A new one, of all that databases ask of passwords."""
    return f"Aa1!{secrets.token_urlsafe(24)}"


class Rotation:
    """The password of one administrator. Clock: seconds since the epoch."""

    def __init__(
        self, secret: AdminSecret, change: Callable[[Read, str], Awaitable[None]], now: Callable[[], float]
    ) -> None:
        self._secret, self._change, self._now = secret, change, now

    async def turn(self, every: float) -> bool:
        """Change it if it is older, or finish a change that was cut short; whether it was. Raises VecgateError."""
        self._secret.forget()
        read = await self._secret.get()
        if "next" not in read.fields:
            if self._now() - read.since < every:
                return False
            read = await self._secret.put(read, {"next": password()})
        new = read["next"].reveal()
        await self._change(read, new)
        await self._secret.put(read, {"password": new, "next": None})
        return True

    async def turns(self, every: float) -> None:
        """The same for ever."""
        while True:
            try:
                if await self.turn(every):
                    log.info("the password of the gateway's own user at a database was changed")
            except VecgateError as e:
                log.warning("the password of the gateway's own user at a database cannot be changed now: %s", e)
            await asyncio.sleep(min(every / 4, LOOK_SECONDS))
