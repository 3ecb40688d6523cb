"""A gateway before a real OpenSearch or Elasticsearch: whoever comes through it is kept to rows, masked, or refused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.leaks import Ask, Said
from support.servers.rowed import Rowed, fronted, rowed, succeeded

POLICY: Final = """
version: 1
mask_profiles:
  no-phones: {default: replace, fields: {"*.phone": redact}}
  guessing: {default: replace, fields: {"*.salary": redact, "*.email": pseudonym, "*.person": redact, "*.born": redact}}
rules:
  - {name: own-tenant, who: {groups: [staff]}, where: {collections: ["people", "private"]}, operations: ["*"], effect: allow, mask: unsafe-nothing, vectors: true, rows: [{field: tenant, equals: "{claims.tenant}"}]}
  - {name: owners, who: {groups: [owners]}, where: anywhere, operations: ["*"], effect: allow, mask: unsafe-nothing, vectors: true}
  - {name: keepers, who: {groups: [keepers]}, where: anywhere, operations: [snapshot_create, snapshot_list, snapshot_restore, snapshot_delete], effect: allow, mask: no-phones}
  - {name: readers, who: {groups: [readers]}, where: {collections: ["people"]}, operations: [read, upsert], effect: allow, mask: no-phones, vectors: false, limits: {max_results: 5}}
  - {name: handshake, who: anyone, where: {without_collection: true}, operations: [health], effect: allow, mask: no-phones}
  - {name: clients, who: {groups: [clients]}, where: {collections: ["c-*"]}, operations: [read, write, delete, schema, destroy], effect: allow, mask: unsafe-nothing, vectors: true, show_stamp: true}
  - {name: pipelines, who: {groups: [clients]}, where: {without_collection: true}, operations: [admin], effect: allow, mask: unsafe-nothing}
  - {name: borrowers, who: {groups: [borrowers]}, where: {collections: ["c-kept-*"]}, operations: [read], effect: allow, mask: no-phones, limits: {max_results: 4}, rows: [{field: metadata.status, equals: open}]}
  - {name: flat-borrowers, who: {groups: [flat-borrowers]}, where: {collections: ["c-kept-*"]}, operations: [read], effect: allow, mask: no-phones, limits: {max_results: 4}, rows: [{field: status, equals: open}]}
  - {name: stamped, who: {groups: [writers]}, where: {collections: ["people"]}, operations: [read, write], effect: allow, mask: no-phones, vectors: true, stamp: true, scores: {round: 1}, limits: {depth: 20}}
  - {name: scans, who: {groups: [auditors]}, where: {collections: ["people"]}, operations: [scan], effect: allow, mask: no-phones}
  - {name: baited, who: {groups: [visitors]}, where: {collections: ["people"]}, operations: [read], effect: allow, mask: unsafe-nothing, vectors: true, canaries: {ids: ["p6"]}}
  - {name: rationed, who: {groups: [rationed]}, where: {collections: ["people"]}, operations: [read], effect: allow, mask: unsafe-nothing, vectors: true, budget: {records: 4/h}}
  - {name: guessers, who: {groups: [guessers]}, where: {collections: ["town"]}, operations: [read, write, delete], effect: allow, mask: guessing}
  - {name: by-alias, who: {groups: [aliased]}, where: {collections: ["ours"]}, operations: ["*"], effect: allow, mask: unsafe-nothing, vectors: true}
  - {name: exempt, who: {groups: [editors]}, where: {collections: ["town"]}, operations: [read], effect: allow, mask: guessing, oracles: {allow: [salary, email]}}
  - {name: wanters, who: {groups: [wanters]}, where: anywhere, operations: [read], effect: request, mask: no-phones, approvers: {groups: [owners]}, grant: {longest: 1h}}
  - name: asks
    who: {groups: [readers]}
    where: {collections: ["people"]}
    operations: [delete_filter]
    effect: hold
    mask: no-phones
    approvers: {groups: [owners]}
    wait: 1s
