"""Where people live."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # number first
        (
            "at 123 Main Street Apt 4, Springfield, IL 62704",
            ["123 Main Street Apt 4, Springfield, IL 62704"],
        ),
        ("5 elm road", ["5 elm road"]),
        # number last
        ("M\xfcllerstra\xdfe 12, 13353 Berlin", ["M\xfcllerstra\xdfe 12, 13353 Berlin"]),
        ("12 rue de la Paix", ["12 rue de la Paix"]),
        ("Calle Mayor 7", ["Calle Mayor 7"]),
        # codes and labels
        ("P.O. Box 123", ["P.O. Box 123"]),
        ("SW1A 1AA", ["SW1A 1AA"]),
        ("zip code 62704", ["62704"]),
        ("address: Pikk 5-3, Tartu", ["Pikk 5-3, Tartu"]),
        # near misses
        ("the main street", []),
        ("Via email", []),
        ("zip file", []),
        ("address: unknown", []),
        ("WAY 2 GO", []),
    ],
)
def test_address(text: str, expected: list[str]) -> None:
    assert found("ADDRESS", text) == expected
