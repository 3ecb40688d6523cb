"""Is this certificate good, and for how long? Life and strength of an X.509 certificate."""

from collections.abc import Iterator
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from vecgate.doctor.finding import Finding, ok, problem, warning

DAY: Final = 86400.0
#: Below these, keys are no longer good for signatures (NIST SP 800-131A rev. 2, section 3).
LEAST_RSA_BITS: Final = 2048
LEAST_CURVE_BITS: Final = 224


def life(about: str, whose: str, certificate: x509.Certificate, now: float, todo: str, *, soon: float) -> Finding:
    """Whether it is valid at `now`, and for longer than `soon` (both in seconds) or a tenth of its life."""
    start, end = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
    until = f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
    if now < start:
        return problem(about, f"{whose} is not valid yet, or this host's clock is behind.", todo)
    if now >= end:
        return problem(about, f"{whose} expired on {until}.", todo)
    if end - now < min(soon, (end - start) / 10):
        return warning(about, f"{whose} expires soon, on {until}.", todo)
    return ok(about, f"{whose} is valid until {until}.")


def key_words(certificate: x509.Certificate) -> tuple[str, bool]:
    """The kind of its key in words, and whether it is strong enough."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}", key.key_size >= LEAST_RSA_BITS
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}", key.key_size >= LEAST_CURVE_BITS
    known = isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey)
    return type(key).__name__.removesuffix("PublicKey"), known


def strength(about: str, whose: str, certificate: x509.Certificate, todo: str) -> Iterator[Finding]:
    """A finding when its key or the hash of its signature is weak."""
    words, strong = key_words(certificate)
    if not strong:
        yield problem(about, f"{whose} has a weak key ({words}).", todo)
    used = certificate.signature_hash_algorithm
    if used is not None and used.name in ("md5", "sha1"):
        yield problem(about, f"{whose} is signed with {used.name.upper()}.", todo)
