"""`vecgate env` prints what a shell takes as it stands, and what is left to write."""

import json
import subprocess
from pathlib import Path

import pytest

from vecgate.cli import main

TOLD = '[upstreams.points]\ndialect = "qdrant"\nurl = "https://gate:8444"\n'


@pytest.fixture(autouse=True)
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home.mkdir(mode=0o700)
    (home / "own ca.pem").write_text("-own-")
    (home / "desk.toml").write_text(f'gateway = "https://gate:8443"\nca = "{home / "own ca.pem"}"\n{TOLD}')
    monkeypatch.setenv("VECGATE_TOKEN", "to'ken")
    return home


def test_a_shell_takes_it_as_it_stands(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "--upstream", "points"]) == 0
    said = capsys.readouterr().out
    assert "\n# python: QdrantClient(" in said
    script = f'{said}\nprintf "%s|" "$QDRANT_URL" "$QDRANT_API_KEY" "$VECGATE_CA" "$SSL_CERT_FILE" "$VECGATE_GATEWAY"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, env={})
    ca, trusted = f"{desk}/own ca.pem", f"{desk}/trusted.pem"
    assert done.stdout.split("|")[:-1] == ["https://gate:8444", "to'ken", ca, trusted, "https://gate:8444"]
    assert (desk / "trusted.pem").read_text().startswith("-own-")


def test_any_database_goes_with_its_dialect(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "--upstream", "other", "--dialect", "chroma", "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["environment"]["CHROMA_CLIENT_AUTH_CREDENTIALS"] == "to'ken"
    assert (tree["environment"]["CHROMA_HOST"], tree["environment"]["CHROMA_PORT"]) == ("gate", "8443")
    assert "chromadb.HttpClient(" in tree["code"]["python"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--upstream", "other"], 1, "desk.toml has no upstreams.other (there: points)"),
        (["--upstream", "o", "--dialect", "x"], 2, "invalid choice"),
        (["--upstream", "o", "--dialect", "chroma", "--gateway", "http://gate"], 1, "which gateway?"),
        (["--upstream", "points", "--gateway", "http://gate"], 1, "which gateway?"),
        (["--upstream", "points", "--gateway", "gate:8443"], 1, "which gateway?"),
        ([], 2, "--upstream"),
    ],
)
def test_what_is_not_known_is_told(capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str) -> None:
    assert main(["env", *words]) == code
    assert said in capsys.readouterr().err
