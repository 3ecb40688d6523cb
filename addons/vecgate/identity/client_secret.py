"""With which secret does the gateway ask an issuer? With that of a file, or of Vault/OpenBao's KV; it may change.

A file is read for each question. A secret of Vault is read anew after a minute, and at once after it was refused; while
Vault is away the one that is known is used for a quarter of an hour.
"""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.settings.issuers import Client

FRESH: Final = 60.0
STALE: Final = 900.0

#: What Vault answers to a read of that path, on the gateway's own token. Raises Unavailable('vault'), VaultDenied.
type Read = Callable[[str], Awaitable[Mapping[str, Any]]]


async def no_vault(_path: str) -> Mapping[str, Any]:
    """Where there is none."""
    raise Unavailable(Part.VAULT, "it is not asked here")


class ClientSecret:
    """One client's. Clock: seconds since the epoch."""

    def __init__(self, how: Client, read: Read, now: Callable[[], float]) -> None:
        self._how, self._read, self._now = how, read, now
        self._known: tuple[Secret, float] | None = None
        self._turn = asyncio.Lock()

    async def get(self) -> Secret:
        """It, as it is now. Raises Unavailable('issuer keys')."""
        if self._how.secret_file is not None:
            try:
                return Secret(self._how.secret_file.read_text("utf-8").strip())
            except (OSError, ValueError) as e:
                raise Unavailable(Part.ISSUER_KEYS, "the 'secret_file' of a client cannot be read") from e
        async with self._turn:
            if (known := self._younger(FRESH)) is not None:
                return known
            try:
                tree = await self._read(str(self._how.secret_path))
            except (Unavailable, VaultDenied) as e:
                if isinstance(e, Unavailable) and (known := self._younger(STALE)) is not None:
                    return known
                raise Unavailable(Part.ISSUER_KEYS, f"the 'secret_path' of a client cannot be read: {e}") from e
            found = Secret(_field(tree, self._how.secret_field))
            self._known = found, self._now()
            return found

    async def basic(self) -> str:
        """The header's value that proves it (RFC 6749 section 2.3.1)."""
        secret = (await self.get()).reveal()
        login = f"{quote(self._how.client_id, safe='')}:{quote(secret, safe='')}"
        return f"Basic {b64encode(login.encode()).decode()}"

    def forget(self) -> None:
        """It was refused: it may be another one by now."""
        self._known = None

    def _younger(self, age: float) -> Secret | None:
        return self._known[0] if self._known and 0 <= self._now() - self._known[1] < age else None


def _field(tree: Mapping[str, Any], name: str) -> str:
    """Of the second KV engine, whose answers have `data` in `data`; or of the first."""
    data: Any = tree.get("data")
    inner = data.get("data") if isinstance(data, Mapping) and "metadata" in data else data
    found = inner.get(name) if isinstance(inner, Mapping) else None
    if not isinstance(found, str) or not found:
        # Of what is there instead nothing is quoted.
        raise Unavailable(Part.ISSUER_KEYS, f"the 'secret_path' of a client has no text {name!r}")
    return found
