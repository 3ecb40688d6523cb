"""The entity's name, or a given text that does not give the value away."""

from vecgate.masking.operators.replace import build


def test_the_entity_is_named() -> None:
    assert build({}, b"")("Anna", "PERSON") == "<PERSON>"


def test_a_given_text_is_shown() -> None:
    assert build({"with": "(hidden)"}, b"")("Anna", "PERSON") == "(hidden)"


def test_a_given_text_that_holds_the_value_is_not_shown() -> None:
    assert build({"with": "Anna or so"}, b"")("Anna", "PERSON") == "***"
