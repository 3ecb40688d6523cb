"""Do calls go through a running gateway to a real Elasticsearch, and come back kept to rows, masked, or refused in its shape?"""

import contextlib
import http.client
import json
import ssl
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from demo.stack import Stack
from support.lucene.gated import (
    Gate,
    ask,
    fill,
    gated,
    keeps_vectors,
    tells_of_ones_own,
    tells_who_may_ask_nothing_of_what_is_there,
)
from support.servers.elasticsearch import missing
from support.servers.rowed import succeeded
from support.tools.families import FAMILIES, walk
from vecgate import dialects

pytestmark = [pytest.mark.timeout(900), pytest.mark.shares("elasticsearch")]
MAPPED: Final[Any] = {
    "tenant": {"type": "keyword"},
    "phone": {"type": "keyword"},
    "vec": {"type": "dense_vector", "dims": 2, "similarity": "l2_norm", "index_options": {"type": "hnsw"}},
}
NEAR: Final[Any] = {"field": "vec", "query_vector": [6, 1], "k": 3, "num_candidates": 10}
VENDOR: Final = "application/vnd.elasticsearch+json; compatible-with=8"


@pytest.fixture(scope="module")
def gate(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    if why := missing():
        pytest.skip(why)
    index = {"settings": {"number_of_replicas": 0}, "mappings": {"properties": MAPPED}}
    with gated(stack, tmp_path_factory.mktemp("elasticsearch"), "elasticsearch", index) as made:
        yield made


@pytest.fixture(scope="module")
def filled(gate: Gate) -> Gate:
    fill(gate)
    return gate


def headers_of(gate: Gate, group: str, method: str, path: str) -> tuple[int, dict[str, str]]:
    """The status of an answer, and its headers."""
    context = ssl.create_default_context(cafile=str(gate.gateway.ca))
    line = http.client.HTTPSConnection("localhost", gate.gateway.listen.port, context=context, timeout=60)
    try:
        token = gate.token(f"{group}-person", group)
        line.request(method, path, headers={"authorization": f"Bearer {token}", "accept": VENDOR})
        answer = line.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        line.close()


def test_an_index_of_several_shards_is_read_whole_by_somebody_who_sees_it_masked(filled: Gate) -> None:
    """E-67: as `vecgate warm` reads it."""
    succeeded(filled.url, "PUT", "/town", {"settings": {"number_of_shards": 3, "number_of_replicas": 0}})
    try:
        for n in range(12):
            succeeded(filled.url, "PUT", f"/town/_doc/t{n}?refresh=true", {"note": "Call Anna Schmidt"})
        going = dialects.load("elasticsearch").pages("", "", "town", 5)
        assert going is not None
        call, seen = next(going), list[str]()
        with contextlib.suppress(StopIteration):
            while True:
                path = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
                said = ask(filled, "guessers", call.method, path, call.tree)
                assert (said.status, "Schmidt" in said.text) == (200, False), said.text
                seen += [one["_id"] for one in said.tree["hits"]["hits"]] if "hits" in said.tree else []
                call = going.send(said.tree)
        assert sorted(seen) == sorted(f"t{n}" for n in range(12))
    finally:
        succeeded(filled.url, "DELETE", "/town")


def test_a_point_in_time_of_several_shards_goes_on_for_somebody_who_sees_it_masked(filled: Gate) -> None:
    """E-67: a place in the second shard has ten digits, as a phone has."""
    succeeded(filled.url, "PUT", "/town", {"settings": {"number_of_shards": 3, "number_of_replicas": 0}})
    try:
        lines = b"".join(b'{"index":{"_id":"t%d"}}\n{"n":%d}\n' % (n, n % 2) for n in range(12))
        assert ask(filled, "owners", "POST", "/town/_bulk?refresh=true", lines).tree["errors"] is False
        for sort in (["_shard_doc"], ["n"], [{"n": "desc"}, {"_shard_doc": "desc"}]):
            pit = {"id": ask(filled, "guessers", "POST", "/town/_pit?keep_alive=1m").tree["id"]}
            seen, more = list[str](), dict[str, Any]()
            while len(seen) < 12:
                said = ask(filled, "guessers", "POST", "/_search", {"size": 5, "pit": pit, "sort": sort, **more})
                assert said.status == 200, said.text
                hits, pit = said.tree["hits"]["hits"], {"id": said.tree["pit_id"]}
                assert hits, (sort, seen)
                seen, more = [*seen, *(one["_id"] for one in hits)], {"search_after": hits[-1]["sort"]}
            assert len({*seen}) == 12, sort
            assert ask(filled, "guessers", "DELETE", "/_pit", pit).status == 200
    finally:
        succeeded(filled.url, "DELETE", "/town")


def test_an_owner_reads_all_as_it_is(filled: Gate) -> None:
    """E-07, E-10, E-73"""
    said = ask(filled, "owners", "GET", "/people/_search", {"query": {"match_all": {}}, "sort": ["phone"]})
    assert [one["_id"] for one in said.tree["hits"]["hits"]] == [f"p{n}" for n in range(1, 7)]
    assert ask(filled, "owners", "HEAD", "/people").status == 200
    assert ask(filled, "owners", "GET", "/people/_doc/p1").tree["_source"]["vec"] == [1.0, 1.0]
    assert ask(filled, "owners", "GET", "/").tree["version"]["number"] == "8.19.5"
    said = ask(filled, "owners", "POST", "/people/_search", {"knn": NEAR}, **{"content-type": VENDOR})
    assert [one["_id"] for one in said.tree["hits"]["hits"]] == ["p6", "p5", "p4"]


def test_every_answer_says_which_product_it_is_of(filled: Gate) -> None:
    """E-12"""
    for group, method, path, status in (
        ("owners", "GET", "/", 200), ("owners", "HEAD", "/", 200), ("owners", "HEAD", "/people", 200), ("owners", "GET", "/people/_search", 200), ("owners", "GET", "/people/_doc/none", 404),
        ("readers", "GET", "/private/_search", 403), ("readers", "GET", "/_cat/indices", 403), ("readers", "GET", "/people/_search?q=x", 400), ("readers", "HEAD", "/private", 403),
    ):  # fmt: skip
        got, headers = headers_of(filled, group, method, path)
        assert (got, headers["x-elastic-product"]) == (status, "Elasticsearch"), path


def test_a_tenant_reads_and_writes_its_own(filled: Gate) -> None:
    """E-50, E-54, E-63"""
    for said in ({"knn": NEAR}, {"query": {"knn": NEAR}}, {"retriever": {"knn": NEAR}}):
        told = ask(filled, "staff", "POST", "/people/_search", said)
        assert [one["_id"] for one in told.tree["hits"]["hits"]] == ["p3", "p2", "p1"], told.text
    assert ask(filled, "staff", "GET", "/_search").tree["hits"]["total"]["value"] == 3
    assert ask(filled, "staff", "GET", "/private/_search").tree["hits"]["hits"] == []
    assert ask(filled, "staff", "GET", "/people/_doc/p5").status == 404
    assert ask(filled, "staff", "DELETE", "/people/_doc/p5").status == 404
    assert ask(filled, "staff", "PUT", "/people/_doc/p5", {}).tree["error"]["type"] == "rows.taken"
    assert ask(filled, "staff", "POST", "/people/_doc", {"tenant": "globex"}).tree["error"]["type"] == "rows.field"


def test_what_clients_ask_of_an_index_is_told_of_ones_own(filled: Gate) -> None:
    tells_of_ones_own(filled)


def test_who_may_ask_for_access_is_told_nothing_of_what_is_there(filled: Gate) -> None:
    tells_who_may_ask_nothing_of_what_is_there(filled)


def test_a_reader_sees_it_masked(filled: Gate) -> None:
    """E-56, E-70"""
    for asked in (
        {"query": {"ids": {"values": ["p1"]}}},
        {"knn": {**NEAR, "query_vector": [1, 1], "k": 1}},
        {"retriever": {"standard": {"query": {"ids": {"values": ["p1"]}}}}},
    ):
        source = ask(filled, "readers", "POST", "/people/_search", asked).tree["hits"]["hits"][0]["_source"]
        assert "Anna" not in source["note"]
        assert "example.org" not in source["note"]
        assert "1234" not in str(source["phone"])
        assert source["vec"] in (None, [0.0, 0.0])
    assert ask(filled, "readers", "POST", "/people/_search", {"size": 6}).tree["error"]["type"] == "limit.results"
    phone: Any = {"term": {"phone": "030-12341"}}
    for told in (
        {"query": phone}, {"knn": {**NEAR, "filter": phone}}, {"retriever": {"knn": {**NEAR, "filter": [phone]}}}, {"retriever": {"standard": {"query": phone}}},
        {"retriever": {"rrf": {"retrievers": [{"knn": NEAR}, {"standard": {"filter": phone}}]}}}, {"sort": ["phone"]}, {"size": 0, "aggs": {"x": {"terms": {"field": "phone"}}}},
    ):  # fmt: skip
        assert ask(filled, "readers", "POST", "/people/_search", told).tree["error"]["type"] == "oracle.field", told


def test_what_no_rule_allows_is_refused_before_the_server_is_asked(filled: Gate) -> None:
    """E-01, E-64, E-71, E-72"""
    for method, path, body, status, code in (
        ("GET", "/private/_search", None, 403, "policy.no_rule"), ("GET", "/pri*/_search", None, 404, "collection.unknown"), ("GET", "/people,private/_search", None, 403, "policy.no_rule"),
        ("PUT", "/people/_bulk", b'{"index":{"_index":"private"}}\n{"a":1}\n', 403, "policy.no_rule"), ("DELETE", "/people", None, 403, "policy.no_rule"),
        ("GET", "/people/_search?q=x", None, 400, "path.odd"), ("DELETE", "/?index=people", None, 403, "route.refused"), ("POST", "/_query", {"query": "x"}, 403, "route.refused"),
        ("POST", "/people/_search", {"suggest": {}}, 400, "body.unreadable"), ("POST", "/people/_search", {"runtime_mappings": {}}, 400, "body.unreadable"),
    ):  # fmt: skip
        said = ask(filled, "readers", method, path, body)
        assert (said.status, said.tree["error"]["type"]) == (status, code), path
    there, not_there = (ask(filled, "readers", "GET", f"/{name}/_search").text for name in ("private", "no-such"))
    assert there.replace("private", "no-such") == not_there


def test_a_delete_by_query_is_held_and_says_how_many(filled: Gate) -> None:
    """E-72"""
    said = ask(filled, "readers", "POST", "/people/_delete_by_query", {"query": {"ids": {"values": ["p1", "p2"]}}})
    assert said.tree["error"]["type"] == "hold.pending"
    token = filled.token("owners-person", "owners")
    told = filled.gateway.ask("GET", f"/.vecgate/v1/requests/{said.tree['error']['request_id']}", token=token).json
    assert (told["touched"], told["total"], told["samples"]) == (2, 6, ["p1", "p2"])


def test_what_is_written_is_stamped_and_a_mask_that_comes_back_keeps_what_is_stored(filled: Gate) -> None:
    shown = ask(filled, "writers", "GET", "/people/_doc/p2").tree["_source"]
    assert "Anna" not in shown["note"]
    said = ask(filled, "writers", "PUT", "/people/_doc/p2?refresh=true", {**shown, "status": "seen"})
    assert said.status == 200, said.text
    source = ask(filled, "owners", "GET", "/people/_doc/p2").tree["_source"]
    assert source["note"] == "Call Anna Schmidt at anna.schmidt@example.org"
    assert source["status"] == "seen"
    for changed in (shown["note"].lower(), shown["note"].replace("<", "\uff1c").replace(">", "\uff1e")):
        said = ask(filled, "writers", "PUT", "/people/_doc/p2", {**shown, "note": changed})
        assert (said.status, "input.masked" in said.text) == (400, True), said.text
    assert not [key for key in source if key.startswith("_vecgate_")]


def test_a_masked_text_that_comes_back_keeps_its_stored_vector_too(filled: Gate) -> None:
    keeps_vectors(filled)


def test_searches_are_of_what_is_not_kept_back(filled: Gate) -> None:
    """E-50: the mark's condition stands in every part, too."""
    marked = {"tenant": "acme", "vec": [6.0, 1.0], "_vecgate_quarantine": "withhold: it gives instructions"}
    succeeded(filled.url, "PUT", "/people/_doc/poison?refresh=true", marked)
    try:
        counted: Any = {"size": 0, "aggs": {"t": {"terms": {"field": "tenant"}}}}
        for part, most in (({}, 6), ({"knn": {**NEAR, "k": 7}}, 6), ({"retriever": {"knn": {**NEAR, "k": 7}}}, 6)):
            said = ask(filled, "owners", "POST", "/people/_search", {**counted, **part}).tree
            assert sum(one["doc_count"] for one in said["aggregations"]["t"]["buckets"]) == most, part
        assert "poison" not in ask(filled, "owners", "POST", "/people/_search", {"knn": {**NEAR, "k": 7}}).text
    finally:
        succeeded(filled.url, "DELETE", "/people/_doc/poison?refresh=true")


def test_a_guess_is_not_confirmed_by_an_update_that_changes_nothing(filled: Gate) -> None:
    """E-66"""
    for doc in ({"more": 5}, {"more": 5}, {"more": 6}):
        said = ask(filled, "writers", "POST", "/people/_update/p2?refresh=true", {"doc": doc})
        assert (said.status, said.tree["result"]) == (200, "updated"), said.text
    line = b'{"update":{"_id":"p2"}}\n{"doc":{"more":6}}\n'
    said = ask(filled, "writers", "POST", "/people/_bulk?refresh=true", line)
    assert [one["update"]["result"] for one in said.tree["items"]] == ["updated"]
    near: Any = {"query": {"knn": {**NEAR, "similarity": 2}}}
    assert ask(filled, "writers", "POST", "/people/_count", near).tree["error"]["type"] == "guards.scores"


def test_scores_depth_and_canaries_hold(filled: Gate) -> None:
    """E-58"""
    knn: Any = {"knn": {**NEAR, "query_vector": [1.3, 1]}}
    scores = [hit["_score"] for hit in ask(filled, "writers", "POST", "/people/_search", knn).tree["hits"]["hits"]]
    assert scores == [round(one, 1) for one in scores]
    for told in (
        {**knn, "min_score": 0.5},
        {"retriever": {"knn": NEAR}, "min_score": 0.5},
        {"knn": {**NEAR, "similarity": 2}},
        {"retriever": {"knn": {**NEAR, "boost": 100}}},
    ):
        assert ask(filled, "writers", "POST", "/people/_search", told).tree["error"]["type"] == "guards.scores", told
    said = ask(filled, "writers", "POST", "/people/_search", {"from": 15, "size": 10})
    assert said.tree["error"]["type"] == "limit.depth"
    assert ask(filled, "visitors", "POST", "/people/_search", {"knn": NEAR}).status == 403
    assert ask(filled, "visitors", "GET", "/people/_doc/p1").status == 403, "who was given bait is locked out"


#: What a client's user is told where little is allowed: its exception, and the code in it.
LITTLE: Final = {
    "asks_for_too_many": "limit.results",
    "asks_elsewhere": "policy.no_rule",
    "scrolls": "limit.keep_alive",
    "scrolls_for_long": "limit.keep_alive",
    "opens_a_point_in_time": "limit.keep_alive",
    "drops": "policy.no_rule",
}


@pytest.mark.parametrize(
    "family",
    ["elasticsearch", pytest.param("elasticsearch_async", marks=pytest.mark.long), pytest.param("elasticsearch_js", marks=pytest.mark.long)],
)  # fmt: skip
def test_an_official_client_does_the_same_as_without_a_gateway(filled: Gate, family: str) -> None:
    """E-10, E-12, E-72: unmodified, in an environment of its own."""
    quiet = {"PYTHONPATH": str(FAMILIES)}
    name = family.replace("_", "-")
    alone = walk(family, "all", {"url": filled.url, "token": "", "collection": f"c-there-{name}"}, quiet)
    here = {
        "url": f"https://localhost:{filled.gateway.listen.port}", "token": filled.token("clients-person", "clients"), "collection": f"c-here-{name}",
        "ca": str(filled.gateway.ca),
    }  # fmt: skip
    through = walk(family, "all", here, quiet)
    assert [case for case, one in alone.items() if "gave" not in one] == ["misses"], alone
    gave = {case: one.get("gave") for case, one in alone.items()}
    assert {case: one.get("gave") for case, one in through.items()} == gave, json.dumps(through)
    reader = {**here, "token": filled.token("readers-person", "readers"), "collection": "people"}
    told = walk(family, "little", reader, quiet)
    assert told["start"]["gave"][-1] == "You Know, for Search"
    for case, one in told.items():
        assert case == "start" or LITTLE[case] in one.get("said", ""), (case, one)
