"""Is a search taken in the forms that clients send, and in no other, at any depth?"""

from typing import Any

import pytest

from vecgate.dialects.chroma.search import SEARCH
from vecgate.refusals.errors import CallRefused

KNN = {"$knn": {"query": [1.0, 0.5], "key": "#embedding", "limit": 16}}
TAKEN: list[dict[str, Any]] = [
    {},
    {"filter": None, "rank": None, "group_by": {}, "limit": {"offset": 0, "limit": 2}, "select": {"keys": []}},
    {"filter": {}, "rank": {}},
    {"rank": KNN},
    {"rank": {"$knn": {"query": {"indices": [1, 5], "values": [0.5, 0.2], "tokens": ["a", "b"]}, "default": None}}},
    {"rank": {"$knn": {"query": "find it", "return_rank": True, "default": 0.5}}},
    {
        "rank": {
            "$mul": [{"$val": -1}, {"$sum": [{"$div": {"left": {"$val": 1}, "right": {"$abs": KNN}}}, {"$val": 2}]}]
        }
    },
    {"rank": {"$sub": {"left": {"$exp": KNN}, "right": {"$log": KNN}}}},
    {"group_by": {"keys": ["tenant"], "aggregate": {"$min_k": {"keys": ["#score"], "k": 1}}}},
    {"filter": {"$and": [{"#id": {"$in": ["1"]}}, {"#document": {"$contains": "x"}}]}, "select": {"keys": ["#score"]}},
]


@pytest.mark.parametrize("search", TAKEN)
def test_what_clients_send_is_taken(search: Any) -> None:
    SEARCH.read(search, "searches[0]")


NOT_TAKEN: list[tuple[str, Any]] = [
    # searches
    ("collection_search", {"searches": [{"rank": {"$knn": [[1, 0], "#embedding", 10, None, False]}}]}),
    ("collection_search", {"searches": [{"rank": {"$knn": {"query": [1], "filter": {}}}}]}),
    ("collection_search", {"searches": [{"rank": {"$knn": {"query": [[1, 5], [0.5, 0.2]]}}}]}),
    ("collection_search", {"searches": [{"rank": {"$knn": {"query": [1], "limit": "10"}}}]}),
    ("collection_search", {"searches": [{"rank": {"$sub": [{"$val": 1}, {"$val": 2}]}}]}),
    ("collection_search", {"searches": [{"rank": {"$sum": {"$val": 1}}}]}),
    ("collection_search", {"searches": [{"rank": {"$val": "1"}}]}),
    ("collection_search", {"searches": [{"rank": {"$val": 1, "$abs": {"$val": 1}}}]}),
    ("collection_search", {"searches": [{"rank": {"$abs": {"$rrf": {}}}}]}),
    ("collection_search", {"searches": [{"group_by": [["email"], {"$min_k": [["#score"], 1]}]}]}),
    ("collection_search", {"searches": [{"group_by": {"keys": ["a"], "aggregate": {"$min_k": [["#score"], 1]}}}]}),
    ("collection_search", {"searches": [{"group_by": {"keys": ["a"], "having": {}}}]}),
    ("collection_search", {"searches": [{"limit": {"limit": 3, "other": 1}}]}),
    ("collection_search", {"searches": [{"limit": [0, 5]}]}),
    ("collection_search", {"searches": [{"select": {"keys": [], "other": 1}}]}),
    ("collection_search", {"searches": [[{"a": 1}]]}),
]


@pytest.mark.parametrize(("_name", "tree"), NOT_TAKEN)
def test_any_other_form_is_refused(_name: str, tree: Any) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable: .*searches"):
        SEARCH.read(tree["searches"][0], "searches[0]")
