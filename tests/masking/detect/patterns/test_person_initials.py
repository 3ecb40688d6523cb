"""Names behind initials, and in capitals behind titles."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        ("[00:12:44] DR. VELASQUEZ: And you?", ["VELASQUEZ"]),
        ("MR. DE LA CRUZ spoke", ["DE LA CRUZ"]),
        ("HON. Members", []),
        # initials
        ("I. J. Isah and R.J. Mac Nicholson, counsel", ["I. J. Isah", "R.J. Mac Nicholson"]),
        ("the U. S. Miller Act, B.A. Smith", []),
        ("J. R. Xyzzyq", []),
    ],
)
def test_person(text: str, expected: list[str]) -> None:
    assert found("PERSON", text) == expected
