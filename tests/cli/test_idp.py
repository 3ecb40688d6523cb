"""`vecgate idp`: people are added, mistakes are told, and it serves as a process of its own."""

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import yaml

from demo.gateway import REPOSITORY
from demo.stack import Stack
from support.consoles.served import free_place
from support.logins.served import PLAIN, settings
from vecgate import cli
from vecgate.idp import people


@pytest.fixture
def file(tmp_path: Path) -> Path:
    signing = {"url": "https://vault", "role_id_file": "a", "secret_id_file": "b"}
    told = {"url": "http://127.0.0.1:1", "signing": signing, "state": {"url": "unix:///x"}, "people": "people.json"}
    made = tmp_path / "idp.yaml"
    made.write_text(yaml.safe_dump(told))
    return made


def test_people_are_added_and_their_passwords_changed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from io import StringIO

    for name, word, groups in (
        ("alice", "a long password", ["a", "b"]),
        ("bob", "another password", []),
        ("alice", "yet another one", ["c"]),
    ):
        monkeypatch.setattr("sys.stdin", StringIO(f"{word}\n"))
        more = [part for group in groups for part in ("--group", group)]
        assert cli.main(["idp", "--settings", str(file), "--add", name, *more]) == cli.OK
    made = file.parent / "people.json"
    assert made.stat().st_mode & 0o777 == 0o600
    known = people.read(made)
    assert {name: one.groups for name, one in known.items()} == {"alice": ("c",), "bob": ()}
    assert "password" not in json.dumps([*known])
    assert [one.name for one in file.parent.iterdir() if one.name.endswith(".new")] == []


@pytest.mark.parametrize("words", [["--add", "A B"], ["--add", ""], ["--host", "0.0.0.0"]])
def test_a_mistake_is_told(file: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (file.parent / "people.json").write_text("{}")
    (file.parent / "people.json").chmod(0o600)
    assert cli.main(["idp", "--settings", str(file), *words]) == cli.NO
    assert words[0] in capsys.readouterr().err


def test_without_settings_it_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VECGATE_IDP_SETTINGS", raising=False)
    assert cli.main(["idp"]) == cli.NO
    assert "--settings" in capsys.readouterr().err


def test_it_serves_and_loads_nothing_of_the_path(stack: Stack, tmp_path: Path) -> None:
    url = free_place()
    told = settings(stack, url, tmp_path)
    made = tmp_path / "idp.yaml"
    made.write_text(yaml.safe_dump(told))
    words = [
        sys.executable,
        "-X",
        "importtime",
        "-m",
        "vecgate.cli",
        "idp",
        "--settings",
        str(made),
        "--port",
        url.rpartition(":")[2],
    ]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, env={"PYTHONPATH": str(REPOSITORY / "addons")})
        try:
            end = time.monotonic() + 90
            while True:
                try:
                    about = httpx.get(f"{url}/.well-known/openid-configuration", verify=PLAIN, trust_env=False)
                    break
                except httpx.TransportError:
                    assert process.poll() is None, (tmp_path / "log").read_text()[-2000:]
                    assert time.monotonic() < end
                    time.sleep(0.2)
            assert about.json()["issuer"] == url
        finally:
            process.terminate()
            assert process.wait(30) is not None
    loaded = {line.rpartition("|")[2].strip() for line in (tmp_path / "log").read_text().splitlines() if "|" in line}
    assert not loaded & {"mitmproxy", "spacy", "vecgate.gate", "vecgate.policy", "vecgate.dialects", "vecgate.masking"}
