"""Which calls of OpenSearch and Elasticsearch read or write documents, and how is each answered?"""

from typing import Any, Final

from support.guards.given import Told
from vecgate.domain.call import Answer, Call

_HITS: Final[list[Any]] = [
    {"_index": "people", "_id": "a", "_score": 0.5, "_source": {"dept": "hr", "vec": [0.1, 0.2]}},
    {"_index": "people", "_id": "b", "_score": 0.25, "_source": {"dept": "it", "vec": [0.3, 0.4]}},
]
_FOUND: Final[Any] = {"took": 1, "hits": {"total": {"value": 2, "relation": "eq"}, "max_score": 0.5, "hits": _HITS}}
_DOCS: Final[list[Any]] = [{key: one[key] for key in ("_index", "_id", "_source")} | {"found": True} for one in _HITS]
_LINES: Final = b'{"index":{"_id":"a"}}\n{"dept":"hr"}\n{"index":{"_id":"b"}}\n{"dept":"it"}\n'
_BULK: Final = (("content-type", "application/x-ndjson"),)


def calls(near: Any) -> dict[str, Told]:
    """By the names of their rows. `near`: a search by a vector."""
    return {
        "search": Told("POST", "/people/_search", near, _FOUND),
        "msearch": Told("POST", "/people/_msearch", b'{}\n{"query":{"match_all":{}}}\n', {"took": 1, "responses": [{**_FOUND, "status": 200}]}, headers=_BULK),
        "mget": Told("POST", "/people/_mget", {"ids": ["a", "b"]}, {"docs": _DOCS}),
        "get": Told("GET", "/people/_doc/a", None, _DOCS[0], alone=True),
        "exists": Told("HEAD", "/people/_doc/a"),
        "get_source": Told("GET", "/people/_source/a"),
        "exists_source": Told("HEAD", "/people/_source/a"),
        "bulk": Told("POST", "/people/_bulk", _LINES, headers=_BULK),
        "index": Told("PUT", "/people/_doc/a", {"dept": "hr"}, alone=True),
        "create": Told("PUT", "/people/_create/a", {"dept": "hr"}, alone=True),
        "update": Told("POST", "/people/_update/a", {"doc": {"dept": "hr"}}, alone=True),
    }  # fmt: skip


async def ask(dialect: Any, call: Call) -> Answer:
    found: Answer = dialect.offline(call, "people")
    return found
