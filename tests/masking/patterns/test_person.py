"""Names that the words around them give away."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # titles
        ("Dr. Jane Smith left", ["Jane Smith"]),
        ("Herr M\xfcller", ["M\xfcller"]),
        # said, greeted, signed
        ("my name is Ana de la Cruz.", ["Ana de la Cruz"]),
        ("Dear Anna,", ["Anna"]),
        ("Regards,\nTom Jones", ["Tom Jones"]),
        # labelled
        ("customer_name: Anu Kotkas", ["Anu Kotkas"]),
        ('"owner": "Li Wei"', ["Li Wei"]),
        # near misses
        ("Dear Support Team,", []),
        ("name: unknown", []),
        ("my name is not here", []),
        ("Dr. No", []),
    ],
)
def test_person(text: str, expected: list[str]) -> None:
    assert found("PERSON", text) == expected
