"""Something wider, in which what was found is one of many; or nothing."""

from support.tools.every import every
from vecgate.masking.apply.operators.generalise import build
from vecgate.masking.apply.operators.redact import MARK

ROWS = [
    # neither number, address nor post code
    ({}, "", MARK),
    ({}, "Anna", MARK),
    ({}, "12 Main Street", MARK),
    ({}, "1e5", MARK),
    ({}, "9" * 16, MARK),
    # numbers
    ({}, "34", "30-39"),
    ({}, " 34 ", "30-39"),
    ({}, "30", "30-39"),
    ({}, "39", "30-39"),
    ({}, "0", "0-9"),
    ({}, "9999", "9990-9999"),
    ({}, "34.7", "30-39"),
    ({"step": 5}, "34", "30-34"),
    # of a long number, a narrow range would show nearly all
    ({}, "10000", "100**"),
    ({}, "123456", MARK),
    ({"step": 1000}, "123456", "123000-123999"),
    ({}, "078051120", MARK),
    ({}, "-10000", MARK),
    ({"step": 1000}, "4200", "4000-4999"),
    ({}, "-3", "-10 to -1"),
    # networks
    ({}, "10.1.2.3", "10.1.2.0/24"),
    ({"ipv4_bits": 16}, "10.1.2.3", "10.1.0.0/16"),
    ({}, "2001:db8:1:2::7", "2001:db8:1::/48"),
    ({"ipv6_bits": 32}, "2001:db8:1:2::7", "2001:db8::/32"),
    ({}, "10.1.2.0", "10.1.2.0/24"),
    ({}, "::", "::/48"),
    # post codes
    ({}, "94103", "941**"),
    ({}, "94103-1234", "941**"),
    ({"digits": 1}, "94103", "9****"),
]


@every(("params", "text", "shown"), ROWS)
def test_generalise(params: dict[str, int | str], text: str, shown: str) -> None:
    assert build(params, b"")(text, "ID") == shown
