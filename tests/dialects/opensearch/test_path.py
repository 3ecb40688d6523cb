"""Do calls go through a running gateway to a real OpenSearch, and come back kept to rows, masked, or refused in its shape?"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from demo.stack import Stack
from support.lucene import oracles
from support.lucene.asked import OWN, Before
from support.lucene.gated import (
    Gate,
    ask,
    fill,
    gated,
    keeps_vectors,
    tells_of_ones_own,
    tells_who_may_ask_nothing_of_what_is_there,
)
from support.servers.opensearch import missing, running_opensearch
from support.servers.rowed import succeeded
from support.tools.every import every
from support.tools.families import FAMILIES, walk

pytestmark = [pytest.mark.timeout(600), pytest.mark.shares("opensearch")]
MAPPED: Any = {
    "tenant": {"type": "keyword"},
    "phone": {"type": "keyword"},
    "vec": {"type": "knn_vector", "dimension": 2, "method": {"name": "hnsw", "engine": "lucene", "space_type": "l2"}},
}
#: What its page says of the server's own settings.
PAGE: Final = Path(__file__).resolve().parents[3] / ".github" / "opensearch.md"


@pytest.fixture(scope="module")
def gate(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    if why := missing():
        pytest.skip(why)
    index = {"settings": {"index": {"knn": True, "number_of_replicas": 0}}, "mappings": {"properties": MAPPED}}
    with gated(stack, tmp_path_factory.mktemp("opensearch"), "opensearch", index) as made:
        yield made


@pytest.fixture(scope="module")
def filled(gate: Gate) -> Gate:
    fill(gate)
    return gate


def test_an_owner_reads_all_as_it_is(filled: Gate) -> None:
    """O-09: with a GET that has a body, too."""
    said = ask(filled, "owners", "GET", "/people/_search", {"query": {"match_all": {}}, "sort": ["phone"]})
    assert [one["_id"] for one in said.tree["hits"]["hits"]] == [f"p{n}" for n in range(1, 7)]
    assert ask(filled, "owners", "HEAD", "/people").status == 200
    assert ask(filled, "owners", "GET", "/people/_doc/p1").tree["_source"]["vec"] == [1.0, 1.0]
    assert ask(filled, "owners", "GET", "/").tree["version"]["number"] == "2.19.6"
    far: Any = {"query": {"knn": {"vec": {"vector": [6, 1], "max_distance": 5}}}}  # O-59
    for group, near in (("owners", 3), ("staff", 0)):
        assert ask(filled, group, "POST", "/people/_count", far).tree["count"] == near
        told = ask(filled, group, "POST", "/people/_search", {**far, "aggs": {"x": {"stats": {"field": "size"}}}})
        assert told.tree["aggregations"]["x"]["count"] == near, told.text
    lines = b'{"index":"people"}\n{"size":1}\n{}\n{"size":0}\n'
    assert ask(filled, "owners", "POST", "/people/_msearch", lines).tree["responses"][1]["hits"]["total"]["value"] == 6


def test_a_tenant_reads_and_writes_its_own(filled: Gate) -> None:
    said = ask(filled, "staff", "POST", "/people/_search", {"query": {"knn": {"vec": {"vector": [6, 1], "k": 3}}}})
    assert [one["_id"] for one in said.tree["hits"]["hits"]] == ["p3", "p2", "p1"]
    assert ask(filled, "staff", "GET", "/_search").tree["hits"]["total"]["value"] == 3
    assert ask(filled, "staff", "GET", "/private/_search").tree["hits"]["hits"] == []
    assert ask(filled, "staff", "GET", "/people/_doc/p5").status == 404
    for id in (
        "p5",
        "p1",
    ):  # some rule here marks records, and of a head nobody can tell whether it is of one that is kept back
        head = ask(filled, "staff", "HEAD", f"/people/_doc/{id}")
        assert (head.status, head.tree) == (403, None)
    assert ask(filled, "staff", "DELETE", "/people/_doc/p5").status == 404
    assert ask(filled, "staff", "PUT", "/people/_doc/p5", {}).tree["error"]["type"] == "rows.taken"
    assert ask(filled, "staff", "POST", "/people/_doc", {"tenant": "globex"}).tree["error"]["type"] == "rows.field"


def test_a_pattern_finds_ones_own_and_a_hidden_index_is_told_of_like_one_that_is_not_there(filled: Gate) -> None:
    """O-30, O-33, O-37: the first time and from memory, whatever it is called by."""
    names: list[Any] = [
        {"index": "private", "alias": "hid"},
        {"index": "people", "alias": "ours", "is_write_index": True},
        {"index": "private", "alias": "part", "filter": {"term": {"a": 1}}},
    ]
    names += [{"index": name, "alias": "mixed"} for name in ("people", "private")]
    succeeded(filled.url, "POST", "/_aliases", {"actions": [{"add": one} for one in names]})
    try:
        own = ask(filled, "readers", "GET", "/people/_count").tree["count"]
        for found in ("*", "_all", "p*", "people,pri*", "*,-private", "people,hi*,par*"):
            assert ask(filled, "readers", "GET", f"/{found}/_count").tree["count"] == own, found
            assert [*ask(filled, "readers", "GET", f"/{found}/_mapping").tree] == ["people"], found
        assert ask(filled, "readers", "GET", "/ours/_count").tree["count"] == own, (
            "a rule for the index is one for its alias"
        )
        lines = b'{"index":{"_index":"ours","_id":"p1"}}\n{"a":1}\n'
        for method, path, body in (
            ("GET", "/ours/_search", None),
            ("GET", "/our*/_count", None),
            ("POST", "/_bulk", lines),
        ):
            no = ask(filled, "aliased", method, path, body)
            assert (no.status, no.tree["error"]["type"]) == (404, "collection.unknown"), (
                "one for the alias opens nothing"
            )
        for hidden, absent in (
            ("private", "no-such"), ("hid", "no-such"), ("part", "no-such"), ("mixed", "no-such"), ("pri*", "zz*"), ("private,pe*", "no-such,pe*"),
            ("people,hid", "people,no-such"), ("pe*,-private", "pe*,-no-such"),
        ):  # fmt: skip
            for group, asked in (
                ("readers", "_count"),
                ("stamped", "_search"),
                ("rationed", "_mapping"),
                ("auditors", "_search"),
            ):
                there, again = (ask(filled, group, "GET", f"/{hidden}/{asked}") for _ in range(2))
                not_there = ask(filled, group, "GET", f"/{absent}/{asked}")
                said = [re.sub(r'"(request_id|took)": ?"?[^",]*', "", json.dumps(one.tree)) for one in (there, again)]
                for one, other in zip(hidden.split(","), absent.split(","), strict=True):
                    said = [re.sub(rf"(?<![\w.-]){re.escape(one)}(?![\w.-])", other, some) for some in said]
                expected = re.sub(r'"(request_id|took)": ?"?[^",]*', "", json.dumps(not_there.tree))
                assert [(there.status, said[0]), (again.status, said[1])] == [(not_there.status, expected)] * 2, (
                    hidden,
                    group,
                )
    finally:
        taken = [{"remove": {"index": one["index"], "alias": one["alias"]}} for one in names]
        succeeded(filled.url, "POST", "/_aliases", {"actions": taken})


def test_a_record_is_shown_in_the_part_that_is_asked_for(filled: Gate) -> None:
    """O-03: as it is, masked, or kept to rows; and no mark of the gateway's is overlooked for it."""
    for group in ("owners", "readers", "staff"):
        whole = ask(filled, group, "GET", "/people/_doc/p1").tree["_source"]
        for query, left in (
            ("_source_includes=tenant,note", ("tenant", "note")), ("_source_includes=te%2A,no*", ("tenant", "note")), ("_source=tenant", ("tenant",)), ("_source_excludes=vec,phone,note,size", ("tenant",)),
        ):  # fmt: skip
            said = ask(filled, group, "GET", f"/people/_doc/p1?{query}")
            assert said.tree["_source"] == {key: whole[key] for key in left}, (group, query, said.text)
            several = ask(filled, group, "POST", f"/people/_mget?{query}", {"ids": ["p1"]})
            if group != "staff" or "excludes" not in query:
                assert several.tree["docs"][0]["_source"] == said.tree["_source"], several.text
        assert "_source" not in ask(filled, group, "GET", "/people/_doc/p1?_source=false").tree
    marked = {"tenant": "acme", "_vecgate_quarantine": "withhold: it gives instructions"}
    succeeded(filled.url, "PUT", "/people/_doc/poison?refresh=true", marked)
    try:
        said = ask(filled, "owners", "GET", "/people/_doc/poison?_source_includes=tenant")
        assert said.tree.get("found") is False, said.text
    finally:
        succeeded(filled.url, "DELETE", "/people/_doc/poison?refresh=true")


