"""Was this text signed with this SSH key? OpenSSH's own form (PROTOCOL.sshsig), Ed25519 only; no other is read.

What `ssh-keygen -Y sign -n vecgate` makes is accepted, and what is made here (`sign`) is what that would make.
"""

import base64
import binascii
from hashlib import sha256, sha512
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vecgate.consent.kinds import Unreadable

#: A signature that was made for something else is none of ours.
NAMESPACE: Final = "vecgate"
_MAGIC: Final = b"SSHSIG"
_HASHES: Final = {b"sha256": sha256, b"sha512": sha512}
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"
_TYPE: Final = b"ssh-ed25519"


class _Reader:
    """What is left of a packed text."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def take(self, length: int) -> bytes:
        if len(self.raw) < length:
            raise Unreadable("it is cut short")
        found, self.raw = self.raw[:length], self.raw[length:]
        return found

    def text(self) -> bytes:
        return self.take(int.from_bytes(self.take(4)))

    def end(self) -> None:
        if self.raw:
            raise Unreadable("something follows it")


def _packed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as e:
        raise Unreadable("it is not base64") from e


def _blob(key: str) -> bytes:
    """The packed form of a public key's line, `ssh-ed25519 AAAA... [comment]`."""
    words = key.split()
    if len(words) < 2 or words[0] != _TYPE.decode():
        raise Unreadable("a key is a line as in a .pub file: 'ssh-ed25519 AAAA...'")
    return _decoded(words[1])


def _public(blob: bytes) -> Ed25519PublicKey:
    reader = _Reader(blob)
    if reader.text() != _TYPE:
        raise Unreadable("it is not an Ed25519 key")
    raw = reader.text()
    reader.end()
    if len(raw) != 32:
        raise Unreadable("it is not an Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(raw)


def plain(key: str) -> str:
    """A public key's line without its comment. Raises Unreadable."""
    blob = _blob(key)
    _public(blob)
    return f"{_TYPE.decode()} {base64.b64encode(blob).decode()}"


def fingerprint(key: str) -> str:
    """A key's fingerprint, as `ssh-keygen -l` shows it. Raises Unreadable."""
    return "SHA256:" + base64.b64encode(sha256(_blob(plain(key))).digest()).decode().rstrip("=")


def verify(key: str, text: str, signature: str) -> bool:
    """Whether the text was signed with this key, for us."""
    try:
        blob = _blob(key)
        signed, raw = _read(signature, blob, text)
        _public(blob).verify(raw, signed)
    except (Unreadable, InvalidSignature):
        return False
    return True


def _read(signature: str, blob: bytes, text: str) -> tuple[bytes, bytes]:
    """What must have been signed, and the signature itself."""
    lines = signature.strip().splitlines()
    if len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END):
        raise Unreadable("it is not an SSH signature")
    reader = _Reader(_decoded("".join(lines[1:-1])))
    if reader.take(len(_MAGIC)) != _MAGIC or reader.take(4) != b"\0\0\0\1" or reader.text() != blob:
        raise Unreadable("it is of another version, or another key")
    namespace, reserved, name = reader.text(), reader.text(), reader.text()
    if namespace != NAMESPACE.encode() or reserved or name not in _HASHES:
        raise Unreadable("it is for something else")
    inner = _Reader(reader.text())
    reader.end()
    if inner.text() != _TYPE:
        raise Unreadable("it is of another kind")
    raw = inner.text()
    inner.end()
    return _MAGIC + _packed(namespace, reserved, name, _HASHES[name](text.encode()).digest()), raw


def sign(private: Ed25519PrivateKey, text: str) -> str:
    """What `ssh-keygen -Y sign` would make of it."""
    namespace = NAMESPACE.encode()
    raw = private.sign(_MAGIC + _packed(namespace, b"", b"sha512", sha512(text.encode()).digest()))
    made = _MAGIC + b"\0\0\0\1" + _packed(_blob(line(private)), namespace, b"", b"sha512", _packed(_TYPE, raw))
    packed = base64.b64encode(made).decode()
    return "\n".join([_BEGIN, *(packed[at : at + 70] for at in range(0, len(packed), 70)), _END]) + "\n"


def line(private: Ed25519PrivateKey) -> str:
    """The public key of a private one, as a .pub file has it."""
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"{_TYPE.decode()} {base64.b64encode(_packed(_TYPE, raw)).decode()}"
