"""What is a code worth that a browser brings back? Tokens, once, to the program that sent it (RFC 6749 4.1, RFC 7636).

It counts for a minute, for the client, the address and the verifier that it was asked with. One try uses it up. Who
shows all of that a second time has stolen it, or was stolen from: then the login ends (RFC 6749 section 4.1.2).
"""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from typing import Any, Final

from vecgate.idp.kept import Kept, secret
from vecgate.idp.logins import Logins
from vecgate.idp.tokens import NotGranted

LIFE: Final = 60.0
#: How long a code that was used is remembered.
_SPENT: Final = 600.0
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class Wants:
    """What a program asked a login for. `challenge`: the digest of a word that it alone knows (S256)."""

    client: str
    back: str
    scope: str
    challenge: str
    state: str = ""
    nonce: str = ""
    is_openid: bool = False


class Codes:
    """Raises Unavailable('state')."""

    def __init__(self, kept: Kept, logins: Logins) -> None:
        self._kept, self._logins = kept, logins

    async def give(self, wants: Wants, sid: str) -> str:
        """A code for a login."""
        code = secret()
        await self._kept.new("auth", code, {"sid": sid, "wants": asdict(wants)}, LIFE)
        return code

    async def redeem(self, code: str, client: str, back: str, verifier: str) -> tuple[str, Wants]:
        """Its login, and what was asked. Raises NotGranted."""
        first = await self._kept.take("auth", code)
        found: Any = first or await self._kept.get("spent", code)
        if found is None:
            raise NotGranted("invalid_grant", "that code has ended, or is none; begin again")
        sid, wants = str(found["sid"]), Wants(**found["wants"])
        fits = client == wants.client and back == wants.back and _is_word(verifier, wants.challenge)
        if fits and first:
            await self._kept.new("spent", code, found, _SPENT)
            return sid, wants
        if first or fits:
            await self._logins.end(sid)
        raise NotGranted("invalid_grant", "that code is another's, or was used before; begin again")


def _is_word(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return secrets.compare_digest(digest, challenge.encode())
