"""What a caller sees masked, nobody answers questions about: each clause, in each place, of each database.

C-20, C-21, C-53; Q-02, Q-25, Q-68, Q-76, Q-78, Q-81
"""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from support.fakes.inbound import ADDRESS, KEY, NAME, profile, shown, tools
from support.tools.every import every
from vecgate import dialects
from vecgate.domain.decision import Inputs
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import UNSAFE_NOTHING, MaskProfile
from vecgate.guards.oracles import Asker, Oracles
from vecgate.masking.apply.operators import token
from vecgate.masking.inputs.filters import Filters
from vecgate.refusals.catalogue import Refusal

#: Whole fields by their paths, one of them shown plainly, and all entities in texts.
SHOWN = profile("replace", {"*.salary": "redact", "*.person": "redact", "*.staff.pay": "drop", "*.open": "keep"})
#: Nothing but fields.
FIELDS = profile("keep", {"*.salary": "redact"})
#: Nothing but what is found in texts.
TEXTS = profile("replace")
CHROMA = "/api/v2/tenants/t/databases/d/collections/7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10/"
QDRANT = "/collections/people/points"
V = [0.1, 0.2]
RULE = "readers"


async def asked(database: str, verb: str, body: Any, asker: Asker, method: str = "POST") -> str | None:
    """Where the refusal of a call says that it asks, and of which field; None: there is none."""
    refusal = await judged(database, verb, body, asker, method)
    if refusal is None:
        return None
    assert (refusal.code, refusal.status) == ("oracle.field", 403)
    said = str(refusal)
    assert f"rule '{asker.rule}'" in said
    assert "Nothing was sent." in said
    assert ADDRESS not in said
    assert NAME not in said
    return f"{said.split()[2]} {said.split("'")[1]}"


async def judged(database: str, verb: str, body: Any, asker: Asker, method: str = "POST") -> Refusal | None:
    dialect = dialects.load(database)
    target = {"chroma": CHROMA, "qdrant": QDRANT}.get(database, "") + verb
    call = dialect.read(Raw(method, target, (("content-type", "application/json"),), json.dumps(body).encode()))
    route = dialect.match(call).route
    operation, oracles = Operation(database, route.name, route.kind, route.danger), Oracles()
    seen = oracles.seen(asker.shown, dialect)
    refusal = oracles.named(dialect.fields(call, operation), seen, asker)
    if refusal is not None:
        return refusal
    assert isinstance(call.tree, dict)
    rewritten, surface = partial(dialect.rewritten, operation), dialect.inlets(operation).surface
    return await oracles.compared(Filters(call.tree, rewritten, surface, tools()), seen, asker)


def by(shown: MaskProfile = SHOWN, *exempt: str, **inputs: Any) -> Asker:
    stored = inputs.pop("stored", None)
    return Asker(RULE, shown, stored, Inputs(**inputs), frozenset(exempt), inputs.get("filters") == "refuse")


# a field that is masked, by any clause

NAMED_IN_CHROMA: list[tuple[str, Any, str]] = [
    ("get", {"where": {"salary": 5}}, "/where/salary salary"),
    ("get", {"where": {"Salary": 5}}, "/where/Salary Salary"),
    ("get", {"where": {"salary": True}}, "/where/salary salary"),
    ("get", {"where": {"salary": {"$ne": 5}}}, "/where/salary salary"),
    ("get", {"where": {"salary": {"$gt": 5}}}, "/where/salary salary"),
    ("get", {"where": {"salary": {"$lte": 5.5}}}, "/where/salary salary"),
    ("get", {"where": {"salary": {"$in": [1, 2]}}}, "/where/salary salary"),
    ("get", {"where": {"salary": {"$nin": ["x"]}}}, "/where/salary salary"),
    ("get", {"where": {"salary": {"$contains": "x"}}}, "/where/salary salary"),
    ("get", {"where": {"salary": {"$not_contains": "x"}}}, "/where/salary salary"),
    ("get", {"where": {"$and": [{"a": 1}, {"$or": [{"salary": 5}, {"b": 1}]}]}}, "/where/$and/1/$or/0/salary salary"),
    ("get", {"where": {"person": "x"}}, "/where/person person"),
    ("get", {"where": {"staff": "x"}}, "/where/staff staff"),  # holds one that is masked
    ("get", {"where": {"hr.staff.pay": 5}}, "/where/(key) hr.staff.pay"),
    ("get", {"where": {"pay of Ana.salary": 1}}, "/where/(key) (key).salary"),
    ("query", {"query_embeddings": [V], "where": {"salary": 5}}, "/where/salary salary"),
    ("delete", {"where": {"salary": 5}}, "/where/salary salary"),
    ("search", {"searches": [{}, {"filter": {"salary": 5}}]}, "/searches/1/filter/salary salary"),
    ("search", {"searches": [{"group_by": {"keys": ["a", "salary"]}}]}, "/searches/0/group_by/keys/1 salary"),
    ("search", {"searches": [{"group_by": {"keys": ["a"], "aggregate": {"$min_k": {"keys": ["salary"], "k": 1}}}}]},
     "/searches/0/group_by/aggregate/$min_k/keys/0 salary"),
    ("search", {"searches": [{"rank": {"$knn": {"query": V, "key": "salary"}}}]}, "/searches/0/rank/$knn/key salary"),
    ("search", {"searches": [{"rank": {"$sum": [{"$val": 1}, {"$abs": {"$knn": {"query": V, "key": "salary"}}}]}}]},
     "/searches/0/rank/$sum/1/$abs/$knn/key salary"),
]  # fmt: skip


