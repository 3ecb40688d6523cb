"""A short mark to look at: the same for the same value."""

from vecgate.masking.apply.operators.hash import build

KEY = b"k" * 32


def test_the_form() -> None:
    shown = build({"length": 8}, KEY)("5550109999", "PHONE")
    assert isinstance(shown, str)
    assert shown.startswith("<PHONE:")
    assert len(shown) == len("<PHONE:>") + 8
    assert shown == build({"length": 8}, KEY)("(555) 010-9999", "PHONE")


def test_another_key_another_hash() -> None:
    assert build({}, KEY)("x", "ID") != build({}, b"o" * 32)("x", "ID")


def test_a_field_joins_with_what_is_found_in_texts() -> None:
    assert build({"as": "EMAIL"}, KEY)("a@b.org", "FIELD") == build({}, KEY)("A@B.org", "EMAIL")


def test_a_length_no_hash_has_gives_all_there_is() -> None:
    shown = build({"length": 64}, KEY)("x", "ID")
    assert isinstance(shown, str)
    assert len(shown) == len("<ID:>") + 52
