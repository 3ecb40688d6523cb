"""Hardware addresses."""

import pytest

from support.tools.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # spellings
        ("00:1A:2b:3C:4d:5E", ["00:1A:2b:3C:4d:5E"]),
        ("00-1A-2B-3C-4D-5E", ["00-1A-2B-3C-4D-5E"]),
        ("001a.2b3c.4d5e", ["001a.2b3c.4d5e"]),
        # nobody's
        ("ff:ff:ff:ff:ff:ff", []),
        ("00:00:00:00:00:00", []),
        # near misses
        ("00:1A:2b:3C:4d", []),
        ("12:30:45", []),
        # weights of letters, as Unicode's tables write them
        ("00ED ; [.1D32.0020.0002] # LATIN SMALL LETTER I WITH ACUTE", []),
        ("port of 001a.2b3c.4d5e.", ["001a.2b3c.4d5e"]),
    ],
)
def test_mac(text: str, expected: list[str]) -> None:
    assert found("MAC", text) == expected
