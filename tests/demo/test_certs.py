"""Our CA stands up to the strict checks of Python 3.13, and is made once."""

import ssl
import stat
from pathlib import Path

from demo import certs


def test_a_ca_is_made_once_and_its_key_is_private(tmp_path: Path) -> None:
    first = certs.make_ca(tmp_path, "a CA").read_bytes()
    assert certs.make_ca(tmp_path, "a CA").read_bytes() == first
    assert stat.S_IMODE((tmp_path / "ca.key").stat().st_mode) == 0o600


def test_a_private_file_that_was_open_to_others_is_not_any_more(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    certs.write_private(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_strict_client_accepts_the_server_under_each_of_its_names(tmp_path: Path) -> None:
    ca = certs.make_ca(tmp_path, "a CA")
    pem, key = certs.make_server(tmp_path, "server", ("localhost", "127.0.0.1"))
    for name in ("localhost", "127.0.0.1"):
        client = ssl.create_default_context(cafile=str(ca))
        client.verify_flags |= ssl.VERIFY_X509_STRICT
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(pem, key)
        assert _handshake(client, server, name) == "TLSv1.3"


def _handshake(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> str | None:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    waiting = list(ends)
    while waiting:
        for end in tuple(waiting):
            try:
                end.do_handshake()
                waiting.remove(end)
            except ssl.SSLWantReadError:
                continue
    return ends[0].version()
