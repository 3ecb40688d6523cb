"""What does a client have in the place of a server's cursor? A handle that only its own login can use, and nobody read.

It holds what the server goes on by and the call that opened it, encrypted (AES-256-GCM-SIV, RFC 8452) under a key of
the upstream and of who opened it: issuer and subject, the session and the agents of the token. All workers make the
same keys. To anybody else, and changed in any bit, it is nothing.
"""

import re
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from vecgate.domain.call import Call, Cursor
from vecgate.domain.people import agents
from vecgate.domain.principal import Principal
from vecgate.domain.tenant import Tenant
from vecgate.masking.apply.keys import Keys
from vecgate.masking.apply.unmask import OLDEST
from vecgate.masking.derived import derived
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: What every handle begins with; a later form gets another one.
BEGIN: Final = "vgc1"
_HANDLE: Final = re.compile(rf"{BEGIN}([A-Za-z0-9_-]{{40,}})")
_NONCE: Final = 12
#: Bytes that the call of a cursor may say: it comes packed, and is read anew with each page, while others wait.
MOST: Final = 256 * 1024


def _cipher(key: bytes, principal: Principal) -> AESGCMSIV:
    session = str(principal.claims.get("sid", ""))
    return AESGCMSIV(derived(key, "cursor", principal.issuer, principal.subject, session, *sorted(agents(principal))))


def sealed(cursor: Cursor, key: bytes, principal: Principal) -> str:
    """The handle of a cursor, for whom it was opened. Another one each time."""
    call = cursor.call
    said = orjson.dumps(
        [cursor.kind, cursor.id, cursor.serial, cursor.began, cursor.mark,
         call.method, call.path, call.query, call.headers, call.body.decode()]
    )  # fmt: skip
    nonce = secrets.token_bytes(_NONCE)
    body = _cipher(key, principal).encrypt(nonce, zlib.compress(said), BEGIN.encode())
    return BEGIN + urlsafe_b64encode(nonce + body).decode().rstrip("=")


def opened(handle: str, key: bytes, principal: Principal) -> Cursor:
    """What a handle stands for. Raises ValueError for one that is not this person's, was changed, or says too much."""
    found = _HANDLE.fullmatch(handle)
    if found is None:
        raise ValueError("not a handle")
    try:
        raw = urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
        inner = _cipher(key, principal).decrypt(raw[:_NONCE], raw[_NONCE:], BEGIN.encode())
    except (InvalidTag, ValueError) as e:
        raise ValueError("this handle was not made here, for them") from e
    kind, id, serial, began, mark, method, path, query, headers, body = orjson.loads(
        zlib.decompressobj().decompress(inner, 2 * MOST)
    )
    pairs = tuple((key, value) for key, value in query), tuple((key, value) for key, value in headers)
    return Cursor(kind, id, Call(method, path, *pairs, body.encode()), serial, began, mark)


async def opened_by(handle: str, keys: Keys, tenant: Tenant, principal: Principal) -> Cursor:
    """The same, by whichever of the tenant's keys it was made. Raises CallRefused (`cursor.unknown`), Unavailable."""
    key: bytes | None = await keys.of(tenant)
    for steps in range(1, OLDEST + 1):
        if key is None:
            break
        try:
            return opened(handle, key, principal)
        except ValueError:
            key = await keys.older(tenant, steps)
    raise CallRefused(refuse("cursor.unknown"))
