"""What every operator must hold to: what was found is not in what is shown, whatever it was."""

# ruff: noqa: RUF001  # disguises are what is tested

import pytest

from support.tools.every import every
from vecgate.domain.profiles import ENTITIES, OperatorSpec, operators
from vecgate.masking.apply.operators import build, fresh
from vecgate.masking.apply.operators._base import BLOCK, DROP

KEY = b"k" * 32
SAMPLES = {
    "PERSON": ["Anna Kowalski", "李伟", "O'Neil", "Jo", "ANNA"],
    "EMAIL": ["anna@example.com", "a@b.co", "anna at example dot com", '"a b"@example.com', "anna&#64;example.com"],
    "PHONE": ["+1 (555) 010-9999", "5550123", "020 7946 0958 x12"],
    "CREDIT_CARD": ["4111 1111 1111 1111", "378282246310005", "４１１１１１１１１１１１１１１１"],
    "IBAN": ["DE89 3704 0044 0532 0130 00", "NO9386011117947"],
    "SSN": ["078-05-1120", "078051120"],
    "ID": ["X1234567", "12345678Z"],
    "ADDRESS": ["12 Main Street", "SW1A 1AA", "P.O. Box 7"],
    "LOCATION": ["Tartu"],
    "ORG": ["Acme Corp"],
    "IP": ["10.0.0.1", "10.0.0.0", "fe80::1", "::"],
    "DATE": ["1980-03-12", "12 March 1980", "March 12, 1980", "03/12/1980", "1980", "born in the spring"],
    "DATE_OF_BIRTH": ["1980-03-12", "12 March 1980", "March 12, 1980", "03/12/1980", "1980", "born in the spring"],
    "URL": ["https://example.com/a"],
    "SECRET": ["hunter22", "sk-abcdefghijklmnopqrstuvwxyz"],
    "CRYPTO": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"],
    "MAC": ["00:1B:44:11:3A:B7"],
    "HANDLE": ["@anna_k"],
}
SPECS = [
    *(OperatorSpec(name) for name in operators() if name != "keep"),
    OperatorSpec("replace", {"with": "Anna Kowalski"}),
    OperatorSpec("partial", {"keep_last": 0}),
    OperatorSpec("partial", {"keep_first": 16, "keep_last": 16}),
    OperatorSpec("partial", {"keep_first": 2, "keep_last": 2, "char": "1"}),
    OperatorSpec("hash", {"length": 8}),
    OperatorSpec("hash", {"as": "HANDLE"}),
    OperatorSpec("replace", {"numbered": True}),
    OperatorSpec("date_shift", {"days": 7}),
    OperatorSpec("generalise", {"step": 2, "digits": 3, "ipv4_bits": 24, "ipv6_bits": 48}),
]


def test_every_entity_has_samples_and_every_operator_is_tried() -> None:
    assert set(SAMPLES) == set(ENTITIES)
    assert {spec.name for spec in SPECS} == {*operators()} - {"keep"}


def _is_wider(text: str, shown: str) -> bool:
    """Whether it is a range or a network that begins with what was found: `1980-1989`, `10.0.0.0/24`."""
    return shown.startswith((f"{text}/", f"{text}-"))


@every("entity", ENTITIES)
@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_of_the_same_text_the_same_is_shown(spec: OperatorSpec, entity: str) -> None:
    """It is asked once, and what it said is remembered."""
    operator = fresh(build(spec, KEY))
    assert [operator(text, entity) for text in SAMPLES[entity]] == [operator(text, entity) for text in SAMPLES[entity]]


@every("entity", ENTITIES)
@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_what_was_found_is_not_shown(spec: OperatorSpec, entity: str) -> None:
    operator = fresh(build(spec, KEY))
    for text in SAMPLES[entity]:
        shown = operator(text, entity)
        assert shown
        assert shown in (DROP, BLOCK) or (isinstance(shown, str) and (text not in shown or _is_wider(text, shown)))
        assert shown == operator(text, entity)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("blur", {}),
        ("redact", {"keep_last": 4}),
        ("partial", {"keep_last": -1}),
        ("partial", {"keep_last": 1000}),
        ("partial", {"char": ""}),
        ("hash", {"length": 0}),
        ("replace", {"with": ""}),
        ("replace", {"with": "x", "numbered": True}),
        ("date_shift", {"days": 0}),
        ("generalise", {"ipv4_bits": 32}),
        ("token", {"as": "NOBODY"}),
    ],
)
def test_a_bad_parameter_stops_the_profile(name: str, params: dict[str, int | str]) -> None:
    with pytest.raises(ValueError, match=name):
        OperatorSpec(name, params)
