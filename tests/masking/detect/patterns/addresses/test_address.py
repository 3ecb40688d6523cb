"""Where people live, as English-speaking countries write it."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # in full
        ("123 Main Street Apt 4, Springfield, IL 62704", ["123 Main Street Apt 4, Springfield, IL 62704"]),
        ("at 742 Evergreen Terrace, Springfield", ["742 Evergreen Terrace"]),
        (
            "4052 W. Oak Park Blvd., Suite 300\nDallas, Texas 75201-1234",
            ["4052 W. Oak Park Blvd., Suite 300\nDallas, Texas 75201-1234"],
        ),
        ("10 Downing Street, London SW1A 2AA", ["10 Downing Street, London SW1A 2AA"]),
        ("221b Baker Street\nLondon\nNW1 6XE", ["221b Baker Street\nLondon\nNW1 6XE"]),
        ("12/45 Station Rd, Parramatta NSW 2150", ["12/45 Station Rd, Parramatta NSW 2150"]),
        ("100 Queen Street West, Toronto, ON M5H 2N2", ["100 Queen Street West, Toronto, ON M5H 2N2"]),
        ("lives at 5 Elm Road.", ["5 Elm Road"]),
        ("350 Fifth Ave, New York, NY 10118, USA", ["350 Fifth Ave, New York, NY 10118, USA"]),
        ("1200 Avenue of the Americas", ["1200 Avenue of the Americas"]),
        ("4711 Highway 42", ["4711 Highway 42"]),
        # any case
        ("5 elm road", ["5 elm road"]),
        ("17 st james court", ["17 st james court"]),
        # South and Southeast Asia
        ("Flat 12, House No. 6, Green Road, Dhaka 1205", ["Flat 12, House No. 6, Green Road, Dhaka 1205"]),
        ("No. 6, Jalan 2, Kampung Baru, 45766 Taman Bintang", ["No. 6, Jalan 2, Kampung Baru, 45766 Taman Bintang"]),
        # near misses
        ("the main street", []),
        ("30 Days Free Way", []),
        ("WAY 2 GO", []),
        ("see 5 Items Per Page View", []),
        ("$12 Silver Lake", []),
        ("version 2.12 Silver Lake", []),
        ("Section 3 Point", []),
    ],
)
def test_address(text: str, expected: list[str]) -> None:
    assert found("ADDRESS", text) == expected
