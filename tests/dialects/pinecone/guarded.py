"""Which calls of Pinecone read or write records, and how is each answered?"""

from typing import Any, Final

from support.guards.given import Told
from vecgate.dialects.pinecone.control import NEW_SHAPE
from vecgate.domain.call import Answer, Call

_I: Final = "/idx/people"
_N: Final = f"{_I}/namespaces/ns/documents"
_NEW: Final = (("x-pinecone-api-version", NEW_SHAPE),)
_VECTORS: Final[list[Any]] = [
    {"id": "a", "values": [0.1, 0.2], "metadata": {"dept": "hr"}}, {"id": "b", "values": [0.3, 0.4], "metadata": {"dept": "it"}}
]  # fmt: skip
_SCORED: Final[Any] = [{**one, "score": 0.5} for one in _VECTORS]
_BY_ID: Final[Any] = {"vectors": {one["id"]: one for one in _VECTORS}}
_RECORDS: Final[Any] = [{"_id": "a", "dept": "hr"}, {"_id": "b", "dept": "it"}]
_HITS: Final[Any] = [{"_id": one["_id"], "_score": 0.5, "fields": {"dept": one["dept"]}} for one in _RECORDS]
_FOUND: Final[Any] = [{**one, "_score": 0.5} for one in _RECORDS]
CALLS: Final = {
    "query": Told("POST", f"{_I}/query", {"topK": 5, "vector": [0.1, 0.2], "includeValues": True, "includeMetadata": True}, {"matches": _SCORED}),
    "fetch": Told("GET", f"{_I}/vectors/fetch?ids=a&ids=b", None, _BY_ID),
    "fetch_by_metadata": Told("POST", f"{_I}/vectors/fetch_by_metadata", {"filter": {"dept": {"$ne": "x"}}}, _BY_ID),
    "list": Told("GET", f"{_I}/vectors/list"),
    "search_records": Told("POST", f"{_I}/records/namespaces/ns/search", {"query": {"top_k": 5, "vector": {"values": [0.1, 0.2]}}}, {"result": {"hits": _HITS}}),
    "upsert": Told("POST", f"{_I}/vectors/upsert", {"vectors": _VECTORS}),
    "update": Told("POST", f"{_I}/vectors/update", {"id": "a", "setMetadata": {"dept": "hr"}}, alone=True),
    "upsert_records": Told("POST", f"{_I}/records/namespaces/ns/upsert", _RECORDS),
    "upsert_documents": Told("POST", f"{_N}/upsert", {"documents": _RECORDS}, headers=_NEW),
    "search_documents": Told("POST", f"{_N}/search", {"top_k": 5, "include_fields": ["dept"], "score_by": [{"type": "dense_vector", "field": "v", "values": [0.1, 0.2]}]}, {"matches": _FOUND}, headers=_NEW),
    "fetch_documents": Told("POST", f"{_N}/fetch", {"ids": ["a", "b"], "include_fields": ["dept"]}, {"documents": {one["_id"]: one for one in _RECORDS}}, headers=_NEW),
    "update_documents": Told("POST", f"{_N}/update", {"filter": {"a": 1}, "set_fields": {"dept": "hr"}}, headers=_NEW, alone=True),
    "list_documents": Told("POST", f"{_N}/list", {}, headers=_NEW),
    "list_imports": Told("GET", f"{_I}/bulk/imports"),
    "start_import": Told("POST", f"{_I}/bulk/imports", {"uri": "s3://bucket/a/b"}),
    "describe_import": Told("GET", f"{_I}/bulk/imports/1"),
    "cancel_import": Told("DELETE", f"{_I}/bulk/imports/1"),
}  # fmt: skip

#: Writes that stand beside what is stored, or bring nothing that people read: these go over no record.
BESIDE: Final = frozenset({"list_imports", "start_import", "describe_import", "cancel_import"})
#: Kinds of which no call can be kept to rows: it counts whole namespaces.
UNKEPT: Final = frozenset({"count"})


async def ask(dialect: Any, call: Call) -> Answer:
    found: Answer = dialect.offline(call, "people")
    return found