"""
#: What `LINES` bring: of each record three of one tenant, three of another.
LINES: Final = b"".join(
    b'{"index":{"_id":"p%d"}}\n{"tenant":"%s","phone":"030-1234%d","note":"Call Anna Schmidt at anna.schmidt@example.org","size":%d,"vec":[%d.0,1.0]}\n'
    % (n, b"acme" if n < 4 else b"globex", n, n, n)
    for n in range(1, 7)
)


@dataclass
class Gate(Rowed):
    """The same, and the database as it is."""

    url: str


@contextmanager
def gated(stack: Stack, folder: Path, database: str, index: Any, **over: Any) -> Iterator[Gate]:
    """It (`over`: laid over its settings), with an index `people`, and a record of another tenant's in `private`; gone when the block ends."""
    gateways = folder / "gateways"
    gateways.mkdir()
    factory = Factory(stack, gateways, free_port)
    with (
        fronted(stack, folder / "database", database) as (url, told),
        rowed(stack, factory, folder, POLICY, upstreams={"tickets-db": told}, **over) as made,
    ):
        succeeded(url, "PUT", "/people", index)
        succeeded(url, "PUT", "/private/_doc/x?refresh=true", {"tenant": "globex", "note": "secret"})
        yield Gate(**vars(made), url=url)


def ask(gate: Gate, group: str, method: str, path: str, body: Any = None, **headers: str) -> Said:
    """One call by somebody of that group."""
    tenant = {"tenant": "acme"} if group == "staff" else {}
    return gate.say(Ask(method, path, body, tuple(headers.items())), gate.token(f"{group}-person", group, **tenant))


def fill(gate: Gate) -> None:
    """The records of `LINES`, through the gateway."""
    said = ask(gate, "owners", "POST", "/people/_bulk?refresh=true", LINES, **{"content-type": "application/x-ndjson"})
    assert (said.status, said.tree["errors"], len(said.tree["items"])) == (200, False, 6)


def keeps_vectors(gate: Gate) -> None:
    """Who writes back a masked text brings a vector that was made of the mask: the stored one stays, on every route."""
    path, mine, plain = "/people/_doc/p3", [9.0, 9.0], "Call Anna Schmidt at anna.schmidt@example.org"
    shown = ask(gate, "writers", "GET", path).tree["_source"]
    assert (shown["vec"], "Anna" in shown["note"]) == ([3.0, 1.0], False)
    back = {"note": shown["note"], "vec": mine}
    whole = {key: value for key, value in shown.items() if key != "vec"}
    for method, target, body in (
        ("PUT", path, {**shown, **back}), ("PUT", path, whole), ("POST", "/people/_update/p3", {"doc": back}),
        ("POST", "/people/_bulk", _lines({"index": {"_id": "p3"}}, {**shown, **back}, {"update": {"_id": "p3"}}, {"doc": back})),
        ("POST", "/_bulk", _lines({"index": {"_index": "people", "_id": "p3"}}, {**shown, **back})),
    ):  # fmt: skip
        said = ask(gate, "writers", method, f"{target}?refresh=true", body)
        assert said.status == 200, said.text
        stored = succeeded(gate.url, "GET", path)["_source"]
        assert (stored["note"], stored["vec"]) == (plain, [3.0, 1.0]), (method, target)
    said = ask(gate, "writers", "PUT", f"{path}?refresh=true", {**shown, "note": "A text of my own.", "vec": mine})
    assert said.status == 200, said.text
    assert succeeded(gate.url, "GET", path)["_source"]["vec"] == mine
    succeeded(gate.url, "PUT", f"{path}?refresh=true", {**stored, "note": plain})


