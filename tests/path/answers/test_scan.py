"""vecgate scan, as a person types it: what it tells of a real Chroma and of Qdrant's engine, and what it never tells."""

import http.client
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.gateway import DATA, Gateway
from demo.settings import QDRANT_UPSTREAM, UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from support.forked.commands import run
from support.forked.ports import free_port
from vecgate.cli import main
from vecgate.recording import read

RULES = """
version: 1
mask_profiles:
  plain: {default: redact, fields: {"*.email": drop}}
rules:
  - name: who-finds-collections
    who: {groups: [data-owners]}
    where: anywhere
    operations: [tenant_read, collection_read]
    effect: allow
    mask: plain
  - name: who-scans
    who: {users: [bob]}
    where: {collections: ["scan-*"]}
    operations: [scan]
    effect: allow
    mask: plain
    limits: {max_results: 400}
  - name: who-asks-to-scan
    who: {users: [bob]}
    where: {collections: ["asked-*"]}
    operations: [scan]
    effect: hold
    mask: plain
    approvers: {groups: [data-owners]}
    wait: 1s
  - name: who-scans-some
    who: {users: [carol]}
    where: {collections: ["scan-*"]}
    operations: [scan]
    effect: allow
    mask: plain
    rows: [{field: topic, equals: valves 3}]
  - name: who-reads-all
    who: {groups: [analysts]}
    where: anywhere
    operations: ["*"]
    effect: allow
    mask: plain
"""
NAME, EMAIL, PHONE, CARD = "Rosalind Quickwater", "rosalind@quickwater.example", "+44 20 7946 0321", 4111111111111111
SECRETS = ("Rosalind", "Quickwater", "quickwater", "rosalind", "7946 0", "79460", "4111 1", "4111-1", "41111", "valves")
#: As LlamaIndex stores it.
NODE = json.dumps({"id_": "n1", "text": f"Write to {EMAIL}.", "metadata": {"author": NAME, "page": 3}})
RECORDS = 60
SCANNED, ASKED = "scan-people", "asked-people"


def payload(number: int) -> dict[str, Any]:
    """Two of three have an address in a field that holds nothing else; all have a card."""
    email = EMAIL if number % 3 else "none"
    return {"topic": f"valves {number}", "email": email, "card": CARD, "_node_content": NODE}


type Ask = Callable[[str, str, Any], Any]


def chroma(ask: Ask, name: str) -> None:
    made = ask("POST", f"{DATA}/collections", {"name": name})["id"]
    body = {
        "ids": [f"record-{i}" if i else NAME for i in range(RECORDS)],
        "embeddings": [[float(i), 1.0] for i in range(RECORDS)],
        "documents": [f"{NAME} called from {PHONE}." if i % 2 else "All is well." for i in range(RECORDS)],
        "metadatas": [payload(i) for i in range(RECORDS)],
    }
    ask("POST", f"{DATA}/collections/{made}/upsert", body)


def qdrant(ask: Ask, name: str) -> None:
    ask("PUT", f"/collections/{name}", {"vectors": {"size": 2, "distance": "Dot"}})
    nested = {"who": {"name": NAME, NAME: "x"}, "tags": [PHONE]}
    points = [{"id": i, "vector": [float(i), 1.0], "payload": payload(i) | nested} for i in range(RECORDS)]
    ask("PUT", f"/collections/{name}/points?wait=true", {"points": points})


PLANTS = {UPSTREAM: ("front", chroma), QDRANT_UPSTREAM: ("qdrant_front", qdrant)}


