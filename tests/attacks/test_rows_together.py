"""Rows beside everything else: two writers at once, holds, counts, filters that are translated, claims of every type."""

import itertools
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.leaks import Ask, Said
from support.servers.rowed import Rowed, rowed
from support.servers.witness import GATEWAY, Arrived, Wire, answer, well, witness
from support.tools.direct import Collection, collection
from vecgate.recording import read

POLICY = """
version: 1
mask_profiles:
  shown: {default: pseudonym}
rules:
  - name: own-tenant
    who: {groups: [staff]}
    where: {collections: ["plain-*", "held-*", tickets]}
    operations: [read, write, delete]
    effect: allow
    mask: unsafe-nothing
    limits: {max_results: 5}
    rows: [{field: tenant, equals: "{claims.tenant}"}]
  - name: any-tenant
    who: {groups: [several]}
    where: {collections: ["plain-*"]}
    operations: [read, write]
    effect: allow
    mask: unsafe-nothing
    rows: [{field: tenant, any_of: ["{claims.tenants}", common]}]
  - name: by-address
    who: {groups: [masked]}
    where: {collections: ["plain-*"]}
    operations: [read, write]
    effect: allow
    mask: shown
    inputs: {filters: translate, payload: mask, profile: shown}
    rows: [{field: owner, equals: "{claims.mail}"}]
  - name: held
    who: anyone
    where: {collections: ["held-*"]}
    operations: [delete_filter, update]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [leads]}
    wait: 1s
  - name: owners
    who: {groups: [owners]}
    where: anywhere
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
  - name: own-chroma-tenant
    who: {groups: [placed]}
    where: {tenants: ["{claims.tenant}"]}
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
  - name: hello
    who: anyone
    where: anywhere
    operations: [health, collection_read]
    effect: allow
    mask: unsafe-nothing
"""
NUMBERS = itertools.count()


@dataclass
class World:
    """The gateway, and a fresh collection."""

    rowed: Rowed
    there: Collection
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, verb: str, token: str, method: str = "POST", **body: Any) -> Said:
        return self.rowed.say(Ask(method, f"{self.there.path}/{verb}", body if method == "POST" else None), token)

    def write(self, token: str, ids: list[str], text: str) -> Said:
        vectors = [[1.0, 0.5]] * len(ids)
        return self.ask("upsert", token, ids=ids, embeddings=vectors, documents=[text] * len(ids))

    def stored(self) -> dict[str, tuple[Any, Any]]:
        got = self.rowed.direct("POST", f"{self.there.path}/get", {})
        return {i: (m, d) for i, m, d in zip(got["ids"], got["metadatas"], got["documents"], strict=True)}

    def put(self, **tenants: Any) -> None:
        """Records, each with its tenant."""
        ids = [*tenants]
        body = {"ids": ids, "embeddings": [[1.0, 0.5]] * len(ids), "documents": ids}
        self.rowed.direct(
            "POST", f"{self.there.path}/upsert", body | {"metadatas": [{"tenant": t} for t in tenants.values()]}
        )


@pytest.fixture(scope="module")
def made(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rowed]:
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    folder = tmp_path_factory.mktemp("together")
    with rowed(stack, factory, folder, POLICY, recording={"folder": str(folder / "recordings")}) as running:
        yield running


@pytest.fixture(params=["plain"])
def world(request: pytest.FixtureRequest, made: Rowed) -> Iterator[World]:
    with collection(made.stack, f"{request.param}-rows-{next(NUMBERS)}") as there:
        yield World(made, there)


def of_kind(kind: str) -> Any:
    return pytest.mark.parametrize("world", [kind], indirect=True)


def test_of_two_writers_at_once_one_has_the_record_and_the_other_is_told(world: World) -> None:
    acme, globex = (world.rowed.token(name, tenant=name) for name in ("acme", "globex"))
    with ThreadPoolExecutor(8) as pool:
        for turn in range(12):
            ids = [f"r{turn}", f"s{turn}"]
            asked = [
                pool.submit(world.write, token, ids[:: 1 if i % 4 < 2 else -1], name)
                for i, (token, name) in enumerate([(acme, "acme"), (globex, "globex")] * 4)
            ]
            said = [one.result() for one in asked]
            won = [i for i, one in enumerate(said) if one.status == 200]
            assert won, "somebody has it"
            assert len({i % 2 for i in won}) == 1, "and nobody else"
            assert {one.tree["code"] for i, one in enumerate(said) if i not in won} <= {"rows.taken", "rows.busy"}
    for metadata, document in world.stored().values():
        assert metadata["tenant"] == document


