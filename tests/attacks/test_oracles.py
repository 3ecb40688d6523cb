"""What is masked for somebody is asked for by every clause, in every place: no answer tells, and nothing is sent.

Each question is also put by somebody who sees the field plain: then the database answers it. Values that are told so
are what a reader would have learnt.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.leaks import Ask, Said
from support.servers.rowed import Rowed, fronted, plainly, rowed
from support.tools.direct import Collection, collection

ANA, BO = "ana.ruiz@example.com", "bo.li@example.com"
POLICY = """
version: 1
mask_profiles:
  reader:
    default: replace
    fields: {"*.salary": redact, "*.email": pseudonym, "*.person": redact, "*.born": redact}
rules:
  - name: readers
    who: {groups: [readers]}
    where: {collections: ["asked-*", people]}
    operations: [read, write, delete]
    effect: allow
    mask: reader
  - name: askers
    who: {groups: [askers]}
    where: {collections: ["asked-*", people]}
    operations: [delete_filter, update_filter]
    effect: hold
    mask: reader
    wait: 1s
    approvers: {groups: [owners]}
  - name: exempt
    who: {groups: [editors]}
    where: {collections: ["asked-*", people]}
    operations: [read]
    effect: allow
    mask: reader
    oracles: {allow: [salary, email]}
  - name: owners
    who: {groups: [owners]}
    where: anywhere
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
    vectors: true
  - name: everybody-finds-it
    who: anyone
    where: anywhere
    operations: [collection_read, health]
    effect: allow
    mask: reader
