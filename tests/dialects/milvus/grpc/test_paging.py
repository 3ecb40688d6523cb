"""Does one go through what a search finds page by page, and does no page tell of more than is shown?"""

import json
from typing import Any, Final

import pytest

from dialects.milvus.grpc.asked import MESSAGES, classified, read, tree
from dialects.milvus.grpc.test_found import given, heard, hits
from dialects.milvus.grpc.test_reading import search, sent, told
from support.tools.every import every
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.guards import searching
from vecgate.domain.decision import Decision, Effect
from vecgate.refusals.errors import CallRefused

FIRST: Final = {
    "topk": "2", "anns_field": "vec", "iterator": "True", "collection_id": "7", "search_iter_v2": "True", "search_iter_batch_size": "2",
}  # fmt: skip
NEXT: Final = {**FIRST, "search_iter_id": "00000000-0000-4000-8000-000000000001", "search_iter_last_bound": "0.8125"}


def paged(params: dict[str, str]) -> dict[str, str]:
    """What goes out of how a search is paged."""
    out = told(sent("Search", search(params))[1].search_params)
    return {
        key: value for key, value in out.items() if "iter" in key or key in ("collection_id", "guarantee_timestamp")
    }


def test_a_page_goes_on_as_it_came_but_for_its_token() -> None:
    """M-65"""
    newer = {"iterator": "True", "search_iter_v2": "True", "search_iter_batch_size": "2"}
    assert paged(FIRST) == newer
    assert paged(NEXT) == {**newer, "search_iter_last_bound": "0.8125"}
    assert paged({"topk": "2", "anns_field": "vec", "iterator": "True"}) == {"iterator": "True"}


def test_a_client_for_node_writes_it_among_the_parameters_of_the_index_as_well() -> None:
    own = {"iterator": True, "search_iter_v2": True, "search_iter_batch_size": 2, "guarantee_timestamp": "9", "collection_id": "7",
           "search_iter_id": NEXT["search_iter_id"], "search_iter_last_bound": 0.8125}  # fmt: skip
    said = {**NEXT, "iterator": "true", "search_iter_v2": "true", "guarantee_timestamp": "9"}
    assert paged({**said, "params": json.dumps({**own, "ef": 8})}) == paged(NEXT)
    assert (
        told(sent("Search", search({**said, "params": json.dumps({**own, "ef": 8})}))[1].search_params)["params"]
        == '{"ef":8}'
    )
    with pytest.raises(CallRefused, match="twice, and not the same"):
        paged({**said, "params": json.dumps({**own, "search_iter_last_bound": 0.5})})


def test_a_page_is_as_long_as_a_rule_lets_a_search_be() -> None:
    dialect = Milvus()
    call = read(dialect, "Search", search({key: FIRST[key] for key in ("anns_field", "iterator", "search_iter_v2")}))
    within = dialect.restrict(
        call, classified(dialect, call), Decision(Effect.ALLOW, "r", "because", "v1", max_results=3)
    )
    out = told(MESSAGES.read("milvus.SearchRequest", dialect.grpc.message(within).message).search_params)
    assert (out["topk"], out["search_iter_batch_size"]) == ("4", "4")


def test_where_a_page_begins_stays_however_often_a_call_is_made_anew() -> None:
    """As it is where a filter names an id that was shown as a token."""
    dialect = Milvus()
    call = read(dialect, "Search", search(NEXT))
    tree: Any = {**call.tree, "filter": "id > 1"}  # type: ignore[dict-item]
    again = dialect.rebuilt(call, tree)
    assert json.loads(again.body) == again.tree == tree
    assert (
        told(MESSAGES.read("milvus.SearchRequest", dialect.grpc.message(again).message).search_params)[
            "search_iter_last_bound"
        ]
        == "0.8125"
    )


@every(
    ("change", "why"),
    [
        ({"search_iter_batch_size": "900"}, "another number than 'topk'"),
        ({"iterator": "False"}, "says nothing without 'iterator'"),
        ({"search_iter_v2": "False"}, "say nothing without 'search_iter_v2'"),
        ({"search_iter_last_bound": "0x1"}, "search_iter_last_bound"),
        ({"search_iter_last_bound": "NaN"}, "search_iter_last_bound"),
        ({"search_iter_last_bound": '"0.5"'}, "must be a number"),
    ],
)
def test_what_servers_would_not_read_so_is_refused(change: dict[str, str], why: str) -> None:
    with pytest.raises(CallRefused, match=why):
        paged({**NEXT, **change})


def test_where_a_page_begins_tells_scores_and_is_as_deep_as_nobody_knows() -> None:
    first: Any = sent("Search", search(FIRST))[0]
    later: Any = sent("Search", search(NEXT))[0]
    for rounded in (False, True):
        assert searching.exact("entities_search", first, rounded) is None
        assert searching.exact("entities_search", later, rounded) == "search_iter_last_bound"
    assert (searching.reach("entities_search", first, "id"), searching.reach("entities_search", later, "id")) == (
        2,
        None,
    )


def ended(scores: tuple[float, ...], bound: float, token: str = "t") -> Any:
    came = hits() if scores else hits(tops=())
    if not scores:
        for name in ("ids", "scores", "topks", "fields_data"):
            came.results.ClearField(name)
    came.results.search_iterator_v2_results.token = token
    came.results.search_iterator_v2_results.last_bound = bound
    return came


@pytest.mark.parametrize("kept", [3, 2, 0])
def test_a_page_ends_at_the_last_record_that_is_shown(kept: int) -> None:
    asked = search({**FIRST, "topk": "3", "search_iter_batch_size": "3"}, output_fields=["name", "vec"])
    dialect, call, got = heard(ended((0.9, 0.8, 0.7), 0.7), asked)
    said = tree(got.answer)
    said["data"], said["topks"] = said["data"][:kept], [kept]
    found = given(dialect, call, said, got.kept).results.search_iterator_v2_results
    assert (found.token, round(found.last_bound, 4)) == ("t", {3: 0.7, 2: 0.8, 0: 0.0}[kept])


def test_the_end_is_told_as_the_server_tells_it_and_nothing_to_who_did_not_ask() -> None:
    asked = search(FIRST, output_fields=["name", "vec"])
    dialect, call, got = heard(ended((), 0.25), asked)
    assert given(dialect, call, tree(got.answer), got.kept).results.search_iterator_v2_results.last_bound == 0.25
    dialect, call, got = heard(ended((0.9,), 0.7))
    assert not given(dialect, call, tree(got.answer), got.kept).results.HasField("search_iterator_v2_results")
    dialect, call, got = heard(hits(), asked)  # of a server of 2.3 that knows nothing of it
    assert not given(dialect, call, tree(got.answer), got.kept).results.HasField("search_iterator_v2_results")
