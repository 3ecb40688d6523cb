"""One word per value, that stays the same and needs no escaping."""

import re

from vecgate.masking.apply.operators.pseudonym import build

KEY = b"k" * 32


def test_the_form() -> None:
    shown = build({}, KEY)("4111 1111 1111 1111", "CREDIT_CARD")
    assert re.fullmatch(r"credit-card-[a-z2-7]{20}", str(shown))


def test_it_is_the_same_for_every_spelling_and_another_one_for_each_value() -> None:
    named = build({}, KEY)
    assert named("Anna Kowalski", "PERSON") == named("ANNA KOWALSKI", "PERSON")
    values = [f"person number {i}" for i in range(2000)]
    assert len({named(value, "PERSON") for value in values}) == len(values)


def test_it_cannot_be_told_without_the_key() -> None:
    assert build({}, KEY)("x1", "ID") != build({}, b"o" * 32)("x1", "ID")


def test_a_field_joins_with_what_is_found_in_texts() -> None:
    assert build({"as": "PERSON"}, KEY)("Anna", "FIELD") == build({}, KEY)("anna", "PERSON")
