"""A real Elasticsearch 8.19 with its security behind a running gateway that mints an API key for each person: what a key is good for,
what the server says no to, and what ends with it.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from path.credentials.conftest import Keyed, Make
from support.credentials.fronted import Front
from support.credentials.searched import RULES
from support.credentials.store import Vouching
from support.servers.elasticsearch.secured import Secured, missing, running_secured
from support.tools.askers import until

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
ADMIN: Final = "secret/data/vecgate/elastic-db"
#: The gateway's own user: `private` is not its to give, and of people it may see one tenant's records alone.
ROLE: Final[dict[str, Any]] = {
    "cluster": ["manage_own_api_key", "monitor"],
    "indices": [
        {"names": ["people"], "privileges": ["all"], "query": {"term": {"tenant": "acme"}}},
        {"names": ["private"], "privileges": ["view_index_metadata"]},
    ],
}
PEOPLE: Final = [
    {"tenant": "acme", "city": "berlin", "phone": "030-12341", "note": "ask anna@example.org"},
    {"tenant": "acme", "city": "paris", "phone": "030-12342", "note": "nothing"},
    {"tenant": "globex", "city": "berlin", "phone": "030-12343", "note": "other"},
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    if why := missing():
        pytest.skip(why)
    with running_secured(tmp_path_factory.mktemp("elasticsearch")) as made:
        keyword = {name: {"type": "keyword"} for name in ("tenant", "city", "phone")}
        for name, mapped in (("people", keyword), ("private", {})):
            settings = {"settings": {"number_of_replicas": 0}, "mappings": {"properties": mapped}}
            assert made.ask("PUT", f"/{name}", settings)[0] == 200
        for n, one in enumerate(PEOPLE):
            assert made.ask("PUT", f"/people/_doc/p{n}?refresh=true", one)[0] == 201
        assert made.ask("PUT", "/private/_doc/x?refresh=true", {"note": "secret"})[0] == 201
        trial = made.ask("POST", "/_license/start_trial?acknowledge=true")  # for document-level security
        assert trial[0] == 200, trial
        assert made.ask("PUT", "/_security/role/vecgate", ROLE)[0] == 200
        user = {"password": "first-password", "roles": ["vecgate"]}
        assert made.ask("PUT", "/_security/user/vecgate-admin", user)[0] == 200
        yield made


@pytest.fixture(scope="module")
def secured(server: Secured, store: Vouching, keyed: Make) -> Keyed:
    store.permit("gateway", ADMIN, "read")
    store.call("POST", ADMIN, {"data": {"username": "vecgate-admin", "password": "first-password"}})
    credential = {"kind": "elasticsearch_key", "admin": ADMIN}
    return keyed("elasticsearch", Front(server.ca, int(server.url.rpartition(":")[2])), credential, RULES)


def found(tree: Any) -> list[str]:
    return sorted(one["_id"] for one in tree["hits"]["hits"])


def keys(server: Secured, who: str) -> set[str]:
    """Ids of a person's keys that are good, as the server lists them."""
    listed = server.ask("GET", "/_security/api_key?active_only=true")[1]["api_keys"]
    return {one["id"] for one in listed if one["metadata"].get("vecgate_user") == who}


def test_a_person_searches_and_writes_with_keys_of_their_own(secured: Keyed, server: Secured) -> None:
    said = secured.ask("POST", "/people/_search", {"query": {"match_all": {}}})
    assert (said.status, found(said.json)) == (200, ["p0", "p1"]), said.body
    assert "030-" not in said.body.decode()
    assert "anna" not in said.body.decode()
    (read,) = keys(server, "alice")
    written = secured.ask("PUT", "/people/_doc/mine?refresh=true", {"tenant": "acme", "city": "rome"})
    assert written.status == 201, written.body
    assert len(keys(server, "alice") - {read}) == 1, "a key for writes is another one"
    assert secured.ask("DELETE", "/people/_doc/mine?refresh=true").json["result"] == "deleted"
    assert secured.ask("POST", "/people/_search", {}, who="bob").status == 200
    assert keys(server, "bob").isdisjoint(keys(server, "alice"))


def test_what_it_shows_is_its_document_level_security_s(secured: Keyed) -> None:
    assert secured.ask("GET", "/people/_count").json["count"] == 2
    said = secured.ask("POST", "/people/_search", {"size": 0, "aggs": {"t": {"terms": {"field": "tenant"}}}})
    assert said.json["aggregations"]["t"]["buckets"] == [{"key": "acme", "doc_count": 2}]
    foreign, absent = (secured.ask("GET", f"/people/_doc/{id}") for id in ("p2", "p9"))
    assert (foreign.status, foreign.json["found"]) == (absent.status, absent.json["found"]) == (404, False)
    docs = secured.ask("POST", "/people/_mget", {"ids": ["p0", "p2"]}).json["docs"]
    assert [one["found"] for one in docs] == [True, False]


def test_rows_hold_with_such_a_key(secured: Keyed) -> None:
    assert found(secured.ask("POST", "/people/_search", {}, who="carol").json) == ["p0"]
    assert secured.ask("GET", "/people/_count", who="carol").json["count"] == 1
    assert secured.ask("GET", "/people/_doc/p1", who="carol").status == 404


def test_what_it_forbids_comes_back_as_it_says_it_and_costs_no_key(secured: Keyed, server: Secured) -> None:
    for method, path, body in (("POST", "/private/_search", {}), ("PUT", "/private/_doc/y", {"a": 1})):
        no = secured.ask(method, path, body)
        assert (no.status, no.json["error"]["type"]) == (403, "security_exception"), no.body
        assert "is unauthorized for API key" in no.json["error"]["reason"]
    parts = secured.ask(
        "POST", "/_mget", {"docs": [{"_index": name, "_id": "x"} for name in ("people", "private")]}
    ).json["docs"]
    assert [one.get("error", {}).get("type") for one in parts] == [None, "security_exception"], parts
    health = secured.ask("GET", "/_cluster/health/people")
    assert (health.status, health.json["error"]["type"]) == (403, "security_exception"), health.body
    before = keys(server, "alice")
    assert secured.ask("POST", "/private/_search", {}).status == 403
    assert keys(server, "alice") == before


def test_a_key_that_is_ended_there_is_given_out_no_more(secured: Keyed, server: Secured) -> None:
    assert secured.ask("POST", "/people/_search", {}).status == 200
    ended = keys(server, "alice")
    assert server.ask("DELETE", "/_security/api_key", {"ids": [*ended]})[0] == 200
    until(lambda: secured.ask("POST", "/people/_search", {}).status == 200, "another key")
    assert keys(server, "alice").isdisjoint(ended)


def test_a_lease_that_is_revoked_ends_its_key_and_the_scroll_that_it_opened(secured: Keyed, server: Secured) -> None:
    first = secured.ask("POST", "/people/_search?scroll=1m", {"size": 1, "sort": ["city"]})
    assert (first.status, found(first.json)) == (200, ["p0"]), first.body
    had = keys(server, "alice")
    assert secured.ask("POST", "/.vecgate/v1/leases/revoke", {"user": "alice"}, who="bob").status == 200
    until(lambda: keys(server, "alice").isdisjoint(had), "the end of its keys")
    on = {"scroll": "1m", "scroll_id": first.json["_scroll_id"]}
    told = secured.ask("POST", "/_search/scroll", on)
    assert told.status in (403, 404), told.body
    assert "030-" not in json.dumps(told.json)
    assert secured.ask("POST", "/people/_search", {}).status == 200
