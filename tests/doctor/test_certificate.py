"""A certificate's life and strength."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from support.servers.doors import problems
from vecgate.doctor import Level, certificate

NOW = 1_800_000_000.0
DAY = certificate.DAY


def made(days: tuple[float, float] = (-1, 100), key: Any = None) -> x509.Certificate:
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "of a test")])
    start, end = (datetime.datetime.fromtimestamp(NOW + d * DAY, datetime.UTC) for d in days)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(end)
    return builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


@pytest.mark.parametrize(
    ("days", "level"),
    [
        ((1, 2), Level.PROBLEM),  # not yet
        ((-2, -1), Level.PROBLEM),  # no more
        ((-100, 5), Level.WARNING),
        ((-100, 100), Level.OK),
        ((-0.001, 0.01), Level.OK),  # made to live for minutes: a tenth of its life counts
    ],
)
def test_it_is_told_when_it_ends(days: tuple[float, float], level: Level) -> None:
    assert certificate.life("x", "It", made(days), NOW, "Renew it.", soon=30 * DAY).level is level


@pytest.mark.parametrize(
    ("draw", "words", "strong"),
    [
        (lambda: rsa.generate_private_key(65537, 1024), "RSA 1024", False),
        (lambda: rsa.generate_private_key(65537, 2048), "RSA 2048", True),
        (lambda: ec.generate_private_key(ec.SECP192R1()), "EC secp192r1", False),
        (lambda: ec.generate_private_key(ec.SECP256R1()), "EC secp256r1", True),
        (ed25519.Ed25519PrivateKey.generate, "Ed25519", True),
        (lambda: dsa.generate_private_key(1024), "DSA", False),
    ],
)
def test_a_weak_key_is_a_problem(draw: Callable[[], Any], words: str, strong: bool) -> None:
    found = made(key=draw())
    assert certificate.key_words(found) == (words, strong)
    assert bool(problems(certificate.strength("x", "It", found, "Renew it."))) is not strong


def test_a_weak_hash_is_a_problem() -> None:
    class Signed:
        signature_hash_algorithm = hashes.SHA1()
        public_key = made().public_key

    found: Any = Signed()
    assert problems(certificate.strength("x", "It", found, "Renew it.")) == ["It is signed with SHA1."]
