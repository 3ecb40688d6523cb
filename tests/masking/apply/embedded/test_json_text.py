"""Keys, strings and white space of JSON text."""

import pytest

from vecgate.masking.apply.embedded.json_text import may_be_json, readable, string_at


@pytest.mark.parametrize(
    ("text", "among_lines", "expected"),
    [
        ("{", False, True), (" \n[", False, True), ("\ufeff{", False, True), ('"{', False, True), ('"\\n [', False, True),
        ("a {", False, False), ("a\n{", False, False), ("a\n {", True, True), ('"a', False, False), ("1", False, False),
    ],
)  # fmt: skip
def test_what_begins_as_json_is_worth_reading(text: str, among_lines: bool, expected: bool) -> None:
    assert may_be_json(text, among_lines) is expected


def test_a_string_is_read_with_its_end_and_keeps_its_length_without_halves_of_characters() -> None:
    assert string_at('x"a\\u00e9\nb" y', 1) == ("aé\nb", 12)
    assert readable("a\ud800b") == "a\ufffdb"
