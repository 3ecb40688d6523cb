"""Hardware addresses."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # spellings
        ("00:1B:44:11:3A:B7", ["00:1B:44:11:3A:B7"]),
        ("00-1b-44-11-3a-b7", ["00-1b-44-11-3a-b7"]),
        ("001b.4411.3ab7", ["001b.4411.3ab7"]),
        # near misses
        ("00:1B:44:11:3A", []),
        ("00:1B-44:11-3A:B7", []),
        ("12:30:45", []),
    ],
)
def test_mac(text: str, expected: list[str]) -> None:
    assert found("MAC", text) == expected
