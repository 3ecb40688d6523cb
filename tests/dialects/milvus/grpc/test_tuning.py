"""Do the options of a search stand where servers look for them, whichever client wrote them?"""

import json
from typing import Any

import pytest

from dialects.milvus.grpc.test_reading import hybrid, query, search, sent, told
from vecgate.refusals.errors import CallRefused

AT = {"topk": "5", "anns_field": "vec"}


def tuned(params: dict[str, str]) -> tuple[Any, dict[str, str]]:
    tree, out = sent("Search", search({**AT, **params}))
    return tree.get("searchParams"), told(out.search_params)


def test_scores_are_rounded_and_fresh_records_left_out_where_that_is_asked() -> None:
    tree, out = tuned({"round_decimal": "3", "ignore_growing": "True"})
    assert tree == {"round_decimal": 3, "ignore_growing": True}
    assert (out["round_decimal"], out["ignore_growing"], out["params"]) == ("3", "True", "{}")
    tree, out = tuned({"round_decimal": "0"})
    assert (tree, out["round_decimal"], out["ignore_growing"]) == ({"round_decimal": 0}, "0", "False")
    tree, out = tuned({"round_decimal": "-1", "ignore_growing": "False"})
    assert (tree, out["round_decimal"], out["ignore_growing"]) == (None, "-1", "False")


def test_a_filter_may_be_looked_at_while_a_search_goes_on() -> None:
    """As pymilvus writes it: beside the parameters of the index, and among them."""
    told_ = {"hints": "iterative_filter", "ef": 8, "ignore_growing": True, "page_retain_order": True}
    tree, out = tuned({"hints": "iterative_filter", "ignore_growing": "True", "params": json.dumps(told_)})
    assert tree["hints"] == "iterative_filter"
    assert (out["hints"], out["ignore_growing"]) == ("iterative_filter", "True")
    assert json.loads(out["params"]) == {"hints": "iterative_filter", "ef": 8, "page_retain_order": True}
    with pytest.raises(CallRefused, match="iterative_filter"):
        tuned({"hints": "skip"})
    with pytest.raises(CallRefused, match="twice, and not the same"):
        tuned({"round_decimal": "-1", "params": '{"round_decimal":3}'})


def test_a_search_of_searches_rounds_its_scores_and_each_of_its_own() -> None:
    ranks = {"strategy": "rrf", "limit": "2"}
    tree, out = sent(
        "HybridSearch", hybrid(search({**AT, "round_decimal": "2"}), params={**ranks, "round_decimal": "2"})
    )
    assert tree["search"][0]["params"] == {"round_decimal": 2}
    assert (told(out.rank_params)["round_decimal"], told(out.requests[0].search_params)["round_decimal"]) == ("2", "2")
    assert told(sent("HybridSearch", hybrid(search(AT), params=ranks))[1].rank_params)["round_decimal"] == "-1"


def test_a_query_leaves_fresh_records_out_where_that_is_asked() -> None:
    assert (
        told(sent("Query", query({"limit": "1", "ignore_growing": "True"}))[1].query_params)["ignore_growing"] == "True"
    )
    assert told(sent("Query", query({"limit": "1"}))[1].query_params)["ignore_growing"] == "False"
