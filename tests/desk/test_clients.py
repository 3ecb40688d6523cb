"""Every database's clients are known, and nothing but what is known of them is filled in."""

import ssl
from pathlib import Path

import pytest

from vecgate import dialects
from vecgate.desk import clients
from vecgate.desk.places import DeskFailed


def test_every_database_has_its_clients() -> None:
    assert clients.names() == sorted(dialects.names())
    for name in clients.names():
        made = clients.environment(name, "https://gate:8443", "TOKEN", "/ca.pem", "/all.pem")
        left = [
            value
            for value in (*made.values(), *clients.code(name, "https://gate:8443").values())
            for word in ("{url}", "{host}", "{port}", "{token}")
            if word in value
        ]
        assert left == [], name
        assert "TOKEN" in made.values(), name
        assert clients.code(name, "https://gate:8443"), name


def test_what_qdrants_clients_read() -> None:
    assert clients.environment("qdrant", "https://gate", "T", "/ca.pem", "/all.pem") == {
        "VECGATE_GATEWAY": "https://gate", "VECGATE_TOKEN": "T", "VECGATE_CA": "/ca.pem", "SSL_CERT_FILE": "/all.pem",
        "REQUESTS_CA_BUNDLE": "/all.pem", "CURL_CA_BUNDLE": "/all.pem", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": "/all.pem",
        "NODE_EXTRA_CA_CERTS": "/ca.pem", "QDRANT_URL": "https://gate", "QDRANT_API_KEY": "T",
    }  # fmt: skip
    assert clients.environment("", "https://gate", "T", "", "") == {
        "VECGATE_GATEWAY": "https://gate",
        "VECGATE_TOKEN": "T",
    }
    with pytest.raises(DeskFailed, match="no clients of 'oracle'"):
        clients.of("oracle")


def test_a_bundle_has_all_that_was_trusted_and_the_gateway(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).write_text(f"-{name}-")
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(tmp_path / "theirs"))
    assert Path(clients.bundle(str(tmp_path / "ours"), home / "all.pem")).read_text() == "-ours-\n-theirs-"
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    assert Path(clients.bundle(str(tmp_path / "ours"), home / "all.pem")).read_text() == "-ours-"
    with pytest.raises(DeskFailed, match="cannot be read"):
        clients.bundle(str(tmp_path / "none"), home / "all.pem")
