"""Which calls of Chroma read or write records, and how is each answered?"""

from typing import Any, Final

from support.guards.given import Told
from vecgate.domain.call import Answer, Call

C: Final = "/api/v2/tenants/t/databases/d/collections/0f8fad5b-d9cb-469f-a165-70867728950e"
_HELD: Final[Any] = {
    "ids": ["a", "b"], "documents": ["one", "two"], "metadatas": [{"dept": "hr"}, {"dept": "it"}],
    "embeddings": [[0.1, 0.2], [0.3, 0.4]], "uris": None,
}  # fmt: skip
_FOUND: Final[Any] = {key: None if one is None else [one] for key, one in _HELD.items()} | {"distances": [[0.1, 0.2]]}
_RANKED: Final[Any] = {key: None if one is None else [one] for key, one in _HELD.items()} | {"scores": [[0.1, 0.2]]}
_SEARCH: Final[Any] = {
    "searches": [{"rank": {"$knn": {"query": [0.1, 0.2]}}, "limit": {"limit": 5}, "select": {"keys": ["#metadata", "#embedding"]}}]
}  # fmt: skip
_WRITE: Final[Any] = {key: _HELD[key] for key in ("ids", "documents", "metadatas", "embeddings")}
CALLS: Final = {
    "collection_get": Told("POST", f"{C}/get", {"include": ["documents", "embeddings"]}, _HELD),
    "collection_query": Told("POST", f"{C}/query", {"query_embeddings": [[0.1, 0.2]]}, _FOUND),
    "collection_search": Told("POST", f"{C}/search", _SEARCH, _RANKED),
    **{name: Told("POST", f"{C}/{name.partition('_')[2]}", _WRITE) for name in ("collection_add", "collection_upsert", "collection_update")},
}  # fmt: skip

#: Writes that stand beside what is stored, or bring nothing that people read: these go over no record.
BESIDE: Final = frozenset({"collection_add"})


async def ask(dialect: Any, call: Call) -> Answer:
    found: Answer = dialect.offline(call, "people")
    return found