def test_what_clients_ask_of_an_index_is_told_of_ones_own(filled: Gate) -> None:
    tells_of_ones_own(filled)


def test_who_may_ask_for_access_is_told_nothing_of_what_is_there(filled: Gate) -> None:
    tells_who_may_ask_nothing_of_what_is_there(filled)


def test_a_reader_sees_it_masked(filled: Gate) -> None:
    """O-51, O-70"""
    said = ask(filled, "readers", "POST", "/people/_search", {"query": {"ids": {"values": ["p1"]}}})
    source = said.tree["hits"]["hits"][0]["_source"]
    assert "Anna" not in source["note"]
    assert "example.org" not in source["note"]
    assert "1234" not in str(source["phone"])
    assert source["vec"] in (None, [0.0, 0.0])
    assert ask(filled, "readers", "POST", "/people/_search", {"size": 6}).tree["error"]["type"] == "limit.results"
    for size, status in ((None, 200), (5, 200), (6, 403)):
        groups = {"terms": {"field": "tenant", **({"size": size} if size else {})}}
        said = ask(filled, "readers", "POST", "/people/_search", {"size": 0, "aggs": {"x": groups}})
        assert said.status == status, said.text
    assert said.tree["error"]["type"] == "limit.results"
    for interval, status in ((10, 200), (1, 403)):  # how many values it shows, only its answer tells
        counted = {
            "filter": {"match_all": {}},
            "aggs": {"buckets": {"histogram": {"field": "size", "interval": interval}}},
        }
        said = ask(filled, "readers", "POST", "/people/_search", {"size": 0, "aggs": {"x": counted}})
        assert said.status == status, said.text
    assert "6 values of groups" in said.tree["error"]["reason"]
    for told in (
        {"query": {"term": {"phone": "030-12341"}}}, {"query": {"bool": {"filter": [{"prefix": {"phone": "030"}}]}}}, {"sort": ["phone"]},
        {"size": 0, "aggs": {"x": {"terms": {"field": "phone"}}}}, {"query": {"exists": {"field": "phone"}}},
    ):  # fmt: skip
        assert ask(filled, "readers", "POST", "/people/_search", told).tree["error"]["type"] == "oracle.field", told


