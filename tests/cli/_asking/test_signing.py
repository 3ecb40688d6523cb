"""A key in a file signs, one with a passphrase through ssh-keygen, and what is no key is told as that."""

import argparse
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support.tools.signing import key
from vecgate.cli._asking import signing
from vecgate.cli._gateway import GatewayFailed
from vecgate.consent.kinds import sshsig

ONE = key()
TEXT = '{"at":1,"effect":"deletes 3 of 3 in tickets"}'


@pytest.mark.parametrize("form", [PrivateFormat.OpenSSH, PrivateFormat.PKCS8])
def test_a_key_in_a_file_signs(tmp_path: Path, form: PrivateFormat) -> None:
    (tmp_path / "key").write_bytes(ONE.private_bytes(Encoding.PEM, form, NoEncryption()))
    assert signing.public(tmp_path / "key") == sshsig.line(ONE)
    assert sshsig.verify(sshsig.line(ONE), TEXT, signing.signed(tmp_path / "key", TEXT))


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here (openssh-client)")
def test_ssh_keygen_signs_with_a_key_that_is_not_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with an agent: the file is the public key, and the program knows where the other half is."""
    private = tmp_path / "hidden"
    private.write_bytes(ONE.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    private.chmod(0o600)
    (tmp_path / "key.pub").write_text(sshsig.line(ONE))
    run = subprocess.run

    def through(words: list[str], **how: object) -> object:
        return run([*words[:-1], str(private)], **how)

    monkeypatch.setattr(subprocess, "run", through)
    assert signing.public(tmp_path / "key.pub") == sshsig.line(ONE)
    assert sshsig.verify(sshsig.line(ONE), TEXT, signing.signed(tmp_path / "key.pub", TEXT))


def test_what_is_no_key_or_enrolment_is_told(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1())
    (tmp_path / "ec").write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "text").write_text("[]")
    for call in (
        lambda: signing.public(tmp_path / "none"),
        lambda: signing.public(tmp_path / "ec"),
        lambda: signing.public(tmp_path / "text"),
        lambda: signing.signed(tmp_path / "text", TEXT),
        lambda: signing.document(tmp_path / "text"),
        lambda: signing.document(tmp_path / "ec"),
    ):
        with pytest.raises(GatewayFailed):
            call()


def test_what_is_signed_is_shown_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_bytes(ONE.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    (tmp_path / "mine.json").write_text(json.dumps({"statement": "s", "signatures": []}))
    args = argparse.Namespace(key=None, enrolment=None)
    assert signing.proof(args, TEXT) == {}
    monkeypatch.setenv(signing.KEY, str(tmp_path / "key"))
    with pytest.raises(GatewayFailed, match="both"):
        signing.proof(args, TEXT)
    monkeypatch.setenv(signing.ENROLMENT, str(tmp_path / "mine.json"))
    with pytest.raises(GatewayFailed, match="nothing is to be signed"):
        signing.proof(args, "")
    made = signing.proof(args, TEXT)["signed"]
    assert (made["statement"], made["enrolment"]["statement"]) == (TEXT, "s")
    assert "deletes 3 of 3 in tickets" in capsys.readouterr().err
