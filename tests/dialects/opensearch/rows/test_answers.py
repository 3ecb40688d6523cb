"""Whose are the records of an answer?"""

from typing import Any

import pytest

from dialects.opensearch.conftest import scoped


def test_an_answer_is_held_against_the_rows_again() -> None:
    """O-20, O-63, O-64"""
    kept = scoped("POST", "/people/_search", {"_source": ["name"]})
    tree: Any = kept.call.tree
    assert tree["_source"] == ["name", "tenant"]
    sources: list[Any] = [
        {"name": "a", "tenant": "acme"},
        {"name": "b", "tenant": "globex"},
        {"name": "c", "tenant": ["acme", "globex"]},
        {"name": "d"},
    ]
    hits = [{"_index": "people", "_id": str(i), "_seq_no": 7, "_source": one} for i, one in enumerate(sources)]
    answer, dropped = kept.answered({"took": 1, "hits": {"total": {"value": 4, "relation": "eq"}, "hits": hits}})
    assert dropped == 3
    assert answer == {
        "took": 1,
        "hits": {
            "total": {"value": 4, "relation": "eq"},
            "hits": [{"_index": "people", "_id": "0", "_seq_no": 0, "_source": {"name": "a"}}],
        },
    }
    with pytest.raises(ValueError, match="without hits"):
        kept.answered({"took": 1})
