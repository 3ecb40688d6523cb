"""Towns behind streets are part of the address; other places are not."""

import pytest

from vecgate.domain.finding import Finding
from vecgate.masking.detect.addresses import extended


def findings(text: str, *marked: tuple[str, str]) -> list[Finding]:
    return [Finding(text.index(part), text.index(part) + len(part), entity) for entity, part in marked]


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        # nothing to extend
        ("", [], []),
        ("12 Main Street", [("ADDRESS", "12 Main Street")], []),
        # what may be between
        ("12 Main Street, Springfield", [("ADDRESS", "12 Main Street"), ("LOCATION", "Springfield")], ["12 Main Street, Springfield"]),
        ("Am Markt 5\n50667 Bonn", [("ADDRESS", "Am Markt 5"), ("LOCATION", "Bonn")], ["Am Markt 5\n50667 Bonn"]),
        ("Dam 1, 1012 JS Amsterdam, Holland", [("ADDRESS", "Dam 1"), ("LOCATION", "Amsterdam"), ("LOCATION", "Holland")], ["Dam 1, 1012 JS Amsterdam, Holland"]),
        # what may not
        ("12 Main Street. In Springfield", [("ADDRESS", "12 Main Street"), ("LOCATION", "Springfield")], []),
        ("Springfield, 12 Main Street", [("ADDRESS", "12 Main Street"), ("LOCATION", "Springfield")], []),
        ("12 Main Street, Acme", [("ADDRESS", "12 Main Street"), ("ORG", "Acme")], []),
    ],
)  # fmt: skip
def test_extended(text: str, marked: list[tuple[str, str]], expected: list[str]) -> None:
    assert [text[f.start : f.end] for f in extended(text, findings(text, *marked))] == expected
