"""What is masked for somebody is asked of Pinecone by every clause, in every place: no answer tells, and nothing is sent."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from attacks.test_oracles import ANA, BO, PEOPLE, POLICY, Town
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.leaks import Ask, Said
from support.pinecone.served import pinecone_recorded
from support.servers.rowed import rowed
from support.tools.every import every

V: Final = [0.1, 0.9, 0.5, 0.1]
FLAT: Final[list[Any]] = [{key: value for key, value in one.items() if key != "person"} for one in PEOPLE]
#: Words that are searched for go to a model of the vendor's.
ASKING: Final = POLICY.replace("operations: [read, write, delete]", "operations: [read, write, delete, inference]")
DOCUMENTS: Final = (("x-pinecone-api-version", "2026-07"),)
LATER: Final = (("x-pinecone-api-version", "2025-10"),)


class Pines(Town):
    """The same; what stands behind it keeps what arrived. `arrived`: how many calls of people's."""

    arrived: Any = None

    def ask(self, group: str, method: str, verb: str, body: Any) -> Said:
        """In the version that the route needs."""
        headers = DOCUMENTS if "/documents/" in verb else LATER
        token = self.tokens.setdefault(group, self.rowed.token(f"one-of-{group}", group))
        return self.rowed.say(Ask(method, self.place + verb, body, headers), token)


@pytest.fixture(scope="module")
def pines(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pines]:
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    folder = tmp_path_factory.mktemp("oracles")
    with pinecone_recorded(folder / "server", client_ca=stack.pki_root) as served:
        served.project.add("people", dimension=4)
        model = {"model": "pinecone-sparse-english-v0", "vector_type": "sparse", "field_map": {"text": "text"}}
        served.project.add("asked-words", dimension=4, embed=model)
        with rowed(stack, factory, folder, ASKING, upstreams={"tickets-db": served.settings}) as made:
            town = Pines(made, "/idx/people")
            town.arrived = lambda: len(served.servers["people"].of_people)
            vectors = [{"id": f"r{n}", "values": V, "metadata": one} for n, one in enumerate(FLAT)]
            assert town.ask("owners", "POST", "/vectors/upsert", {"vectors": vectors}).status == 200
            yield town


def query(where: Any) -> Any:
    return {"vector": V, "topK": 5, "filter": where}


SALARY: Final = {"salary": {"$gt": 5000}}
HR: Final = {"dept": {"$eq": "hr"}}
N: Final = "/namespaces/ns/documents"
RECORDS: Final = "/records/namespaces/ns/search"
NEAR: Final = {"top_k": 5, "vector": {"values": V}}
BY: Final[Any] = {
    "score_by": [{"type": "dense_vector", "field": "v", "values": V}],
    "top_k": 5,
    "include_fields": ["dept"],
}
ASKED: list[tuple[str, Any, str]] = [
    *(("/query", query({"email": where}), "email") for where in (
        ANA, {"$eq": ANA}, {"$ne": BO}, {"$in": [ANA, BO]}, {"$nin": ["x"]}, {"$exists": True}, {"$exists": False},
    )),
    *(("/query", query({"salary": where}), "salary") for where in (
        5200, {"$eq": 5200}, {"$gt": 5000}, {"$gte": 5000}, {"$lt": 5000}, {"$lte": 5000}, {"$in": [*range(5000, 5900)]}, {"$nin": [1]},
    )),
    ("/query", query({"born": {"$lt": 19850101}}), "born"),
    ("/query", query({"$and": [HR, SALARY]}), "salary"),
    ("/query", query({"$or": [HR, {"$and": [HR, {"$or": [SALARY]}]}]}), "salary"),
    ("/query", query({**HR, **SALARY}), "salary"),
    ("/query", query({"dept": {"$eq": ANA}}), "dept"),
    ("/query", query({"dept": {"$in": ["hr", ANA]}}), "dept"),
    ("/query", {"id": "r0", "topK": 5, "filter": SALARY}, "salary"),
    ("/query", {**query(SALARY), "namespace": "ns"}, "salary"),
    ("/query", {**query(SALARY), "includeMetadata": False}, "salary"),
    ("/vectors/fetch_by_metadata", {"filter": SALARY}, "salary"),
    ("/vectors/fetch_by_metadata", {"filter": {"email": {"$eq": ANA}}, "limit": 1}, "email"),
    ("/describe_index_stats", {"filter": SALARY}, "salary"),
    ("/vectors/delete", {"filter": SALARY}, "salary"),
    ("/vectors/delete", {"filter": {"email": {"$ne": BO}}}, "email"),
    ("/vectors/update", {"filter": SALARY, "setMetadata": {"dept": "x"}}, "salary"),
    ("/vectors/update", {"filter": SALARY, "setMetadata": {"dept": "x"}, "dryRun": True}, "salary"),
    (RECORDS, {"query": {**NEAR, "filter": SALARY}}, "salary"),
    (RECORDS, {"query": {"top_k": 5, "inputs": {"text": "a"}, "filter": {"email": ANA}}}, "email"),
    # a model that ranks tells how well a text goes with what a field holds: N-25
    (RECORDS, {"query": NEAR, "fields": ["dept"], "rerank": {"model": "m", "query": ANA, "rank_fields": ["email"], "top_n": 1}}, "email"),
    (RECORDS, {"query": {"top_k": 5, "inputs": {"text": "a"}}, "rerank": {"model": "m", "rank_fields": ["dept", "email"]}}, "email"),
    (f"{N}/search", {**BY, "filter": SALARY}, "salary"),
    (f"{N}/search", {**BY, "filter": {"email": {"$ne": BO}}}, "email"),
    (f"{N}/search", {**BY, "score_by": [{"type": "text", "fields": ["email"], "query": "ana"}]}, "email"),
    (f"{N}/search", {**BY, "score_by": [{"type": "dense_vector", "field": "salary", "values": V}]}, "salary"),
    # words that are looked for are judged as what a filter compares with is: N-24
    *((f"{N}/search", {**BY, "score_by": [{"type": "text", "query": one, **where}]}, "text") for one in (ANA, f"pump {ANA}", "ruiz@", "5200", "an") for where in (
        {"fields": ["text"]}, {"field": "text"},
    )),
    (f"{N}/search", {**BY, "score_by": [{"type": "text", "query": ANA, "fields": ["dept", "text"]}]}, "dept"),
    (f"{N}/search", {**BY, "score_by": [{"type": "text", "query": "pump", "fields": ["text"]}, {"type": "text", "query": ANA, "fields": ["text"]}]}, "text"),
    (f"{N}/fetch", {"filter": SALARY}, "salary"),
    (f"{N}/update", {"filter": SALARY, "set_fields": {"dept": "x"}}, "salary"),
    (f"{N}/delete", {"filter": SALARY}, "salary"),
]  # fmt: skip