def test_what_no_rule_allows_is_refused_before_the_server_is_asked(filled: Gate) -> None:
    """O-01, O-71, O-73"""
    for method, path, body, status, code in (
        ("GET", "/private/_search", None, 403, "policy.no_rule"), ("GET", "/pri*/_search", None, 404, "collection.unknown"), ("GET", "/people,private/_search", None, 403, "policy.no_rule"),
        ("POST", "/people/_bulk", b'{"index":{"_index":"private"}}\n{"a":1}\n', 403, "policy.no_rule"), ("DELETE", "/people", None, 403, "policy.no_rule"),
        ("GET", "/people/_search?q=x", None, 400, "path.odd"), ("DELETE", "/?index=people", None, 403, "route.refused"), ("POST", "/_plugins/_sql", {"query": "x"}, 403, "route.refused"),
        ("GET", "/_cat/indices", None, 403, "route.refused"), ("POST", "/people/_search", {"suggest": {}}, 400, "body.unreadable"),
    ):  # fmt: skip
        said = ask(filled, "readers", method, path, body)
        assert (said.status, said.tree["error"]["type"]) == (status, code), path
    assert ask(filled, "readers", "HEAD", "/private").status == 403
    there, not_there = (ask(filled, "readers", "GET", f"/{name}/_search").text for name in ("private", "no-such"))
    assert there.replace("private", "no-such") == not_there
    for path, status in (("/_search", 403), ("/p*/_search", 403), ("/_all/_count", 200), ("/*/_mapping", 200)):
        said = ask(filled, "readers", "GET", path)
        assert (said.status, "private" in said.text) == (status, False), said.text


