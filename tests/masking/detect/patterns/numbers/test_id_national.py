"""National numbers that a word and their check digits prove."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # bare digits behind their word
        ("NHS number 943 476 5919", ["943 476 5919"]),
        ("NHS No: 9434765919", ["9434765919"]),
        ("UTR 1955839661", ["1955839661"]),
        ("SIN: 123-456-782", ["123-456-782"]),
        ("TFN 123 456 782", ["123 456 782"]),
        ("Steuer-ID: 36 574 261 809", ["36 574 261 809"]),
        ("BSN 111222333", ["111222333"]),
        ("PESEL: 44051401359", ["44051401359"]),
        ("CPF 39053344705", ["39053344705"]),
        ("Aadhaar: 2341 2341 2346", ["2341 2341 2346"]),
        ("he showed 3675 9834 6016 at the desk", ["3675 9834 6016"]),
        ("he showed 3675 9834 6012 at the desk", []),
        ("the row 3675 9834 6016 2211 is longer", []),
        ("see 3675-9834-6016, please", []),
        ("AHV-Nr. 756.9217.0769.85", ["756.9217.0769.85"]),
        ("CPR-nr 2110625629", ["2110625629"]),
        ("fødselsnummer 15108695088", ["15108695088"]),
        ("isikukood 36805280109", ["36805280109"]),
        ("OIB: 33392005961", ["33392005961"]),
        ("TC Kimlik No: 17291716060", ["17291716060"]),
        ("my number 1234 5678 9018", ["1234 5678 9018"]),
        ("routing number 111000025", ["111000025"]),
        ("NIR 2 95 10 99 126 111 93", ["2 95 10 99 126 111 93"]),
        # without the word
        ("9434765919", []),
        ("44051401359", []),
        # one digit off
        ("BSN 111222334", []),
        ("PESEL: 44051401358", []),
    ],
)
def test_id_national(text: str, expected: list[str]) -> None:
    assert found("ID", text) == expected
