"""Is a request that means more than its path and body refused, or brought to one form?"""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from support.lucene.asked import JSON, Described, raw_of
from support.tools.every import every
from vecgate import dialects
from vecgate.refusals.errors import CallRefused

ALL = {"query": {"match_all": {}}}
PARAMETERS = [  # O-01: names of path templates, read from the query
    ("GET", "/_search?index=private"), ("POST", "/_count?index=private"), ("POST", "/_msearch?index=private"),
    ("POST", "/_bulk?index=private"), ("GET", "/_mget?index=private"), ("DELETE", "/?index=people"), ("DELETE", "/?index=vict*"),
    ("POST", "/_close?index=people"), ("POST", "/people/_doc?id=p8"), ("POST", "/_refresh?index=private"),
    ("PUT", "/_settings?index=people"), ("GET", "/people/_search?index="), ("GET", "/people/_search?index=a&index=b"),
    ("GET", "/people?name=x"), ("GET", "/_alias?name=x"), ("GET", "/_cluster/health?index=private"),
]  # fmt: skip
KEYS = [
    "q=tenant:globex", "q=x", "source=%7B%7D&source_content_type=application/json", "scroll=-1", "scroll=1m;size=2", "docvalue_fields=phone",
    "stored_fields=phone", "suggest_field=name&suggest_text=a", "_source=phone&_source=age", "_source=phone&_source_includes=age", "_source=false&_source_includes=age", "_source_includes=", "_source_includes=a%20b", "_source_includes=a&_source_includes=b", "_source_includes=a,,b", "sort=age&sort=name", "sort=age:up", "sort=age:", "sort=", "sort=age%20b", "explain=true",
    "search_pipeline=", "filter_path=hits", "filter_path=hits.hits._source,took", "typed_keys", "rest_total_hits_as_int=true", "format=yaml", "pretty=1", "pretty;index=private",
    "error_trace=true", "human=x", "size=1;from=2", "size=1&size=2", "SIZE=1", "routing=x", "terminate_after=x", "terminate_after=-1", "track_total_hits=no", "version=1",
    "size=2.5", "size=-1", "size=1e0", "expand_wildcards=all", "expand_wildcards=open&expand_wildcards=all", "ignore_unavailable=1", "ignore_unavailable=",
]  # fmt: skip
BODIES: list[tuple[str, bytes]] = [
    ("two members of one name", b'{"query":{"match_all":{}},"query":{"match_none":{}}}'),
    ("an escaped name twice", b'{"query":{"match_all":{}},"\\u0071uery":{"match_none":{}}}'),
    ("a comment", b'{/* x */"query":{"match_all":{}}}'),
    ("a comment to the end", b'{"query":{"match_all":{}}}//x'),
    ("a byte order mark", b'\xef\xbb\xbf{"query":{"match_all":{}}}'),
    ("UTF-16", json.dumps(ALL).encode("utf-16")),
    ("UTF-16 without a mark", json.dumps(ALL).encode("utf-16-be")),
    ("UTF-32", json.dumps(ALL).encode("utf-32")),
    ("an overlong letter", b'{"query":{"term":{"a":"\xc0\xae"}}}'),
    ("an array", b"[]"),
    ("null", b"null"),
    ("something after it", b'{"size":1}{"size":2}'),
    ("both names of one", b'{"aggs":{},"aggregations":{}}'),
    ("a size in a text", b'{"size":"2"}'),
    ("a size that is none", b'{"size":2.7}'),
    ("a query of two clauses", b'{"query":{"match_all":{},"match_none":{}}}'),
    ("a query of none", b'{"query":{}}'),
    ("two fields in a term", b'{"query":{"term":{"a":1,"b":2}}}'),
    ("an unknown member", b'{"Query":{"match_all":{}}}'),
    ("a list for a filter of vectors", b'{"query":{"knn":{"v":{"vector":[1],"k":1,"filter":[{"match_all":{}}]}}}}'),
]
PATHS = [
    "//people/_search", "/people//_search", "/people/_search/", "/_index_template//", "/_ingest/pipeline/a/", "/people/./_search", "/people/%2e%2e/_search", "/people/_search;x=1",
    "/people/_SEARCH", "/people%2F_search", "/%3Clogs-%7Bnow%7D%3E/_search", "/other:people/_search", "/_other/_search", "/.security/_search",
    "/people,.security/_search", "/people,/_search", "/-people/_search", "/people,-people/_search", "/People%20x/_search", "/*:*/_search",
    "/people/_doc/a%2Fb", "/people/_doc/%00", "/people/_search#x",
]  # fmt: skip