def test_a_scan_tells_which_fields_hold_what_and_no_record(filled: Gate) -> None:
    scan = {"vecgate-scan": "1"}
    assert ask(filled, "auditors", "GET", "/people/_count", None, **scan).tree["count"] == 6
    said = ask(filled, "auditors", "POST", "/people/_search", {"from": 0, "size": 6}, **scan)
    assert said.tree["scan"]["records"] == 6
    kinds = {one["field"]: one["kinds"] for one in said.tree["scan"]["fields"]}
    assert kinds["note"]["EMAIL"]["records"] == 6
    assert "Anna" not in said.text
    chosen = ask(filled, "auditors", "POST", "/people/_search", {"size": 6, "sort": ["phone"]}, **scan)
    assert chosen.tree["error"]["type"] == "route.scan"
    assert (
        ask(filled, "auditors", "POST", "/people/_search", {"from": 0, "size": 6}).tree["error"]["type"]
        == "policy.no_rule"
    )


def test_an_id_that_is_shown_as_a_token_comes_back_as_that_id_wherever_a_record_is_named(filled: Gate) -> None:
    """O-55: and one at which a page begins, as what is shown of it is no place in the order of ids."""
    names = [f"anna{n}.schmidt@example.org" for n in range(3)]
    for name in names:
        succeeded(filled.url, "PUT", f"/town/_doc/{name}?refresh=true", {"dept": "hr"})
    try:
        page = {"size": 2, "sort": [{"_id": "asc"}]}
        first = ask(filled, "guessers", "POST", "/town/_search", page).tree["hits"]["hits"]
        shown = first[0]["_id"]
        assert [one["sort"] for one in first] == [[one["_id"]] for one in first]
        assert "anna" not in str(first)
        then = ask(filled, "guessers", "POST", "/town/_search", {**page, "search_after": first[-1]["sort"]}).tree
        assert len(then["hits"]["hits"]) == 1
        guess = ask(filled, "guessers", "POST", "/town/_search", {**page, "search_after": [names[0]]})
        assert guess.tree["error"]["type"] == "oracle.field"
        token = quote(shown, safe="")
        assert ask(filled, "guessers", "GET", f"/town/_doc/{token}").tree["found"]
        for path, body in (("_mget", {"ids": [shown]}), ("_mget", {"docs": [{"_id": shown}]})):
            assert ask(filled, "guessers", "POST", f"/town/{path}", body).tree["docs"][0]["found"], body
        for query in ({"ids": {"values": [shown]}}, {"bool": {"filter": [{"terms": {"_id": [shown]}}]}}):
            found = ask(filled, "guessers", "POST", "/town/_search", {"query": query}).tree["hits"]["hits"]
            assert [one["_id"] for one in found] == [shown], query
        changed = ask(filled, "guessers", "POST", f"/town/_update/{token}?refresh=true", {"doc": {"dept": "it"}})
        assert (changed.status, changed.tree["_id"]) == (200, shown), changed.text
        assert succeeded(filled.url, "GET", f"/town/_doc/{names[0]}")["_source"]["dept"] == "it"
        assert ask(filled, "guessers", "DELETE", f"/town/_doc/{token}?refresh=true").tree["result"] == "deleted"
        assert succeeded(filled.url, "GET", "/town/_count")["count"] == 2
        forged = ask(filled, "guessers", "GET", f"/town/_doc/{token[:-6]}AAA%3E")
        assert forged.tree["error"]["type"] == "input.id", forged.text
    finally:
        assert ask(filled, "owners", "DELETE", "/town").status == 200, "what it was like is not remembered"


def test_a_delete_by_query_is_held_and_says_how_many(filled: Gate) -> None:
    """O-72"""
    said = ask(filled, "readers", "POST", "/people/_delete_by_query", {"query": {"ids": {"values": ["p1", "p2"]}}})
    assert said.tree["error"]["type"] == "hold.pending"
    id = said.tree["error"]["request_id"]
    token = filled.token("owners-person", "owners")
    told = filled.gateway.ask("GET", f"/.vecgate/v1/requests/{id}", token=token).json
    assert (told["touched"], told["total"], told["samples"]) == (2, 6, ["p1", "p2"])
    for more in ("private", "no-such"):  # a yes would be given by those who are asked about people
        both = ask(filled, "readers", "POST", f"/people,{more}/_delete_by_query", {"query": {"match_all": {}}})
        assert (both.status, both.tree["error"]["type"]) == (403, "policy.no_rule"), both.text


