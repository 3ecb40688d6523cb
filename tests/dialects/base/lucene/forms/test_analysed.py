"""Is it told of a field whether it is found by its value, by words or by pieces of words?"""

from typing import Any, Final

import pytest

from vecgate.dialects.base.lucene.forms.analysed import found

MAPPED: Final[Any] = {
    "properties": {
        "sku": {"type": "keyword", "fields": {"words": {"type": "text"}}},
        "text": {"type": "text", "fields": {"keyword": {"type": "keyword"}, "begins": {"type": "text", "analyzer": "begins"}}},
        "german": {"type": "text", "analyzer": "german"},
        "own": {"type": "text", "analyzer": "simple"},
        "typed": {"type": "search_as_you_type"},
        "any": {"type": "flattened"},
        "new": {"type": "of_a_later_server"},
        "person": {"properties": {"name": {"type": "text"}, "age": {"type": "integer"}}},
        "nest": {"type": "nested", "properties": {"t": {"type": "match_only_text"}}},
    }
}  # fmt: skip
SETTINGS: Final[Any] = {
    "index.analysis.analyzer.simple.type": "custom",
    "index.analysis.analyzer.begins.type": "custom",
}


@pytest.mark.parametrize(
    ("field", "how"),
    [
        ("sku", "whole"), ("sku.words", "words"), ("text", "words"), ("text.keyword", "whole"), ("text.begins", "pieces"),
        ("german", "words"), ("own", "pieces"), ("typed", "words"), ("typed._index_prefix", "pieces"), ("any.key.below", "whole"),
        ("new", "words"), ("person", "whole"), ("person.name", "words"), ("person.age", "whole"), ("nest.t", "words"),
        ("person.no", "unknown"), ("no", "unknown"), ("sku.no", "pieces"),
    ],
)  # fmt: skip
def test_it_is_told_of_each_type_and_form(field: str, how: str) -> None:
    """O-57, O-65"""
    assert found(MAPPED, SETTINGS, tuple(field.split("."))) == how


def test_what_an_index_says_of_all_its_texts_counts() -> None:
    """O-57"""
    assert found(MAPPED, {"index.analysis.analyzer.default.type": "custom"}, ("text",)) == "pieces"
    assert found({}, {}, ("text",)) == "unknown"
