"""How many records would a call touch, as the server of the recordings counts them?"""

import asyncio
import json
from typing import Any
from urllib.parse import quote, urlencode

from dialects.pinecone.asked import HERE, told
from support.pinecone.recorded import Project
from support.tools.every import every
from vecgate import dialects
from vecgate.domain.call import Answer, Call


def count(method: str, path: str, tree: Any = None) -> Any:
    project, dialect = Project(), dialects.load("pinecone")
    index = project.add("people", dimension=2)
    for n in range(250):
        index.space("ns")[f"r{n}"] = {"id": f"r{n}", "values": [0.1, 0.2], "metadata": {"even": n % 2 == 0}}
    index.space(None)["d"] = {"id": "d", "values": [0.1, 0.2]}

    async def ask(call: Call) -> Answer:
        sent = dialect.outgoing(call)
        target = sent.path + (f"?{urlencode(sent.query, quote_via=quote)}" if sent.query else "")
        status, said = project.answer(
            "people" if sent.origin else "", sent.method, target, dict(sent.headers), sent.body
        )
        return Answer(status, body=json.dumps(said).encode())

    async def counted() -> Any:
        call = dialect.read(told_raw(method, path, tree))
        operation = await dialect.classify(call, ask)
        return await dialect.impact(call, operation, ask)

    return asyncio.run(counted())


def told_raw(method: str, path: str, tree: Any) -> Any:
    from dialects.pinecone.asked import raw

    return raw(method, path, tree)


@every(
    ("method", "path", "tree", "touched", "total"),
    [
        ("POST", "/vectors/delete", {"filter": {"even": True}, "namespace": "ns"}, 125, 251),
        ("POST", "/vectors/delete", {"deleteAll": True, "namespace": "ns"}, 250, 251),
        ("POST", "/vectors/delete", {"deleteAll": True}, 1, 251),
        ("POST", "/vectors/delete", {"ids": [f"r{n}" for n in range(30)] + ["gone"], "namespace": "ns"}, 30, 251),
        ("POST", "/vectors/update", {"id": "r1", "values": [0.1, 0.2], "namespace": "ns"}, 1, 251),
        ("POST", "/vectors/upsert", {"vectors": [{"id": "r1"}, {"id": "new"}], "namespace": "ns"}, 1, 251),
        ("DELETE", "/namespaces/ns", None, 250, 251),
    ],
    ids=str,
)
def test_what_a_call_touches_is_counted(method: str, path: str, tree: Any, touched: int, total: int) -> None:
    found = count(method, HERE + path, tree)
    assert (found.touched, found.total, found.collection) == (touched, total, "people")


def test_an_index_that_goes_takes_all_with_it_and_what_nobody_can_count_says_so() -> None:
    found = count("DELETE", "/indexes/people")
    assert (found.touched, found.total) == (251, 251)
    assert count("POST", HERE + "/bulk/imports", {"uri": "s3://b/x"}) is None
    assert "start_import" in dialects.load("pinecone").uncounted
    assert told("POST", HERE + "/bulk/imports", {"uri": "s3://b/x"})[1].kind == "import"