def test_what_is_written_is_stamped_and_a_mask_that_comes_back_keeps_what_is_stored(filled: Gate) -> None:
    """Reads masked, and writes back what was read; the stamp is shown to nobody who did not ask for it by a rule."""
    shown = ask(filled, "writers", "GET", "/people/_doc/p2").tree["_source"]
    assert "Anna" not in shown["note"]
    for method, path, body in (
        ("PUT", "/people/_doc/p2?refresh=true", {**shown, "status": "seen"}), ("POST", "/people/_update/p2?refresh=true", {"doc": {"note": shown["note"], "more": 1}}),
        ("POST", "/people/_bulk?refresh=true", b'{"update":{"_id":"p2"}}\n{"doc":{"even":2}}\n'),
    ):  # fmt: skip
        said = ask(filled, "writers", method, path, body)
        assert said.status == 200, said.text
    stored = ask(filled, "owners", "GET", "/people/_source/p2")
    assert stored.status == 403, "a record's bare source cannot be told apart, where stamps are somebody's"
    source = ask(filled, "owners", "GET", "/people/_doc/p2").tree["_source"]
    assert source["note"] == "Call Anna Schmidt at anna.schmidt@example.org"
    assert (source["status"], source["more"], source["even"]) == ("seen", 1, 2)
    for changed in (shown["note"].lower(), shown["note"].replace("<", "\uff1c").replace(">", "\uff1e")):
        said = ask(filled, "writers", "PUT", "/people/_doc/p2", {**shown, "note": changed})
        assert (said.status, "input.masked" in said.text) == (400, True), said.text
    assert not [key for key in source if key.startswith("_vecgate_")]


def test_a_masked_text_that_comes_back_keeps_its_stored_vector_too(filled: Gate) -> None:
    keeps_vectors(filled)


def test_aggregations_are_of_what_is_not_kept_back(filled: Gate) -> None:
    marked = {"tenant": "acme", "_vecgate_quarantine": "withhold: it gives instructions"}
    succeeded(filled.url, "PUT", "/people/_doc/poison?refresh=true", marked)
    try:
        said = ask(
            filled, "owners", "POST", "/people/_search", {"size": 0, "aggs": {"t": {"terms": {"field": "tenant"}}}}
        ).tree
        assert [one["doc_count"] for one in said["aggregations"]["t"]["buckets"]] == [3, 3]
        assert "poison" not in ask(filled, "owners", "GET", "/people/_search").text
    finally:
        succeeded(filled.url, "DELETE", "/people/_doc/poison?refresh=true")


def test_a_guess_is_not_confirmed_by_an_update_that_changes_nothing(filled: Gate) -> None:
    """O-67, O-69"""
    for doc in ({"more": 5}, {"more": 5}, {"more": 6}):
        said = ask(filled, "writers", "POST", "/people/_update/p2?refresh=true", {"doc": doc})
        assert (said.status, said.tree["result"]) == (200, "updated"), said.text
    line = b'{"update":{"_id":"p2"}}\n{"doc":{"more":6}}\n'
    said = ask(filled, "writers", "POST", "/people/_bulk?refresh=true", line)
    assert [one["update"]["result"] for one in said.tree["items"]] == ["updated"]
    near: Any = {"query": {"knn": {"vec": {"vector": [1, 1], "min_score": 0.5}}}}
    assert ask(filled, "writers", "POST", "/people/_count", near).tree["error"]["type"] == "guards.scores"


