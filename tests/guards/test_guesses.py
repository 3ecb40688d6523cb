"""What closes in on a value without naming it: by the name of its field, by pieces, patterns and halves."""

from dataclasses import replace
from typing import Any

import pytest

from support.tools.every import every
from vecgate.domain.inlets import Condition
from vecgate.domain.profiles import ENTITIES
from vecgate.guards.guesses import called, closes_in, spells_a_number

ALL = frozenset(ENTITIES)


@every(
    ("name", "kind"),
    [
        ("email", "EMAIL"),
        ("customerEmail", "EMAIL"),
        ("contact_e-mail", "EMAIL"),
        ("email_address", "EMAIL"),
        ("ip_address", "IP"),
        ("mac_address", "MAC"),
        ("home_address", "ADDRESS"),
        ("phone_number", "PHONE"),
        ("dateOfBirth", "DATE_OF_BIRTH"),
        ("dob", "DATE_OF_BIRTH"),
        ("last_name", "PERSON"),
        ("card_number", "CREDIT_CARD"),
        ("user_name", "HANDLE"),
        # what only speaks of such things
        ("email_verified", None),
        ("phone_type", None),
        ("file_name", None),
        ("name", None),
        ("title", None),
        ("source", None),
        ("author", None),
        ("born_in_country", None),
        ("vip", None),
        ("hotel", None),
        ("", None),
        ("Ana Ruiz", None),
    ],
)
def test_a_field_is_called_as_what_it_holds(name: str, kind: str | None) -> None:
    assert called(("metadata", name, None)) == (frozenset() if kind is None else {kind})
    assert called(()) == frozenset()


def condition(how: Any, value: Any, name: str = "n") -> Condition:
    return Condition("where.n", ("metadatas", 0, name), how, value, (name,))


@every(
    ("how", "value", "kinds", "closes"),
    [
        ("equal", "x", ALL, False),
        ("equal", 4111111111111111, ALL, False),
        ("part", "ab", ALL, True),
        ("part", "abc", ALL, False),
        ("part", "abc", frozenset(), False),
        ("part", "a@bc", {"EMAIL"}, True),
        ("part", "a@bc", {"PERSON"}, False),
        ("part", "12-34", {"PHONE"}, True),
        ("part", "12345", {"EMAIL"}, False),
        ("part", "555", {"PHONE"}, True),
        ("part", "+1 4", {"PHONE"}, True),
        ("part", "555", {"EMAIL"}, False),
        ("part", "error 404", ALL, False),
        ("part", "v1.2.3", ALL, False),
        ("part", "\uff41\uff20\uff42\uff43", {"EMAIL"}, True),  # the same in another width
        ("expression", "abc", ALL, False),
        ("expression", "a|bc", ALL, True),
        ("expression", "a\\.bc", ALL, False),
        ("expression", "\\w\\w\\w", ALL, True),
        ("expression", "(?s)abc", ALL, True),
        ("expression", "(?i)ab", ALL, True),
        ("order", 999_999, ALL, False),
        ("order", 1_000_000, ALL, True),
        ("order", -1e9, ALL, True),
        ("order", "2024-01-01", ALL, False),
        ("order", "2024-01", ALL, False),
        ("order", "2024-01-01T10:00:00.5+01:00", ALL, False),
        ("order", "2024-01-01 10:00", ALL, False),
        ("order", "now-7d/d", ALL, False),
        ("order", "2024-01-01||+1M/d", ALL, False),
        ("order", "", ALL, False),  # all texts come after it
        ("order", "card 4", ALL, True),
        ("order", "m", ALL, True),
        ("order", "4111", ALL, True),
        ("order", "2024-01-01 Ana", ALL, True),
        ("order", "nowhere", ALL, True),
        ("order", "m", frozenset(), False),
        ("order", True, ALL, False),
    ],
)
def test_a_piece_a_pattern_and_a_half_close_in(how: Any, value: Any, kinds: Any, closes: bool) -> None:
    assert closes_in(condition(how, value), frozenset(kinds), strict=False, covered=False) is closes
    assert closes_in(condition(how, value), frozenset(kinds), strict=False, covered=True) is False


@pytest.mark.parametrize(
    ("value", "closes"),
    [("4111", True), ("07", True), ("pump 12-34", True), ("ruiz@", True), ("hr", False), ("refund", False)],
)
def test_what_is_held_against_words_closes_in_by_pieces_but_not_by_a_short_word(value: str, closes: bool) -> None:
    one = replace(condition("equal", value), by_words=True)
    assert closes_in(one, ALL, strict=False, covered=False) is closes
    assert not closes_in(one, ALL, strict=False, covered=True)
    assert closes_in(one, ALL, strict=True, covered=False)


@pytest.mark.parametrize(("name", "closes"), [("id", False), ("doc_id", False), ("createdAt", False), ("note", True)])
def test_texts_are_told_by_their_order_unless_pages_are_read_by_it(name: str, closes: bool) -> None:
    one = condition("order", "m", name)
    assert closes_in(one, ALL, strict=False, covered=False) is closes
    assert closes_in(replace(one, begins=True), ALL, strict=False, covered=False) is False


@pytest.mark.parametrize(
    ("name", "lax", "strict"),
    [("created_at", False, False), ("size_bytes", False, False), ("revenue", False, True), ("card", True, True)],
)
def test_times_and_sizes_are_large_and_so_are_amounts_where_the_rule_is_not_strict(
    name: str, lax: bool, strict: bool
) -> None:
    one = condition("order", 10_000_000, name)
    assert closes_in(one, ALL, strict=False, covered=False) is lax
    assert closes_in(one, frozenset(), strict=True, covered=True) is strict


@pytest.mark.parametrize(
    ("value", "near"), [(-(2**63) + 1, False), (-(2**63), False), (2**63 - 1, False), (2**62, True)]
)
def test_the_ends_of_whole_numbers_tell_nothing(value: int, near: bool) -> None:
    assert closes_in(condition("order", value), ALL, strict=False, covered=False) is near
    assert closes_in(condition("order", value), ALL, strict=True, covered=False) is near


@pytest.mark.parametrize(
    ("name", "kinds", "spells"),
    [
        ("acct", ALL, True),
        ("acct", {"EMAIL"}, False),
        ("unit_price", ALL, False),
        ("popularity", ALL, False),
        ("created_at", ALL, False),
    ],
)
def test_a_score_spells_a_number_that_is_not_called_an_amount(name: str, kinds: Any, spells: bool) -> None:
    assert spells_a_number(("meta", name), frozenset(kinds)) is spells


@pytest.mark.parametrize(
    ("how", "value"), [("part", "refund"), ("expression", "refund"), ("order", "m"), ("field", "a")]
)
def test_strictly_every_look_into_a_text_closes_in(how: Any, value: str) -> None:
    assert closes_in(condition(how, value), ALL, strict=True, covered=False)
    assert not closes_in(condition("equal", value), ALL, strict=True, covered=False)
