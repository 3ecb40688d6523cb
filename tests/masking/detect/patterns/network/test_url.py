"""Web addresses."""

import pytest

from support.tools.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # addresses
        ("see https://example.com/a?b=c now", ["https://example.com/a?b=c"]),
        ("www.example.com", ["www.example.com"]),
        ("write to example.com/help.", ["example.com/help"]),
        ("(see https://example.com/a_(b))", ["https://example.com/a_(b)"]),
        # near misses
        ("john@example.com", []),
        ("It is done.It works", []),
        ("os.path", []),
    ],
)
def test_url(text: str, expected: list[str]) -> None:
    assert found("URL", text) == expected