def test_who_reaches_all_rows_waits_for_those_who_write_theirs(world: World) -> None:
    acme, owner = world.rowed.token("acme", tenant="acme"), world.rowed.token("olga", "owners")

    def overwrite(id: str) -> Said:
        body = {"ids": [id], "embeddings": [[1.0, 0.5]], "documents": ["globex"], "metadatas": [{"tenant": "globex"}]}
        return world.ask("upsert", owner, **body)

    with ThreadPoolExecutor(4) as pool:
        for turn in range(12):
            one, other = pool.submit(overwrite, f"o{turn}"), pool.submit(world.write, acme, [f"o{turn}"], "acme")
            assert one.result().status == 200
            metadata, document = world.stored()[f"o{turn}"]
            assert (metadata["tenant"], document) == ("globex", "globex"), other.result()


def test_counts_and_limits_tell_of_ones_own_records_only(world: World) -> None:
    world.put(**{f"a{n}": "acme" for n in range(7)}, **{f"g{n}": "globex" for n in range(30)})
    acme = world.rowed.token("acme", tenant="acme")
    assert world.ask("count", acme, method="GET").tree == 7
    said = world.ask("get", acme)
    assert (said.status, said.tree["code"]) == (403, "limit.results")
    assert "All of 7 results" in said.tree["message"]


@of_kind("held")
def test_a_held_call_counts_and_touches_ones_own_records_only(world: World) -> None:
    world.put(a1="acme", a2="acme", g1="globex", g2="globex", g3="globex")
    acme, lead = world.rowed.token("acme", tenant="acme"), world.rowed.token("lena", "leads")
    everything = {"where": {"tenant": {"$ne": "nobody"}}}
    said = world.ask("delete", acme, **everything)
    assert "2 of 2 records" in said.tree["message"], said
    id = said.tree["request_id"]
    asked = world.rowed.say(Ask("GET", f"/.vecgate/v1/requests/{id}"), lead)
    assert "globex" not in asked.text
    assert world.rowed.say(Ask("POST", f"/.vecgate/v1/requests/{id}/approve", {}), lead).status == 200
    assert world.ask("delete", acme, **everything).tree == {"deleted": 2}
    assert sorted(world.stored()) == ["g1", "g2", "g3"]


@of_kind("held")
def test_nobody_is_asked_about_a_foreign_record_and_who_lacks_a_claim_is_denied(world: World) -> None:
    world.put(a1="acme", g1="globex")
    acme = world.rowed.token("acme", tenant="acme")
    for id in ("g1", "nobody"):
        said = world.ask("update", acme, ids=[id], documents=["x"])
        assert (said.status, said.tree["code"]) == (404, "rows.unknown")
    said = world.ask("delete", world.rowed.token("ann"), where={"tenant": "globex"})
    assert said.tree["code"] == "policy.claim"
    assert sorted(world.stored()) == ["a1", "g1"]


CLAIMS: list[tuple[Any, list[str]]] = [
    (1, ["one"]),
    (True, ["true"]),
    ("1", ["text"]),
    ("true", []),
    (0, []),
]


def test_a_preview_tells_nothing_of_what_is_there(world: World, made: Rowed) -> None:
    """Neither whether a collection or a record is there, nor whose: what it says comes of the texts alone."""
    token = made.token("one-masked", "masked", mail="ana.ruiz@example.com")
    world.put(r1="bo.li@example.com")

    def preview(collection: str, *records: dict[str, Any]) -> Said:
        return made.say(Ask("POST", "/.vecgate/v1/mask", {"collection": collection, "records": [*records]}), token)

    one = {"text": "From ana.ruiz@example.com.", "metadata": {"note": "to bo.li@example.com"}}
    there, nowhere = preview(world.there.name, one), preview("plain-nowhere", one)
    assert (there.status, there.tree) == (nowhere.status, nowhere.tree)
    assert there.status == 200
    assert "example.com" not in str(there.tree)
    own, foreign = (
        preview(world.there.name, {"metadata": {"owner": who}}) for who in ("ana.ruiz@example.com", "bo.li@example.com")
    )
    assert own.status == foreign.status
    assert [said.tree.get("code") for said in (preview(name, one) for name in ("held-x", "other-x"))] == [
        "policy.no_rule"
    ] * 2
    assert {*world.stored()} == {"r1"}


@pytest.mark.parametrize(("claim", "ids"), CLAIMS)
def test_a_claims_type_tells_whose_a_record_is(world: World, claim: Any, ids: list[str]) -> None:
    world.put(one=1, true=True, text="1")
    assert world.ask("get", world.rowed.token("ann", tenant=claim)).tree["ids"] == ids