@every(("verb", "body", "said"), NAMED_IN_CHROMA)
async def test_a_masked_field_is_not_named_in_chroma(verb: str, body: Any, said: str) -> None:
    for asker in (by(), by(filters="refuse"), by(query="mask", stored=TEXTS)):
        assert await asked("chroma", verb, body, asker) == said
    assert await judged("chroma", verb, body, by(UNSAFE_NOTHING)) is None


def of(key: str = "salary", **condition: Any) -> Any:
    return {"must": [{"key": key, **(condition or {"match": {"value": 5}})}]}


FORMULA = {"sum": ["$score", {"mult": [2, {"exp_decay": {"x": {"datetime_key": "salary"}}}]}]}
NAMED_IN_QDRANT: list[tuple[str, str, Any, str]] = [
    ("POST", "/scroll", {"filter": of(match={"value": 5})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of("SALARY")}, "/filter/must/0 SALARY"),
    ("POST", "/scroll", {"filter": of('"salary"')}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of("jobs[].salary")}, "/filter/must/0 jobs.salary"),
    ("POST", "/scroll", {"filter": of("jobs[3].salary")}, "/filter/must/0 jobs.salary"),
    ("POST", "/scroll", {"filter": of("salary[]")}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of("salary.gross")}, "/filter/must/0 salary.gross"),
    ("POST", "/scroll", {"filter": of("person.name")}, "/filter/must/0 person.name"),
    ("POST", "/scroll", {"filter": of("staff[]", values_count={"gt": 1})}, "/filter/must/0 staff"),
    ("POST", "/scroll", {"filter": of('hr.staff."pay"')}, "/filter/must/0 hr.staff.pay"),
    ("POST", "/scroll", {"filter": of(match={"any": [1, 2]})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(match={"except": [1]})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(match={"text": "word"})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(match={"text_any": "word"})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(match={"phrase": "word"})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(match={"prefix": "word"})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(range={"gt": 5})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(range={"gt": "2024-01-01T00:00:00Z"})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(values_count={"gte": 1})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(is_empty=True)}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": of(is_null=True)}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": {"must": [{"is_empty": {"key": "salary"}}]}}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": {"must_not": [{"is_null": {"key": "salary"}}]}}, "/filter/must_not/0 salary"),
    ("POST", "/scroll", {"filter": of(geo_radius={"center": {"lon": 1, "lat": 1}, "radius": 5})}, "/filter/must/0 salary"),
    ("POST", "/scroll", {"filter": {"should": [of()]}}, "/filter/should/0/must/0 salary"),
    ("POST", "/scroll", {"filter": {"min_should": {"conditions": [{"key": "a", "is_null": True}, of()["must"][0]], "min_count": 1}}},
     "/filter/min_should/conditions/1 salary"),
    ("POST", "/scroll", {"filter": {"must": [{"nested": {"key": "jobs", "filter": of()}}]}},
     "/filter/must/0/nested/filter/must/0 jobs.salary"),
    ("POST", "/scroll", {"filter": {"must": [{"nested": {"key": "person", "filter": {}}}]}}, "/filter/must/0 person"),
    ("POST", "/scroll", {"filter": {"must": [{"nested": {"key": "person", "filter": {"must": [{"has_id": [1]}]}}}]}}, "/filter/must/0 person"),
    ("POST", "/scroll", {"order_by": "salary"}, "/order_by salary"),
    ("POST", "/scroll", {"order_by": {"key": '"salary"', "direction": "desc"}}, "/order_by salary"),
    ("POST", "/count", {"filter": of(), "exact": True}, "/filter/must/0 salary"),
    ("POST", "/query", {"query": {"order_by": "salary"}}, "/query/order_by salary"),
    ("POST", "/query", {"query": V, "filter": of()}, "/filter/must/0 salary"),
    ("POST", "/query", {"prefetch": [{"query": V, "prefetch": {"query": V, "filter": of()}}], "query": {"fusion": "rrf"}},
     "/prefetch/0/prefetch/0/filter/must/0 salary"),
    ("POST", "/query", {"query": V, "params": {"idf": {"corpus": of()}}}, "/params/idf/corpus/must/0 salary"),
    ("POST", "/query", {"prefetch": {"query": V}, "query": {"formula": "salary"}}, "/query/formula salary"),
    ("POST", "/query", {"prefetch": {"query": V}, "query": {"formula": FORMULA}}, "/query/formula/sum/1/mult/1/exp_decay/x/datetime_key salary"),
    ("POST", "/query", {"prefetch": {"query": V}, "query": {"formula": of()["must"][0]}}, "/query/formula salary"),
    ("POST", "/query", {"prefetch": {"query": V}, "query": {"formula": {"geo_distance": {"origin": {"lon": 1, "lat": 1}, "to": "salary"}}}},
     "/query/formula/geo_distance/to salary"),
    ("POST", "/query/groups", {"query": V, "group_by": "salary"}, "/group_by salary"),
    ("POST", "/query/batch", {"searches": [{"query": V}, {"query": V, "filter": of()}]}, "/searches/1/filter/must/0 salary"),
    ("POST", "/search", {"vector": V, "limit": 1, "filter": of()}, "/filter/must/0 salary"),
    ("POST", "/search/groups", {"vector": V, "limit": 1, "group_by": "salary", "group_size": 1}, "/group_by salary"),
    ("POST", "/search/batch", {"searches": [{"vector": V, "limit": 1, "filter": of()}]}, "/searches/0/filter/must/0 salary"),
    ("POST", "/search/matrix/pairs", {"filter": of()}, "/filter/must/0 salary"),
    ("POST", "/search/matrix/offsets", {"filter": of()}, "/filter/must/0 salary"),
    ("POST", "/recommend", {"positive": [1], "limit": 1, "filter": of()}, "/filter/must/0 salary"),
    ("POST", "/discover", {"target": 1, "limit": 1, "filter": of()}, "/filter/must/0 salary"),
    ("POST", "/delete", {"filter": of()}, "/filter/must/0 salary"),
    ("POST", "/payload", {"filter": of(), "payload": {"a": 1}}, "/filter/must/0 salary"),
    ("PUT", "/payload", {"filter": of(), "payload": {"a": 1}}, "/filter/must/0 salary"),
    ("POST", "/payload/delete", {"filter": of(), "keys": ["a"]}, "/filter/must/0 salary"),
    ("POST", "/payload/clear", {"filter": of()}, "/filter/must/0 salary"),
    ("POST", "/vectors/delete", {"filter": of(), "vector": ["a"]}, "/filter/must/0 salary"),
    ("PUT", "", {"points": [{"id": 1, "vector": V}], "update_filter": of()}, "/update_filter/must/0 salary"),
    ("PUT", "/vectors", {"points": [{"id": 1, "vector": V}], "update_filter": of()}, "/update_filter/must/0 salary"),
    ("POST", "/batch", {"operations": [{"delete": {"points": [1]}}, {"delete": {"filter": of()}}]}, "/operations/1/delete/filter/must/0 salary"),
]  # fmt: skip


