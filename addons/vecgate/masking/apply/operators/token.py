"""Shown: the value itself, encrypted: `<PERSON#...>`. The same value gives the same token; `vecgate unmask` opens it.

AES-256-GCM-SIV (RFC 8452) under a key of the tenant and the entity. The nonce is fixed: that is what makes equal
values equal tokens, and all it gives away (section 9 there). A token tells how long its value is.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from vecgate.domain.profiles import ENTITY, OperatorWords
from vecgate.masking.apply.operators._base import KINDS, MarkForm, Operator, Params
from vecgate.masking.apply.operators._keyed import entity_of
from vecgate.masking.derived import derived

_NONCE: Final = bytes(12)
_TAG: Final = 16
#: What a token looks like, wherever it stands: its entity, and base64url (RFC 4648, section 5) without padding.
TOKEN: Final = re.compile(r"<([A-Z][A-Z_]{0,31})#([A-Za-z0-9_-]{22,})>")


def _cipher(key: bytes, entity: str) -> AESGCMSIV:
    return AESGCMSIV(derived(key, "token", entity))


WORDS: Final = OperatorWords({"as": ENTITY}, keyed=True, joins=True, hides=True)


def form(_params: Params) -> MarkForm:
    """An entity and base64url, in angle brackets."""
    return MarkForm(rf"<(?:{KINDS})#[A-Za-z0-9_-]{{22,}}>", ("<",))


def build(params: Params, key: bytes) -> Operator:
    """`as`: the entity a whole field counts as."""

    ciphers: dict[str, AESGCMSIV] = {}

    def token(text: str, entity: str) -> str:
        if is_ours(text, key):
            return text
        kind = entity_of(params, entity)
        if kind not in ciphers:
            ciphers[kind] = _cipher(key, kind)
        sealed = ciphers[kind].encrypt(_NONCE, text.encode("utf-8", "surrogatepass"), None)
        return f"<{kind}#{urlsafe_b64encode(sealed).decode().rstrip('=')}>"

    return token


def is_ours(text: str, key: bytes) -> bool:
    """Whether it is a token that was made under this tenant's key."""
    try:
        opened(text, key)
    except ValueError:
        return False
    return True


def opened(token: str, key: bytes) -> str:
    """The value of a token. Raises ValueError when it is none, or was not made under this tenant's key."""
    found = TOKEN.fullmatch(token)
    if found is None:
        raise ValueError("not a token")
    try:
        sealed = urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
        return _cipher(key, found[1]).decrypt(_NONCE, sealed, None).decode("utf-8", "surrogatepass")
    except (InvalidTag, ValueError) as e:
        raise ValueError("this token was not made here") from e
