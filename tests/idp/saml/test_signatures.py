"""Which certificates may be pinned; what they prove is tried in test_response.py."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from support.logins.saml_stub import BASE, Saying, signer
from support.tools.every import every
from vecgate.idp.saml import document
from vecgate.idp.saml.refused import SamlRefused
from vecgate.idp.saml.signatures import Signatures, certificates
from vecgate.refusals.errors import SettingsError


def test_pinned_certificates_are_read(tmp_path: Path) -> None:
    one, two = signer(), signer("2048")
    for name, made in (("one", one), ("two", two)):
        (tmp_path / name).write_text(made.pem)
    assert certificates([tmp_path / "one", tmp_path / "two"]) == (one.certificate, two.certificate)


@every("text", ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "idp.pem").write_text(text)
    for name in ("idp.pem", "none.pem"):
        with pytest.raises(SettingsError):
            certificates([tmp_path / name])


def test_a_short_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "idp.pem").write_text(signer("1024").pem)
    with pytest.raises(SettingsError, match="2048"):
        certificates([tmp_path / "idp.pem"])
    assert ec.SECP256R1().key_size >= 256


def test_what_was_signed_is_read_from_its_own_bytes() -> None:
    by = signer()
    root = document.read(Saying("us", "here").response(by).encode())
    (signed,) = Signatures([by.certificate], lambda: BASE).signed(
        document.read(Saying("us", "here", sign_assertion=False).response(by).encode()), "."
    )
    assert signed.getroottree() is not root.getroottree()
    assert [one.tag.rpartition("}")[2] for one in signed] == ["Issuer", "Status", "Assertion"], "not its signature"


def test_nothing_pinned_believes_nothing() -> None:
    root = document.read(Saying("us", "here", sign_assertion=False).response(signer()).encode())
    with pytest.raises(SamlRefused) as e:
        Signatures([], lambda: BASE).signed(root, ".")
    assert e.value.code == "saml.key"
