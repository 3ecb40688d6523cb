"""Handles on social networks."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # handles
        ("thanks @anna_k!", ["@anna_k"]),
        ("@bob said", ["@bob"]),
        # near misses
        ("a@b.com", []),
        ("@ 5 pm", []),
        ("user@host", []),
    ],
)
def test_handle(text: str, expected: list[str]) -> None:
    assert found("HANDLE", text) == expected
