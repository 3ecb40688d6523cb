"""A compressed body is read as what it was before it was packed, within the bound, or refused; tokens of ids are opened."""

import gzip
import json
from typing import Any
from urllib.parse import quote

import pytest

from support.fakes.gates import SETTINGS, FakeGate, exchange
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.handling.unpacking import open_ids, unpacked
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.record_ids import RecordIds, token
from vecgate.refusals.errors import CallRefused

JSON = ("content-type", "application/json")


def packed(coding: str, body: bytes) -> Raw:
    return Raw("POST", "/x", (("content-encoding", coding), ("content-length", str(len(body))), JSON), body)


async def test_what_is_not_packed_stays_as_it_is() -> None:
    raw = Raw("POST", "/x", (JSON,), b"{}")
    assert await unpacked(FakeGate(), exchange(raw=raw)) is raw  # type: ignore[arg-type]


async def test_a_compressed_body_is_read_as_what_it_was() -> None:
    found = await unpacked(FakeGate(), exchange(raw=packed("gzip", gzip.compress(b"{}", mtime=0))))  # type: ignore[arg-type]
    assert (found.body, found.headers) == (b"{}", (JSON,))


@pytest.mark.parametrize(
    ("coding", "body", "code"),
    [
        ("gzip", gzip.compress(bytes(SETTINGS.limits.request_body + 1), mtime=0), "body.too_large"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-1], "body.unreadable"),
        ("x-gzip", gzip.compress(b"{}", mtime=0), "body.unreadable"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0), "body.unreadable"),
    ],
)
async def test_what_cannot_be_unpacked_within_the_bound_is_refused(coding: str, body: bytes, code: str) -> None:
    with pytest.raises(CallRefused) as raised:
        await unpacked(FakeGate(), exchange(raw=packed(coding, body)))  # type: ignore[arg-type]
    assert raised.value.refusal.code == code


# ids

KEY = b"k" * 32
ANA = "ana.ruiz@example.com"
SHOWN = token(ANA, KEY, "people")
LINES = f'{{"delete":{{"_id":"{SHOWN}"}}}}\n{{"index":{{"_id":"{SHOWN}"}}}}\n{{"note":"{SHOWN}"}}\n'
CALLS: list[tuple[str, str, str, Any]] = [
    ("pinecone", "POST", "/idx/people/vectors/delete", {"ids": ["a", SHOWN]}),
    ("pinecone", "POST", "/idx/people/query", {"id": SHOWN, "topK": 1}),
    ("pinecone", "POST", "/idx/people/vectors/update", {"id": SHOWN, "setMetadata": {"note": SHOWN}}),
    ("pinecone", "POST", "/idx/people/records/namespaces/a/search", {"query": {"id": SHOWN, "top_k": 1}}),
    ("pinecone", "POST", "/idx/people/vectors/upsert", {"vectors": [{"id": SHOWN, "values": [1], "metadata": {"note": SHOWN}}]}),
    ("pinecone", "GET", f"/idx/people/vectors/fetch?ids=a&ids={quote(SHOWN, safe='')}", None),
    ("milvus", "POST", "/v2/vectordb/entities/get", {"collectionName": "people", "id": SHOWN}),
    ("milvus", "POST", "/v1/vector/delete", {"collectionName": "people", "id": ["a", SHOWN]}),
    ("milvus", "POST", "/v2/vectordb/entities/delete", {"collectionName": "people", "filter": f"id in ['{SHOWN}']"}),
    ("milvus", "POST", "/v2/vectordb/entities/upsert", {"collectionName": "people", "data": [{"id": SHOWN, "note": SHOWN}]}),
    ("opensearch", "GET", f"/people/_doc/{quote(SHOWN, safe='')}", None),
    ("opensearch", "POST", "/people/_mget", {"ids": ["a", SHOWN]}),
    ("opensearch", "POST", "/_mget", {"docs": [{"_index": "people", "_id": SHOWN}]}),
    ("opensearch", "POST", "/people/_search", {"query": {"bool": {"filter": [{"ids": {"values": [SHOWN]}}]}}}),
    ("opensearch", "POST", "/people/_bulk", LINES),
    ("elasticsearch", "DELETE", f"/people/_doc/{quote(SHOWN, safe='')}", None),
]  # fmt: skip


class Reads(FakeGate):
    """A gate before one database."""

    def dialect(self, _upstream: Any) -> Any:
        return self.of


async def arrived(name: str, method: str, target: str, tree: Any) -> Any:
    """The exchange of a call whose ids were opened."""
    dialect = dialects.load(name)

    async def ask(call: Call) -> Answer:
        return dialect.offline(call, "people")

    kind = "application/x-ndjson" if isinstance(tree, str) else "application/json"
    body = b"" if tree is None else (tree if isinstance(tree, str) else json.dumps(tree)).encode()
    call = dialect.read(Raw(method, target, (("content-type", kind),) if body else (), body))
    operation = await dialect.classify(call, ask)
    found = exchange(call=call, asked=call, operation=operation)
    gate: Any = Reads(of=dialect, record_ids=RecordIds(LocalKeys(KEY)))
    tenant, collection = found.whose
    mine = token(ANA, await LocalKeys(KEY).of(tenant), collection)
    again = [
        part.replace(SHOWN, mine).replace(quote(SHOWN, safe=""), quote(mine, safe=""))
        for part in (target, body.decode())
    ]
    call = dialect.read(Raw(method, again[0], call.headers, again[1].encode()))
    found.call = found.asked = call
    await open_ids(gate, found)
    return found, operation, dialect, mine


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[2].partition('?')[0][:40]}")
async def test_an_id_that_was_shown_as_a_token_reaches_its_record_wherever_it_is_named(call: Any) -> None:
    """In paths, behind the `?`, in lists of ids and in filters; never in what is read by people."""
    found, operation, dialect, mine = await arrived(*call)
    ids = [str(id) for _, id in dialect.ids(found.call, operation)]
    assert ANA in ids
    assert not any(id.startswith("<RECORD#") for id in ids)
    if '"note"' in str(call[3]) or "'note'" in str(call[3]):
        assert mine in found.call.body.decode()


@pytest.mark.parametrize("text", ["id > '{}'", "note == 'x' and '{}' < id", "id > 'a' and id <= '{}'"])
async def test_a_page_after_an_id_that_was_shown_as_a_token_begins_after_that_id(text: str) -> None:
    """As clients of Milvus iterate; where the token itself is compared with, the first page comes again and again."""
    tree = {"collectionName": "people", "filter": text.replace("{}", SHOWN), "limit": 2}
    found, _, _, mine = await arrived("milvus", "POST", "/v2/vectordb/entities/query", tree)
    assert ANA in found.call.tree["filter"]
    assert mine not in found.call.tree["filter"]


async def test_what_is_decided_on_is_opened_nowhere() -> None:
    """A namespace is a tenant: one that is called as a token is another one."""
    elsewhere = quote(SHOWN, safe="")
    found, _, _, mine = await arrived("pinecone", "GET", f"/idx/people/vectors/fetch?ids=a&namespace={elsewhere}", None)
    assert dict(found.call.query)["namespace"] == mine
