"""How does Pinecone answer, and how is a refusal said so that all its clients show it? Errors, hosts, both planes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import orjson

from vecgate.dialects.pinecone import indexes
from vecgate.domain.call import Answer, Call, Json
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.rendering import Rendered, http_headers

#: What an index calls a refusal, by its status: the numbers of gRPC, as clients know them.
_CODES: Final[Mapping[int, tuple[int, str]]] = {
    400: (3, "INVALID_ARGUMENT"),
    401: (16, "UNAUTHENTICATED"),
    403: (7, "PERMISSION_DENIED"),
    404: (5, "NOT_FOUND"),
    409: (6, "ALREADY_EXISTS"),
    413: (3, "INVALID_ARGUMENT"),
    421: (3, "INVALID_ARGUMENT"),
    422: (3, "INVALID_ARGUMENT"),
    429: (8, "RESOURCE_EXHAUSTED"),
    503: (14, "UNAVAILABLE"),
}
#: Answers that tell where an index is.
_TELLING: Final = frozenset(
    {"list_indexes", "create_index", "create_index_for_model", "describe_index", "configure_index"}
)

STATUS: Final = "Held against recorded calls of its official clients by the tests, and against a stand-in that answers them; no server of it was ever at hand."


def spoken(name: str, answer: Answer, clients_at: str, hosts: indexes.Hosts) -> Answer:
    """An answer as JSON, though some errors are plain text; where an index is, callers are told another address for.

    Raises MaskFailed for an answer that names a host which is no index's.
    """
    text = answer.body.lstrip()
    if text[:1] not in (b"{", b"["):
        plain: Json = {"message": answer.body.decode("utf-8", "replace")}
        return replace(answer, body=strict_json.dump(plain)) if text else answer
    if name not in _TELLING:
        return answer
    try:
        tree: Json = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return answer
    new = indexes.shown(tree, clients_at, hosts)
    return answer if new is tree else replace(answer, body=orjson.dumps(new))


#: What the client for JavaScript calls itself, and the statuses under which it shows words of its own for a reason.
_JAVASCRIPT: Final = "@pinecone-database/pinecone"
_NOT_SHOWN: Final = frozenset({401, 404, 409, 421})


def rendered(refusal: Refusal, agent: str = "") -> Rendered:
    """Both shapes in one: of an index, and of the control plane. 403 where a client would lose the reason."""
    number, word = _CODES.get(refusal.status, (13, "INTERNAL"))
    words = str(refusal)
    tree = {
        "code": number,
        "message": words,
        "details": [],
        "status": refusal.status,
        "error": {"code": word, "message": words},
    }
    hidden = agent.startswith(_JAVASCRIPT) and refusal.status in _NOT_SHOWN
    return Rendered(403 if hidden else refusal.status, http_headers(refusal), orjson.dumps(tree))


def offline(call: Call, collection: str) -> Answer:
    """An index of that name is there, and it is the only one; so is a backup of it, and what restores one."""
    if call.path == "/indexes":
        return Answer(
            200, body=orjson.dumps({"indexes": [{"name": "index" if collection == "indexes" else collection}]})
        )
    if call.path.startswith("/indexes/"):
        name = call.path.rpartition("/")[2]
        return Answer(200, body=orjson.dumps({"name": name, "host": f"{name}.svc.pinecone.io"}))
    return Answer(200, body=orjson.dumps({"source_index_name": collection, "target_index_name": collection}))
