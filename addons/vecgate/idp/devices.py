"""Which programs wait for a login, and with which code does a person answer them? RFC 8628, sections 3.1 to 3.5.

The code is shown in the terminal, and its person types it, or finds it, in a browser: there they see who asks, from
where, and for what. It has 34 bits, lives for ten minutes, and an address may guess few times (`pages.py`).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vecgate.idp.kept import Kept, mark, secret

LIFE: Final = 600.0
INTERVAL: Final = 2.0
#: Consonants only: no words, and none that looks like another (RFC 8628 section 6.1).
_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Asking:
    """One that waits: which program, for what, from which address, and what its host calls itself."""

    client: str
    scope: str
    address: str
    host: str
    at: float


class Devices:
    """Raises Unavailable('state')."""

    def __init__(self, kept: Kept, now: Callable[[], float]) -> None:
        self._kept, self._now = kept, now

    async def begin(self, client: str, scope: str, address: str, host: str) -> tuple[str, str]:
        """A device code, and the code for the person."""
        asked = {"client": client, "scope": scope, "address": address, "host": host, "at": self._now()}
        device = secret()
        while True:
            code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
            if await self._kept.new("code", code, {"device": mark(device), **asked}, LIFE):
                break
        await self._kept.new("device", mark(device), {"state": "pending", "sid": "", "polled": 0.0, **asked}, LIFE)
        return device, f"{code[:4]}-{code[4:]}"

    async def asking(self, code: str) -> Asking | None:
        """Who waits for an answer to that code; None: nobody does, any more."""
        found = await self._kept.get("code", _plain(code))
        return Asking(*(found[name] for name in ("client", "scope", "address", "host", "at"))) if found else None

    async def answer(self, code: str, sid: str) -> bool:
        """A yes, with the login that it is for, or a no, with none. Once for each code; False: too late."""
        found = await self._kept.take("code", _plain(code))
        if found is None:
            return False
        said = {"state": "granted" if sid else "denied", "sid": sid}
        for _ in range(20):  # beside a program that asks at just that time
            waits = await self._kept.get("device", found["device"])
            if waits is None:
                return False
            if await self._kept.swap("device", found["device"], waits, waits | said):
                return True
        return False

    async def poll(self, device: str, client: str) -> tuple[str, dict[str, Any]]:
        """How it stands: granted (once), or an error of RFC 8628 section 3.5."""
        name = mark(device)
        waits = await self._kept.get("device", name)
        if waits is None:
            return "expired_token", {}
        if waits["client"] != client:
            return "invalid_grant", {}
        if waits["state"] == "pending":
            is_early = self._now() - waits["polled"] < INTERVAL * 0.75
            noted = await self._kept.swap("device", name, waits, waits | {"polled": self._now()})
            return ("slow_down" if is_early or not noted else "authorization_pending"), {}
        taken = await self._kept.take("device", name)
        if taken is None:
            return "expired_token", {}
        return ("granted", taken) if taken["state"] == "granted" else ("access_denied", {})

    async def again(self, device: str, granted: dict[str, Any]) -> None:
        """What was granted could not be given: it is there for who asks again."""
        await self._kept.new("device", mark(device), granted, LIFE)


def _plain(code: str) -> str:
    """As people type it."""
    return "".join(letter for letter in code.upper() if letter in _LETTERS)[: _LENGTH + 1]
