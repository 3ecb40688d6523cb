"""Is a body read as the server reads it, and sent in one form? Each row is a fact of the page."""

import json
from typing import Any

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.domain.exchange import Raw
from vecgate.refusals.errors import CallRefused

P = "/collections/people/points"
V = [0.1, 0.2]
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
KEY = {"key": "dept", "match": {"value": "hr"}}


def read(method: str, path: str, body: Any) -> Any:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return dialects.load("qdrant").read(Raw(method, path, (("content-type", "application/json"),), raw)).tree


def count(*must: Any) -> dict[str, Any]:
    return {"filter": {"must": [*must]}}


REFUSED: list[tuple[str, str, str, Any, str]] = [
    ("Q-10", "POST", f"{P}/count", '{"filter":{"must":[{"key":"a","key":"b","match":{"value":1}}]}}', "duplicate key"),
    ("Q-10", "PUT", P, '{"points":[],"points":[{"id":1,"vector":[1]}]}', "duplicate key"),
    ("Q-10", "PUT", P, '{"points":[{"id":1,"vector":[1],"payload":{"t":1,"t":2}}]}', "duplicate key"),
    ("Q-10", "POST", f"{P}/count", '{"filter":{"must":[{"must":[],"m\\u0075st":[]}]}}', "duplicate key"),
    ("Q-11", "PUT", P, {"points": [{"id": 1, "vector": V}], "batch": {"ids": [2], "vectors": [V]}}, "'points' and 'batch'"),
    ("Q-12", "POST", f"{P}/delete", {"points": [1], "filter": {}}, "'points' and 'filter'"),
    ("Q-12", "POST", f"{P}/payload", {"points": [1], "filter": {}, "payload": {}}, "'points' and 'filter'"),
    ("Q-12", "PUT", f"{P}/payload", {"points": [1], "filter": {}, "payload": {}}, "'points' and 'filter'"),
    ("Q-12", "POST", f"{P}/payload/delete", {"points": [1], "filter": {}, "keys": ["a"]}, "'points' and 'filter'"),
    ("Q-12", "POST", f"{P}/payload/clear", {"points": [1], "filter": {}}, "'points' and 'filter'"),
    ("Q-12", "POST", f"{P}/vectors/delete", {"points": [1], "filter": {}, "vector": ["a"]}, "'points' and 'filter'"),
    ("Q-12", "POST", f"{P}/batch", {"operations": [{"delete": {"points": [1], "filter": {}}}]}, "'points' and 'filter'"),
    ("Q-12", "POST", f"{P}/delete", {}, "'points' or 'filter' is missing"),
    ("Q-12", "POST", f"{P}/delete", {"points": []}, "must not be empty"),
    ("Q-13", "POST", f"{P}/batch", {"operations": [{"delete": {"points": [1]}, "upsert": {"points": [{"id": 1, "vector": V}]}}]}, "two kinds"),
    ("Q-14", "POST", f"{P}/query", {"query": {"nearest": V, "recommend": {"positive": [1]}}}, "two kinds"),
    ("Q-14", "POST", f"{P}/query", {"prefetch": {"query": {"nearest": V, "sample": "random"}}}, "two kinds"),
    ("Q-15", "POST", f"{P}/count", count({**KEY, "has_id": [1]}), "two kinds"),
    ("Q-15", "POST", f"{P}/count", count({**KEY, "must": []}), "unknown member 'must'"),
    ("Q-15", "POST", f"{P}/count", count({"has_id": [1], "must": []}), "unknown member 'must'"),
    ("Q-15", "POST", f"{P}/count", count({"is_empty": {"key": "a"}, "is_null": {"key": "a"}}), "two kinds"),
    ("Q-16", "POST", f"{P}/count", count({**KEY, "range": {"gt": 1}}), "stand together"),
    ("Q-16", "POST", f"{P}/count", count({"key": "a", "is_empty": True, "values_count": {"gt": 1}}), "stand together"),
    ("Q-16", "POST", f"{P}/count", count({"key": "a"}), "is missing"),
    ("Q-17", "POST", f"{P}/count", count({"key": "a", "match": {"value": 1, "any": [2]}}), "two kinds"),
    ("Q-18", "POST", f"{P}/count", {"Filter": {}}, "written like 'filter'"),
    ("Q-18", "POST", f"{P}/count", {"FILTER": {}}, "written like 'filter'"),
    ("Q-18", "POST", f"{P}/count", {"filter ": {}}, "written like 'filter'"),
    ("Q-18", "POST", f"{P}/count", {"\u0066ilter\u200b": {}}, "unknown member"),
    ("Q-18", "POST", f"{P}/count", {"filter": {"\u017fhould": []}}, "written like 'should'"),
    ("Q-18", "POST", f"{P}/count", count({**KEY, "boost": 2}), "unknown member 'boost'"),
    ("Q-18", "POST", f"{P}/query/groups", {"query": V, "group_by": "a", "with_vectors": True}, "unknown member 'with_vectors'"),
    ("Q-22", "POST", f"{P}/count", {"filter": [None, None, [KEY], None]}, "must be an object"),
    ("Q-22", "POST", f"{P}/count", count(["dept", {"value": "hr"}]), "must be an object"),
    ("Q-22", "POST", f"{P}/count", count([[101]]), "must be an object"),
    ("Q-22", "POST", f"{P}/count", count({"key": "a", "match": ["hr"]}), "must be an object"),
    ("Q-22", "POST", f"{P}/count", count({"key": "a", "range": [None, None, 50, None]}), "must be an object"),
    ("Q-22", "POST", f"{P}/delete", [[1]], "must be a JSON object"),
    ("Q-22", "POST", "/collections/aliases", [[{"create_alias": ["people", "a"]}]], "must be a JSON object"),
    ("Q-20", "POST", P, {"ids": ["1"]}, "the id of a point"),
    ("Q-20", "POST", P, {"ids": [1.0]}, "the id of a point"),
    ("Q-20", "POST", P, {"ids": [True]}, "the id of a point"),
    ("Q-20", "POST", P, {"ids": [-1]}, "the id of a point"),
    ("Q-20", "POST", P, {"ids": [f"{UUID[:-1]}g"]}, "the id of a point"),
    ("Q-25", "POST", f"{P}/count", count({"key": "", "match": {"value": 1}}), "the path of a payload field"),
    ("Q-25", "POST", f"{P}/count", count({"key": "a b", "match": {"value": 1}}), "the path of a payload field"),
    ("Q-25", "POST", f"{P}/count", count({"key": "a.", "match": {"value": 1}}), "the path of a payload field"),
    ("Q-26", "POST", f"{P}/scroll", {"limit": "2"}, "a whole number"),
    ("Q-26", "POST", f"{P}/scroll", {"limit": 2.0}, "a whole number"),
    ("Q-26", "POST", f"{P}/scroll", {"limit": True}, "a whole number"),
    ("Q-26", "POST", f"{P}/scroll", '{"limit":18446744073709551616}', "out of range"),
    ("Q-27", "POST", f"{P}/count", '{"filter":{}} // all', "not JSON"),
    ("Q-27", "POST", f"{P}/count", '{"filter":' * 70 + "1" + "}" * 70, "nested deeper"),
    ("Q-28", "POST", f"{P}/count", "", "there is none"),
    ("Q-28", "POST", f"{P}/count", "null", "must be a JSON object"),
    ("Q-21", "POST", f"{P}/count", {"exact": None}, "true or false"),
    ("Q-70", "POST", P, {"ids": [1], "filter": {}}, "is heeded by no read by ids"),
    ("Q-77", "PUT", f"{P}/payload", {"points": [1], "payload": {}, "key": "a"}, "is heeded by POST only"),
]  # fmt: skip

