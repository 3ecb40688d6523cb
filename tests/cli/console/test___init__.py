"""vecgate console says what is wrong with what it was told, before it serves anybody."""

from pathlib import Path

import pytest

from vecgate.cli import MISUSED, NO, main

FINE = [
    "console",
    "--url",
    "http://127.0.0.1:8470",
    "--gateway",
    "https://gw.example",
    "--issuer",
    "https://l.example",
    "--client-id",
    "c",
]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--url", "http://console.example"], "--url"),
        (["--gateway", "http://gw.example"], "--gateway"),
        (["--issuer", "l"], "--issuer"),
        (["--host", "0.0.0.0"], "--certificate"),
        (["--ca", "/nowhere"], "--ca"),
        (["--client-secret-file", "/nowhere"], "--client-secret-file"),
    ],
)
def test_what_it_cannot_start_with(more: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FINE, *more]) in (NO, MISUSED)
    assert words in capsys.readouterr().err


def test_a_secret_is_not_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s").write_bytes(b"\xffsecret")
    assert main([*FINE, "--client-secret-file", str(tmp_path / "s")]) in (NO, MISUSED)
    assert "secret\n" not in capsys.readouterr().err
