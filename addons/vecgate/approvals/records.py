"""Which records is a yes for? For those that were counted, kept as keyed marks: an id may be somebody's address."""

import base64
import secrets
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

_SALT: Final = 16
_MARK: Final = 16


def _mark(id: str, salt: bytes, key: bytes) -> bytes:
    return blake2b(id.encode("utf-8", "surrogatepass"), digest_size=_MARK, salt=salt, key=key).digest()


def marked(ids: Iterable[str], key: bytes) -> str:
    """The marks of these records, as text. A fresh salt each time: two lists cannot be compared."""
    salt = secrets.token_bytes(_SALT)
    return base64.b64encode(salt + b"".join(sorted(_mark(id, salt, key) for id in ids))).decode()


class Shown:
    """The records a yes is for, of their marks: `id in shown`. Raises ValueError for a text that is none."""

    def __init__(self, text: str, key: bytes) -> None:
        raw = base64.b64decode(text, validate=True)
        if len(raw) < _SALT or (len(raw) - _SALT) % _MARK:
            raise ValueError("these are no marks")
        self._salt, self._key = raw[:_SALT], key
        self._marks = {raw[at : at + _MARK] for at in range(_SALT, len(raw), _MARK)}

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and _mark(id, self._salt, self._key) in self._marks

    def __len__(self) -> int:
        return len(self._marks)
