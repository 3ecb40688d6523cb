"""Forms that were missed, and forms that were taken for personal: numbers far from their word, words near an @."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("entity", "text", "expected"),
    [
        ("PERSON", "Mrs M. Kiss was", ["M. Kiss"]),
        ("PERSON", "Mr R. Holm-Pedersen, aged", ["R. Holm-Pedersen"]),
        ("PERSON", "Mr C. Balik", ["C. Balik"]),
        ("PERSON", "Dr Smith", ["Smith"]),
        ("PERSON", "Dear J. R. Tolk,", ["J. R. Tolk"]),
        ("ADDRESS", "On 7 June 1998 the Court held", []),
        ("ADDRESS", "9 March 1996 the court", []),
        ("ADDRESS", "Version 3 adds a new Drive", []),
        ("ADDRESS", "12 long winding road", ["12 long winding road"]),
        ("ADDRESS", "Mail goes to 2135 11th St, Anchorage, AK 99515.", ["2135 11th St, Anchorage, AK 99515"]),
        ("ADDRESS", "1426 5th Pl Nw", ["1426 5th Pl Nw"]),
        ("ADDRESS", "goes to Rts 232 & 413, Anchorage, AK 99515.", ["Rts 232 & 413, Anchorage, AK 99515"]),
        ("ADDRESS", "Route 66", []),
        ("ID", "MRN:          12345678", ["12345678"]),
        ("ID", "Provider NPI:            1234567890", ["1234567890"]),
        ("HANDLE", "username is not predictable", []),
        ("HANDLE", "user name is unique", []),
        ("HANDLE", "username is jdoe42", ["jdoe42"]),
        ("HANDLE", "see r/gardening and / r / gardening", ["r/gardening", "/ r / gardening"]),
        ("HANDLE", "w/o and a/b tests", []),
        ("EMAIL", "your @mailbox.example host", []),
        ("EMAIL", "joe @example.com", ["joe @example.com"]),
        ("EMAIL", "用户@例子.公司", ["用户@例子.公司"]),
        (
            "SECRET",
            "1//0gaB1caB1caB1caB1caB1caB1caB1caB1caB1caB1caB1caB1c",
            ["1//0gaB1caB1caB1caB1caB1caB1caB1caB1caB1caB1caB1caB1c"],
        ),
        ("SECRET", "hf_aB1aB1aB1aB1aB1aB1aB1aB1aB1aB1aB1x", ["hf_aB1aB1aB1aB1aB1aB1aB1aB1aB1aB1aB1x"]),
        ("SECRET", "password Blue#Tree42 works", ["Blue#Tree42"]),
        ("SECRET", "password reset2 page", []),
        ("SECRET", 'the password "Blue#Tree42"', ["Blue#Tree42"]),
        ("PERSON", '{"family":"Okonjo","given":["Adaeze"]}', ["Okonjo", "Adaeze"]),
        ("PERSON", '{"names":["Adaeze","Bram"]}', ["Adaeze", "Bram"]),
        ("PERSON", '{"first":"Introduction","last":"Summary"}', []),
    ],
)
def test_odd_forms(entity: str, text: str, expected: list[str]) -> None:
    assert found(entity, text) == expected
