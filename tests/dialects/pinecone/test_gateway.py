"""Does a running gateway stand before a control plane and the servers of its indexes, each reached where it is alone?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory, gateways
from support.pinecone.served import Served, pinecone_recorded

__all__ = ["gateways"]
POLICY = """version: 1
mask_profiles: {texts: {default: replace, entities: {}, fields: {"*.salary": redact}}}
rules:
  - name: analysts
    effect: allow
    who: {groups: [analysts]}
    where: {upstreams: [pines], collections: [people, new], tenants: [t1]}
    operations: [read, write, delete]
    mask: texts
  - name: analysts-see-indexes
    effect: allow
    who: {groups: [analysts]}
    where: {upstreams: [pines], collections: [people]}
    operations: [collection_read, count]
    mask: texts
  - name: analysts-list
    effect: allow
    who: {groups: [analysts]}
    where: {upstreams: [pines], without_collection: true}
    operations: [collection_read]
    mask: texts
"""
V = [0.1, 0.9, 0.5, 0.1]


@dataclass
class Pines:
    """The gateway, and what stands behind it."""

    gateway: Gateway
    served: Served
    token: str

    def ask(self, method: str, path: str, tree: Any = None, **headers: str) -> Reply:
        """As clients do: the token where the key stands."""
        told = {"Api-Key": self.token, "X-Pinecone-Api-Version": "2026-04", **headers}
        return self.gateway.ask(method, path, body=tree, headers=told)

    @property
    def space(self) -> dict[str, Any]:
        return self.served.project.indexes["people"].space("t1")


@pytest.fixture(scope="module")
def pines(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pines]:
    folder = tmp_path_factory.mktemp("pines")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(POLICY, "utf-8")
    with pinecone_recorded(folder / "server", client_ca=stack.pki_root) as served:
        for name in ("people", "safes"):
            served.project.add(name, dimension=4)
        made = gateways.make({"policies": str(folder / "policies")})
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        credential = {"kind": "vault_pki", "role": "vecgate-client", "gateway_role": "vecgate-gateway"}
        place = f"https://localhost:{made.listen.port}"
        tree["upstreams"] = {
            "pines": {**served.settings, "hosts": ["localhost"], "clients_at": place, "credential": credential}
        }
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        made.start()
        yield Pines(made, served, stack.token("alice"))


def test_an_index_is_opened_by_its_description_and_searched_where_it_is(pines: Pines) -> None:
    """N-01, N-02, N-40: what a client does, step by step; nothing of it arrives at the other plane, or with the token."""
    described = pines.ask("GET", "/indexes/people")
    assert described.status == 200, described.body
    host = described.json["host"]
    assert host == f"https://localhost:{pines.gateway.listen.port}/idx/people"
    below = host.removeprefix(f"https://localhost:{pines.gateway.listen.port}")
    vector = {"id": "p1", "values": V, "metadata": {"text": "Alma Brandt, alma.brandt@example.org"}}
    written = pines.ask("POST", f"{below}/vectors/upsert", {"vectors": [vector], "namespace": "t1"})
    assert (written.status, written.json) == (200, {"upsertedCount": 1})
    found = pines.ask(
        "POST",
        f"{below}/query",
        {"topK": 2, "vector": V, "namespace": "t1", "includeMetadata": True, "includeValues": False},
    )
    assert found.status == 200, found.body
    (match,) = found.json["matches"]
    assert (match["id"], match["values"]) == ("p1", [])
    assert "alma.brandt@" not in found.body.decode()
    assert "Alma" not in found.body.decode()
    control, index = (pines.served.servers[name].of_people for name in ("", "people"))
    assert {one.target for one in index} >= {"/vectors/upsert", "/query"}
    assert not any("query" in one.target for one in control)
    assert pines.served.servers["safes"].arrived == []
    assert all(pines.token not in value for one in (*control, *index) for _, value in one.headers)


def test_a_personal_id_comes_back_as_it_was_shown(pines: Pines) -> None:
    """In a body and behind the `?` alike; only where ids stand."""
    id = "alma.brandt@example.org"
    pines.ask("POST", "/idx/people/vectors/upsert", {"vectors": [{"id": id, "values": V}], "namespace": "t1"})
    found = pines.ask("POST", "/idx/people/query", {"topK": 9, "vector": V, "namespace": "t1"})
    (shown,) = [one["id"] for one in found.json["matches"] if one["id"].startswith("<RECORD#")]
    assert id not in found.body.decode()
    fetched = pines.ask("GET", f"/idx/people/vectors/fetch?namespace=t1&ids={quote(shown, safe='')}")
    assert [one["id"] for one in fetched.json["vectors"].values()] == [shown], fetched.body
    assert id not in fetched.body.decode()
    changed = {"id": shown, "setMetadata": {"n": 1}, "namespace": "t1"}
    assert pines.ask("POST", "/idx/people/vectors/update", changed).status == 200
    assert pines.space[id]["metadata"] == {"n": 1}
    alike = pines.ask("POST", "/idx/people/query", {"topK": 9, "id": shown, "namespace": "t1"})
    assert shown in [one["id"] for one in alike.json["matches"]]
    elsewhere = pines.ask("GET", f"/idx/people/vectors/fetch?namespace={quote(shown, safe='')}&ids=p1")
    assert elsewhere.status == 403
    gone = pines.ask("POST", "/idx/people/vectors/delete", {"ids": [shown], "namespace": "t1"})
    assert gone.status == 200, gone.body
    assert id not in pines.space
    foreign = pines.ask("GET", f"/idx/people/vectors/fetch?namespace=t1&ids={quote(shown[:-2] + 'A>', safe='')}")
    assert "input.id" in foreign.body.decode()


def test_what_comes_back_masked_keeps_what_is_stored(pines: Pines) -> None:
    """In a record that is written whole, and in one of which a part is set; however the mask is written now."""
    about = {"text": "Write to alma.brandt@example.org about the pump.", "state": "new"}
    upsert = "/idx/people/vectors/upsert"
    new = {"vectors": [{"id": "kept", "values": V, "metadata": about}], "namespace": "t1"}
    assert pines.ask("POST", upsert, new).status == 200
    fetched = pines.ask("GET", "/idx/people/vectors/fetch?namespace=t1&ids=kept")
    shown = fetched.json["vectors"]["kept"]["metadata"]
    assert "alma.brandt" not in shown["text"]
    mine = [0.9, 0.1, 0.1, 0.1]
    back = {"vectors": [{"id": "kept", "values": mine, "metadata": {**shown, "state": "done"}}], "namespace": "t1"}
    assert pines.ask("POST", upsert, back).status == 200
    assert pines.space["kept"]["metadata"] == {**about, "state": "done"}
    assert pines.space["kept"]["values"] == pytest.approx(V)  # the client's was made of the mask
    change: dict[str, Any] = {"id": "kept", "setMetadata": {"text": shown["text"]}, "namespace": "t1"}
    assert pines.ask("POST", "/idx/people/vectors/update", change).status == 200
    for text in (shown["text"].lower(), shown["text"].replace("<", "\uff1c"), "[EMAIL]"):
        back["vectors"][0]["metadata"]["text"] = change["setMetadata"]["text"] = text  # type: ignore[index]
        for path, body in ((upsert, back), ("/idx/people/vectors/update", change)):
            said = pines.ask("POST", path, body)
            assert (said.status, "input.masked" in said.body.decode()) == (400, True), said.body
    assert pines.space["kept"]["metadata"] == {**about, "state": "done"}


def test_indexes_that_one_may_not_see_are_neither_listed_nor_there(pines: Pines) -> None:
    listed = pines.ask("GET", "/indexes")
    assert [one["name"] for one in listed.json["indexes"]] == ["people"]
    assert "pinecone.io" not in listed.body.decode()
    hidden, missing = (
        pines.ask("POST", f"/idx/{name}/query", {"topK": 1, "vector": V, "namespace": "t1"})
        for name in ("safes", "nowhere")
    )
    assert (hidden.status, hidden.json["code"]) == (missing.status, missing.json["code"])
    assert pines.served.servers["safes"].arrived == []


@pytest.mark.parametrize("space", ["t2", "", "__default__", None])
def test_another_namespace_is_refused_and_nothing_arrives(pines: Pines, space: str | None) -> None:
    """N-11, N-41"""
    before = len(pines.served.servers["people"].arrived)
    said = {} if space is None else {"namespace": space}
    for path, tree in (
        ("/query", {"topK": 1, "vector": V}),
        ("/vectors/delete", {"deleteAll": True}),
        ("/vectors/upsert", {"vectors": [{"id": "x", "values": V}]}),
    ):
        reply = pines.ask("POST", f"/idx/people{path}", {**tree, **said})
        assert (reply.status, reply.json["code"], reply.json["error"]["code"]) == (403, 7, "PERMISSION_DENIED"), (
            reply.body
        )
        assert "policy.no_rule" in reply.json["message"]
    assert len(pines.served.servers["people"].arrived) == before


def test_counts_are_of_what_one_may_see(pines: Pines) -> None:
    """N-35"""
    index = pines.served.project.indexes["people"]
    index.space("t2")["foreign"] = {"id": "foreign", "values": V}
    index.space("t1")["own"] = {"id": "own", "values": V}
    reply = pines.ask("POST", "/idx/people/describe_index_stats", {})
    assert reply.status == 200, reply.body
    assert [*reply.json["namespaces"]] == ["t1"]
    assert reply.json["totalVectorCount"] == reply.json["namespaces"]["t1"]["vectorCount"]


def test_an_index_at_a_host_that_none_may_have_is_not_there_and_its_answer_does_not_leave(pines: Pines) -> None:
    """N-04, N-05"""
    index = pines.served.project.add("new", dimension=4)
    index.host = "https://evil.test"
    reply = pines.ask("POST", "/idx/new/query", {"topK": 1, "vector": V, "namespace": "t1"})
    assert "collection.unknown" in reply.json["message"]
    assert "evil.test" not in pines.ask("GET", "/indexes/new").body.decode()
    del pines.served.project.indexes["new"]


def test_only_the_gateways_own_name_leads_there(pines: Pines) -> None:
    """N-04"""
    reply = pines.ask("POST", "/query", {"topK": 1, "vector": V}, Host="people-a1b2c3d.svc.aped-0000-0000.pinecone.io")
    assert reply.status >= 400
    assert pines.served.servers["safes"].arrived == []


@pytest.mark.parametrize(
    ("path", "tree"),
    [
        ("/query", {"topK": 1, "vector": V, "filter": {"salary": {"$gt": 3}}}),
        ("/query", {"topK": 1, "vector": V, "filter": {"$or": [{"a": 1}, {"salary": {"$exists": True}}]}}),
        ("/vectors/fetch_by_metadata", {"filter": {"salary": {"$in": [1, 2]}}}),
        ("/vectors/delete", {"filter": {"salary": 3}}),
        ("/vectors/update", {"filter": {"salary": {"$ne": 3}}, "setMetadata": {"a": 1}}),
    ],
    ids=str,
)
def test_no_clause_tells_of_a_masked_field(pines: Pines, path: str, tree: Any) -> None:
    before = len(pines.served.servers["people"].arrived)
    reply = pines.ask("POST", f"/idx/people{path}", {**tree, "namespace": "t1"})
    assert "oracle.field" in reply.json["message"], reply.body
    assert reply.status == 403
    assert len(pines.served.servers["people"].arrived) == before


def test_a_masked_field_is_redacted_wherever_a_record_is_shown(pines: Pines) -> None:
    pines.space["paid"] = {"id": "paid", "values": V, "metadata": {"salary": 98765, "kind": "x"}}
    replies = [
        pines.ask("GET", "/idx/people/vectors/fetch?ids=paid&namespace=t1"),
        pines.ask("POST", "/idx/people/vectors/fetch_by_metadata", {"filter": {"kind": "x"}, "namespace": "t1"}),
        pines.ask("POST", "/idx/people/query", {"topK": 9, "vector": V, "namespace": "t1", "includeMetadata": True}),
        pines.ask("POST", "/idx/people/query", {"topK": 9, "id": "paid", "namespace": "t1", "includeMetadata": True}),
    ]
    for reply in replies:
        assert reply.status == 200, reply.body
        assert b"paid" in reply.body
        assert b"98765" not in reply.body
