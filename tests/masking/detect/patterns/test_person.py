"""Names that the words around them prove."""
# ruff: noqa: RUF001  # disguises are what is tested

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # titles
        ("Dr. Anu Kotkas came", ["Anu Kotkas"]),
        ("Mr. and Mrs. Smith", ["Smith"]),
        ("Frau Müller", ["Müller"]),
        ("Prof. Dr. Jan de Vries", ["Jan de Vries"]),
        # said
        ("my name is Anu Kotkas.", ["Anu Kotkas"]),
        ("I'm John Smith, hi", ["John Smith"]),
        ("je m’appelle Zoé Dubois", ["Zoé Dubois"]),
        ("Ich heiße Jan Meier", ["Jan Meier"]),
        ("this is Anu calling", ["Anu"]),
        # greeted, signed
        ("Dear Anu,\nthanks", ["Anu"]),
        ("Kind regards,\nAnu Kotkas\n", ["Anu Kotkas"]),
        ("> > regards\n> > Ferenc\n", ["Ferenc"]),
        # labelled
        ("first_name: Anu", ["Anu"]),
        ("Customer: Anu Kotkas", ["Anu Kotkas"]),
        ('"name":"Anu Kotkas"', ["Anu Kotkas"]),
        ("Patient: Kotkas, Anu", ["Kotkas, Anu"]),
        # no names
        ("Dear Customer,", []),
        ("Hello World Team,", []),
        ("I am Not Sure", []),
        ("this is Great", []),
        ("Name: Redis", []),
        ("Customer: Acme Bank", []),
        ("M 5", []),
        ("From: Sales", []),
    ],
)
def test_person(text: str, expected: list[str]) -> None:
    assert found("PERSON", text) == expected
