"""The local address's certificate is one that strict clients take for localhost, and for nothing else."""

import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from vecgate.desk import certificate


@pytest.mark.parametrize(("name", "taken"), [("localhost", True), ("127.0.0.1", True), ("gate.example", False)])
def test_it_is_good_for_this_machine(home: Path, name: str, taken: bool) -> None:
    made, key = certificate.make(home)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(made, key)
    outside = ssl.create_default_context(cafile=str(made))
    outside.verify_flags |= ssl.VERIFY_X509_STRICT
    here, there = socket.socketpair()

    def serve() -> None:
        try:
            inside.wrap_socket(there, server_side=True).close()
        except OSError:
            there.close()

    thread = threading.Thread(target=serve)
    thread.start()
    with here:
        if taken:
            outside.wrap_socket(here, server_hostname=name).close()
        else:
            with pytest.raises(ssl.SSLCertVerificationError):
                outside.wrap_socket(here, server_hostname=name)
    thread.join()
