"""vecgate approver: enrolments are made, signed by a root or by two, and shown; the gateway is asked who one is."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support.tools.signing import key, mark
from vecgate.cli import approver, main
from vecgate.consent.enrolled import Roots, Unproven

ROOT = key()


class Told:
    """The gateway, as far as it says who one is."""

    who = ""

    @classmethod
    def of(cls, *_: Any) -> "Told":
        return cls()

    def call(self, _method: str, path: str) -> dict[str, Any]:
        assert path == "/.vecgate/v1/whoami"
        return {"issuer": "https://i", "subject": self.who, "user": self.who, "groups": ["data-owners"]}


@pytest.fixture(autouse=True)
def _gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approver, "Gateway", Told)


def made(folder: Path, name: str, private: Ed25519PrivateKey) -> str:
    (folder / name).write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    return str(folder / name)


def enrolled(folder: Path, who: str) -> str:
    """The file of somebody's enrolment, signed by nobody."""
    Told.who, file = who, str(folder / f"{who}.json")
    assert main(["approver", "enroll", "--key", made(folder, who, key()), "--out", file]) == 0
    return file


def sign(file: str, *words: str) -> None:
    assert main(["approver", "sign", file, "--yes", *words]) == 0


def test_a_root_enrols_and_two_who_are_enrolled_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, keys = made(tmp_path, "root", ROOT), Roots([mark(ROOT)])
    bob, carol, dora = (enrolled(tmp_path, who) for who in ("bob", "carol", "dora"))
    for file in (bob, carol):
        with pytest.raises(Unproven):
            keys.enrolled(json.loads(Path(file).read_text()))
        sign(file, "--key", root)
        assert keys.enrolled(json.loads(Path(file).read_text())).groups == {"data-owners"}
    sign(dora, "--key", str(tmp_path / "bob"), "--enrolment", bob)
    with pytest.raises(Unproven):
        keys.enrolled(json.loads(Path(dora).read_text()))
    sign(dora, "--key", str(tmp_path / "carol"), "--enrolment", carol)
    assert keys.enrolled(json.loads(Path(dora).read_text())).person == "https://i#dora"
    capsys.readouterr()
    assert main(["approver", "show", bob]) == 0
    shown = capsys.readouterr().out
    assert "bob (https://i#bob)" in shown
    assert mark(ROOT) in shown


def test_nobody_signs_unseen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = enrolled(tmp_path, "bob")
    assert main(["approver", "sign", file, "--key", made(tmp_path, "root", ROOT)]) != 0
    assert "nobody is there to be asked" in capsys.readouterr().err
    assert json.loads(Path(file).read_text())["signatures"] == []