@every(("method", "verb", "body", "said"), NAMED_IN_QDRANT)
async def test_a_masked_field_is_not_named_in_qdrant(method: str, verb: str, body: Any, said: str) -> None:
    for asker in (by(), by(filters="refuse"), by(query="mask", stored=TEXTS)):
        assert await asked("qdrant", verb, body, asker, method) == said
    assert await judged("qdrant", verb, body, by(UNSAFE_NOTHING), method) is None


async def test_a_facet_is_an_oracle_too() -> None:
    dialect, oracles = dialects.load("qdrant"), Oracles()
    call = dialect.read(
        Raw("POST", "/collections/people/facet", (("content-type", "application/json"),), b'{"key":"salary"}')
    )
    seen = oracles.seen(SHOWN, dialect)
    refusal = oracles.named(dialect.fields(call, Operation("qdrant", "facet", "count", 1)), seen, by())
    assert "At /key the request names 'salary'" in str(refusal)


@pytest.mark.parametrize(
    ("glob", "hides"),
    [
        ("*.salary", True),
        ("*salary", True),
        ("SALARY", False),  # right at the top of an answer
        ("result.points.payload.salary", True),
        ("result.payload.salary", True),
        ("points.payload.salary", True),
        ("*.payload.sal?ry", True),
        ("result", True),
        ("*", True),
        ("*.salary.gross", True),
        ("metadatas.salary", False),
        ("*.gross", False),
    ],
)
def test_a_field_is_masked_by_whatever_pattern_takes_it_in_an_answer(glob: str, hides: bool) -> None:
    dialect = dialects.load("qdrant")
    assert (Oracles().seen(profile("keep", {glob: "redact"}), dialect).of(("salary",)) == "hidden") is hides