@every(("method", "target"), PARAMETERS)
def test_a_path_parameter_in_the_query_is_refused(method: str, target: str) -> None:
    """O-01"""
    assert Described().no(method, target, ALL if method == "POST" else None).startswith(("path.odd", "route.", "body."))


@every("key", KEYS)
def test_what_the_query_would_change_of_a_search_is_refused(key: str) -> None:
    """O-02, O-03, O-04, O-05, O-07"""
    assert Described().no("POST", f"/people/_search?{key}", ALL).startswith("path.odd")


def test_a_query_that_replaces_the_body_is_refused_wherever_it_would() -> None:
    """O-02"""
    for method, path in (("POST", "/people/_delete_by_query"), ("GET", "/people/_search"), ("POST", "/people/_count")):
        assert Described().no(method, f"{path}?q=x", ALL).startswith("path.odd"), path


@every(("how", "body"), BODIES, ids=[how for how, _ in BODIES])
def test_a_body_that_is_read_in_two_ways_is_refused(how: str, body: bytes) -> None:
    """O-10, O-12, O-13, O-16, O-17, O-19, O-22"""
    assert Described().no("POST", "/people/_search", body).startswith("body.unreadable"), how


@every(
    "kind",
    [
        "application/yaml",
        "application/cbor",
        "application/smile",
        "text/plain",
        "application/json; charset=utf-16",
        "",
        "*/*",
    ],
)
def test_other_languages_than_json_are_refused(kind: str) -> None:
    """O-14"""
    assert "content type" in Described().no("POST", "/people/_search", ALL, (("content-type", kind),))
    assert "content type" in Described().no("POST", "/people/_bulk", b"{}\n", (("content-type", kind),))


def test_a_packed_body_is_refused() -> None:
    """O-15"""
    for coding in ("gzip", "deflate", "br", "x-gzip", "gzip, gzip"):
        headers = (*JSON, ("content-encoding", coding))
        assert "compressed" in Described().no("POST", "/people/_search", gzip.compress(b"{}"), headers)


@every("target", PATHS)
def test_a_path_or_a_name_that_has_a_second_meaning_is_refused(target: str) -> None:
    """O-31, O-32, O-34, O-35"""
    assert Described().no("GET", target).startswith(("path.odd", "route.unknown"))


