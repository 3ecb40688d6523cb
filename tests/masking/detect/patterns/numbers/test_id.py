"""Numbers that are called what they are."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # papers
        ("passport C01X00T47", ["C01X00T47"]),
        ("driver's license number is S123-4567-8901", ["S123-4567-8901"]),
        ("Personalausweis: L01X00T471", ["L01X00T471"]),
        # health, work, money, things
        ("MRN: 00123456", ["00123456"]),
        ("NPI 1234567893", ["1234567893"]),
        ("patient_id=P-4711", ["P-4711"]),
        ("Employee ID: E-1042", ["E-1042"]),
        ("member number 991234", ["991234"]),
        ("account number 12345678", ["12345678"]),
        ("Policy No. AB-123456", ["AB-123456"]),
        ("Tax ID: 12-3456789", ["12-3456789"]),
        ("IMEI 490154203237518", ["490154203237518"]),
        ("license plate: ABC-1234", ["ABC-1234"]),
        # in tables and JSON
        ('"passport":"X1234567"', ["X1234567"]),
        ("Account number\n12345678", ["12345678"]),
        ("passport (US): 123456789", ["123456789"]),
        # near misses
        ("passport renewal", []),
        ("account number unknown", []),
        ("license 2.0", []),
        ("policy of 2024-05-01", []),
        ("employee id required", []),
    ],
)
def test_id(text: str, expected: list[str]) -> None:
    assert found("ID", text) == expected
