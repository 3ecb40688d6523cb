"""Spellings of one value have one mark; other values, entities, tenants and operators have others."""

# ruff: noqa: RUF001  # disguises are what is tested

import hmac
from base64 import b32encode

import pytest

from support.tools.every import every
from vecgate.masking.apply.operators._keyed import canonical, entity_of, mark
from vecgate.masking.derived import derived

KEY = b"k" * 32


@every(
    ("entity", "one", "other", "joins"),
    [
        # degenerate
        ("ID", "", "", True),
        ("EMAIL", "", "@", False),
        # numbers, however they are grouped
        ("PHONE", "+1 (555) 010-9999", "15550109999", True),
        ("IBAN", "DE89 3704 0044 0532 0130 00", "de89370400440532013000", True),
        ("PHONE", "5550109999", "5550109998", False),
        # names
        ("PERSON", "Anna  Kowalski", "ANNA KOWALSKI", True),
        ("PERSON", "Ann Akowalski", "Anna Kowalsk", False),
        # disguises
        ("CREDIT_CARD", "４１１１", "4111", True),
        ("PERSON", "Аnnа Kowalski", "Anna Kowalski", True),
        ("EMAIL", "anna\u200b@exam\u00adple.com", "anna@example.com", True),
        ("EMAIL", "anna&#64;example.com", "anna@example.com", True),
        # addresses, also spelt out
        ("EMAIL", " Anna@Example.com", "anna@example.com", True),
        ("EMAIL", "anna at example dot com", "anna@example.com", True),
        ("EMAIL", "anna [at] example [dot] com", "anna@example.com", True),
        ("EMAIL", "anna(at)example.com", "anna@example.com", True),
        ("EMAIL", "anna-at-example-dot-com", "anna@example.com", True),
        ("EMAIL", "a.b@example.com", "ab@example.com", False),
        ("EMAIL", "a*b@example.com", "ab@example.com", False),
        ("EMAIL", "a-dot-b@example.com", "a.b@example.com", False),
        ("EMAIL", "anna@example.com", "ann@aexample.com", False),
    ],
)
def test_what_joins(entity: str, one: str, other: str, joins: bool) -> None:
    assert (canonical(one, entity) == canonical(other, entity)) is joins
    assert (mark(KEY, "hash", entity, one) == mark(KEY, "hash", entity, other)) is joins


def test_a_mark_says_nothing_of_another_entity_operator_or_tenant() -> None:
    ways = [(KEY, "hash", "ID"), (KEY, "pseudonym", "ID"), (KEY, "hash", "HANDLE"), (b"o" * 32, "hash", "ID")]
    assert len({mark(*way, "x1", 8) for way in ways}) == len(ways)


@pytest.mark.parametrize("length", [1, 8, 16, 19, 20, 52])
def test_a_mark_is_the_beginning_of_an_hmac_in_base32(length: int) -> None:
    raw = hmac.digest(derived(KEY, "hash", "ID"), b"x1", "sha256")
    assert mark(KEY, "hash", "ID", "X 1", length) == b32encode(raw).decode().lower()[:length]


def test_half_a_character_has_a_mark_too() -> None:
    assert mark(KEY, "hash", "EMAIL", "\ud800@", 8) != mark(KEY, "hash", "EMAIL", "@", 8)


def test_words_are_told_apart_however_they_are_cut() -> None:
    made = {derived(KEY, *words) for words in ((), ("ab",), ("a", "b"), ("", "ab"), ("ab", ""))}
    assert len(made) == 5
    assert all(len(key) == 32 for key in made)


def test_a_whole_field_may_count_as_an_entity() -> None:
    assert entity_of({}, "FIELD") == "FIELD"
    assert entity_of({"as": "EMAIL"}, "FIELD") == "EMAIL"
