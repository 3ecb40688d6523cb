"""Which records are in an answer, and how are fields asked for and taken out again?"""

from typing import Any

import pytest

from support.lucene.asked import Described
from vecgate.dialects.base.lucene.guards import showing
from vecgate.domain.operation import Operation

HITS: Any = {
    "hits": {
        "max_score": 0.123,
        "hits": [
            {"_index": "a", "_id": "1", "_score": 0.123, "_source": {"x": 1}},
            {"_index": "b", "_id": "2", "_score": 0.1},
        ],
    }
}


def operation(name: str = "search", *names: str) -> Operation:
    return Operation("opensearch", name, "search", 2, collections=names or ("a",))


def test_records_are_told_apart_in_every_shape() -> None:
    for name, tree in (
        ("search", HITS),
        ("msearch", {"responses": [HITS]}),
        ("mget", {"docs": [{"_id": "1", "found": True, "_source": {"x": 1}}, {"_id": "2", "found": True}]}),
    ):
        records = showing.answered(operation(name), tree)
        assert [(one.id, one.metadata) for one in records.listed] == [("1", {"x": 1}), ("2", None)]
        kept: Any = records.without([False, True])
        assert "'_id': '2'" in str(kept)
        assert "'x': 1" not in str(kept)
        described: Any = records.described([{"y": 2}, None])
        assert "'y': 2" in str(described)
    assert [one.of for one in showing.answered(operation("search", "a", "b"), HITS).listed] == ["a", "b"]
    with pytest.raises(ValueError, match="without hits"):
        showing.answered(operation(), {})


def test_a_record_that_is_kept_back_is_as_one_that_is_missing() -> None:
    docs = [{"_index": "a", "_id": "1", "found": True, "_source": {}}, {"_index": "a", "_id": "2", "found": False}]
    kept: Any = showing.answered(operation("mget"), {"docs": docs}).without([False])
    assert kept["docs"] == [{"_index": "a", "_id": "1", "found": False}, {"_index": "a", "_id": "2", "found": False}]
    alone: Any = showing.answered(operation("get"), docs[0]).without([False])
    assert alone == {"_index": "a", "_id": "1", "found": False}


def test_scores_are_rounded_or_taken_out() -> None:
    rounded: Any = showing.scored("search", HITS, 1)
    assert (rounded["hits"]["max_score"], rounded["hits"]["hits"][0]["_score"]) == (0.1, 0.1)
    gone: Any = showing.scored("msearch", {"responses": [HITS, {"error": {}}]}, None)
    assert (gone["responses"][0]["hits"]["max_score"], gone["responses"][0]["hits"]["hits"][1]["_score"]) == (0.0, 0.0)


def test_fields_are_asked_for_and_taken_out_again() -> None:
    for source, asked, shown in (
        (["x"], ["x", "_vecgate_who", "bait"], {"x": 1, "_vecgate_who": "ann"}),
        (False, ["_vecgate_who", "bait"], None),
    ):
        call, _ = Described().read("POST", "/a/_search", {"_source": source})
        told, untold = showing.telling("search", call, ["_vecgate_who", "bait"])
        tree: Any = told.tree
        assert tree["_source"] == asked
        answer: Any = untold({"hits": {"hits": [{"_id": "1", "_source": {"x": 1, "bait": 2, "_vecgate_who": "ann"}}]}})
        assert answer["hits"]["hits"][0].get("_source") == shown
    call, _ = Described().read("POST", "/a/_search", {})
    assert showing.telling("search", call, ["bait"])[0] is call
    call, _ = Described().read("POST", "/a/_mget", {"docs": [{"_id": "1", "_source": ["x"]}, {"_id": "2"}]})
    told, untold = showing.telling("mget", call, ["bait"])
    both: Any = untold({"docs": [{"_id": "1", "_source": {"x": 1, "bait": 2}}, {"_id": "2", "_source": {"bait": 2}}]})
    assert [one["_source"] for one in both["docs"]] == [{"x": 1}, {"bait": 2}]


def test_a_search_that_aggregates_lists_nothing_that_could_be_told_apart() -> None:
    described = Described()
    for body, lists in (({}, True), ({"aggs": {"a": {"terms": {"field": "b"}}}}, False), ({"size": 0}, False)):
        assert described.dialect.lists(described.read("POST", "/a/_search", body)[1]) is lists
    assert not described.dialect.lists(described.read("GET", "/a/_source/1")[1])
    assert described.dialect.lists(described.read("GET", "/a/_doc/1")[1])
