"""Payment cards: Luhn and a known first group."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # schemes
        ("4111111111111111", ["4111111111111111"]),
        ("card 4111 1111 1111 1111.", ["4111 1111 1111 1111"]),
        ("3782-822463-10005", ["3782-822463-10005"]),
        ("5555.5555.5555.4444", ["5555.5555.5555.4444"]),
        # in company
        ("on 2024 4111 1111 1111 1111 123", ["4111 1111 1111 1111"]),
        ("4111111111111111 5555555555554444", ["4111111111111111", "5555555555554444"]),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", ["4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"]),
        # disguised
        ("4111\u200b1111\u200b1111\u200b1111", ["4111\u200b1111\u200b1111\u200b1111"]),
        (
            "\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11",
            ["\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11"],
        ),
        (
            "\u0664\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661",
            ["\u0664\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661"],
        ),
        # near misses
        ("4111111111111112", []),
        ("0000000000000000", []),
        ("1234567890123456", []),
        ("order 411111111111", []),
        ("1700000000000000", []),
    ],
)
def test_credit_card(text: str, expected: list[str]) -> None:
    assert found("CREDIT_CARD", text) == expected