SAME: list[tuple[str, str, str, Any, Any]] = [
    ("Q-12", "POST", f"{P}/delete", {"points": None, "filter": {"must": []}}, {"filter": {"must": []}}),
    ("Q-19", "POST", f"{P}/count", '{"f\\u0069lter":{"must":[{"key":"\\u0074enant","match":{"value":1}}]}}', count({"key": "tenant", "match": {"value": 1}})),
    ("Q-20", "POST", P, {"ids": [UUID.upper(), UUID.replace("-", ""), f"urn:uuid:{UUID}", f"{{{UUID}}}", [*bytes.fromhex(UUID.replace("-", ""))]]}, {"ids": [UUID] * 5}),
    ("Q-20", "POST", P, {"ids": [0, 2**64 - 1]}, {"ids": [0, 2**64 - 1]}),
    ("Q-21", "POST", f"{P}/scroll", {"filter": None, "limit": None, "with_payload": None, "shard_key": None, "order_by": None}, {}),
    ("Q-23", "POST", f"{P}/count", {"filter": {"must": KEY, "should": KEY}}, {"filter": {"must": [KEY], "should": [KEY]}}),
    ("Q-23", "POST", f"{P}/query", {"prefetch": {"query": V}, "query": {"context": {"positive": 1, "negative": 2}}}, {"prefetch": [{"query": V}], "query": {"context": [{"positive": 1, "negative": 2}]}}),
    ("Q-24", "POST", f"{P}/count", count({}), count({})),
    ("Q-24", "POST", f"{P}/count", {"filter": {}}, {"filter": {}}),
    ("Q-25", "POST", f"{P}/count", count({"key": '"tenant"', "match": {"value": 1}}), count({"key": "tenant", "match": {"value": 1}})),
    ("Q-25", "POST", f"{P}/query/groups", {"query": V, "group_by": 'address."city"'}, {"query": V, "group_by": "address.city"}),
    ("Q-25", "POST", f"{P}/scroll", {"order_by": {"key": '"age"'}}, {"order_by": {"key": "age"}}),
    ("Q-25", "POST", "/collections/people/facet", {"key": '"dept"'}, {"key": "dept"}),
    ("Q-25", "POST", f"{P}/query", {"query": {"formula": {"sum": ["$score", '"salary"']}, "defaults": {'"salary"': 0}}}, {"query": {"formula": {"sum": ["$score", "salary"]}, "defaults": {"salary": 0}}}),
    ("Q-25", "POST", f"{P}/payload/delete", {"keys": ['"tenant"', "a[01]"], "points": [1]}, {"keys": ["tenant", "a[1]"], "points": [1]}),
    ("Q-25", "POST", f"{P}/payload", {"payload": {'"tenant"': 1}, "key": '"a"."b"', "points": [1]}, {"payload": {'"tenant"': 1}, "key": "a.b", "points": [1]}),
    ("Q-25", "PUT", "/collections/people/index", {"field_name": '"phone"', "field_schema": "keyword"}, {"field_name": "phone", "field_schema": "keyword"}),
    ("Q-26", "POST", f"{P}/scroll", {"limit": 2**64 - 1}, {"limit": 2**64 - 1}),
    ("Q-28", "POST", f"{P}/count", {}, {}),
    ("Q-102", "POST", f"{P}/search/groups", {"vector": V, "group_by": "a", "group_size": 1, "limit": 1, "with_vector": None, "with_payload": None}, {"vector": V, "group_by": "a", "group_size": 1, "limit": 1}),
    ("Q-102", "POST", "/collections/people/snapshots", {}, None),
    ("Q-72", "PUT", P, {"points": [{"id": 1, "vectors": V}], "update_filter": None, "update_mode": "insert_only"}, {"points": [{"id": 1, "vector": V}], "update_mode": "insert_only"}),
    ("Q-79", "POST", f"{P}/count", {"shard_key": {"target": "a", "fallback": 42}}, {"shard_key": {"target": "a", "fallback": 42}}),
]  # fmt: skip


@every(("fact", "method", "path", "body", "words"), REFUSED)
def test_what_the_server_would_leave_out_prefer_or_fold_is_refused_by_name(
    fact: str, method: str, path: str, body: Any, words: str
) -> None:
    with pytest.raises(CallRefused) as refused:
        read(method, path, body)
    assert words in str(refused.value.refusal)
    assert str(refused.value.refusal).startswith("body.unreadable")


@every(("fact", "method", "path", "body", "sent"), SAME)
def test_what_has_several_spellings_is_sent_in_one(fact: str, method: str, path: str, body: Any, sent: Any) -> None:
    assert read(method, path, body) == sent


def test_a_near_miss_that_could_be_personal_is_not_repeated() -> None:
    with pytest.raises(CallRefused) as refused:
        read("POST", f"{P}/count", {"Fil-ter alice@example.com": {}})
    assert "alice" not in str(refused.value.refusal)
