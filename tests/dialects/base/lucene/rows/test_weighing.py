"""Which searches would tell how rare a word is among everybody's records?"""

from typing import Any

from support.lucene.asked import ALL, KNN, no, scoped
from support.tools.every import every

WORDS: list[Any] = [
    {"match": {"name": "x"}}, {"term": {"city": "x"}}, {"multi_match": {"query": "x", "fields": ["name"]}}, {"fuzzy": {"city": "x"}},
    {"bool": {"should": [{"match_phrase": {"name": "x"}}]}}, {"bool": {"must": [{"dis_max": {"queries": [{"match": {"name": "x"}}]}}]}},
    {"boosting": {"positive": {"match": {"name": "x"}}, "negative": ALL, "negative_boost": 0.5}}, {"nested": {"path": "a", "query": {"match": {"a.b": "x"}}}},
    {"hybrid": {"queries": [KNN, {"match": {"name": "x"}}]}},
]  # fmt: skip


@every("said", WORDS)
def test_words_do_not_rank_where_there_are_rows(said: Any) -> None:
    """O-50"""
    assert "how rare a word is" in no("POST", "/people/_search", {"query": said})
    assert "how rare a word is" in no("POST", "/people/_search", {"query": said, "sort": ["_score"]})
    assert "how rare a word is" in no("POST", "/people/_search", {"query": said, "sort": ["age"], "track_scores": True})
    assert "how rare a word is" in no("POST", "/people/_search", {"query": said, "size": 0, "min_score": 1})
    assert "how rare a word is" in no("POST", "/people/_msearch", [{}, {}, {}, {"query": said}])
    if "hybrid" not in said:
        assert scoped("POST", "/people/_search", {"query": {"bool": {"filter": [said]}}})
        assert scoped("POST", "/people/_search", {"query": {"constant_score": {"filter": said}}})
    for unranked in ({"sort": [{"age": "asc"}]}, {"size": 0}):
        if "hybrid" in said:  # its scores are shown all the same
            assert "how rare a word is" in no("POST", "/people/_search", {"query": said, **unranked})
        else:
            assert scoped("POST", "/people/_search", {"query": said, **unranked})


def test_what_is_no_word_may_rank() -> None:
    """O-50"""
    for said in (
        {"term": {"age": 3}},
        {"terms": {"city": ["x"]}},
        {"range": {"age": {"gt": 3}}},
        {"prefix": {"city": "x"}},
        KNN,
        ALL,
        {"exists": {"field": "name"}},
    ):
        assert scoped("POST", "/people/_search", {"query": said})
