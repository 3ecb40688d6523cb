"""JWTs of Qdrant, which the shim's own verifier reads: the server's key is imported and goes nowhere else."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from demo.qdrant_edge_shim.access import Access, Keys
from demo.qdrant_edge_shim.faults import Fault
from support.credentials.store import Case, Vouching, values
from vecgate.domain.lease import Headers, Material

API_KEY = "admin-key-of-qdrant-that-leaves-the-store-never"


def imported(store: Vouching, name: str, key: str) -> None:
    """An hmac key of the transit engine, of these bytes. https://openbao.org/api-docs/secret/transit/#import-key"""
    wrapping = load_pem_public_key(store.call("GET", "transit/wrapping_key")["data"]["public_key"].encode())
    assert isinstance(wrapping, RSAPublicKey)
    aes = os.urandom(32)
    sealed = wrapping.encrypt(aes, OAEP(MGF1(SHA256()), SHA256(), None)) + aes_key_wrap_with_padding(aes, key.encode())
    told = {"ciphertext": base64.b64encode(sealed).decode(), "hash_function": "SHA256", "type": "hmac"}
    store.call("POST", f"transit/keys/{name}/import", told | {"exportable": False, "allow_rotation": False})


def verified(material: Material) -> Access:
    """What the server makes of it. Raises Fault."""
    assert isinstance(material, Headers)
    return Keys(api_key=API_KEY).access(material.pairs, lambda *_: True)


def claims(material: Material) -> dict[str, object]:
    assert isinstance(material, Headers)
    found: dict[str, object] = jwt.decode(material.pairs[0][1], options={"verify_signature": False})
    return found


@contextmanager
def prepared(store: Vouching, _folder: Path) -> Iterator[Case]:
    imported(store, "qdrant", API_KEY)
    store.permit("gateway", "transit/hmac/qdrant/sha2-256", "update")

    def works(material: Material) -> bool:
        try:
            verified(material)
        except Fault:
            return False
        return True

    def ends(material: Material) -> float:
        return float(str(claims(material)["exp"])) + 30

    told = {"role": "qdrant", "gateway_role": "qdrant", "ttl": 300}
    yield Case("qdrant_jwt", "qdrant", told, lambda one: (*values(one), API_KEY), works, ends)