@pytest.mark.parametrize("claim", [None, "", [], ["acme"], {"a": "acme"}, 1.5, 2**63])
def test_without_a_claim_that_can_be_compared_there_is_no_rule(world: World, claim: Any) -> None:
    world.put(a1="acme")
    said = world.ask("get", world.rowed.token("ann", tenant=claim))
    assert (said.status, said.tree["code"]) == (403, "policy.no_rule")


def test_a_list_of_claims_opens_the_rows_of_each(world: World) -> None:
    world.put(a1="acme", b1="bolt", c1="common", g1="globex")
    token = world.rowed.token("ann", "several", tenants=["acme", "bolt"])
    assert world.ask("get", token).tree["ids"] == ["a1", "b1", "c1"]
    assert world.ask("upsert", token, ids=["n"], embeddings=[[1, 2]]).tree["code"] == "rows.field", (
        "whose it is, it must say"
    )
    assert world.ask("upsert", token, ids=["n"], embeddings=[[1, 2]], metadatas=[{"tenant": "bolt"}]).status == 200
    assert world.stored()["n"][0] == {"tenant": "bolt"}


def test_the_value_that_tells_rows_is_not_translated(world: World) -> None:
    body = {
        "ids": ["m1", "m2"],
        "embeddings": [[1, 2]] * 2,
        "metadatas": [{"owner": mail} for mail in ("ann@x.test", "bob@x.test")],
    }
    world.rowed.direct("POST", f"{world.there.path}/upsert", body)
    token = world.rowed.token("ann", "masked", mail="ann@x.test")
    assert world.ask("get", token, where={"owner": {"$ne": "carl@x.test"}}).tree["ids"] == ["m1"]
    said = world.ask("upsert", token, ids=["m3"], embeddings=[[1, 2]], documents=["by dora@x.test"])
    assert said.status == 200
    metadata, document = world.stored()["m3"]
    assert metadata == {"owner": "ann@x.test"}
    assert "dora" not in document


def test_a_tenant_of_the_database_is_the_one_of_the_claim(made: Rowed) -> None:
    root, name = "/api/v2/tenants", f"north{next(NUMBERS)}"
    made.direct("POST", root, {"name": name})
    north = made.token("nora", "placed", tenant=name)
    assert made.say(Ask("GET", f"{root}/{name}"), north).status == 200
    assert made.say(Ask("GET", f"{root}/default_tenant"), north).tree["code"] == "policy.no_rule"
    assert (
        made.say(Ask("GET", f"{root}/{name}"), made.token("nina", "placed", tenant=[name, 7])).tree["code"]
        == "policy.no_rule"
    )
    assert made.say(Ask("GET", f"{root}/{name}"), made.token("nils", "placed")).tree["code"] == "policy.no_rule"


def leaky(arrived: Arrived, wire: Wire) -> bool:
    """A database that gives a record of somebody else, whatever it is asked."""
    if arrived.peer != GATEWAY and arrived.target.endswith("/get"):
        body = b'{"ids":["a1","g1"],"documents":["mine","GLOBEX"],"metadatas":[{"tenant":"acme"},{"tenant":"globex"}],"include":["documents","metadatas"]}'
        wire.sendall(answer(body, "200 OK", "Connection: close"))
        return False
    return well(arrived, wire)


def test_a_record_that_should_not_have_come_is_left_out_told_and_counted(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, port = tmp_path_factory.mktemp("leaky"), free_port()
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    listener = socket.create_server(("127.0.0.1", 0))
    with witness(folder / "database", client_ca=stack.pki_root, listen=lambda: listener, host="127.0.0.1") as database:
        database.behave = leaky
        over = {
            "upstreams": {"tickets-db": database.settings},
            "telemetry": {"port": port},
            "recording": {"folder": str(folder / "recordings")},
        }
        with rowed(stack, factory, folder, POLICY, **over) as made:
            path = "/api/v2/tenants/default_tenant/databases/default_database/collections/7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"
            said = made.say(Ask("POST", f"{path}/get", {"include": ["documents"]}), made.token("ann", tenant="acme"))
            assert said.tree == {"ids": ["a1"], "documents": ["mine"], "metadatas": None, "include": ["documents"]}
            assert 'vecgate_rows_dropped_total{upstream="tickets-db"} 1.0' in metrics(port)
        sessions = [read.load(folder / "recordings", row.session) for row in read.sessions(folder / "recordings")]
        events = [entry for one in sessions for talk in one.conversations() for entry in talk.entries]
        assert [entry.body["dropped"] for entry in events if entry.code == "rows.dropped"] == [1]
        assert "GLOBEX" not in str(events)


def metrics(port: int) -> str:
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
        return reply.read().decode()