def test_what_stands_beside_indices_is_for_whom_a_rule_names_it(filled: Gate, tmp_path: Path) -> None:
    """O-90, O-92: raw storage is no part of `*`; a search goes through what brings scores together, and is masked after."""
    norm: Any = {"phase_results_processors": [{"normalization-processor": {}}]}
    both: Any = [{"match": {"note": "call"}}, {"knn": {"vec": {"vector": [1, 1], "k": 3}}}]
    assert ask(filled, "readers", "PUT", "/_search/pipeline/norm", norm).status == 403
    assert ask(filled, "owners", "PUT", "/_search/pipeline/norm", norm).status == 200
    target, hybrid = "/people/_search?search_pipeline=norm", {"query": {"hybrid": {"queries": both}}, "size": 5}
    found = ask(filled, "readers", "POST", target, hybrid)
    hits = found.tree["hits"]["hits"]
    assert (len(hits), len({one["_id"] for one in hits})) == (5, 5)
    assert "030-1234" not in found.text
    assert "Anna" not in found.text
    succeeded(filled.url, "PUT", "/_snapshot/kept", {"type": "fs", "settings": {"location": tmp_path.name}})
    said = {"indices": "people"}
    assert ask(filled, "owners", "PUT", "/_snapshot/kept/one", said).tree["error"]["type"] == "policy.no_rule"
    made = ask(filled, "keepers", "PUT", "/_snapshot/kept/one?wait_for_completion=true", said)
    assert made.tree["snapshot"]["indices"] == ["people"], made.text
    back = {**said, "include_aliases": False, "rename_pattern": "(.+)", "rename_replacement": "back-$1"}
    come = ask(filled, "keepers", "POST", "/_snapshot/kept/one/_restore?wait_for_completion=true", back)
    assert come.tree["snapshot"]["indices"] == ["back-people"], come.text
    assert ask(filled, "keepers", "GET", "/back-people/_search").status == 403
    assert ask(filled, "keepers", "DELETE", "/_snapshot/kept/one").status == 200
    assert ask(filled, "owners", "DELETE", "/back-people").status == 200


def test_scores_depth_and_canaries_hold(filled: Gate) -> None:
    knn = {"query": {"knn": {"vec": {"vector": [1.3, 1], "k": 3}}}}
    scores = [hit["_score"] for hit in ask(filled, "writers", "POST", "/people/_search", knn).tree["hits"]["hits"]]
    assert scores == [round(one, 1) for one in scores]
    assert (
        ask(filled, "writers", "POST", "/people/_search", {**knn, "min_score": 0.5}).tree["error"]["type"]
        == "guards.scores"
    )
    assert (
        ask(filled, "writers", "POST", "/people/_search", {"from": 15, "size": 10}).tree["error"]["type"]
        == "limit.depth"
    )
    paged: Any = {"sources": [{"t": {"terms": {"field": "tenant"}}}], "after": {"t": "a"}}
    paged = {"size": 0, "aggs": {"x": {"composite": paged}}}
    assert ask(filled, "writers", "POST", "/people/_search", paged).tree["error"]["type"] == "limit.depth"
    said = ask(filled, "visitors", "GET", "/people/_search")
    assert said.status == 403, said.text
    assert ask(filled, "visitors", "GET", "/people/_doc/p1").status == 403, "who was given bait is locked out"


@pytest.fixture
def town(gate: Gate) -> Iterator[Gate]:
    """Two people, some of whose fields are masked; gone afterwards, as other tests ask for all there is."""
    settings = {"index": {"knn": True, "number_of_replicas": 0}}
    succeeded(gate.url, "PUT", "/town", {"settings": settings, "mappings": {"properties": oracles.MAPPED}})
    for n, one in enumerate(oracles.PEOPLE):
        succeeded(gate.url, "PUT", f"/town/_doc/p{n}?refresh=true", one)
    yield gate
    succeeded(gate.url, "DELETE", "/town")


@every(("path", "body", "name"), oracles.ASKED)
def test_no_clause_tells_of_a_masked_field(town: Gate, path: str, body: Any, name: str) -> None:
    """O-56"""
    said = ask(town, "guessers", "POST", path, body)
    assert said.status == 403, said.text
    assert said.tree["error"]["type"] == "oracle.field"
    assert f"'{name}" in said.text
    assert "Nothing was sent." in said.text
    assert oracles.ANA not in said.text


@every(("path", "body", "name"), [one for one in oracles.ASKED if "delete" not in one[0]])
def test_who_sees_it_plain_may_ask(town: Gate, path: str, body: Any, name: str) -> None:
    said = ask(town, "owners", "POST", path, body)
    assert said.status == 200, (said.text, name)


def test_what_is_shown_is_asked_for_and_what_a_rule_exempts_stays_masked(town: Gate) -> None:
    for group, body in (
        ("guessers", {"query": oracles.HR}),
        ("editors", {"query": {"bool": {"must": [oracles.SALARY, oracles.HR]}}}),
    ):
        said = ask(town, group, "POST", "/town/_search", body)
        assert [one["_id"] for one in said.tree["hits"]["hits"]] == ["p0"], said.text
        assert not any(plain in said.text for plain in (oracles.ANA, "5200", "Ana Ruiz", "19840102"))
    assert ask(town, "editors", "POST", "/town/_search", {"sort": ["born"]}).tree["error"]["type"] == "oracle.field"
    facet = ask(town, "editors", "POST", "/town/_search", {"size": 0, "aggs": {"x": {"terms": {"field": "email"}}}})
    assert facet.status == 200, facet.text
    assert oracles.ANA not in facet.text