@every(("verb", "body", "name"), ASKED)
def test_no_clause_tells_of_a_masked_field_in_pinecone(pines: Pines, verb: str, body: Any, name: str) -> None:
    before = pines.arrived()
    assert f"'{name}'" in pines.refused("readers", "POST", verb, body)
    assert pines.arrived() == before


def test_words_that_tell_of_nobody_are_looked_for(pines: Pines) -> None:
    """N-24"""
    before = pines.arrived()
    score = {"type": "text", "query": "refund pump", "fields": ["text", "dept"]}
    pines.ask("readers", "POST", f"{N}/search", {**BY, "score_by": [score]})  # which nothing here can answer
    assert pines.arrived() == before + 1


def test_a_text_is_judged_by_its_words_where_the_model_of_the_index_looks_for_them(pines: Pines) -> None:
    """N-26"""
    words = Pines(pines.rowed, "/idx/asked-words", pines.tokens)
    for text in (ANA, f"pump {ANA}", "ruiz@", "5200", "an"):
        asked = {"query": {"top_k": 5, "inputs": {"text": text}}}
        assert "'text'" in words.refused("readers", "POST", RECORDS, asked)
        assert pines.ask("readers", "POST", RECORDS, asked).status == 200, "a dense vector has no words"
    plain = words.ask("readers", "POST", RECORDS, {"query": {"top_k": 5, "inputs": {"text": "refund pump"}}})
    assert plain.status == 200, plain.text


@every(("verb", "body", "name"), [one for one in ASKED if one[0] == "/query"])
def test_who_sees_it_plain_may_ask(pines: Pines, verb: str, body: Any, name: str) -> None:
    said = pines.ask("owners", "POST", verb, body)
    assert said.status == 200, (said.text, name)


def test_nobody_is_asked_for_a_yes_to_such_a_delete(pines: Pines) -> None:
    for where in (SALARY, {"email": {"$eq": "nobody@example.com"}}):
        pines.refused("askers", "POST", "/vectors/delete", {"filter": where})


def test_what_is_shown_is_asked_for_and_what_is_not_is_masked_in_pinecone(pines: Pines) -> None:
    said = pines.ask("readers", "POST", "/query", {**query(HR), "includeMetadata": True})
    assert said.status == 200, said.text
    assert [one["id"] for one in said.tree["matches"]] == ["r0"]
    assert not any(plain in said.text for plain in (ANA, "5200", "19840102"))


def test_what_a_rule_exempts_in_pinecone_is_asked_for_and_stays_masked(pines: Pines) -> None:
    said = pines.ask(
        "editors", "POST", "/query", {**query({"$and": [SALARY, {"email": {"$eq": ANA}}]}), "includeMetadata": True}
    )
    assert said.status == 200, said.text
    assert [one["metadata"]["salary"] for one in said.tree["matches"]] == ["[REDACTED]"]
    assert ANA not in said.text
    assert "'born'" in pines.refused("editors", "POST", "/query", query({"born": 19840102}))