SAME: list[tuple[tuple[str, str, Any], tuple[str, str, Any]]] = [
    (("GET", "/people/_search", {"size": 3}), ("POST", "/people/_search", {"size": 3})),
    (("GET", "/people/_search?size=3&from=1", None), ("POST", "/people/_search", {"size": 3, "from": 1})),
    (("POST", "/people/_search?size=1", {"size": 3}), ("POST", "/people/_search", {"size": 1})),
    (("POST", "/people/_search?_source_includes=a,b.*", {"_source": True}), ("POST", "/people/_search", {"_source": {"includes": ["a", "b.*"]}})),
    (("GET", "/people/_search?_source_excludes=a%2Cb", None), ("POST", "/people/_search", {"_source": {"excludes": ["a", "b"]}})),
    (("GET", "/people/_search?sort=age%3Adesc,_score&track_total_hits=true&version=false", None),
     ("POST", "/people/_search", {"sort": [{"age": "desc"}, "_score"], "track_total_hits": True, "version": False})),
    (("POST", "/people/_search?_source=a,b&terminate_after=3", {"_source": False}), ("POST", "/people/_search", {"_source": ["a", "b"], "terminate_after": 3})),
    (("POST", "/people/_search?_source=false&track_total_hits=50", None), ("POST", "/people/_search", {"_source": False, "track_total_hits": 50})),
    (("POST", "/people/_search?_source=true&_source_excludes=vec", None), ("POST", "/people/_search", {"_source": {"excludes": ["vec"]}})),
    (("POST", "/people/_search?pretty&human=true&typed_keys=true&expand_wildcards=open&explain=false", {}), ("POST", "/people/_search", {})),
    (("PUT", "/people", None), ("PUT", "/people", {})),
    (("PUT", "/people/_doc/7?op_type=create&refresh", {"a": 1}), ("PUT", "/people/_create/7?refresh=true", {"a": 1})),
    (("POST", "/people/_search?filter_path=hits.hits._id%2Chits.hits._source%2C_scroll_id", {}), ("POST", "/people/_search", {})),
    (("POST", "/people/_doc?op_type=create&pretty=", {"a": 1}), ("POST", "/people/_doc", {"a": 1})),
    (("POST", "/people/_search", None), ("POST", "/people/_search", {})),
    (("POST", "/people/_count", None), ("POST", "/people/_count", {})),
    (("POST", "/people/_search", {"query": None}), ("POST", "/people/_search", {})),
    (("POST", "/people/_search", {"aggregations": {}}), ("POST", "/people/_search", {"aggs": {}})),
    (("POST", "/people/_search", {"query": {"bool": {"filter": {"match_all": {}}}}}),
     ("POST", "/people/_search", {"query": {"bool": {"filter": [{"match_all": {}}]}}})),
    (("POST", "/people/_search", {"query": {"bool": {"filter": None}}}), ("POST", "/people/_search", {"query": {"bool": {}}})),
    (("POST", "/people/_mget", {"ids": [7]}), ("POST", "/people/_mget", {"ids": ["7"]})),
    (("POST", "/pe%6Fple/_search", {}), ("POST", "/people/_search", {})),
    *((("GET", f"{one}/{query}", None), ("GET", one, None)) for one in ("/_ingest/pipeline", "/_index_template", "/_component_template", "/_snapshot") for query in ("", "?pretty")),
]  # fmt: skip


@every(("spelled", "one"), SAME)
def test_forms_of_one_call_become_one(spelled: tuple[str, str, Any], one: tuple[str, str, Any]) -> None:
    """O-03, O-09, O-17, O-18, O-23"""
    dialect = dialects.load("opensearch")
    first, second = (dialect.read(raw_of(*call)) for call in (spelled, one))
    assert (first.method, first.path, first.query, first.body) == (
        second.method,
        second.path,
        second.query,
        second.body,
    )


@every(
    ("method", "target", "tree"),
    [
        ("POST", "/people/_search?sort=age", {"sort": ["name"]}),
        ("POST", "/people/_search?typed_keys=true", {"aggs": {"a": {"terms": {"field": "age"}}}}),
        ("PUT", "/people/_alias/staff", {"filter": {"term": {"tenant": "acme"}}}),
        ("PUT", "/people,private/_alias/staff", None),
        ("DELETE", "/people/_alias/*", None),
        ("PUT", "/people/_doc/7?op_type=create&op_type=create", None),
        ("POST", "/people/_search?explain=true", {}),
        ("POST", "/people/_count?pretty&q=x", {}),
    ],
    ids=str,
)
def test_what_would_not_be_the_same_is_refused(method: str, target: str, tree: Any) -> None:
    """O-02, O-03, O-07"""
    assert Described().no(method, target, tree)


def test_names_that_may_be_missing_are_decided_on_all_the_same() -> None:
    """O-07"""
    for target in ("/people,private/_search?ignore_unavailable=true", "/people,private/_count?allow_no_indices=true"):
        call, operation = Described().read("POST", target, {})
        assert operation.collections == ("people", "private")
        assert call.query, "it goes on, as it says what the server is to do without one"


@every(
    ("method", "target", "action"),
    [
        ("PUT", "/people/_alias/staff", {"add": {"index": "people", "alias": "staff"}}),
        ("POST", "/pe%6Fple/_aliases/staff", {"add": {"index": "people", "alias": "staff"}}),
        ("DELETE", "/people/_alias/staff?timeout=5s", {"remove": {"index": "people", "alias": "staff"}}),
    ],
)
def test_one_name_by_its_path_is_the_list_of_actions_that_says_it(method: str, target: str, action: Any) -> None:
    """O-03: decided on as that list, and sent as it."""
    sent, operation = Described().read(method, target)
    assert (operation.kind, operation.danger, operation.collections) == ("alias", 4, ("people", "staff"))
    assert (sent.method, sent.path, sent.tree) == ("POST", "/_aliases", {"actions": [action]})


