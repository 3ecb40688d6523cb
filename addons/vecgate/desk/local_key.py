"""Does a call hold the key that is good at this machine alone (`vecgate exec`)? In whichever header clients use."""

import base64
import hmac
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

#: Where clients put a key; none of them goes on, whatever else is in them.
KEYS: Final = frozenset({"authorization", "x-chroma-token", "api-key", "x-api-key", "apikey"})
#: How the key begins that a program is given.
HERE_ALONE: Final = "vecgate-exec."
#: What is told who has none.
STRANGER: Final = "this address is for the programs that 'vecgate exec' started"
#: What who speaks gRPC offers (ALPN).
HTTP2: Final = "h2"


def has(key: str, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether exactly one of the headers for keys is there, and it holds ours: bare, as a bearer, or as a password.

    As base64 it is so with Basic, and with Milvus' clients, which write no scheme before it.
    """
    said = [value.strip() for name, value in headers if name.lower() in KEYS]
    if len(said) != 1:
        return False
    scheme, _, rest = said[0].partition(" ")
    text = rest.strip() if scheme.lower() in ("bearer", "basic") else said[0]
    found = [text]
    with suppress(ValueError):
        found.append(base64.b64decode(text, validate=True).decode())
    return any(hmac.compare_digest(one.encode(), key.encode()) for t in found for one in (t, t.rpartition(":")[2]))
