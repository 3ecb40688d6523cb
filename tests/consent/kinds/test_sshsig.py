"""OpenSSH's signatures: what ssh-keygen makes is accepted, ours by ssh-keygen, and nothing that differs in a byte."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support.tools.signing import key
from vecgate.consent.kinds import Unreadable, sshsig
from vecgate.consent.kinds.sshsig import fingerprint, line, sign, verify

KEY, OTHER = key(), key()
TEXT = '{"at":1,"vecgate":"yes"}'


def unarmored(signature: str) -> bytes:
    return base64.b64decode("".join(signature.strip().splitlines()[1:-1]))


def armored(raw: bytes) -> str:
    return f"{sshsig._BEGIN}\n{base64.b64encode(raw).decode()}\n{sshsig._END}\n"


def test_a_signature_fits_its_text_and_key_and_no_other() -> None:
    made = sign(KEY, TEXT)
    assert verify(line(KEY), TEXT, made)
    assert verify(line(KEY) + " a comment", TEXT, made)
    assert not verify(line(OTHER), TEXT, made)
    assert not verify(line(KEY), TEXT + " ", made)


def test_a_change_of_any_byte_is_no_signature() -> None:
    raw = unarmored(sign(KEY, TEXT))
    assert verify(line(KEY), TEXT, armored(raw))
    for at in range(len(raw)):
        assert not verify(line(KEY), TEXT, armored(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])), at
    assert not verify(line(KEY), TEXT, armored(raw + b"\0"))
    assert not verify(line(KEY), TEXT, armored(raw[:-1]))


@pytest.mark.parametrize("text", ["", "x", "-----BEGIN SSH SIGNATURE-----\n!!\n-----END SSH SIGNATURE-----"])
def test_what_is_no_signature_is_none(text: str) -> None:
    assert not verify(line(KEY), TEXT, text)


@pytest.mark.parametrize(
    "text", ["", "ssh-ed25519", "ssh-rsa AAAA", "ssh-ed25519 !!", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"]
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert not verify(text, TEXT, sign(KEY, TEXT))
    with pytest.raises(Unreadable):
        fingerprint(text)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here (openssh-client)")
def test_openssh_makes_and_reads_the_same(tmp_path: Path) -> None:
    private = tmp_path / "key"
    private.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    private.chmod(0o600)
    (tmp_path / "key.pub").write_text(line(KEY))
    (tmp_path / "allowed").write_text(f"bob {line(KEY)}\n")
    (tmp_path / "ours").write_text(sign(KEY, TEXT))

    def keygen(*words: str, text: str = "") -> str:
        return subprocess.run(["ssh-keygen", *words], input=text, capture_output=True, text=True, check=True).stdout

    assert verify(line(KEY), TEXT, keygen("-Y", "sign", "-n", "vecgate", "-f", str(private), text=TEXT))
    assert not verify(line(KEY), TEXT, keygen("-Y", "sign", "-n", "git", "-f", str(private), text=TEXT))
    checked = ("-Y", "verify", "-n", "vecgate", "-f", str(tmp_path / "allowed"), "-I", "bob", "-s")
    assert "Good" in keygen(*checked, str(tmp_path / "ours"), text=TEXT)
    assert fingerprint(line(KEY)) in keygen("-l", "-f", str(tmp_path / "key.pub"))