# harmless: shown, written, plain, exempt


@every(
    ("database", "verb", "body"),
    [
        ("chroma", "get", {"where": {"open": "x"}}),
        ("chroma", "get", {"where": {"open": ADDRESS}}),
        ("qdrant", "/scroll", {"filter": of("open", match={"text": "a"})}),
        ("qdrant", "/scroll", {"order_by": "open.email"}),
        ("chroma", "get", {"where": {"person.name": "x"}}),  # a key of its own, and shown
        ("chroma", "get", {"where": {"source": "wiki/start.html"}}),
        ("chroma", "get", {"where": {"$and": [{"file_name": "report-2024.pdf"}, {"page": {"$gte": 3}}, {"draft": False}]}}),
        ("chroma", "get", {"where": {"doc_id": "4f1c9f4e-6a1c-4b5e-9d3c-0a8d7e5b2c11"}}),
        ("chroma", "get", {"where": {"created_at": {"$gt": 1700000000}}}),
        ("chroma", "get", {"where": {"revenue": {"$gt": 10_000_000}}}),
        ("chroma", "get", {"where_document": {"$contains": "refund"}}),
        ("chroma", "get", {"where_document": {"$not_contains": "the"}}),
        ("chroma", "get", {"where_document": {"$contains": "退款"}}),
        ("chroma", "get", {"where_document": {"$regex": "(?i)refund"}}),
        ("chroma", "get", {"where_document": {"$regex": "error\\-code"}}),
        ("chroma", "get", {"ids": ["r1", ADDRESS]}),
        ("pinecone", "/query", {"topK": 1, "id": ADDRESS, "filter": {"dept": "hr"}}),
        ("milvus", "/v2/vectordb/entities/get", {"collectionName": "people", "id": [ADDRESS]}),
        ("chroma", "get", {}),
        ("chroma", "search", {"searches": [{"rank": {"$knn": {"query": V}}, "group_by": {"keys": ["category"]}}]}),
        ("qdrant", "/scroll", {"filter": of("metadata.source", match={"value": "wiki"})}),
        ("qdrant", "/scroll", {"filter": of("ref_doc_id", match={"any": ["doc-0", "doc-1"]})}),
        ("qdrant", "/scroll", {"filter": of("created", range={"gte": "2024-01-01T00:00:00Z"})}),
        ("qdrant", "/scroll", {"filter": of("text", match={"text": "refund request"})}),
        ("qdrant", "/scroll", {"filter": of("email", is_empty=True)}),
        ("qdrant", "/scroll", {"order_by": "created_at", "with_payload": ["salary"]}),
        ("qdrant", "/query/groups", {"query": V, "group_by": "document_id"}),
        ("qdrant", "/query", {"query": V, "with_payload": {"exclude": ["salary"]}}),
        ("qdrant", "/query", {"prefetch": {"query": V}, "query": {"formula": {"sum": ["$score", {"mult": [0.1, "meta.popularity"]}]}}}),
        ("qdrant", "/query", {"prefetch": {"query": V}, "query": {"formula": {"geo_distance": {"origin": {"lon": 1, "lat": 1}, "to": "geo"}}}}),
        ("qdrant", "/query", {"prefetch": {"query": V}, "query": {"formula": {"exp_decay": {"x": {"datetime_key": "updated"}}}}}),
        ("qdrant", "/scroll", {"filter": of("text", match={"text": "error 404"})}),
        ("qdrant", "/payload", {"points": [1], "payload": {"salary": 5}}),
    ],
)  # fmt: skip
async def test_what_tells_nothing_that_is_masked_passes(database: str, verb: str, body: Any) -> None:
    assert await judged(database, verb, body, by()) is None


