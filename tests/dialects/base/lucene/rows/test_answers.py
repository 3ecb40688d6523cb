"""Whose are the records of an answer?"""

from typing import Any

import pytest

from support.lucene.asked import scoped


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


def test_fields_of_records_by_id_are_shown_by_name_or_pattern() -> None:
    """O-60"""
    kept = scoped(
        "POST",
        "/people/_mget",
        {"docs": [{"_id": "1", "_source": ["name", "a.b"]}, {"_id": "2", "_source": False}, {"_id": "3"}]},
    )
    sources: dict[str, Any] = {one: {"tenant": "acme", "name": "x", "a": {"b": 1, "c": 2}} for one in ("1", "2")}
    hits: list[Any] = [
        {"_index": "people", "_id": id, "_score": 1.0, "_source": source} for id, source in sources.items()
    ]
    answer, dropped = kept.answered({"hits": {"hits": hits}})
    docs: Any = answer["docs"]  # type: ignore[index, call-overload]
    assert dropped == 0
    assert docs[0] == {"_index": "people", "_id": "1", "_source": {"name": "x", "a": {"b": 1}}, "found": True}
    assert docs[1] == {"_index": "people", "_id": "2", "found": True}
    assert docs[2] == {"_index": "people", "_id": "3", "found": False}
    none: Any = kept.answered({"hits": {"hits": []}})[0]
    assert none["docs"][0] == {"_index": "people", "_id": "1", "found": False}
    for said, left in (
        ("na*", {"name": "x"}),
        ({"excludes": ["a", "ten*"]}, {"name": "x"}),
        (["*.b"], {"a": {"b": 1}}),
    ):
        kept = scoped("POST", "/people/_mget", {"docs": [{"_id": "1", "_source": said}]})
        answer, _ = kept.answered({"hits": {"hits": hits}})
        told: Any = answer["docs"]  # type: ignore[index, call-overload]
        assert told[0]["_source"] == left, said
