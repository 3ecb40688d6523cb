"""A session in which one of everything happens, as the step that records would write it."""

from collections.abc import Iterator

from vecgate.domain.call import Json
from vecgate.recording.recorder import Recorder

ORIGINAL = b'{"query_texts":["tickets of Anna Schmidt, anna.schmidt@example.org"]}'
WHO: Json = {"user": "alice", "principal": "https://login.test#alice", "groups": ["analysts"]}
SEARCH: Json = {
    "method": "POST",
    "path": "/api/v2/tenants/t/databases/d/collections/tickets/query",
    "query": [["limit", "10"]],
    "body": {"query_embeddings": [[0.25] * 384], "query_texts": ["tickets of <PERSON>, <EMAIL_ADDRESS>"]},
}
DELETE: Json = {
    "method": "POST",
    "path": "/api/v2/tenants/t/databases/d/collections/tickets/delete",
    "body": {"where": {}},
}
ANSWER: Json = {"ids": [["t1"]], "documents": [["<PERSON> called \x1b[31m"]], "embeddings": None, "note": "caf\u00e9"}


def entries() -> Iterator[tuple[str, str, Json, bytes | None]]:
    seen: dict[str, Json] = {"who": WHO, "client": "10.0.0.1", "upstream": "chroma"}
    search: dict[str, Json] = {
        **seen,
        "call": SEARCH,
        "operation": {"name": "search", "collections": ["tickets"]},
        "decision": {"effect": "allow", "rule": "analysts/read", "policy_version": "1"},
        "lease": "le-17",
    }
    yield "request.sent", "x1", search, ORIGINAL
    answer: Json = {
        "status": 200,
        "answer": ANSWER,
        "records": 1,
        "masked": {"PERSON": 8, "EMAIL_ADDRESS": 4},
        "timings": {"send": 12.0},
    }
    yield "answer.released", "x1", answer, None
    held: dict[str, Json] = {
        **seen,
        "call": DELETE,
        "operation": {"name": "delete", "collections": ["tickets"]},
        "decision": {"effect": "hold", "rule": "owners/deletes"},
        "impact": {"touched": 412, "total": 500, "collection": "tickets"},
        "approval": {"id": "7f3a", "state": "pending"},
    }
    yield "request.held", "x2", held, None
    yield "request.sent", "x2", {"approval": {"id": "7f3a", "state": "used", "by": ["bob"]}, "lease": "le-18"}, None
    yield "answer.withheld", "x2", {"refusal": "answer.withheld", "status": 502, "error": "MaskFailed"}, None
    yield (
        "request.refused",
        "x3",
        {**seen, "call": {"method": "GET", "path": "/nope"}, "refusal": "policy.no_rule", "status": 403},
        None,
    )
    yield "request.held", "x4", held, None
    yield "client.left", "x4", {"refusal": "hold.client_left"}, None
    yield (
        "request.local",
        "x5",
        {**seen, "call": {"method": "GET", "path": "/requests"}, "status": 200, "answer": []},
        None,
    )
    yield "request.sent", "x6", search, None


async def tell(recorder: Recorder) -> str:
    """Record it; the session's id."""
    session = await recorder.session("https://login.test#alice", "alice", "10.0.0.1:5000", "curl/8.5.0")
    for code, exchange, body, original in entries():
        await recorder.write(session, code, exchange, body, original)
    return session