#: What the client's user is told where little is allowed: the type of its exception, and the code in it.
LITTLE: Final = {
    "asks_for_too_many": ("AuthorizationException", "limit.results"),
    "asks_elsewhere": ("AuthorizationException", "policy.no_rule"),
    "scrolls": ("AuthorizationException", "limit.keep_alive"),
    "drops": ("AuthorizationException", "policy.no_rule"),
}


@pytest.mark.parametrize(
    "family",
    ["opensearch", pytest.param("opensearch_async", marks=pytest.mark.long), pytest.param("opensearch_js", marks=pytest.mark.long)],
)  # fmt: skip
def test_an_official_client_does_the_same_as_without_a_gateway(filled: Gate, family: str) -> None:
    """O-53, O-72, O-73: unmodified, in an environment of its own."""
    quiet, name = {"PYTHONPATH": str(FAMILIES)}, family.replace("_", "-")
    alone = walk(family, "all", {"url": filled.url, "token": "", "collection": f"c-there-{name}"}, quiet)
    here = {
        "url": f"https://localhost:{filled.gateway.listen.port}", "token": filled.token("clients-person", "clients"), "collection": f"c-here-{name}",
        "ca": str(filled.gateway.ca),
    }  # fmt: skip
    through = walk(family, "all", here, quiet)
    assert [case for case, one in alone.items() if "gave" not in one] == ["misses"], alone
    gave = {case: one.get("gave") for case, one in alone.items()}
    assert {case: one.get("gave") for case, one in through.items()} == gave, through
    reader = {**here, "token": filled.token("readers-person", "readers"), "collection": "people"}
    told = walk(family, "little", reader, quiet)
    assert told["start"] == {"gave": [True, "opensearch"]}
    for case, one in told.items():
        kind, code = LITTLE.get(case, ("", ""))
        kind = "ResponseError" if family == "opensearch_js" else kind
        assert case == "start" or (one["said"].startswith(kind) and code in one["said"]), (case, one)
    assert family != "opensearch" or through["misses"]["said"].startswith("NotFoundError: NotFoundError(404")


@pytest.mark.long
def test_the_settings_of_its_page_hold_at_the_server_and_the_gateways_calls_go_through(tmp_path: Path) -> None:
    """O-06, O-30, O-36, O-52"""
    if why := missing():
        pytest.skip(why)
    block = PAGE.read_text("utf-8").partition("```text\n")[2].partition("```")[0]
    told = [line.split(": ") for line in block.splitlines() if not line.startswith("#")]
    assert len(told) == 4
    with running_opensearch(tmp_path, **{name.replace(".", "__"): value for name, value in told}) as url:
        server = Before(url)
        assert (
            server.do(
                "PUT", "/people", {"mappings": {"properties": MAPPED}, "settings": {"index": {"knn": True}}}
            ).status
            == 200
        )
        assert (
            server.do(
                "POST",
                "/_bulk?refresh=true",
                [{"index": {"_index": "people", "_id": "p1"}}, {"tenant": "acme", "vec": [1, 1]}],
            ).tree["errors"]
            is False
        )
        assert (
            server.do("POST", "/_msearch", [{"index": "people"}, {}]).tree["responses"][0]["hits"]["total"]["value"]
            == 1
        )
        assert server.do("POST", "/_mget", {"docs": [{"_index": "people", "_id": "p1"}]}).tree["docs"][0]["found"]
        assert (
            server.do("POST", "/people/_search", {"query": {"knn": {"vec": {"vector": [1, 1], "k": 1}}}}, OWN).tree[
                "hits"
            ]["total"]["value"]
            == 1
        )
        assert server.direct("POST", "/people/_mget", {"docs": [{"_index": "other", "_id": "1"}]})[0] == 400
        assert server.direct("PUT", "/made/_doc/1", {"a": 1})[0] == 404
        assert server.direct("DELETE", "/peop*")[0] == 400
        scripted = {"query": {"script_score": {"query": {"match_all": {}}, "script": {"source": "1"}}}}
        assert server.direct("POST", "/people/_search", scripted)[0] == 400
