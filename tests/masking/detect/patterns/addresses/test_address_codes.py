"""Postcodes, boxes and labelled addresses."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # boxes
        ("P.O. Box 123", ["P.O. Box 123"]),
        ("PO Box 4711, Reno, NV 89501", ["PO Box 4711, Reno, NV 89501"]),
        ("Postfach 12", ["Postfach 12"]),
        ("PSC 4321, Box 90\nAPO AP 96301", ["PSC 4321, Box 90\nAPO AP 96301"]),
        # town and code
        ("Springfield, IL 62704", ["Springfield, IL 62704"]),
        ("Salt Lake City, Utah 84101", ["Salt Lake City, Utah 84101"]),
        ("in TX 75201", ["TX 75201"]),
        ("SW1A 1AA", ["SW1A 1AA"]),
        ("K1A 0B1", ["K1A 0B1"]),
        # named
        ("zip code 62704", ["62704"]),
        ("Postcode: SW1A1AA", ["SW1A1AA"]),
        ("PLZ 10115", ["10115"]),
        ("address: Pikk 5-3, Tartu", ["Pikk 5-3, Tartu"]),
        ('"billing_address": "Pikk 5-3"', ["Pikk 5-3"]),
        # near misses
        ("zip file", []),
        ("address: unknown", []),
        ("IP address: 10.0.0.1", []),
        ("address = 0x7fff5694", []),
        ("IL and TX", []),
        ("X-SW1A 1AA", []),
    ],
)
def test_address_codes(text: str, expected: list[str]) -> None:
    assert found("ADDRESS", text) == expected