"""
V = [1.0, 0.5]
PEOPLE = [
    {"email": ANA, "salary": 5200, "person": {"name": "Ana Ruiz", "age": 41}, "born": 19840102, "dept": "hr", "text": f"Mail {ANA} a refund."},
    {"email": BO, "salary": 4100, "person": {"name": "Bo Li", "age": 38}, "born": 19870304, "dept": "it", "text": "The pump leaks."},
]  # fmt: skip


@dataclass
class Town:
    """A gateway before a database with two people in it. `over`: how it is asked, where that is not REST."""

    rowed: Rowed
    place: str
    tokens: dict[str, str] = field(default_factory=dict)
    over: Callable[[Ask, str], Said] | None = None

    def ask(self, group: str, method: str, verb: str, body: Any) -> Said:
        if group not in self.tokens:
            self.tokens[group] = self.rowed.token(f"one-of-{group}", group)
        return (self.over or self.rowed.say)(Ask(method, self.place + verb, body), self.tokens[group])

    def refused(self, group: str, method: str, verb: str, body: Any) -> str:
        said = self.ask(group, method, verb, body)
        text = str(said.tree)
        assert said.status == 403, text
        assert "oracle.field: At /" in text
        assert "Nothing was sent." in text
        assert ANA not in text
        return text


# Chroma


@pytest.fixture(scope="module")
def chroma(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    folder = tmp_path_factory.mktemp("oracles")
    with rowed(stack, factory, folder, POLICY) as made, collection(stack, "asked-of-this-test") as there:
        fill(made, there)
        yield Town(made, there.path)


def fill(made: Rowed, there: Collection) -> None:
    flat = [{key: value for key, value in one.items() if key not in ("person", "text")} for one in PEOPLE]
    body = {"ids": ["r1", "r2"], "embeddings": [V, V], "documents": [one["text"] for one in PEOPLE], "metadatas": flat}
    made.direct("POST", f"{there.path}/upsert", body)


ASKED_IN_CHROMA: list[tuple[str, Any, str]] = [
    ("/get", {"where": {"salary": 5200}}, "salary"),
    ("/get", {"where": {"salary": {"$gt": 5000}}}, "salary"),
    ("/get", {"where": {"salary": {"$in": [*range(5000, 6000)]}}}, "salary"),
    ("/get", {"where": {"email": {"$ne": BO}}}, "email"),
    ("/get", {"where": {"email": {"$nin": ["x"]}}}, "email"),
    ("/get", {"where": {"$or": [{"dept": "x"}, {"$and": [{"dept": "hr"}, {"email": ANA}]}]}}, "email"),
    ("/get", {"where": {"born": {"$lt": 19850101}}}, "born"),
    ("/get", {"where": {"dept": ANA}}, "dept"),
    ("/get", {"where_document": {"$contains": ANA}}, "#document"),
    ("/get", {"where_document": {"$contains": "@"}}, "#document"),
    ("/get", {"where_document": {"$contains": "a.r"}, "where": {"email": {"$ne": "x"}}}, "email"),
    ("/get", {"where_document": {"$regex": "^Mail a"}}, "#document"),
    ("/get", {"where_document": {"$not_contains": "an"}}, "#document"),
    ("/get", {"where": {"#document": {"$regex": "[a-m]na"}}}, "#document"),
    ("/get", {"where": {"chroma:document": {"$contains": "@"}}}, "#document"),
    ("/query", {"query_embeddings": [V], "n_results": 2, "where": {"salary": {"$gte": 5000}}}, "salary"),
    ("/query", {"query_embeddings": [V], "n_results": 2, "where_document": {"$regex": "@ex.*"}}, "#document"),
    ("/get", {"ids": ["r1"], "where": {"email": ANA}}, "email"),
]


@pytest.mark.parametrize(("verb", "body", "name"), ASKED_IN_CHROMA)
def test_no_clause_tells_of_a_masked_field_in_chroma(chroma: Town, verb: str, body: Any, name: str) -> None:
    assert f"'{name}'" in chroma.refused("readers", "POST", verb, body)
    assert chroma.ask("owners", "POST", verb, body).status == 200


def test_no_delete_tells_and_nothing_is_deleted_in_chroma(chroma: Town) -> None:
    for where in ({"email": ANA}, {"salary": {"$gt": 5000}}):
        chroma.refused("readers", "POST", "/delete", {"where": where})
    assert len(chroma.ask("owners", "POST", "/get", {}).tree["ids"]) == 2


def test_nobody_is_asked_for_a_yes_to_such_a_call(chroma: Town) -> None:
    """A hold tells how many records it would touch, or by passing that it touches none."""
    for where in ({"email": ANA}, {"email": "nobody@example.com"}):
        chroma.refused("askers", "POST", "/delete", {"where": where})
    token = chroma.rowed.token("one-of-owners", "owners")
    held = chroma.rowed.say(Ask("GET", "/.vecgate/v1/requests", None), token)
    assert held.tree["requests"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"where": {"dept": "hr"}},
        {"where": {"$and": [{"dept": {"$in": ["hr", "it"]}}, {"dept": {"$ne": "it"}}]}},
        {"where_document": {"$contains": "refund"}},
        {"where_document": {"$regex": "(?i)REFUND"}},
        {"ids": ["r1"]},
    ],
)
def test_what_is_shown_is_asked_for_in_chroma(chroma: Town, body: Any) -> None:
    said = chroma.ask("readers", "POST", "/get", body)
    assert (said.status, said.tree["ids"]) == (200, ["r1"])
    assert ANA not in str(said.tree)


def test_a_field_that_a_rule_exempts_is_asked_for_and_stays_masked(chroma: Town) -> None:
    said = chroma.ask("editors", "POST", "/get", {"where": {"$and": [{"email": ANA}, {"salary": {"$gt": 5000}}]}})
    assert said.tree["ids"] == ["r1"]
    assert said.tree["metadatas"][0]["salary"] == "[REDACTED]"
    assert ANA not in str(said.tree)
    assert "'born'" in chroma.refused("editors", "POST", "/get", {"where": {"born": 19840102}})


# Qdrant


@pytest.fixture(scope="module")
def qdrant(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    folder = tmp_path_factory.mktemp("people")
    with (
        fronted(stack, folder / "qdrant") as (url, told),
        rowed(stack, factory, folder, POLICY, upstreams={"tickets-db": told}) as made,
    ):
        for method, path, body in filling():
            assert plainly(url, Ask(method, path, body)).status == 200, path
        yield Town(made, "/collections/people")


def filling() -> Iterator[tuple[str, str, Any]]:
    c = "/collections/people"
    yield "PUT", c, {"vectors": {"size": 2, "distance": "Dot"}}
    indexes = {
        "email": "keyword",
        "salary": "integer",
        "born": "integer",
        "dept": "keyword",
        "text": "text",
        "person.name": "keyword",
    }
    for name, kind in indexes.items():
        yield "PUT", f"{c}/index?wait=true", {"field_name": name, "field_schema": kind}
    points = [{"id": n, "vector": V, "payload": one} for n, one in enumerate(PEOPLE, 1)]
    yield "PUT", f"{c}/points?wait=true", {"points": points}


def of(key: str, **condition: Any) -> Any:
    return {"must": [{"key": key, **condition}]}


SALARY = of("salary", range={"gt": 5000})
ASKED_IN_QDRANT: list[tuple[str, Any, str]] = [
    ("/points/scroll", {"filter": of("email", match={"value": ANA})}, "email"),
    ("/points/scroll", {"filter": of('"email"', match={"any": [f"a{n}@example.com" for n in range(1000)]})}, "email"),
    ("/points/scroll", {"filter": of("email", match={"except": [BO]})}, "email"),
    ("/points/scroll", {"filter": of("email", match={"text": "ana"})}, "email"),
    ("/points/scroll", {"filter": of("email", match={"prefix": "ana"})}, "email"),
    ("/points/scroll", {"filter": of("email", is_empty=False)}, "email"),
    ("/points/scroll", {"filter": {"must_not": [{"is_empty": {"key": "email"}}]}}, "email"),
    ("/points/scroll", {"filter": {"must_not": [{"is_null": {"key": "email"}}]}}, "email"),
    ("/points/scroll", {"filter": of("email", values_count={"gte": 1})}, "email"),
    ("/points/scroll", {"filter": SALARY}, "salary"),
    ("/points/scroll", {"filter": of("person.name", match={"value": "Ana Ruiz"})}, "person.name"),
    ("/points/scroll", {"filter": of("person.age", range={"gt": 40})}, "person.age"),
    ("/points/scroll", {"filter": of("person[].age", range={"gt": 40})}, "person.age"),
    ("/points/scroll", {"filter": {"must": [{"nested": {"key": "person", "filter": of("age", range={"gt": 40})}}]}}, "person.age"),
    ("/points/scroll", {"filter": {"min_should": {"conditions": [SALARY, of("dept", match={"value": "hr"})], "min_count": 2}}}, "salary"),
    ("/points/scroll", {"filter": of("dept", match={"value": ANA})}, "dept"),
    ("/points/scroll", {"filter": of("text", match={"text": ANA})}, "text"),
    ("/points/scroll", {"filter": of("text", match={"text": "@"})}, "text"),
    ("/points/scroll", {"order_by": "born"}, "born"),
    ("/points/scroll", {"order_by": {"key": "salary", "direction": "desc"}}, "salary"),
    ("/points/count", {"filter": SALARY, "exact": True}, "salary"),
    ("/facet", {"key": "email"}, "email"),
    ("/facet", {"key": "dept", "filter": SALARY}, "salary"),
    ("/points/query", {"query": {"order_by": "born"}}, "born"),
    ("/points/query", {"query": V, "filter": SALARY}, "salary"),
    ("/points/query", {"prefetch": {"query": V, "filter": SALARY, "limit": 5}, "query": {"fusion": "rrf"}}, "salary"),
    ("/points/query", {"prefetch": {"query": V}, "query": {"formula": {"sum": ["$score", "salary"]}}}, "salary"),
    ("/points/query", {"prefetch": {"query": V}, "query": {"formula": {"key": "email", "match": {"value": ANA}}}}, "email"),
    ("/points/query", {"prefetch": {"query": V}, "query": {"formula": {"key": "dept", "match": {"value": ANA}}}}, "dept"),
    ("/points/query", {"prefetch": {"query": V}, "query": {"formula": {"sum": ["ref", -491511234000000]}, "defaults": {"ref": 0}}}, "ref"),
    ("/points/query/groups", {"query": V, "group_by": "email"}, "email"),
    ("/points/query/batch", {"searches": [{"query": V}, {"query": V, "filter": SALARY}]}, "salary"),
    ("/points/search", {"vector": V, "limit": 2, "filter": SALARY}, "salary"),
    ("/points/recommend", {"positive": [1], "limit": 2, "filter": SALARY}, "salary"),
    ("/points/search/matrix/pairs", {"sample": 2, "limit": 1, "filter": SALARY}, "salary"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "body", "name"), ASKED_IN_QDRANT)
def test_no_clause_tells_of_a_masked_field_in_qdrant(qdrant: Town, verb: str, body: Any, name: str) -> None:
    """Q-81"""
    assert f"'{name}'" in qdrant.refused("readers", "POST", verb, body)
    said = qdrant.ask("owners", "POST", verb, body)
    assert said.status == 200, said.tree


def by_words(text: str) -> Any:
    return {"text": text, "model": "qdrant/bm25"}


@pytest.mark.parametrize(
    ("verb", "body", "name"),
    [
        ("/points/query", {"query": by_words(ANA)}, "vector"),
        ("/points/query", {"query": {"nearest": by_words(f"pump {ANA}")}, "using": "words"}, "vector.words"),
        ("/points/query", {"query": by_words("ruiz@")}, "vector"),
        ("/points/query", {"query": {"recommend": {"positive": [1, by_words("4111")]}}}, "vector"),
        ("/points/query", {"prefetch": [{"query": by_words(ANA), "using": "words"}], "query": {"fusion": "rrf"}}, "vector.words"),
        ("/points/query/groups", {"query": by_words(ANA), "group_by": "dept"}, "vector"),
        ("/points/query/batch", {"searches": [{"query": V}, {"query": by_words(ANA)}]}, "vector"),
    ],
)  # fmt: skip
def test_no_words_that_qdrant_makes_a_vector_of_itself_tell(qdrant: Town, verb: str, body: Any, name: str) -> None:
    """Q-85"""
    assert f"'{name}'" in qdrant.refused("readers", "POST", verb, body)


CHANGES: list[tuple[str, str, Any]] = [
    ("POST", "/points/delete?wait=true", {"filter": SALARY}),
    ("POST", "/points/payload?wait=true", {"filter": SALARY, "payload": {"found": True}}),
    ("POST", "/points/payload/clear?wait=true", {"filter": SALARY}),
    ("PUT", "/points?wait=true", {"points": [{"id": 1, "vector": V, "payload": {}}], "update_filter": SALARY}),
    ("POST", "/points/batch?wait=true", {"operations": [{"delete": {"filter": SALARY}}]}),
]


@pytest.mark.parametrize(("method", "verb", "body"), CHANGES)
def test_no_change_tells_and_nothing_is_changed_in_qdrant(qdrant: Town, method: str, verb: str, body: Any) -> None:
    """Q-72, Q-76"""
    before = qdrant.ask("owners", "POST", "/points", {"ids": [1, 2], "with_payload": True}).tree["result"]
    assert "'salary'" in qdrant.refused("readers", method, verb, body)
    assert qdrant.ask("owners", "POST", "/points", {"ids": [1, 2], "with_payload": True}).tree["result"] == before


@pytest.mark.parametrize(
    "body",
    [
        {"filter": of("dept", match={"value": "hr"})},
        {"filter": of("dept", match={"any": ["hr", "x"]})},
        {"filter": of("text", match={"text": "refund"})},
        {"filter": {"must": [{"has_id": [1]}]}, "with_payload": ["dept", "salary"]},
    ],
)
def test_what_is_shown_is_asked_for_in_qdrant(qdrant: Town, body: Any) -> None:
    said = qdrant.ask("readers", "POST", "/points/scroll", body)
    assert [one["id"] for one in said.tree["result"]["points"]] == [1]
    assert "5200" not in str(said.tree)


def test_what_a_rule_exempts_in_qdrant_is_asked_for_and_stays_masked(qdrant: Town) -> None:
    said = qdrant.ask("editors", "POST", "/points/scroll", {"filter": SALARY})
    assert said.status == 200, said.tree
    assert [one["payload"]["salary"] for one in said.tree["result"]["points"]] == ["[REDACTED]"]
    assert "'born'" in qdrant.refused("editors", "POST", "/points/scroll", {"order_by": "born"})


def test_facets_groups_and_orders_that_a_rule_exempts_show_values_masked(qdrant: Town) -> None:
    """Q-81"""
    facet = qdrant.ask("editors", "POST", "/facet", {"key": "email"})
    marks = sorted(hit["value"] for hit in facet.tree["result"]["hits"])
    assert all(re.fullmatch(r"(field|email)-[a-z2-7]{20}", mark) for mark in marks), marks
    groups = qdrant.ask(
        "editors", "POST", "/points/query/groups", {"query": V, "group_by": "email", "with_payload": True}
    )
    assert sorted(group["id"] for group in groups.tree["result"]["groups"]) == marks
    assert {hit["payload"]["email"] for group in groups.tree["result"]["groups"] for hit in group["hits"]} == {*marks}
    ordered = qdrant.ask("editors", "POST", "/points/scroll", {"order_by": "salary", "with_payload": True}).tree[
        "result"
    ]
    assert [(one["id"], "order_value" in one) for one in ordered["points"]] == [(2, False), (1, False)]
    assert "5200" not in str(ordered)
    plain = qdrant.ask("owners", "POST", "/points/scroll", {"order_by": "salary"}).tree["result"]["points"]
    assert [one["order_value"] for one in plain] == [4100, 5200]
