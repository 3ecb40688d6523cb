"""Other leaves in a text of JSON; the rest of it stays."""

import json

import pytest

from vecgate.domain.call import Json
from vecgate.masking.inputs.rewritten import kept, lines_in, rewritten, tree_in
from vecgate.refusals.errors import CallRefused


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ('{"a" : "<X>", "b": 1.50}', {"a": "Ana", "b": 1.5}, '{"a" : "Ana", "b": 1.50}'),
        ('{"<X>": ["<X>", "\\u00e9"]}', {"Ana": ["J\u00f6rg", "\u00e9"]}, '{"Ana": ["J\\u00f6rg", "\\u00e9"]}'),
        ('["\u00e9", "<X>"]', ["\u00e9", "J\u00f6rg"], '["\u00e9", "J\u00f6rg"]'),
        ('{"n": "<X>", "d": "[REDACTED]"}', {"n": 4155550134, "d": {"e": [1]}}, '{"n": 4155550134, "d": {"e": [1]}}'),
        ('{"a":"x"}', {"a": "x", "pin": 9}, '{"a":"x","pin":9}'),
        ('{"a": [1]}', {"a": [1, "b"]}, '{"a": [1, "b"]}'),
        ('{"a": 1}', {"a": True}, '{"a": true}'),
    ],
)
def test_leaves_change_and_the_rest_stays(text: str, now: Json, expected: str) -> None:
    assert rewritten(text, json.loads(text), now) == expected


@pytest.mark.parametrize(
    "text", ["{", '{"a": 1, "a": 2}', '"a"', "1", "", 'see {"a": 1}', "[NaN]", '["\ud800"]', None, 5]
)
def test_what_is_no_single_tree_is_none(text: Json) -> None:
    assert tree_in(text) is None


@pytest.mark.parametrize(
    ("sent", "restored", "cleaned", "expected"),
    [
        ("<X>", "Ana", "<X>", "Ana"),
        ("Bo", "Bo", "<Y>", "<Y>"),
        ({"a": "<X>", "b": "Bo"}, {"a": "Ana", "b": "Bo"}, {"a": "<X>", "b": "<Y>"}, {"a": "Ana", "b": "<Y>"}),
        (["<X>", "Bo", 1.5], ["Ana", "Bo", 1.5], ["<X>", "<Y>", 1.5], ["Ana", "<Y>", 1.5]),
        ({"<X>": "Bo"}, {"Ana": "Bo"}, {"<X>": "<Y>"}, {"Ana": "<Y>"}),
        ({"by Bo": "<X>"}, {"by Bo": "Ana"}, {"by <Y>": "<X>"}, {"by <Y>": "Ana"}),
        ({"a": "<X>", "pin": "Bo"}, {"a": "Ana", "pin": "Bo"}, {"a": "<X>"}, {"a": "Ana"}),
        ({"a": "Bo", "pin": "<X>"}, {"a": "Bo", "pin": "Ana"}, {"a": "<Y>"}, {"a": "<Y>", "pin": "Ana"}),
        ({"<X>": "<X>", "pin": "Bo", "c": "Bo"}, {"Ana": "Ana", "pin": "Bo", "c": "Bo"}, {"<X>": "<X>", "c": "<Y>"},
         {"Ana": "Ana", "c": "<Y>"}),
        ('{"a": "<X>", "b": "Bo"}', '{"a": "Ana", "b": "Bo", "pin": 9}', '{"a": "<X>", "b": "<Y>"}',
         '{"a": "Ana", "b": "<Y>", "pin": 9}'),
        ('{"a": "<X>"}\n{"b": "Bo"}\n', '{"a": "Ana"}\n{"b": "Bo"}\n', '{"a": "<X>"}\n{"b": "<Y>"}\n',
         '{"a": "Ana"}\n{"b": "<Y>"}\n'),
        ({"a": 1, "in": {"b": "<X>", "c": "Bo"}}, {"a": 1, "in": {"b": "Ana", "c": "Bo"}}, {"a": 1}, {"a": 1}),
        ({"a": "2024-01-02"}, {"a": "2023-12-01"}, {"a": "<DATE>"}, {"a": "2023-12-01"}),
        ([0.25, 1], [1.0, 0.5], [0.25, 1], [1.0, 0.5]),
    ],
)  # fmt: skip
def test_what_is_stored_stays_and_what_is_new_is_cleaned(
    sent: Json, restored: Json, cleaned: Json, expected: Json
) -> None:
    assert kept(sent, restored, cleaned) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"a": 1}\n[2]\n', ['{"a": 1}', "[2]", ""]),
        ('{"a": 1}\r\n\n{"b": 2}', ['{"a": 1}\r', "", '{"b": 2}']),
        ('{"a": 1}', None),
        ('{"a": 1}\n', None),
        ('{"a":\n1}', None),
        ('{"a": 1}\nand more', None),
        ('{"a": 1}\n{"a": 1, "a": 2}', None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_lines_of_json_are_told_from_other_texts(text: Json, lines: list[str] | None) -> None:
    assert lines_in(text) == lines


@pytest.mark.parametrize(
    ("sent", "restored", "cleaned"),
    [
        ('{"a": "<X>", "b": "Bo"}', '{"a": "Ana", "b": "Bo"}', "[REDACTED]"),
        ('{"a": "<X>"}\n{"b": "Bo"}', '{"a": "Ana"}\n{"b": "Bo"}', "[REDACTED]"),
        ('{"a": "<X>"}\n{"a": "<X>", "b": "Bo"}', '{"a": "Ana"}\n{"a": "Ana", "b": "Bo"}', '{"a": "<X>"}\n[REDACTED]'),
    ],
)
def test_what_is_new_in_json_is_not_let_in_with_what_is_stored(sent: str, restored: str, cleaned: str) -> None:
    with pytest.raises(CallRefused) as e:
        kept(sent, restored, cleaned)
    assert e.value.refusal.code == "input.masked"