@dataclass(frozen=True, slots=True)
class World:
    stack: Stack
    gateway: Gateway

    def bare(self, front: str, method: str, path: str, body: Any) -> Any:
        """The database as it is."""
        context = self.stack.gateway_context()
        line = http.client.HTTPSConnection("127.0.0.1", self.stack.ports[front], timeout=60, context=context)
        line.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        answer = line.getresponse()
        said = answer.read()
        line.close()
        assert answer.status < 300, said
        return json.loads(said)

    def type(self, who: str, upstream: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Type `vecgate scan ...`; the variable names the first database, whichever is scanned."""
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(Path(__file__).resolve().parents[3] / "addons"),
            "VECGATE_SETTINGS": str(self.gateway.settings),
            "VECGATE_GATEWAY": self.gateway.url,
            "VECGATE_CA": str(self.gateway.ca),
            "VECGATE_TOKEN": self.stack.token(who),
        }
        return run(["scan", "--upstream", upstream, *words], environment)

    def stored(self, upstream: str) -> Any:
        """All that is in the one collection."""
        if upstream == QDRANT_UPSTREAM:
            body = {"limit": RECORDS + 9, "with_payload": True, "with_vector": True}
            return self.bare("qdrant_front", "POST", f"/collections/{SCANNED}/points/scroll", body)["result"]
        uuid = self.bare("front", "GET", f"{DATA}/collections/{SCANNED}", None)["id"]
        body = {"include": ["documents", "metadatas", "embeddings"]}
        return self.bare("front", "POST", f"{DATA}/collections/{uuid}/get", body)

    def told(self, upstream: str, *words: str, who: str = "bob") -> dict[str, Any]:
        """The fields of the one collection, by name, as JSON tells them."""
        done = self.type(who, upstream, "--collection", SCANNED, "--json", *words)
        assert done.returncode == 0, done.stderr
        (one,) = json.loads(done.stdout)["collections"]
        return one | {"fields": {each["field"]: each for each in one["fields"]}}

    @property
    def journals(self) -> list[dict[str, Any]]:
        folder = Path(yaml.safe_load(self.gateway.settings.read_text("utf-8"))["recording"]["folder"])
        entries = [entry for row in read.sessions(folder) for entry in read.load(folder, row.session).entries]
        return [{"code": entry.code, "exchange": entry.exchange, **entry.body} for entry in entries]


@pytest.fixture(scope="module")
def world(stack_of_two: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    policies = tmp_path_factory.mktemp("policies")
    (policies / "rules.yaml").write_text(RULES, "utf-8")
    factory = Factory(stack_of_two, tmp_path_factory.mktemp("scan"), free_port)
    over = {
        "policies": str(policies),
        "listen": {"port": stack_of_two.ports["gateway"]},
        "masking": {"timeout": 60, "answer_text": 3000},  # of one answer; a sample is looked through part by part
        "state": {"prefix": "scan-test"},
    }
    made = World(stack_of_two, factory.make(over))
    for front, plant in PLANTS.values():
        for name in (SCANNED, ASKED):
            plant(lambda *words, front=front: made.bare(front, *words), name)
    made.gateway.start()
    yield made
    factory.stop()
    for name in (SCANNED, ASKED):
        made.bare("front", "DELETE", f"{DATA}/collections/{name}", None)
        made.bare("qdrant_front", "DELETE", f"/collections/{name}", None)


EVERY = {
    "email": ("EMAIL", 40, 40, 40),
    "card": ("CREDIT_CARD", 60, 60, 60),
    "_node_content.text": ("EMAIL", 60, 0, 60),
    "_node_content.metadata.author": ("PERSON", 60, 60, 60),
}


@pytest.mark.parametrize(("upstream", "at"), [(UPSTREAM, "metadatas"), (QDRANT_UPSTREAM, "payload")])
def test_every_field_is_told_with_its_kinds_in_how_many_records(world: World, upstream: str, at: str) -> None:
    one = world.told(upstream)
    assert (one["records"], one["looked_at"], one["more"]) == (RECORDS, RECORDS, 0)
    for field, (kind, records, whole, found) in EVERY.items():
        assert one["fields"][f"{at}.{field}"]["kinds"] == {
            kind: {"records": records, "whole": whole, "found": found}
        }, field
    assert one["fields"][f"{at}.topic"]["kinds"] == {}


def test_documents_and_ids_that_are_names_are_told(world: World) -> None:
    fields = world.told(UPSTREAM)["fields"]
    assert {kind: one["records"] for kind, one in fields["documents"]["kinds"].items()} == {"PERSON": 30, "PHONE": 30}
    assert fields["ids"]["kinds"] == {"PERSON": {"records": 1, "whole": 1, "found": 1}}


def test_nested_payloads_are_told_and_a_key_that_is_a_name_is_not(world: World) -> None:
    fields = world.told(QDRANT_UPSTREAM)["fields"]
    assert fields["payload.who.name"]["kinds"]["PERSON"]["records"] == RECORDS
    assert fields["payload.tags"]["kinds"]["PHONE"]["records"] == RECORDS
    assert [name for name in fields if name.startswith("payload.who.")] == ["payload.who.name", "payload.who.*"]


@pytest.mark.parametrize("upstream", PLANTS)
def test_a_sample_is_as_large_as_asked_and_spread(world: World, upstream: str) -> None:
    one = world.told(upstream, "--sample", "30")
    assert (one["records"], one["looked_at"]) == (RECORDS, 30)
    at = "metadatas" if upstream == UPSTREAM else "payload"
    assert one["fields"][f"{at}.card"]["kinds"]["CREDIT_CARD"]["records"] == 30


@pytest.mark.parametrize("upstream", PLANTS)
def test_people_read_a_table_that_says_what_it_is_worth(world: World, upstream: str) -> None:
    done = world.type("bob", upstream, "--collection", SCANNED, "--sample", "30")
    assert done.returncode == 0, done.stderr
    first, *_ = done.stdout.splitlines()
    assert first.split() == ["collection", "field", "kind", "records", "share", "found"]
    assert f"{SCANNED}: 30 of {RECORDS} records were looked at\nA sample proves no absence" in done.stdout
    row = next(line for line in done.stdout.splitlines() if ".card " in line)
    assert row.split()[2:] == ["CREDIT_CARD", "30", "100", "%", "30"]


def test_nothing_found_is_printed_sent_or_recorded(world: World) -> None:
    token = world.stack.token("bob")
    path = f"{DATA}/collections/{SCANNED}"
    uuid = world.gateway.ask("GET", path, token=token).json["id"]
    body = {"limit": 60, "offset": 0, "include": ["documents", "metadatas", "uris"]}
    asked = world.gateway.ask(
        "POST", f"{DATA}/collections/{uuid}/get", token=token, body=body, headers={"vecgate-scan": "1"}
    )
    assert list(asked.json) == ["scan"]
    shown = [world.type("bob", one, "--collection", SCANNED, *words) for one in PLANTS for words in ([], ["--json"])]
    said = [asked.body.decode(), *(one.stdout + one.stderr for one in shown), json.dumps(world.journals)]
    assert not [(secret, text[:200]) for secret in SECRETS for text in said if secret in text]


def test_it_is_recorded_as_what_it_is_by_whom_under_which_rule(world: World) -> None:
    world.told(UPSTREAM)
    scans = [entry for entry in world.journals if (entry.get("operation") or {}).get("kind") == "scan"]
    assert {entry["operation"]["name"] for entry in scans} >= {"collection_count", "collection_get"}
    assert {entry["who"]["user"] for entry in scans} <= {"bob", "carol", "alice"}
    last = [entry for entry in scans if entry["who"]["user"] == "bob" and entry["decision"]["effect"] == "allow"][-1]
    assert (last["decision"]["rule"], last["operation"]["collections"]) == ("who-scans", [SCANNED])
    (answer,) = [e for e in world.journals if e["exchange"] == last["exchange"] and e["code"] == "answer.released"]
    assert answer["answer"]["scan"]["records"] > 0


@pytest.mark.parametrize("upstream", PLANTS)
@pytest.mark.parametrize("who", ["alice", "erin"])
def test_neither_a_star_nor_another_right_lets_one_scan(world: World, who: str, upstream: str) -> None:
    done = world.type(who, upstream, "--collection", SCANNED)
    assert done.returncode == 1
    assert f"{SCANNED} was not scanned: policy.no_rule" in done.stderr
    assert "records were looked at" not in done.stdout


@pytest.mark.parametrize("upstream", PLANTS)
def test_who_may_scan_may_not_read(world: World, upstream: str) -> None:
    port = world.gateway.listen.port + (upstream == QDRANT_UPSTREAM)
    assert world.type("bob", upstream, "--collection", SCANNED).returncode == 0
    token, path = world.stack.token("bob"), f"/collections/{SCANNED}/points/scroll"
    if upstream == UPSTREAM:
        path = f"{DATA}/collections/{world.gateway.ask('GET', f'{DATA}/collections/{SCANNED}', token=token).json['id']}/get"
    for headers in ({}, {"vecgate-scan": "1"}):
        status, said = asked(world, port, path, {"limit": 1}, token, headers)
        assert (status, "policy.no_rule" in said or "route.scan" in said) == (400 if headers else 403, True)


def asked(
    world: World, port: int, path: str, body: Any, token: str, headers: dict[str, str], method: str = "POST"
) -> tuple[int, str]:
    import ssl

    context = ssl.create_default_context(cafile=str(world.gateway.ca))
    line = http.client.HTTPSConnection("localhost", port, timeout=60, context=context)
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
    line.request(method, path, None if body is None else json.dumps(body), sent)
    answer = line.getresponse()
    said = answer.read().decode()
    line.close()
    return answer.status, said


CHOSEN = [
    (UPSTREAM, "get", {"limit": 9, "include": ["documents", "metadatas", "uris"], "where": {"email": EMAIL}}),
    (UPSTREAM, "get", {"limit": 9, "include": ["documents", "metadatas", "uris"], "ids": ["record-1"]}),
    (UPSTREAM, "get", {"include": ["documents", "metadatas", "uris"]}),
    (UPSTREAM, "get", {"limit": 1001, "include": ["documents", "metadatas", "uris"]}),
    (UPSTREAM, "get", {"limit": 9, "include": ["embeddings"]}),
    (UPSTREAM, "query", {"query_embeddings": [[1.0, 1.0]], "n_results": 9}),
    (QDRANT_UPSTREAM, "count", {"exact": True, "filter": {"must": [{"key": "email", "match": {"value": EMAIL}}]}}),
    (QDRANT_UPSTREAM, "query", {"query": {"sample": "random"}, "limit": 9, "filter": {"must": [{"has_id": [1]}]}}),
    (QDRANT_UPSTREAM, "query", {"query": {"sample": "random"}, "limit": 9, "with_vector": True}),
    (QDRANT_UPSTREAM, "query", {"query": {"sample": "random"}}),
    (QDRANT_UPSTREAM, "query", {"query": [1.0, 1.0], "limit": 9}),
    (QDRANT_UPSTREAM, "scroll", {"limit": 9}),
]


@pytest.mark.sample(6)
@pytest.mark.parametrize(("upstream", "verb", "body"), CHOSEN)
def test_nobody_chooses_the_records_of_a_scan(world: World, upstream: str, verb: str, body: Any) -> None:
    token, port, path = world.stack.token("bob"), world.gateway.listen.port + 1, f"/collections/{SCANNED}/points/{verb}"
    if upstream == UPSTREAM:
        uuid = world.gateway.ask("GET", f"{DATA}/collections/{SCANNED}", token=token).json["id"]
        port, path = world.gateway.listen.port, f"{DATA}/collections/{uuid}/{verb}"
    status, said = asked(world, port, path, body, token, {"vecgate-scan": "1"})
    assert (status, "route.scan" in said) == (400, True), said


OTHER_KINDS = [
    (UPSTREAM, "POST", "/upsert", {"ids": ["record-1"], "embeddings": [[1.0, 1.0]], "documents": ["x"]}),
    (UPSTREAM, "POST", "/update", {"ids": ["record-1"], "documents": ["x"], "embeddings": [[1.0, 1.0]]}),
    (UPSTREAM, "POST", "/delete", {"ids": ["record-1"]}),
    (UPSTREAM, "DELETE", "", None),
    (QDRANT_UPSTREAM, "PUT", "/points", {"points": [{"id": 1, "vector": [1.0, 1.0]}]}),
    (QDRANT_UPSTREAM, "POST", "/points/delete", {"points": [1]}),
    (QDRANT_UPSTREAM, "POST", "/points/payload/clear", {"points": [1]}),
    (QDRANT_UPSTREAM, "POST", "/facet", {"key": "email"}),
    (QDRANT_UPSTREAM, "POST", "/points/query/groups", {"query": [1.0, 1.0], "group_by": "email"}),
    (QDRANT_UPSTREAM, "POST", "/points/query/batch", {"searches": [{"query": {"sample": "random"}, "limit": 9}]}),
    (QDRANT_UPSTREAM, "POST", "/points/scroll", {"order_by": "email", "limit": 9}),
    (QDRANT_UPSTREAM, "POST", "/points", {"ids": [1]}),
    (QDRANT_UPSTREAM, "GET", "/points/1", None),
    (QDRANT_UPSTREAM, "DELETE", "", None),
]


@pytest.mark.sample(5)
@pytest.mark.parametrize(("upstream", "method", "verb", "body"), OTHER_KINDS)
def test_the_header_of_a_scan_opens_nothing_else(
    world: World, upstream: str, method: str, verb: str, body: Any
) -> None:
    """Who may scan may do nothing else; what else is asked for is not let through as a scan."""
    token, port, path = world.stack.token("bob"), world.gateway.listen.port + 1, f"/collections/{SCANNED}{verb}"
    if upstream == UPSTREAM:
        uuid = world.gateway.ask("GET", f"{DATA}/collections/{SCANNED}", token=token).json["id"]
        port, path = world.gateway.listen.port, f"{DATA}/collections/{uuid if verb else SCANNED}{verb}"
    before = world.stored(upstream)
    status, said = asked(world, port, path, body, token, {"vecgate-scan": "1"}, method)
    assert (status, "route.scan" in said) == (400, True), said
    assert world.stored(upstream) == before


def test_a_scan_that_somebody_must_agree_to_is_asked_about_as_one(world: World) -> None:
    done = world.type("bob", UPSTREAM, "--collection", ASKED, "--sample", "9")
    assert done.returncode == 1
    assert "hold.pending" in done.stderr
    token = world.stack.token("carol")
    (held,) = [
        one
        for one in world.gateway.ask("GET", "/.vecgate/v1/requests", token=token).json["requests"]
        if one["state"] == "pending"
    ]
    assert held["operation"] == "scan"
    world.gateway.ask("POST", f"/.vecgate/v1/requests/{held['id']}/approve", token=token)
    uuid = world.gateway.ask("GET", f"{DATA}/collections/{ASKED}", token=world.stack.token("bob")).json["id"]
    status, said = asked(
        world,
        world.gateway.listen.port,
        f"{DATA}/collections/{uuid}/count",
        None,
        world.stack.token("bob"),
        {"vecgate-scan": "1"},
        "GET",
    )
    assert (status, said) == (200, str(RECORDS))


@pytest.mark.parametrize("upstream", PLANTS)
def test_who_has_rows_is_told_of_theirs_alone(world: World, upstream: str) -> None:
    one = world.told(upstream, who="carol")
    assert (one["records"], one["looked_at"]) == (1, 1)


@pytest.mark.parametrize("upstream", PLANTS)
def test_the_profile_that_is_written_loads_and_hides_whole_fields(world: World, upstream: str, tmp_path: Path) -> None:
    file, at = tmp_path / "scanned.yaml", "metadatas" if upstream == UPSTREAM else "payload"
    done = world.type("bob", upstream, "--collection", SCANNED, "--write-profile", str(file))
    assert done.returncode == 0, done.stderr
    assert main(["policy", "check", str(tmp_path)]) == 0
    profile = yaml.safe_load(file.read_text("utf-8"))["mask_profiles"]["scanned"]
    assert profile["default"] == "replace"
    assert {"CREDIT_CARD", "EMAIL", "PERSON"} <= set(profile["entities"])
    assert profile["fields"][f"*.{at}.card"] == {"operator": "replace", "with": "<CREDIT_CARD>"}
    assert set(profile["fields"]) >= {f"*.{at}.email", f"*.{at}._node_content.metadata.author"}
    assert f"*.{at}._node_content.text" not in profile["fields"]
    again = world.type("bob", upstream, "--collection", SCANNED, "--write-profile", str(file))
    assert (again.returncode, "is there already; nothing was scanned" in again.stderr) == (1, True)
    printed = world.type("bob", upstream, "--collection", SCANNED, "--write-profile", "-")
    assert yaml.safe_load(printed.stdout)["mask_profiles"]["scanned"] == profile


def test_all_that_one_may_scan_is_scanned_and_the_rest_is_named(world: World) -> None:
    done = world.type("bob", QDRANT_UPSTREAM, "--sample", "9", "--json")
    assert done.returncode == 1
    assert [one["name"] for one in json.loads(done.stdout)["collections"]] == [SCANNED]
    assert "tickets was not scanned: policy.no_rule" in done.stderr
    assert f"{ASKED} was not scanned: hold.pending" in done.stderr


def test_another_database_is_not_taken_for_the_one_that_was_named(world: World) -> None:
    done = world.type("bob", QDRANT_UPSTREAM, "--collection", SCANNED, "--gateway", world.gateway.url)
    assert (done.returncode, "is another database; its port is" in done.stderr) == (1, True)
