"""Is the CA in order that signs what clients see? Its file, its key, its life."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from vecgate.doctor import certificate, files
from vecgate.doctor.finding import Finding, ok, problem, warning

ABOUT: Final = "gateway CA"
FILE: Final = "mitmproxy-ca.pem"
_SOON: Final = 30 * certificate.DAY
_RENEW: Final = "Put a new CA in its place, hand its certificate to the clients, and restart the gateway."


def check(folder: Path, now: float) -> Iterator[Finding]:
    """`folder` is `listen.certificate_folder`; its CA is made there at the first start."""
    path = folder / FILE
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        yield warning(ABOUT, f"There is no {path} yet; the gateway makes one when it starts.", _first(path))
        return
    except OSError as e:
        yield problem(ABOUT, f"{path} cannot be read: {e.strerror}.", "Give the gateway's user access to it.")
        return
    yield files.secret(ABOUT, path, "The key file")
    yield from _content(path, raw, now)


def _first(path: Path) -> str:
    return f"Start it once, or put a CA of your own there; then hand {path.stem}-cert.pem to the clients."


def _content(path: Path, raw: bytes, now: float) -> Iterator[Finding]:
    try:
        found = x509.load_pem_x509_certificate(raw)
        key = serialization.load_pem_private_key(raw, None)
    except (ValueError, TypeError):
        yield problem(ABOUT, f"{path} does not hold a certificate and its key, without a password, as PEM.", _RENEW)
        return
    yield certificate.life(ABOUT, "The CA", found, now, _RENEW, soon=_SOON)
    yield from certificate.strength(ABOUT, "The CA", found, _RENEW)
    if key.public_key() != found.public_key():
        yield problem(ABOUT, f"The key in {path} does not belong to the certificate in it.", _RENEW)
    elif not _may_sign(found):
        yield problem(ABOUT, f"The certificate in {path} may not sign others.", "Use a CA certificate there.")
    else:
        yield ok(ABOUT, f"Its key is {certificate.key_words(found)[0]} and belongs to it.")


def _may_sign(found: x509.Certificate) -> bool:
    try:
        return found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def certificate_of(folder: Path) -> x509.Certificate | None:
    """The CA's certificate, or None when there is no usable one."""
    try:
        return x509.load_pem_x509_certificate((folder / FILE).read_bytes())
    except (OSError, ValueError):
        return None
