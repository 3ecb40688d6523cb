"""Which call over REST is a message of Pinecone's, for which index, and what does an answer say of it?"""

import json
from typing import Any, Final

import pytest
from google.protobuf import text_format

from dialects.pinecone.grpc.recorded import HOME, spoken
from support.tools.every import every
from vecgate.dialects.base.grpc.messages import printed
from vecgate.dialects.base.grpc.protocol import NOT_FOUND, Grpc, Reply
from vecgate.domain.call import Answer, Call
from vecgate.refusals.errors import CallRefused

CALLED: Final = (("host", f"people.{HOME}"), ("x-pinecone-api-version", "2025-10"))
#: (method, message, line of the twin, query, body)
CASES: Final[list[tuple[str, str, str, Any, Any]]] = [
    ("Query", "top_k: 3 vector: [0.5, 1] namespace: 'acme' include_metadata: true filter { fields { key: 'age' value { struct_value { fields { key: '$gte' value { number_value: 34 } } } } } }",
     "POST /query", (), {"topK": 3, "vector": [0.5, 1.0], "namespace": "acme", "includeMetadata": True, "includeValues": False,
                         "filter": {"age": {"$gte": 34}}}),
    ("Query", "top_k: 1 id: 'p1'", "POST /query", (), {"topK": 1, "id": "p1", "includeMetadata": False, "includeValues": False}),
    ("Query", "top_k: 1 vector: 1 sparse_vector { indices: [1, 7] values: [0.5, 1] } include_values: true", "POST /query", (),
     {"topK": 1, "vector": [1.0], "sparseVector": {"indices": [1, 7], "values": [0.5, 1.0]}, "includeMetadata": False,
      "includeValues": True}),
    ("Upsert", "vectors { id: 'a' values: 1 metadata { fields { key: 'n' value { number_value: -0.5 } } fields { key: 'tags' value { list_value { values { string_value: 'x' } } } } } } vectors { id: 'b' sparse_values { indices: 1 values: 2 } }",
     "POST /vectors/upsert", (), {"vectors": [{"id": "a", "values": [1.0], "metadata": {"n": -0.5, "tags": ["x"]}},
                                              {"id": "b", "values": [], "sparseValues": {"indices": [1], "values": [2.0]}}]}),
    ("Update", "id: 'a' set_metadata { fields { key: 'b' value { bool_value: false } } }", "POST /vectors/update", (),
     {"id": "a", "setMetadata": {"b": False}}),
    ("Update", "filter { fields { key: 'b' value { struct_value { fields { key: '$eq' value { number_value: 1 } } } } } } set_metadata { fields { key: 'c' value { number_value: 9007199254740993 } } } dry_run: true",
     "POST /vectors/update", (), {"filter": {"b": {"$eq": 1}}, "setMetadata": {"c": 9007199254740992.0}, "dryRun": True}),
    ("Delete", "ids: ['a', 'b'] namespace: 'acme'", "POST /vectors/delete", (), {"ids": ["a", "b"], "namespace": "acme"}),
    ("Delete", "delete_all: true", "POST /vectors/delete", (), {"deleteAll": True}),
    ("Fetch", "ids: ['a b', 'c&d'] namespace: 'ac/me'", "GET /vectors/fetch", (("ids", "a b"), ("ids", "c&d"), ("namespace", "ac/me")), None),
    ("FetchByMetadata", "filter { fields { key: 'b' value { struct_value { fields { key: '$eq' value { string_value: 'x' } } } } } } limit: 5 pagination_token: 't'",
     "POST /vectors/fetch_by_metadata", (), {"filter": {"b": {"$eq": "x"}}, "limit": 5, "paginationToken": "t"}),
    ("List", "prefix: 'p' limit: 7 namespace: 'acme'", "GET /vectors/list", (("prefix", "p"), ("limit", "7"), ("namespace", "acme")), None),
    ("DescribeIndexStats", "", "POST /describe_index_stats", (), {}),
    ("ListNamespaces", "limit: 7 pagination_token: 't'", "GET /namespaces", (("limit", "7"), ("paginationToken", "t")), None),
    ("CreateNamespace", "name: 'acme'", "POST /namespaces", (), {"name": "acme"}),
    ("DescribeNamespace", "namespace: 'a b'", "GET /namespaces/a%20b", (), None),
    ("DeleteNamespace", "namespace: 'acme'", "DELETE /namespaces/acme", (), None),
]  # fmt: skip


def message(grpc: Grpc, method: str, text: str, *, answer: bool = False) -> bytes:
    row = grpc.methods[f"/VectorService/{method}"]
    named = grpc.messages.new(row.gives if answer else row.takes)
    return printed(text_format.Parse(text, named, descriptor_pool=grpc.messages.pool))


def twin(grpc: Grpc, method: str, text: str, called: Any = CALLED) -> Call:
    return grpc.read(f"/VectorService/{method}", message(grpc, method, text), called)


