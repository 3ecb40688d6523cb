"""Each finding is told with its reason, and with what became of it."""

import pytest

from vecgate.domain.finding import Finding
from vecgate.masking.apply.explain import Proofs, explain, why

MASKED = ("PERSON", "EMAIL", "PHONE", "SSN", "SECRET")


def test_nothing_found_is_nothing_told() -> None:
    assert explain("plain", [], MASKED) == []


@pytest.mark.parametrize(
    ("source", "by", "proof"),
    [
        ("pattern:email/plain", "rule email/plain", "RFC 5322"),
        ("base64, pattern:email/plain", "rule email/plain", "packed in base64: RFC 5322"),
        ("base64, hex, pattern:email/plain", "rule email/plain", "packed in base64, hex: RFC 5322"),
        ("language:fi", "language:fi", "no model reads this language: names may be missing"),
        ("model", "model", "read as a name by the model"),
        ("something new", "something new", ""),
    ],
)
def test_why(source: str, by: str, proof: str) -> None:
    assert why(source) == (by, proof)


def test_what_becomes_of_each() -> None:
    text = "John Smith john@example.com in Berlin, 078-05-1120"
    findings = [
        Finding(0, 27, "PERSON", "model"),
        Finding(0, 4, "PERSON", "name again"),
        Finding(11, 27, "EMAIL", "pattern:email/plain"),
        Finding(31, 37, "LOCATION", "model"),
        Finding(39, 50, "SSN", "pattern:ssn/grouped"),
        Finding(39, 50, "PHONE", "pattern:phone/number"),
    ]
    told = [
        (r.text, r.finding.entity, r.outcome, [f.entity for f in r.lost_to]) for r in explain(text, findings, MASKED)
    ]
    assert told == [
        ("John Smith john@example.com", "PERSON", "partly", ["EMAIL"]),
        ("John", "PERSON", "masked", []),
        ("john@example.com", "EMAIL", "masked", []),
        ("Berlin", "LOCATION", "on request", []),
        ("078-05-1120", "SSN", "masked", []),
        ("078-05-1120", "PHONE", "dropped", ["SSN"]),
    ]


def test_what_is_no_entity_is_a_note() -> None:
    (told,) = explain("moi", [Finding(0, 3, "UNSERVED", "language:fi")], MASKED)
    assert told.outcome == "noted"


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("", ""),
        ("Vector Index", ""),
        ("john@example.com", ""),
        ("4111 1111 1111 1111", "CREDIT_CARD"),
        ("our card is 4111111111111111", "CREDIT_CARD"),
        ("4111111111111112", ""),
        ("DE89370400440532013000", "IBAN"),
        ("ghp_" + "a" * 36, "SECRET"),
    ],
)
def test_what_a_check_proves_is_personal_whatever_is_said(text: str, entity: str) -> None:
    assert Proofs().of(text) == entity