@pytest.mark.parametrize("strict", ["keep", "refuse"])
@pytest.mark.parametrize(
    ("exempt", "body", "passes"),
    [
        ("salary", {"filter": of(range={"gt": 5})}, True),
        ("salary", {"order_by": "salary"}, True),
        ("jobs.salary", {"filter": of("jobs[].salary")}, True),
        ("salary", {"filter": of("jobs[].salary")}, False),
        ("person", {"filter": of("person.name")}, False),
        ("mail", {"filter": of("mail", match={"value": ADDRESS})}, True),
        ("text", {"filter": of("text", match={"text": "@"})}, True),
        ("text", {"filter": of("mail", match={"value": ADDRESS})}, False),
    ],
)
async def test_a_rule_exempts_a_field_by_its_name_and_no_other(
    exempt: str, body: Any, passes: bool, strict: str
) -> None:
    assert (await judged("qdrant", "/scroll", body, by(SHOWN, exempt, filters=strict)) is None) is passes
    if "order_by" not in body:
        assert await judged("qdrant", "/scroll", body, by()) is not None


async def test_a_document_is_exempt_by_its_name() -> None:
    for body in ({"where_document": {"$regex": "a.a"}}, {"where": {"chroma:document": {"$contains": "@"}}}):
        assert await asked("chroma", "get", body, by()) is not None
        assert await judged("chroma", "get", body, by(SHOWN, "#document")) is None


# what is compared with, and what is looked for

