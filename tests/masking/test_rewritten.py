"""Other leaves in a text of JSON; the rest of it stays."""

import json

import pytest

from vecgate.masking.rewritten import rewritten, tree_in
from vecgate.terms import Json


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
