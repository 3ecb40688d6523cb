"""A real OpenSearch 2.19.1 with its security plugin, which trusts OpenBao's identity engine: people reach it through the gateway
with tokens in their own name, and what it says no to comes back as it says it.
"""

import json
from collections.abc import Iterator

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from demo.gateway import Reply
from path.credentials.conftest import Keyed, Make
from support.credentials.cases import oidc_token
from support.credentials.fronted import Front
from support.credentials.searched import RULES, came, claims, credential, ids, key_of, searched
from support.credentials.store import Vouching
from support.servers.opensearch.secured import KEEPER, Secured, basic, missing
from support.tools.askers import until
from support.tools.every import every

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def server(store: Vouching, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    if why := missing():
        pytest.skip(why)
    with searched(store, tmp_path_factory.mktemp("secured")) as made:
        yield made


@pytest.fixture(scope="module")
def secured(server: Secured, store: Vouching, keyed: Make) -> Keyed:
    return keyed("opensearch", Front(server.ca, int(server.url.rpartition(":")[2])), credential(store), RULES)


def key(secured: Keyed) -> str:
    """What alice shows the gateway."""
    return f"Bearer {secured.stack.token('alice')}"


def at(secured: Keyed, server: Secured) -> Secured:
    """The gateway, asked with any keys and bytes, as the server itself is."""
    return Secured(f"https://localhost:{secured.gateway.listen.port}", secured.gateway.ca, server.log)


def test_a_search_goes_out_as_the_person_and_the_servers_own_audit_names_them(secured: Keyed, server: Secured) -> None:
    for who in ("alice", "bob"):
        said = secured.ask("POST", "/people/_search", {"sort": ["city"]}, who=who)
        assert (said.status, ids(said.json)) == (200, ["p0", "p1"]), said.body
        name, keys = came(server, "/people/_search")[-1]
        assert (name, len(keys)) == (who, 1), "one key alone comes there"
        told = claims(keys[0])
        assert (told["name"], told["groups"], told["aud"]) == (who, ["docs_reader"], "docs-db")
        info = server.ask("GET", "/_plugins/_security/authinfo", None, keys[0]).tree
        assert (info["user_name"], info["roles"]) == (who, ["docs_reader"])
    assert {name for name, _ in came(server, "/people")} == {"keeper", "vecgate-gateway"}, "its own look-ups"


def test_what_it_shows_is_its_document_level_security_s_and_then_masked(secured: Keyed) -> None:
    """O-84"""
    said = secured.ask("POST", "/people/_search", {"query": {"match_all": {}}})
    assert ids(said.json) == ["p0", "p1"]
    assert "030-" not in said.body.decode()
    assert "anna" not in said.body.decode()
    assert secured.ask("GET", "/people/_count").json["count"] == 2
    assert secured.ask("POST", "/people/_search", {"size": 0, "aggs": {"t": {"terms": {"field": "tenant"}}}}).json[
        "aggregations"
    ]["t"]["buckets"] == [{"key": "acme", "doc_count": 2}]
    foreign, missing = (secured.ask("GET", f"/people/_doc/{id}") for id in ("p2", "p9"))
    assert (foreign.status, foreign.json["found"]) == (missing.status, missing.json["found"]) == (404, False)
    found = secured.ask("POST", "/people/_mget", {"ids": ["p0", "p2"]}).json["docs"]
    assert [one["found"] for one in found] == [True, False]


def test_rows_of_a_rule_hold_beside_the_servers_own(secured: Keyed) -> None:
    """O-84"""
    said = secured.ask("POST", "/people/_search", {}, who="carol")
    assert ids(said.json) == ["p0"], said.body
    assert secured.ask("GET", "/people/_count", who="carol").json["count"] == 1


def test_a_lease_for_reads_cannot_write_and_one_for_writes_can(secured: Keyed, server: Secured) -> None:
    secured.ask("POST", "/people/_search", {})
    read = key_of(server, "/people/_search", "alice")
    no = server.ask("PUT", "/people/_doc/mine", {"tenant": "acme"}, read)
    assert (no.status, no.tree["error"]["type"]) == (403, "security_exception")
    said = secured.ask("PUT", "/people/_doc/mine?refresh=true", {"tenant": "acme", "city": "rome"})
    assert said.status == 201, said.body
    write = key_of(server, "/people/_doc/mine", "alice")
    assert (claims(write)["groups"], write != read) == (["docs_writer"], True)
    assert secured.ask("DELETE", "/people/_doc/mine?refresh=true").json["result"] == "deleted"


def test_what_it_forbids_comes_back_as_it_says_it(secured: Keyed, server: Secured) -> None:
    """O-82, O-83"""
    no = secured.ask("POST", "/private/_search", {})
    assert (no.status, no.json["status"], no.json["error"]["type"]) == (403, 403, "security_exception"), no.body
    assert "indices:data/read/search" in no.json["error"]["reason"]
    written = secured.ask("PUT", "/private/_doc/y", {"a": 1})
    assert (written.status, written.json["error"]["type"]) == (403, "security_exception"), written.body
    got = secured.ask(
        "POST", "/_mget", {"docs": [{"_index": "people", "_id": "p0"}, {"_index": "private", "_id": "x"}]}
    )
    assert got.status == 200, got.body
    assert [one.get("found") for one in got.json["docs"]] == [True, None]
    assert got.json["docs"][1]["error"]["type"] == "security_exception"
    lines = b'{"index":"people"}\n{}\n{"index":"private"}\n{}\n'
    parts = at(secured, server).ask("POST", "/_msearch", lines, key(secured)).tree["responses"]
    assert [one["status"] for one in parts] == [200, 403]
    assert "030-" not in json.dumps(parts)
    lines = b'{"index":{"_index":"people","_id":"b"}}\n{"tenant":"acme"}\n{"index":{"_index":"private","_id":"b"}}\n{"a":1}\n'
    items = at(secured, server).ask("POST", "/_bulk?refresh=true", lines, key(secured)).tree["items"]
    assert [one["index"]["status"] for one in items] == [201, 403]
    assert secured.ask("DELETE", "/people/_doc/b?refresh=true").status == 200
    before = leases(secured)
    assert secured.ask("POST", "/private/_search", {}).status == 403
    assert secured.ask("POST", "/people/_search", {}).status == 200
    assert leases(secured) == before, "what it forbids is no reason for another lease"


def test_it_takes_no_token_that_is_not_for_it(store: Vouching, secured: Keyed, server: Secured) -> None:
    """O-86: of another key (foreign), of none, for another database, ended; and one of an EC key, though the issuer is right."""
    assert secured.ask("POST", "/people/_search", {}).status == 200
    good = key_of(server, "/people/_search", "alice")
    told, kid = claims(good), jwt.get_unverified_header(good.removeprefix("Bearer "))["kid"]
    oidc_token.key(store, "curved", "ES256")
    oidc_token.role(store, "search-foreign", "docs_reader", key="search", audience="other-db")
    oidc_token.role(store, "search-short", "docs_reader", key="search", ttl="2s")
    oidc_token.role(store, "search-curved", "docs_reader", key="curved")
    person = store.person("alice")
    issued = {
        name: store.bao.call("GET", f"identity/oidc/token/search-{name}", token=person)["data"]["token"]
        for name in ("reader", "foreign", "short", "curved")
    }
    forged = jwt.encode(told, rsa.generate_private_key(65537, 2048), "RS256", {"kid": kid})
    unsigned = jwt.encode(told, None, "none", {"kid": kid})

    def takes(key: str) -> bool:
        said = server.ask("GET", "/people/_search", None, key)
        assert (said.status, said.text == "Unauthorized") in ((200, False), (401, True)), said
        return said.status == 200

    assert takes(good)
    assert takes(f"Bearer {issued['reader']}")
    for key in (forged, unsigned, issued["foreign"], issued["curved"], "x"):
        assert not takes(f"Bearer {key}"), key
    assert not takes(basic("alice", "alice"))
    until(lambda: not takes(f"Bearer {issued['short']}"), "its end")


def test_two_keys_do_not_go_out(secured: Keyed, server: Secured) -> None:
    """O-80: of two the last counts there, so a second one would be another user."""
    secured.ask("POST", "/people/_search", {})
    good, keeper = key_of(server, "/people/_search", "alice"), basic(*KEEPER)
    who = [
        server.ask("GET", "/_plugins/_security/authinfo", None, *two).tree["user_name"]
        for two in ((good, keeper), (keeper, good))
    ]
    assert who == ["keeper", "alice"]
    before = len(came(server, "/people/_search"))
    token, front = key(secured), at(secured, server)
    for two in ((token, keeper), (keeper, token), (token, token)):
        no = front.ask("POST", "/people/_search", {}, *two)
        assert (no.status, no.tree["error"]["type"]) == (401, "identity.ambiguous")
    assert len(came(server, "/people/_search")) == before
    assert front.ask("POST", "/people/_search", {}, token).status == 200


def test_a_lease_that_it_does_not_take_is_given_out_no_more(store: Vouching, secured: Keyed, server: Secured) -> None:
    """O-81"""
    another_lease(secured)
    oidc_token.role(store, "search-reader", "docs_reader", key="search", audience="other-db")
    try:
        another_lease(secured, 401)
        no = secured.ask("POST", "/people/_search", {})
        assert (no.status, no.json) == (401, {"error": "Unauthorized", "status": 401})
        assert "www-authenticate" not in no.headers, "nobody is to type a password of the database"
        assert came(server, "/people/_search")[-1][0] == "<NONE>"
    finally:
        oidc_token.role(store, "search-reader", "docs_reader", key="search")
    until(lambda: secured.ask("POST", "/people/_search", {}).status == 200, "another lease")


@every(("audience", "group"), [("other-db", "docs_lookups"), (oidc_token.AUDIENCE, "nothing")])
def test_where_it_refuses_the_gateways_own_look_ups_nothing_is_written(
    store: Vouching, secured: Keyed, server: Secured, audience: str, group: str
) -> None:
    """O-81, O-82"""

    def ended() -> None:
        said = secured.ask("POST", "/.vecgate/v1/leases/revoke", {"user": "vecgate-gateway"}, who="bob")
        assert said.status == 200

    def written() -> Reply:
        return secured.ask("PUT", "/people/_doc/unsure?refresh=true", {"tenant": "acme"})

    assert written().status in (200, 201)
    oidc_token.role(store, "search-lookups", group, key="search", audience=audience)
    try:
        ended()
        until(lambda: written().status == 502, "a lease of the gateway's own that is refused")
        before = len(came(server, "/people/_doc/unsure"))
        assert written().json["error"]["type"] == "upstream.login"
        assert len(came(server, "/people/_doc/unsure")) == before
    finally:
        oidc_token.role(store, "search-lookups", "docs_lookups", key="search")
        ended()
    until(lambda: secured.ask("DELETE", "/people/_doc/unsure?refresh=true").status == 200, "one that is taken")


def leases(secured: Keyed) -> set[str]:
    """Those of alice's that are out for reads."""
    listed = secured.ask("GET", "/.vecgate/v1/leases", who="bob").json["leases"]
    return {one["id"] for one in listed if one["user"] == "alice" and one["reach"] == "read"}


def another_lease(secured: Keyed, status: int = 200) -> None:
    """End what alice has, and have her next search answered with that status."""
    before = leases(secured)
    assert secured.ask("POST", "/.vecgate/v1/leases/revoke", {"user": "alice"}, who="bob").status == 200

    def is_another() -> bool:
        said = secured.ask("POST", "/people/_search", {})
        return said.status == status and bool(leases(secured) - before)

    until(is_another, "another lease")


def test_a_scroll_is_its_users_and_goes_on_with_their_next_lease(secured: Keyed, server: Secured) -> None:
    """O-85"""
    first = secured.ask("POST", "/people/_search?scroll=1m", {"size": 1, "sort": ["city"]})
    assert (first.status, ids(first.json)) == (200, ["p0"]), first.body
    on = {"scroll": "1m", "scroll_id": first.json["_scroll_id"]}
    another_lease(secured)
    second = secured.ask("POST", "/_search/scroll", on)
    assert (second.status, ids(second.json)) == (200, ["p1"]), second.body
    assert secured.ask("POST", "/_search/scroll", on, who="bob").status == 404
    assert came(server, "/_search/scroll")[-1][0] == "alice"
    assert secured.ask("DELETE", "/_search/scroll", {"scroll_id": on["scroll_id"]}).status == 200
    assert secured.ask("POST", "/people/_search", {}, who="bob").status == 200
    alices, bobs = (key_of(server, "/people/_search", who) for who in ("alice", "bob"))
    own = server.ask("POST", "/people/_search?scroll=1m", {"size": 1}, alices).tree["_scroll_id"]
    no = server.ask("POST", "/_search/scroll", {"scroll": "1m", "scroll_id": own}, bobs)
    assert no.status == 403
    assert "Wrong user in reader context" in no.text


def test_no_token_is_written_down(secured: Keyed, server: Secured) -> None:
    assert secured.ask("POST", "/people/_search", {}).status == 200
    text = secured.written()
    for name in ("alice", "vecgate-gateway"):
        seen = {values[0] for who, values in came(server, "/people/_search") + came(server, "/people") if who == name}
        assert seen, name
        assert not [one for one in seen if one.removeprefix("Bearer ") in text or one.rpartition(".")[2] in text]
