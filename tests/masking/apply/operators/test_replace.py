"""The entity's name, or a given text that does not give the value away."""

from vecgate.masking.apply.operators import fresh
from vecgate.masking.apply.operators.replace import build


def test_the_entity_is_named() -> None:
    assert build({}, b"")("Anna", "PERSON") == "<PERSON>"


def test_a_given_text_is_shown() -> None:
    assert build({"with": "(hidden)"}, b"")("Anna", "PERSON") == "(hidden)"


def test_a_given_text_that_holds_the_value_is_not_shown() -> None:
    assert build({"with": "Anna or so"}, b"")("Anna", "PERSON") == "***"


def test_values_are_numbered_in_the_order_in_which_they_come_each_kind_for_itself() -> None:
    numbered = fresh(build({"numbered": True}, b""))
    values = [("Anna", "PERSON"), ("Bo", "PERSON"), ("a@b.org", "EMAIL"), ("ANNA", "PERSON"), ("Cy", "PERSON")]
    shown = [numbered(text, entity) for text, entity in values]
    assert shown == ["<PERSON_1>", "<PERSON_2>", "<EMAIL_1>", "<PERSON_1>", "<PERSON_3>"]


def test_the_next_answer_begins_anew() -> None:
    operator = build({"numbered": True}, b"")
    assert [fresh(operator)("Bo", "PERSON"), fresh(operator)("Anna", "PERSON")] == ["<PERSON_1>"] * 2


def test_where_nobody_begins_an_answer_nothing_is_counted() -> None:
    assert build({"numbered": True}, b"")("Anna", "PERSON") == "<PERSON>"
    operator = build({}, b"")
    assert fresh(operator) is operator