@every(("method", "text", "line", "query", "body"), CASES, ids=[f"{one[0]} {i}" for i, one in enumerate(CASES)])
def test_a_message_is_its_twin_and_back(method: str, text: str, line: str, query: Any, body: Any) -> None:
    grpc = spoken()
    call = twin(grpc, method, text)
    verb, path = line.split()
    assert (call.method, call.path, call.query, call.tree) == (verb, f"/idx/people{path}", query, body)
    again = grpc.message(call)
    assert again.metadata == (("x-pinecone-api-version", "2025-10"),)
    assert grpc.read(again.method, again.message, CALLED) == call


REFUSED: Final = [
    ("Query", "vector: 1", "'topK'"),
    ("Query", "top_k: 1 vector: 1 id: 'a'", "'vector' and 'id'"),
    ("Query", "top_k: 1 queries { top_k: 1 }", "'queries'"),
    ("Query", "top_k: 1 vector: nan", "no finite number"),
    ("Query", "top_k: 1 vector: 1 filter { fields { key: '$where' value { string_value: 'x' } } }", "filter"),
    ("Delete", "", "'ids' or 'filter' or 'deleteAll'"),
    ("Delete", "ids: 'a' delete_all: true", "stand together"),
    ("Update", "set_metadata {}", "'id' or 'filter'"),
    ("Upsert", "vectors { id: 'a' values: 1 metadata { fields { key: 'a' value { struct_value {} } } } }", "metadata"),
    ("Upsert", "vectors { values: 1 }", "an id"),
    ("Fetch", "ids: ['a', 'a']", "twice"),
    ("List", "limit: 0", "'limit'"),
]


@every(("method", "text", "words"), REFUSED, ids=[f"{one[0]} {i}" for i, one in enumerate(REFUSED)])
def test_what_its_rest_routes_refuse_is_refused(method: str, text: str, words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        twin(spoken(), method, text)


def test_an_index_is_told_by_the_name_that_is_called() -> None:
    grpc = spoken()

    def at(*authority: str) -> str:
        return twin(grpc, "DescribeIndexStats", "", tuple(("host", one) for one in authority)).path

    assert at(f"people.{HOME}") == at(f"People.{HOME.upper()}:5081") == "/idx/people/describe_index_stats"
    assert at() == at(HOME) == at(f"{HOME}:443") == "/describe_index_stats"  # of the only index, where there is one
    for other in ("people.elsewhere.example", f"a.b.{HOME}", f"-.{HOME}", f"x{HOME}", "10.0.0.1:443"):
        with pytest.raises(CallRefused) as e:
            at(other)
        assert e.value.refusal.code == "collection.unknown"


def test_a_version_that_is_not_known_is_refused() -> None:
    with pytest.raises(CallRefused, match="X-Pinecone-Api-Version"):
        twin(spoken(), "DescribeIndexStats", "", (*CALLED[:1], ("x-pinecone-api-version", "1999-01")))


ANSWERS: Final[list[tuple[str, str, str, Any]]] = [
    ("Query", "top_k: 1 vector: 1", "matches { id: 'a' score: 0.5 metadata { fields { key: 'n' value { number_value: 34 } } } } namespace: 'acme' usage { read_units: 5 }",
     {"matches": [{"id": "a", "score": 0.5, "values": [], "metadata": {"n": 34}}], "namespace": "acme", "usage": {"readUnits": 5}}),
    ("Fetch", "ids: 'a'", "vectors { key: 'a' value { id: 'a' values: [1, 0.5] } }",
     {"vectors": {"a": {"id": "a", "values": [1.0, 0.5]}}, "namespace": ""}),
    ("List", "", "vectors { id: 'a' } pagination { next: 't' }", {"vectors": [{"id": "a"}], "pagination": {"next": "t"}, "namespace": ""}),
    ("DescribeIndexStats", "", "namespaces { key: 'acme' value { vector_count: 7 } } dimension: 4 total_vector_count: 7 metric: 'cosine'",
     {"namespaces": {"acme": {"vectorCount": 7}}, "dimension": 4, "indexFullness": 0.0, "totalVectorCount": 7, "metric": "cosine"}),
    ("ListNamespaces", "", "namespaces { name: 'acme' record_count: 7 }", {"namespaces": [{"name": "acme", "record_count": 7}]}),
    ("Upsert", "vectors { id: 'a' values: 1 }", "upserted_count: 1", {"upsertedCount": 1}),
    ("Delete", "ids: 'a'", "", {}),
]  # fmt: skip


@every(("method", "text", "answer", "said"), ANSWERS, ids=[one[0] for one in ANSWERS])
def test_an_answer_is_what_rest_would_answer(method: str, text: str, answer: str, said: Any) -> None:
    grpc = spoken()
    call, raw = twin(grpc, method, text), message(grpc, method, answer, answer=True)
    heard = grpc.answer(call, Reply(raw))
    assert json.loads(heard.answer.body) == said
    assert grpc.given(call, heard.answer, heard.kept) == Reply(raw)


def test_an_error_keeps_its_status_and_its_text_can_be_masked() -> None:
    grpc = spoken()
    call = twin(grpc, "DescribeIndexStats", "")
    heard = grpc.answer(call, Reply(None, NOT_FOUND, "no index of Alma"))
    assert (heard.answer.status, json.loads(heard.answer.body)["message"]) == (404, "no index of Alma")
    assert grpc.given(call, Answer(404, body=b'{"message":"no"}'), heard.kept) == Reply(None, NOT_FOUND, "no")