PIECES: list[tuple[str, str, Any, str]] = [
    ("chroma", "get", {"where": {"mail": ADDRESS}}, "/where/mail mail"),
    ("chroma", "get", {"where": {"mail": {"$ne": ADDRESS}}}, "/where/mail mail"),
    ("chroma", "get", {"where": {"note": {"$in": ["a", *(["x"] * 999), f"by {NAME}"]}}}, "/where/note note"),
    ("chroma", "delete", {"where": {"author": NAME}}, "/where/author author"),
    ("chroma", "get", {"where": {"chroma:uri": f"mailto:{ADDRESS}"}}, "/where/(key) #uri"),
    ("chroma", "get", {"where_document": {"$contains": ADDRESS}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$not_contains": NAME}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": "@"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": "na@ex"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": "a"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": ""}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": " an "}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": "退"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": "4111"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": "card 41-11"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": "٤١١١"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$contains": "1 4"}}, "/where_document #document"),
    ("qdrant", "/count", {"filter": of("text", match={"text_any": "415"})}, "/filter/must/0/match text"),
    ("chroma", "get", {"where_document": {"$regex": "^a"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$not_regex": "a.c"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$regex": "(?i)a[b]c"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$regex": "\\d"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$regex": "\\@\\@\\@"}}, "/where_document #document"),
    ("chroma", "get", {"where_document": {"$and": [{"$contains": "fine"}, {"$or": [{"$contains": "x"}]}]}},
     "/where_document/$and/1/$or/0 #document"),
    ("chroma", "get", {"where": {"#document": {"$contains": "a"}}}, "/where/#document #document"),
    ("chroma", "get", {"where": {"chroma:document": {"$contains": "a"}}}, "/where/(key) #document"),
    ("chroma", "get", {"where": {"chroma:document": "@"}}, "/where/(key) #document"),
    ("chroma", "search", {"searches": [{"filter": {"#document": {"$regex": "a+"}}}]}, "/searches/0/filter/#document #document"),
    # half by half
    ("chroma", "get", {"where": {"card": {"$gt": 4111111111111110}}}, "/where/card card"),
    ("chroma", "get", {"where": {"n": {"$lt": -5551234567.5}}}, "/where/n n"),
    # called as what is masked is called
    ("chroma", "get", {"where": {"phone": {"$gt": 5}}}, "/where/phone phone"),
    ("chroma", "search", {"searches": [{"group_by": {"keys": ["customer_email"]}}]}, "/searches/0/group_by/keys/0 customer_email"),
    ("qdrant", "/scroll", {"order_by": "birth_date"}, "/order_by birth_date"),
    ("qdrant", "/scroll", {"order_by": "person_meta.dateOfBirth"}, "/order_by person_meta.dateOfBirth"),
    ("qdrant", "/query/groups", {"query": V, "group_by": "contact.email"}, "/group_by contact.email"),
    ("qdrant", "/scroll", {"filter": of("dob", range={"lt": "1980-01-01T00:00:00Z"})}, "/filter/must/0 dob"),
    ("qdrant", "/scroll", {"filter": of("email", match={"prefix": "ana"})}, "/filter/must/0 email"),
    ("qdrant", "/query", {"prefetch": {"query": V}, "query": {"formula": "phone"}}, "/query/formula phone"),
    # a number of whatever name, digit by digit in the score
    ("qdrant", "/query", {"prefetch": {"query": V}, "query": {"formula": "acct"}}, "/query/formula acct"),
    ("qdrant", "/query", {"prefetch": {"query": V}, "query": {"formula": {"sum": ["$score", {"div": {"left": "a.ref", "right": 9}}]}}},
     "/query/formula/sum/1/div/left a.ref"),
    ("qdrant", "/query", {"prefetch": {"query": V}, "query": {"formula": {"exp_decay": {"x": "acct", "target": 4911, "scale": 1}}}},
     "/query/formula/exp_decay/x acct"),
    # in Qdrant
    ("qdrant", "/scroll", {"filter": of("mail", match={"value": ADDRESS})}, "/filter/must/0/match mail"),
    ("qdrant", "/scroll", {"filter": of("mail", match={"any": ["x", ADDRESS]})}, "/filter/must/0/match mail"),
    ("qdrant", "/scroll", {"filter": of("mail", match={"except": [ADDRESS]})}, "/filter/must/0/match mail"),
    ("qdrant", "/count", {"filter": of("text", match={"text": "@"})}, "/filter/must/0/match text"),
    ("qdrant", "/count", {"filter": of("text", match={"phrase": "4111"})}, "/filter/must/0/match text"),
    ("qdrant", "/count", {"filter": of("text", match={"text_any": NAME})}, "/filter/must/0/match text"),
    ("qdrant", "/count", {"filter": of("path", match={"prefix": "a"})}, "/filter/must/0/match path"),
    ("qdrant", "/query", {"prefetch": {"query": V}, "query": {"formula": of("mail", match={"value": ADDRESS})["must"][0]}},
     "/query/formula mail"),
    ("qdrant", "/query", {"query": V, "params": {"idf": {"corpus": of("mail", match={"value": ADDRESS})}}},
     "/params/idf/corpus/must/0/match mail"),
    ("qdrant", "/scroll", {"filter": {"must": [{"nested": {"key": "to", "filter": of("mail", match={"value": ADDRESS})}}]}},
     "/filter/must/0/nested/filter/must/0/match to.mail"),
    ("qdrant", "/scroll", {"filter": of("n", range={"gt": 4111111111111110})}, "/filter/must/0/range n"),
    ("qdrant", "/scroll", {"order_by": {"key": "n", "start_from": 4111111111111110}}, "/order_by/start_from n"),
]  # fmt: skip


@every(("database", "verb", "body", "said"), PIECES)
async def test_nor_is_what_is_masked_in_texts_guessed_whole_or_piece_by_piece(
    database: str, verb: str, body: Any, said: str
) -> None:
    assert await asked(database, verb, body, by(TEXTS)) == said
    assert await judged(database, verb, body, by(UNSAFE_NOTHING)) is None
    assert await judged(database, verb, body, by(FIELDS)) is None  # where texts are shown as they are


async def test_what_repeats_everything_is_masked_as_its_parts_are() -> None:
    """Q-101"""
    body = {"filter": of("_node_content", match={"text": "word"})}
    assert await asked("qdrant", "/scroll", body, by(FIELDS)) == "/filter/must/0 _node_content"
    assert await judged("qdrant", "/scroll", body, by(TEXTS)) is None


async def test_only_digits_that_could_be_of_something_masked_count() -> None:
    names = profile("keep", PERSON="replace")
    for text, passes in (("in 2024", True), ("a@b", True), ("x", False), (NAME, False)):
        asked_for = {"where_document": {"$contains": text}}
        assert (await judged("chroma", "get", asked_for, by(names)) is None) is passes, text


# translated: harmless where a mark stands for one value

STORED = profile("pseudonym", {"*.salary": "pseudonym", "*.email": "pseudonym"})
HIDDEN = profile("replace", {"*.salary": "redact", "*.email": "redact"})
TOKEN = str(token.build({}, KEY)(ADDRESS, "EMAIL"))


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        ({"where": {"email": ADDRESS}}, True),
        ({"where": {"email": {"$in": [ADDRESS, "x"]}}}, True),
        ({"where": {"email": {"$nin": [TOKEN]}}}, True),
        ({"where": {"salary": 5}}, True),
        ({"where": {"note": f"by {NAME}"}}, True),
        ({"where": {"salary": {"$gt": 5}}}, False),
        ({"where_document": {"$contains": NAME}}, True),
        ({"where_document": {"$contains": "a"}}, True),  # nothing of it is stored
        ({"where_document": {"$regex": "^re.und"}}, True),
        ({"where": {"card": {"$gt": 4111111111111110}}}, True),
    ],
)
async def test_what_is_stored_under_marks_is_asked_for_by_them(body: Any, passes: bool) -> None:
    asker = by(HIDDEN, filters="translate", stored=STORED)
    assert (await judged("chroma", "get", body, asker) is None) is passes


