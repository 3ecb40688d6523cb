"""A passkey in software, for what no browser would do: each part of an assertion can be another one."""

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vecgate.consent.enrolled import Enrolled
from vecgate.domain.approval import Signed
from vecgate.domain.principal import Principal

ORIGIN = "https://console.example"
UP, UV, BE, BS = 1, 4, 8, 16


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(slots=True)
class Passkey:
    """One key of one kind, made and used at one place."""

    private: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    origin: str = ORIGIN
    id: bytes = b"credential"

    @property
    def line(self) -> str:
        raw = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"webauthn {base64.b64encode(raw).decode()} {b64(self.id)}"

    @property
    def mark(self) -> str:
        """Its fingerprint, counted here."""
        return "SHA256:" + base64.b64encode(sha256(base64.b64decode(self.line.split()[1])).digest()).decode()[:-1]

    def sign(self, text: str, *, flags: int = UP | UV, rp: str | None = None, tail: bytes = b"", **over: Any) -> str:
        """The assertion, as the console sends it. `over`: of what the browser says."""
        challenge = b64(sha256(text.encode()).digest())
        said = {"type": "webauthn.get", "challenge": challenge, "origin": self.origin, "crossOrigin": False} | over
        client = json.dumps(said).encode()
        host = self.origin.split("//")[1].partition(":")[0] if rp is None else rp
        data = sha256(host.encode()).digest() + bytes([flags]) + bytes(4) + tail
        made = {"authenticatorData": b64(data), "clientDataJSON": b64(client)}
        return json.dumps(made | {"signature": b64(self._raw(data + sha256(client).digest()))})

    def _raw(self, message: bytes) -> bytes:
        match self.private:
            case ec.EllipticCurvePrivateKey():
                return self.private.sign(message, ec.ECDSA(SHA256()))
            case rsa.RSAPrivateKey():
                return self.private.sign(message, padding.PKCS1v15(), SHA256())
        assert isinstance(self.private, ed25519.Ed25519PrivateKey)
        return self.private.sign(message)

    def signed(self, text: str, document: Any, **how: Any) -> Signed:
        """A proof, as it arrives."""
        return Signed(text, self.sign(text, **how), orjson.dumps(document).decode())

    def by(self, text: str, enrolment: Any = None, **how: Any) -> dict[str, Any]:
        """One signature of an enrolment."""
        made: dict[str, Any] = {"key": self.line, "signature": self.sign(text, **how)}
        return made | ({"enrolment": enrolment} if enrolment is not None else {})

    def statement(self, who: Principal, until: float = 4e9) -> str:
        """What is signed to enrol somebody with it."""
        return Enrolled(who.key, who.user, who.groups, self.line, until).statement()
