"""National numbers that prove themselves."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # one of each
        ("912-70-1234", ["912-70-1234"]),
        ("AB123456C", ["AB123456C"]),
        ("RSSMRA85T10A562S", ["RSSMRA85T10A562S"]),
        ("12345678Z", ["12345678Z"]),
        ("X1234567L", ["X1234567L"]),
        ("111.444.777-35", ["111.444.777-35"]),
        ("11.444.777/0001-61", ["11.444.777/0001-61"]),
        ("12.345.678-5", ["12.345.678-5"]),
        ("BOXW310820HNERXN09", ["BOXW310820HNERXN09"]),
        ("131052-308T", ["131052-308T"]),
        ("811228-9874", ["811228-9874"]),
        ("ABCPE1234F", ["ABCPE1234F"]),
        ("1M8GDM9AXKP042788", ["1M8GDM9AXKP042788"]),
        ("1EG4-TE5-MK73", ["1EG4-TE5-MK73"]),
        # one digit off
        ("12345678A", []),
        ("X1234567A", []),
        ("111.444.777-36", []),
        ("12.345.678-6", []),
        ("131052-308U", []),
        ("811228-9875", []),
        ("1M8GDM9A1KP042788", []),
        # near misses
        ("912-10-1234", []),
        ("QQ123456C", []),
        ("2024-05-12", []),
    ],
)
def test_id_forms(text: str, expected: list[str]) -> None:
    assert found("ID", text) == expected
