"""Only TLS 1.2 and later is spoken, whatever the system's Python leaves open; and names are checked."""

import ssl
from pathlib import Path

import pytest

from vecgate.parsing.tls import trusting


@pytest.mark.parametrize(
    ("system", "ours"),
    [("MINIMUM_SUPPORTED", "TLSv1_2"), ("TLSv1", "TLSv1_2"), ("TLSv1_2", "TLSv1_2"), ("TLSv1_3", "TLSv1_3")],
)
def test_no_older_tls_is_spoken(monkeypatch: pytest.MonkeyPatch, system: str, ours: str) -> None:
    def made(**_: object) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion[system]
        return context

    monkeypatch.setattr(ssl, "create_default_context", made)
    assert trusting().minimum_version is ssl.TLSVersion[ours]


def test_names_are_checked_and_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    context = trusting()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    with pytest.raises(OSError, match="No such file"):
        trusting(tmp_path / "none.pem")