def tells_of_ones_own(gate: Gate) -> None:
    """What clients ask of an index before they use it is told of one's own; a name of others' is one that is not there."""
    behind = (("people", "ours"), ("private", "theirs"), ("people", "both"), ("private", "both"))
    names = [{"index": index, "alias": alias} for index, alias in behind]
    succeeded(gate.url, "POST", "/_aliases", {"actions": [{"add": one} for one in names]})
    try:
        for path, found in (
            ("/_alias/ours", {"people": {"aliases": {"ours": {}}}}), ("/_alias/o*", {"people": {"aliases": {"ours": {}}}}), ("/people/_alias/ours", {"people": {"aliases": {"ours": {}}}}),
            ("/_alias", {"people": {"aliases": {"both": {}, "ours": {}}}}),
        ):  # fmt: skip
            assert ask(gate, "readers", "GET", path).tree == found, path
        for path in ("/_mapping", "/_settings"):
            assert [*ask(gate, "readers", "GET", path).tree] == ["people"], path
        streams = [
            ask(gate, "readers", "GET", f"/_data_stream/{one}?expand_wildcards=all") for one in ("people", "ours")
        ]
        for one in streams:  # of a server without the module it is an error of its own
            assert one.tree == {"data_streams": []} or isinstance(one.tree["error"], str), one.text
        part: Any = {"index": "people", "alias": "some", "filter": {"term": {"tenant": "acme"}}}
        succeeded(gate.url, "POST", "/_aliases", {"actions": [{"add": part}]})
        for path in ("/_alias/some", "/_alias/so*", "/people/_alias/some"):
            told = ask(gate, "readers", "GET", path)
            assert (told.status, [*told.tree["people"]["aliases"]]) == (200, ["some"]), path
        assert ask(gate, "readers", "GET", "/some/_search").tree["error"]["type"] == "body.harmful"
        succeeded(gate.url, "POST", "/_aliases", {"actions": [{"remove": {"index": "people", "alias": "some"}}]})
        health = ask(gate, "readers", "GET", "/_cluster/health/ours?wait_for_status=yellow&timeout=1s")
        assert (health.status, health.tree["active_primary_shards"]) == (200, 1), health.text
        assert ask(gate, "readers", "HEAD", "/_alias/ours").status == 200
        assert ask(gate, "readers", "HEAD", "/people/_alias/theirs").status == 404
        for path in ("/_alias/%s", "/_cluster/health/%s"):
            missed = ask(gate, "readers", "GET", path % "no-such").text
            assert "policy.no_rule" in missed, missed
            for hidden in ("theirs", "both", "private"):
                assert ask(gate, "readers", "GET", path % hidden).text.replace(hidden, "no-such") == missed, hidden
    finally:
        succeeded(gate.url, "POST", "/_aliases", {"actions": [{"remove": one} for one in names]})


def tells_who_may_ask_nothing_of_what_is_there(gate: Gate) -> None:
    """Who may ask for access to any name is told the same of an index, whatever it is like, as of one that is not there."""
    stands: dict[str, Any] = {"index": "stands", "alias": "filtered", "filter": {"term": {"tenant": "acme"}}}
    mapped = {"phone": {"type": "keyword"}, "tel": {"type": "alias", "path": "phone"}}
    succeeded(gate.url, "PUT", "/stands", {"mappings": {"properties": mapped}})
    succeeded(gate.url, "POST", "/_aliases", {"actions": [{"add": stands}]})
    try:
        for body in (None, {"query": {"term": {"tel": "030"}}}):
            told = {
                name: ask(gate, "wanters", "POST", f"/{name}/_search", body)
                for name in ("no-such", "stands", "filtered")
            }
            assert told["no-such"].tree["error"]["type"] == "access.ask", told
            for name, said in told.items():
                assert said.text.replace(name, "no-such") == told["no-such"].text, name
        known = ask(gate, "owners", "POST", "/filtered/_search", body).tree["error"]
        assert known["type"] == "body.harmful", "who sees it is told"
    finally:
        succeeded(gate.url, "DELETE", "/stands")


def _lines(*lines: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in lines)