async def test_a_mark_has_no_order_and_is_no_group() -> None:
    asker = by(HIDDEN, filters="translate", stored=STORED)
    for verb, body in (
        ("/scroll", {"order_by": "email"}),
        ("/scroll", {"filter": of("email", is_empty=True)}),
        ("/query/groups", {"query": V, "group_by": "email"}),
        ("/query", {"prefetch": {"query": V}, "query": {"formula": of("email", match={"value": "x"})["must"][0]}}),
    ):
        assert await asked("qdrant", verb, body, asker) is not None, body
    assert await judged("qdrant", "/scroll", {"filter": of("email", match={"any": [ADDRESS]})}, asker) is None


@pytest.mark.parametrize("stored", [profile("keep"), profile("pseudonym", PERSON="keep")])
async def test_what_is_stored_as_it_came_is_not_harmless(stored: MaskProfile) -> None:
    asker = by(HIDDEN, filters="translate", stored=stored)
    for body in ({"where": {"note": NAME}}, {"where": {"salary": "x"}}, {"where_document": {"$regex": "a.c"}}):
        assert await asked("chroma", "get", body, asker) is not None, body


async def test_without_marks_in_store_a_token_passes_and_a_guess_does_not() -> None:
    asker = by(HIDDEN, filters="translate")
    mark = await shown(ADDRESS, profile("pseudonym"))
    for value, passes in ((TOKEN, True), (mark, True), (ADDRESS, False), ("x", False), (5, False)):
        assert (await judged("chroma", "get", {"where": {"email": value}}, asker) is None) is passes, value
    assert await judged("chroma", "get", {"where_document": {"$contains": TOKEN}}, asker) is None
    assert await judged("chroma", "get", {"where_document": {"$contains": f"{TOKEN} or {NAME}"}}, asker) is not None
    assert await judged("chroma", "get", {"where": {"email": {"$in": [TOKEN, ADDRESS]}}}, asker) is not None


async def test_what_the_rule_masks_in_queries_becomes_a_mark() -> None:
    asker = by(TEXTS, query="mask", stored=STORED)
    assert await judged("chroma", "get", {"where_document": {"$contains": NAME}}, asker) is None
    assert await judged("chroma", "get", {"where": {"note": NAME}}, asker) is not None  # that is no query


# strict: `filters: refuse`

