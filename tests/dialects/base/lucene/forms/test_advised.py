"""Is each key that clients know and no route takes refused in words that say what to do, however its value is written?"""

from typing import Any

import pytest

from support.lucene.asked import JSON, raw_of
from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.base.lucene.forms.advised import ADVICE
from vecgate.dialects.opensearch.routes import SERVED
from vecgate.refusals.errors import CallRefused

#: How clients write them: a list with its comma escaped or not, a pattern.
ASKED = [
    ("GET", "/people/_search?routing=x", "leave it out"), ("PUT", "/people/_doc/p1?routing=a%2Cb", "leave it out"), ("GET", "/people/_doc/p1?stored_fields=a,b", "'_source'"),
    ("GET", "/people/_search?filter_path=took%2Chits.hits.*", "'_source'"), ("POST", "/_bulk?filter_path=-items.**", "'_source'"), ("PUT", "/people/_doc/p1?version=3&version_type=external", "if_seq_no"),
    ("POST", "/people/_bulk?pipeline=p", "before the call"), ("PUT", "/people/_doc/p1?require_alias=true", "left out"), ("GET", "/people/_search?error_trace=true", "type and reason"),
    ("GET", "/people/_search?expand_wildcards=open%2Chidden", "name the others"), ("GET", "/people/_search?rest_total_hits_as_int=true", "hits.total.value"), ("POST", "/people/_update/p1?_source=true", "no write shows"),
    ("POST", "/people/_delete_by_query?wait_for_completion=false", "'true'"), ("POST", "/people/_delete_by_query?max_docs=3", "body"), ("GET", "/_search?index=people", "path"), ("GET", "/people?flat_settings=true", "leave it out"),
]  # fmt: skip
BODIES: list[tuple[str, Any, str]] = [
    ("/_mget", {"docs": [{"_index": "people", "_id": "p1", "routing": "x"}]}, "leave it out"),
    ("/_bulk", [{"index": {"_index": "people", "version": 3}}, {"a": 1}], "if_seq_no"),
    ("/_msearch", [{"index": "people", "expand_wildcards": "all"}, {}], "name the others"),
]


def _refusal(method: str, target: str, body: Any = None) -> str:
    with pytest.raises(CallRefused) as e:
        dialects.load("elasticsearch").read(raw_of(method, target, body, JSON))
    assert e.value.refusal.code in ("path.odd", "body.unreadable")
    return str(e.value.refusal)


@every(("method", "target", "words"), ASKED)
def test_it_is_refused_with_advice(method: str, target: str, words: str) -> None:
    body = {"doc": {}} if "_update/" in target else {"query": {"match_all": {}}} if "query?" in target else None
    said = _refusal(method, target, body if method != "GET" else None)
    assert words in said
    assert "this route knows" not in said


@every(("target", "body", "words"), BODIES)
def test_so_is_a_member_of_that_name(target: str, body: Any, words: str) -> None:
    assert words in _refusal("POST", target, body)


def test_a_route_that_is_never_served_is_refused_as_that() -> None:
    with pytest.raises(CallRefused, match=r"route\.refused"):
        dialects.load("opensearch").read(raw_of("GET", "/_cat/indices?expand_wildcards=all"))


def test_every_key_of_it_is_one_that_some_route_does_not_take() -> None:
    assert all(any(key not in route.query for route in SERVED) for key in ADVICE)
