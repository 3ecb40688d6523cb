"""Keys of people, and their enrolments, for the tests of signed decisions."""

from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vecgate.consent.enrolled import Enrolled
from vecgate.consent.kinds import sshsig
from vecgate.domain.approval import Signed
from vecgate.domain.principal import Principal


def key() -> Ed25519PrivateKey:
    """A new one."""
    return Ed25519PrivateKey.generate()


def mark(private: Ed25519PrivateKey) -> str:
    """Its fingerprint."""
    return sshsig.fingerprint(sshsig.line(private))


def by(private: Ed25519PrivateKey, text: str, enrolment: Any = None) -> dict[str, Any]:
    """One signature of an enrolment."""
    made: dict[str, Any] = {"key": sshsig.line(private), "signature": sshsig.sign(private, text)}
    return made | ({"enrolment": enrolment} if enrolment is not None else {})


def enrolment(
    who: Principal, private: Ed25519PrivateKey, *signers: tuple[Ed25519PrivateKey, Any], until: float = 4e9
) -> dict[str, Any]:
    """Of somebody with this key, signed by those keys, each with its own enrolment (None: a root)."""
    text = Enrolled(who.key, who.user, who.groups, sshsig.line(private), until).statement()
    return {"statement": text, "signatures": [by(one, text, theirs) for one, theirs in signers]}


def signed(private: Ed25519PrivateKey, text: str, document: Any) -> Signed:
    """A proof, as it arrives."""
    return Signed(text, sshsig.sign(private, text), orjson.dumps(document).decode())