def test_a_record_that_is_called_like_a_route_is_a_record() -> None:
    """O-08, O-09: a body with a get of it is refused, as it would become a write."""
    dialect = dialects.load("opensearch")
    assert dialect.match(dialect.read(raw_of("POST", "/people/_doc/_search", {"a": 1}))).route.name == "index"
    assert dialect.match(dialect.read(raw_of("GET", "/people/_doc/_search"))).route.name == "get"
    assert Described().no("GET", "/people/_doc/_search", {"a": 1}).startswith("body.unreadable")
    for id, body in (("_bulk", {"items": [{"owner": "x"}]}), ("_msearch", {"searches": []}), ("_bulk", {})):
        for route in ("_doc", "_create"):
            call = dialect.read(raw_of("PUT", f"/people/{route}/{id}", body))
            assert dialect.outgoing(call) == call, "its record goes out as it was read, and not as lines"
            assert json.loads(call.body) == body


def test_a_size_in_the_query_makes_no_search_of_another_method() -> None:
    for method in ("DELETE", "HEAD", "PUT"):
        assert Described().no(method, "/people/_search?size=1").startswith("route.unknown"), method


def test_every_route_that_is_refused_says_why() -> None:
    refused = [route for route in dialects.load("opensearch").routes if route.refused]
    assert len(refused) > 600
    assert all(len(route.refused) > 20 for route in refused)


def test_a_refused_route_is_refused_by_name_whatever_its_query_is() -> None:
    """As people type them: `?v` has no value, and `*` is no plain one."""
    for target in ("/_cat/indices?v", "/_cat/shards/p*?v&h=index,store&bytes=b", "/_field_caps?fields=*", "/people/_field_caps?fields=a%2Cb", "/_cluster/state/_all/p*?local"):  # fmt: skip
        assert Described().no("GET", target).startswith("route.refused"), target
    assert Described().no("GET", "/people/_count?v").startswith("path.odd")
    assert Described().no("GET", "/no/such?v").startswith("route.unknown")


#: What Dashboards and Kibana begin with, as they say it; of some the header alone tells whose they are.
FIRST = [
    ("GET", "/.kibana", None, ()), ("GET", "/_alias/.kibana", None, ("x-opensearch-product-origin", "opensearch-dashboards")), ("PUT", "/.kibana_1", {}, ()),
    ("GET", "/.kibana/_doc/config:2.19.1", None, ()), ("POST", "/.kibana_1/_search", {}, ()), ("GET", "/%2Ekibana/_search", None, ()),
    ("GET", "/people,.kibana/_search", None, ()), ("GET", "/.opensearch_dashboards_1", None, ()), ("POST", "/_bulk", b'{"index":{"_index":".kibana"}}\n{}\n', ("x-elastic-product-origin", "kibana")),
    ("GET", "/_nodes?filter_path=nodes.*.version", None, ("X-Opensearch-Product-Origin", "opensearch-dashboards")), ("GET", "/", None, ("x-elastic-product-origin", "kibana")),
    ("POST", "/_msearch?rest_total_hits_as_int=true", b"{}\n{}\n", ("x-elastic-product-origin", "Kibana")),
]  # fmt: skip


@every(("database", "call"), [(name, call) for name in ("opensearch", "elasticsearch") for call in FIRST])
def test_the_first_calls_of_dashboards_and_kibana_are_refused_by_name(database: str, call: Any) -> None:
    """O-52, E-65: before anything is asked or decided, with the words for whoever set it up."""
    method, path, body, header = call
    raw = replace(
        raw_of(method, path, body), headers=(("content-type", "application/json"), *([header] if header else ()))
    )
    with pytest.raises(CallRefused) as caught:
        Described(database).dialect.read(raw)
    assert str(caught.value.refusal).startswith("route.refused")
    assert "OpenSearch Dashboards and Kibana" in str(caught.value.refusal)


@every("database", ["opensearch", "elasticsearch"])
def test_a_preflight_of_a_browser_is_of_no_route(database: str) -> None:
    for path in ("/", "/people/_search", "/no/such/route"):
        assert Described(database).no("OPTIONS", path, None).startswith("route.unknown")
