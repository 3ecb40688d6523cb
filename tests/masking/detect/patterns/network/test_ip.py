"""IP addresses."""

import pytest

from support.tools.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # version 4
        ("from 10.0.0.12:8080", ["10.0.0.12"]),
        ("192.168.1.7/24", ["192.168.1.7/24"]),
        ("8.8.8.8.", ["8.8.8.8"]),
        # version 6
        ("fe80::1ff:fe23:4567:890a", ["fe80::1ff:fe23:4567:890a"]),
        ("2001:db8::ff00:42:8329", ["2001:db8::ff00:42:8329"]),
        ("::ffff:192.0.2.128", ["::ffff:192.0.2.128"]),
        # nobody's
        ("127.0.0.1", []),
        ("0.0.0.0", []),
        ("255.255.255.0", []),
        # near misses
        ("256.1.1.1", []),
        ("version 1.2.3.4", []),
        ("Safari/537.36 Edg/121.0.0.0", []),
        ("host/10.1.2.3", ["10.1.2.3"]),
        ("a range such as 10.0.0.0/20", []),
        ("1.2.3.4.5", []),
        ("std::vector", []),
        ("12:30:45", []),
        ("::", []),
    ],
)
def test_ip(text: str, expected: list[str]) -> None:
    assert found("IP", text) == expected
