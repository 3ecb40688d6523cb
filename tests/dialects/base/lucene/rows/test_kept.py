"""What goes out of a call that is kept to rows: the condition around it and in it, ids as searches, fields put in?"""

from typing import Any

from support.lucene.asked import ALL, KNN, Described, T, no, scoped, within
from support.tools.every import every

F: Any = {"bool": {"should": [{"term": {"city": "x"}}]}}
QUERIES: list[tuple[Any, Any]] = [
    (None, within(ALL)),
    ({"bool": {"filter": [F]}}, within({"bool": {"filter": [F]}})),
    (KNN, within({"knn": {"vec": {"vector": [1], "k": 3, "filter": T}}})),
    ({"knn": {"vec": {"vector": [1], "k": 3, "filter": F}}}, within({"knn": {"vec": {"vector": [1], "k": 3, "filter": {"bool": {"filter": [T, F]}}}}})),
    ({"bool": {"must_not": [KNN]}}, within({"bool": {"must_not": [{"knn": {"vec": {"vector": [1], "k": 3, "filter": T}}}]}})),
    ({"hybrid": {"queries": [KNN, {"bool": {"filter": [F]}}], "pagination_depth": 9}},
     {"hybrid": {"queries": [within({"knn": {"vec": {"vector": [1], "k": 3, "filter": T}}}), within({"bool": {"filter": [F]}})], "pagination_depth": 9}}),
]  # fmt: skip


@every(("said", "sent"), QUERIES)
def test_the_condition_is_around_the_query_and_in_every_search_of_it(said: Any, sent: Any) -> None:
    """O-40, O-48, O-49, O-54, O-63"""
    body = {} if said is None else {"query": said}
    new: Any = scoped("POST", "/people/_search", body).call.tree
    assert new["query"] == sent
    many: Any = scoped("POST", "/people/_msearch", [{}, body, {}, {}]).call.tree
    assert [one["body"]["query"] for one in many["searches"]] == [sent, within(ALL)]
    if said is not None and "hybrid" not in said:
        counted: Any = scoped("POST", "/people/_count", body).call.tree
        assert counted["query"] == sent
        deleted: Any = scoped("POST", "/people/_delete_by_query", body).call.tree
        assert deleted["query"] == sent
        filtered: Any = scoped(
            "POST", "/people/_search", {"post_filter": said, "aggs": {"x": {"filter": said}}}
        ).call.tree
        inner = sent["bool"]["must"][0]
        assert (filtered["query"], filtered["post_filter"], filtered["aggs"]["x"]["filter"]) == (
            within(ALL),
            inner,
            inner,
        )


def test_reads_by_id_become_searches() -> None:
    """O-60"""
    for method, target, body in (
        ("GET", "/people/_doc/r1", None),
        ("HEAD", "/people/_source/r1", None),
        ("POST", "/people/_mget", {"ids": ["r1"]}),
    ):
        call = scoped(method, target, body).call
        tree: Any = call.tree
        assert (call.method, call.path) == ("POST", "/people/_search")
        assert tree["query"] == within({"ids": {"values": ["r1"]}})
    assert "several indices" in no(
        "POST", "/_mget", {"docs": [{"_index": "a", "_id": "1"}, {"_index": "b", "_id": "1"}]}
    )


REFUSED = [
    ("GET", "/_cluster/health", None), ("DELETE", "/people", None), ("PUT", "/people/_mapping", {}), ("PUT", "/people", {}), ("POST", "/people/_close", None),
    ("POST", "/people/_forcemerge", None), ("POST", "/_aliases", {"actions": [{"add": {"index": "people", "alias": "x"}}]}), ("PUT", "/people/_doc/r1?if_seq_no=1&if_primary_term=1", {}),
    ("POST", "/people/_bulk", [{"index": {"_id": "a", "if_seq_no": 3}}, {}]), *(("POST", "/people/_search", body) for nested in ({"nested": {"path": "a", "query": {"knn": {"a.v": {"vector": [1], "k": 1}}}}},)
      for body in ({"query": nested}, {"post_filter": nested}, {"aggs": {"x": {"filter": nested}}})),
]  # fmt: skip


@every(("method", "target", "body"), REFUSED)
def test_what_no_condition_reaches_is_refused(method: str, target: str, body: Any) -> None:
    """O-64"""
    assert no(method, target, body).startswith("rows.unscopable")


def test_which_calls_are_kept_is_said_of_each_route(described: Described) -> None:
    told = {(route.name, described.dialect.scope_of(route)) for route in described.dialect.routes if not route.refused}
    assert {
        ("search", "kept"),
        ("bulk", "kept"),
        ("indices_get_mapping", "whole"),
        ("indices_refresh", "whole"),
        ("indices_delete", "refused"),
    } <= told
    assert all(described.dialect.scope_of(route) == "refused" for route in described.dialect.routes if route.refused)
