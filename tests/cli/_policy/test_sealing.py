"""`vecgate policy sign`: what is signed is shown, the second one adds to the first, and other files begin anew."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support.fakes.approvals import person
from support.fakes.policy_words import rule
from support.tools.signing import enrolment, key, mark
from vecgate.cli import main
from vecgate.consent.enrolled import Roots
from vecgate.policy.signed import FILE, Seal

ROOT = key()


@pytest.fixture
def people(tmp_path: Path) -> dict[str, list[str]]:
    """The words with which each signs."""
    found = {}
    for name in ("ann", "ben"):
        private = key()
        raw = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        (tmp_path / name).write_bytes(raw)
        (tmp_path / f"{name}.json").write_text(json.dumps(enrolment(person(name), private, (ROOT, None))))
        found[name] = ["--key", str(tmp_path / name), "--enrolment", str(tmp_path / f"{name}.json"), "--yes"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "policies"
    made.mkdir()
    (made / "p.yaml").write_text("version: 1\nrules:\n" + rule("a"))
    return made


def proven(folder: Path) -> tuple[str, ...]:
    texts = {file.name: file.read_text() for file in folder.glob("*.yaml")}
    return Seal("require", Roots([mark(ROOT)])).proven(folder, texts).people


def test_two_sign_one_after_the_other(people, folder, capsys):
    assert main(["policy", "sign", str(folder), *people["ann"]]) == 0
    assert "signed: 1 of 2 people has signed" in capsys.readouterr().out
    assert main(["policy", "sign", str(folder), *people["ann"]]) == 0  # whoever signs twice counts once
    assert "signed: 1 of 2 people has signed" in capsys.readouterr().out
    assert len(json.loads((folder / FILE).read_text())["signatures"]) == 1
    assert main(["policy", "sign", str(folder), *people["ben"]]) == 0
    assert "signed: 2 of 2 people have signed" in capsys.readouterr().out
    assert proven(folder) == ("ann", "ben")


def test_other_files_are_begun_anew_with_a_higher_number(people, folder, capsys):
    for name in ("ann", "ben"):
        assert main(["policy", "sign", str(folder), *people[name]]) == 0
    before = json.loads((folder / FILE).read_text())
    (folder / "p.yaml").write_text("version: 1\nrules:\n" + rule("b"))
    assert main(["policy", "sign", str(folder), *people["ben"]]) == 0
    after = json.loads((folder / FILE).read_text())
    assert len(after["signatures"]) == 1
    assert json.loads(after["statement"])["number"] > json.loads(before["statement"])["number"]


def test_what_is_signed_is_shown_and_asked_back(people, folder, capsys, monkeypatch):
    assert main(["policy", "sign", str(folder), *people["ann"]]) == 0
    (folder / "p.yaml").write_text("version: 1\nrules:\n" + rule("b"))
    (folder / "q.yaml").write_text("version: 1\nrules:\n" + rule("c"))
    asked = []
    monkeypatch.setattr("vecgate.cli._policy.sealing.confirmed", lambda lines, _question: asked.extend(lines))
    assert main(["policy", "sign", str(folder), *people["ben"][:-1]]) == 1
    assert asked[0] == "2 rules, signed by ben (https://login.example#ben)"
    assert [line.split()[:2] for line in asked[1:]] == [["p.yaml", "CHANGED"], ["q.yaml", "NEW"]]
    assert "not signed" in capsys.readouterr().err


def test_what_does_not_load_is_not_signed(people, folder, capsys):
    (folder / "p.yaml").write_text("version: 1\nrulez: []\n")
    assert main(["policy", "sign", str(folder), *people["ann"]]) != 0
    assert "rulez" in capsys.readouterr().err
    assert not (folder / FILE).exists()
