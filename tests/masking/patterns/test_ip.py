"""IP addresses, not versions, times or code."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # version 4
        ("from 10.0.0.1.", ["10.0.0.1"]),
        ("192.168.1.0/24", ["192.168.1.0/24"]),
        # version 6
        ("fe80::1ff:fe23:4567:890a", ["fe80::1ff:fe23:4567:890a"]),
        ("2001:db8:0:0:0:0:2:1", ["2001:db8:0:0:0:0:2:1"]),
        ("::ffff:192.0.2.1", ["::ffff:192.0.2.1"]),
        # near misses
        ("256.1.1.1", []),
        ("1.2.3", []),
        ("std::cout", []),
        ("12:30:45", []),
        ("a::b", []),
    ],
)
def test_ip(text: str, expected: list[str]) -> None:
    assert found("IP", text) == expected