STRICT_SHOWN = profile("replace", {"*.salary": "redact", "*.open": "keep"}, PERSON="keep")
GUESSES: list[tuple[Any, str]] = [
    ({"where": {"card": {"$gt": 4111111111111110}}}, "/where/card card"),  # half by half
    ({"where": {"$and": [{"card": {"$lte": 4.2e15}}]}}, "/where/$and/0/card card"),
    ({"where": {"revenue": {"$lt": 10_000_000}}}, "/where/revenue revenue"),
    ({"where": {"mail": ADDRESS}}, "/where/mail mail"),
    ({"where": {"$or": [{"status": "x"}, {"mail": {"$in": ["a", ADDRESS]}}]}}, "/where/$or/1/mail mail"),
    ({"where": {"salary": True}}, "/where/salary salary"),
    ({"where_document": {"$contains": "refund"}}, "/where_document #document"),
    ({"where_document": {"$not_regex": "refund"}}, "/where_document #document"),
    ({"where": {"#document": {"$contains": "refund"}}}, "/where/#document #document"),
    ({"ids": ["r1", ADDRESS]}, "/ids #id"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "said"), GUESSES)
async def test_where_the_rule_refuses_filters_nobody_looks_into_a_text(body: Any, said: str) -> None:
    assert await asked("chroma", "get", body, by(STRICT_SHOWN, filters="refuse")) == said


@pytest.mark.parametrize(
    "body",
    [
        {"where": {"status": "closed"}},
        {"where": {"n": {"$gt": 5}}},
        {"where": {"created_at": {"$gt": 1700000000}}},
        {"where": {"sizeBytes": {"$gt": 5_000_000}}},
        {"where": {"name": NAME}},  # is kept
        {"where": {"open": ADDRESS}},  # a field that is kept
        {"ids": ["r1"], "where": None},
    ],
)
async def test_and_filters_by_what_is_shown(body: Any) -> None:
    assert await judged("chroma", "get", body, by(STRICT_SHOWN, filters="refuse")) is None


@pytest.mark.parametrize("body", [{"order_by": "n"}, {"filter": of("n", range={"gt": "2024-01-01T00:00:00Z"})}])
async def test_nor_sees_an_order_of_texts(body: Any) -> None:
    assert await asked("qdrant", "/scroll", body, by(STRICT_SHOWN, filters="refuse")) is not None
    assert await judged("qdrant", "/scroll", body, by(STRICT_SHOWN)) is None


async def test_an_id_that_was_shown_as_a_token_is_compared_with() -> None:
    shown_id = f"<RECORD#{'A' * 40}>"
    for asker in (by(), by(filters="refuse")):
        assert await judged("chroma", "get", {"where": {"parent": shown_id}, "ids": [shown_id]}, asker) is None
        assert await asked("chroma", "get", {"where": {"salary": shown_id}}, asker) == "/where/salary salary"


async def test_a_value_that_was_plain_is_not_looked_at_again_and_one_that_was_masked_is() -> None:
    dialect, oracles, looked = dialects.load("chroma"), Oracles(), []
    operation, inlets = (
        Operation("chroma", "collection_get", "list_scan", 1),
        dialect.inlets(Operation("c", "x", "y", 1)),
    )

    async def mask(tree: Any, *more: Any) -> Any:
        looked.append(tree["metadatas"])
        return await tools().mask(tree, *more)

    async def ask(where: Any) -> Refusal | None:
        rewritten, seen = partial(dialect.rewritten, operation), oracles.seen(TEXTS, dialect)
        filters = Filters({"where": where}, rewritten, inlets.surface, replace(tools(), mask=mask))
        return await oracles.compared(filters, seen, by(TEXTS))

    mark = await shown(ADDRESS, profile("pseudonym"))
    for where, passes, looks in (
        ({"a": "x"}, True, 1),
        ({"a": "x"}, True, 0),
        ({"b": "x"}, True, 1),  # elsewhere it is another value
        ({"a": ADDRESS}, False, 1),
        ({"a": ADDRESS}, False, 1),
        ({"a": mark}, True, 1),
        ({"a": mark}, True, 1),  # whose mark it is depends on the tenant
        ({"a": {"$in": ["x", "y"]}}, True, 1),
    ):
        looked.clear()
        assert (await ask(where) is None) is passes
        assert len(looked) == looks, where
