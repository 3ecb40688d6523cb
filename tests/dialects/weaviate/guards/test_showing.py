"""Which objects are in an answer, of whatever shape?"""

from typing import Any

from vecgate.dialects.weaviate.guards import showing

HIT: Any = {"name": "a", "_additional": {"id": "1", "distance": 0.12}}
GROUPS: Any = {"data": {"Get": {"Person": [
    {"name": None, "_additional": {"group": {"hits": [HIT, {**HIT, "name": "b"}], "maxDistance": 0.12, "count": 2}}},
    {"name": None, "_additional": {"group": {"hits": [{**HIT, "name": "c"}], "maxDistance": 0.12, "count": 1}}},
]}}}  # fmt: skip


def test_the_objects_of_groups_are_their_hits() -> None:
    found = showing.answered("graphql", GROUPS, several=False)
    assert [(one.metadata or {})["name"] for one in found.listed] == ["a", "b", "c"]
    left: Any = found.without([False, True, False])
    [group] = left["data"]["Get"]["Person"]
    assert [one["name"] for one in group["_additional"]["group"]["hits"]] == ["b"]
    told: Any = found.described([None, {"name": "x"}, None])
    assert told["data"]["Get"]["Person"][0]["_additional"]["group"]["hits"][1] == {**HIT, "name": "x"}


def test_searches_of_one_document_are_told_apart() -> None:
    tree: Any = {"data": {"Get": {"A": [HIT], "B": [HIT], "C": None}}}
    assert [one.of for one in showing.answered("graphql", tree, several=True).listed] == ["A", "B"]
    failed: Any = {"data": None, "errors": [{"message": "no"}]}
    assert showing.answered("graphql", failed, several=False).listed == ()
    assert showing.answered("graphql", failed, several=False).without([]) == failed


def test_scores_are_rounded_or_nothing_wherever_they_stand() -> None:
    rounded: Any = showing.scored("graphql", GROUPS, 1)
    group = rounded["data"]["Get"]["Person"][0]["_additional"]["group"]
    assert (group["maxDistance"], group["count"]) == (0.1, 2)
    assert group["hits"][0]["_additional"] == {"id": "1", "distance": 0.1}
    words: Any = {"data": {"Get": {"P": [{"_additional": {"score": "0.6941", "certainty": None}}]}}}
    assert showing.scored("graphql", words, 2) == {
        "data": {"Get": {"P": [{"_additional": {"score": "0.69", "certainty": None}}]}}
    }
    assert showing.scored("graphql", words, None)["data"]["Get"]["P"] == [
        {"_additional": {"score": "0.0", "certainty": 0.0}}
    ]  # type: ignore[call-overload,index]
    listed: Any = {"results": [{"id": "1", "properties": {}, "metadata": {"score": 0.694}}]}
    assert showing.scored("search_bm25", listed, None) == {
        "results": [{"id": "1", "properties": {}, "metadata": {"score": 0.0}}]
    }
