"""Was this text signed with this passkey? A WebAuthn assertion, whose challenge is the text's SHA-256; no other counts.

A key is one line: `webauthn`, the public key (DER, as a browser gives it), and the id by which a browser finds it. The
assertion's counter says nothing here: a yes is good for once by its nonce, wherever it comes from.
"""

import base64
import binascii
import struct
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
)

from vecgate.consent.kinds import Passkeys, Unreadable

TYPE: Final = "webauthn"
#: The longest assertion that is read, and the longest id of a credential there is (WebAuthn, section 5.1).
LONGEST: Final = 8192
_LONGEST_ID: Final = 1023
_LEAST_RSA: Final = 2048
_MEMBERS: Final = frozenset({"authenticatorData", "clientDataJSON", "signature"})
#: What the library says to what is none; the last of a text that is nested without end.
_NONE: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error, RecursionError)


def _read(key: str) -> tuple[bytes, bytes, CoseKey]:
    """The packed public key, the credential's id, and the key itself. Raises Unreadable."""
    words = key.split()
    if len(words) != 3 or words[0] != TYPE:
        raise Unreadable("a passkey is a line 'webauthn KEY ID'")
    try:
        packed = base64.b64decode(words[1], validate=True)
        id, public = websafe_decode(words[2]), load_der_public_key(packed)
    except (binascii.Error, UnsupportedAlgorithm, ValueError, TypeError) as e:
        raise Unreadable("it is not a passkey") from e
    # One text for each key, or a revoked one would come back as another.
    if public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != packed or not 0 < len(id) <= _LONGEST_ID:
        raise Unreadable("it is not written as it must be")
    return packed, id, _kind(public).from_cryptography_key(public)


def _kind(public: PublicKeyTypes) -> type[CoseKey]:
    match public:
        case EllipticCurvePublicKey() if isinstance(public.curve, SECP256R1):
            return ES256
        case Ed25519PublicKey():
            return EdDSA
        case RSAPublicKey() if public.key_size >= _LEAST_RSA:
            return RS256
    raise Unreadable("it is of a kind that does not count: ES256, EdDSA and RS256 do")


def plain(key: str) -> str:
    """The key's line as it must be. Raises Unreadable."""
    packed, id, _ = _read(key)
    return f"{TYPE} {base64.b64encode(packed).decode()} {websafe_encode(id)}"


def fingerprint(key: str) -> str:
    """The key's fingerprint; the id of the credential is no part of it. Raises Unreadable."""
    return "SHA256:" + base64.b64encode(sha256(_read(key)[0]).digest()).decode().rstrip("=")


def misfit(key: str, text: str, signature: str, passkeys: Passkeys) -> str:
    """Why this does not show that the text was signed with this passkey; empty: it does."""
    try:
        _, id, public = _read(key)
        response = AuthenticationResponse.from_dict(_response(id, signature))
        data, client = response.response.authenticator_data, response.response.client_data
    except _NONE:
        return "the passkey's signature cannot be read"
    if client.origin not in passkeys.origins:
        return "the passkey was used at another place than approvals.passkeys.origins names"
    if client.cross_origin:
        return "the passkey was used within another page"
    if not data.is_user_verified():
        return "the passkey did not ask who uses it: user verification is off"
    if why := _copied(data.flags, passkeys):
        return why
    # The id of a passkey is the host, so that no page of a neighbour can use it.
    server = Fido2Server(
        PublicKeyCredentialRpEntity(name="vecgate", id=urlsplit(client.origin).hostname or ""),
        verify_origin=passkeys.origins.__contains__,
    )
    state = {"challenge": websafe_encode(sha256(text.encode()).digest()), "user_verification": "required"}
    try:
        server.authenticate_complete(state, [AttestedCredentialData.create(Aaguid.NONE, id, public)], response)
    except _NONE:
        return "the passkey's signature does not fit"
    return ""


def _response(id: bytes, signature: str) -> dict[str, Any]:
    """What a browser says of an assertion. Raises ValueError."""
    tree = orjson.loads(signature) if len(signature) <= LONGEST else None
    if not isinstance(tree, dict) or tree.keys() != _MEMBERS or not all(isinstance(one, str) for one in tree.values()):
        raise ValueError("it is not an assertion")
    return {"id": websafe_encode(id), "rawId": websafe_encode(id), "type": "public-key", "response": tree}


def _copied(flags: AuthenticatorData.FLAG, passkeys: Passkeys) -> str:
    """Why it does not count that it lies, or may lie, in an account, too; empty: it does."""
    eligible, copied = flags & AuthenticatorData.FLAG.BE, flags & AuthenticatorData.FLAG.BS
    if copied and not eligible:
        return "the passkey says that it was copied and cannot be copied"
    return "" if passkeys.synced or not eligible else "passkeys that are copied between devices do not count here"
