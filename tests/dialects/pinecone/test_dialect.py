"""Does a call go to the index's own server, as its control plane says, and is it asked for before anybody may know?"""

import asyncio
import json

import pytest

from dialects.pinecone.asked import HERE, raw, refused, told
from support.tools.every import every
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

QUERY = {"topK": 1, "vector": [0.1]}


def test_a_call_leaves_for_the_host_that_its_server_named_and_by_the_servers_own_path() -> None:
    """N-02, N-04, N-06"""
    dialect = dialects.load("pinecone")

    async def ask(call: Call) -> Answer:
        return Answer(200, body=json.dumps({"name": "people", "host": "p-1.svc.pinecone.io"}).encode())

    call = dialect.read(raw("POST", HERE + "/query", QUERY, host="evil.pinecone.io"))
    operation = asyncio.run(dialect.classify(call, ask))
    sent = dialect.outgoing(call)
    assert (sent.origin, sent.path, sent.body) == ("https://p-1.svc.pinecone.io", "/query", call.body)
    assert operation.collections == ("people",)
    assert {name for name, _ in sent.headers} <= {"accept", "accept-encoding", "content-type", "x-pinecone-api-version"}
    other = dialect.read(raw("POST", "/idx/other/query", QUERY))
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        dialect.outgoing(other)
    listed = dialect.read(raw("GET", "/indexes"))
    assert dialect.outgoing(listed) is listed


@every("path", ["/idx/People/query", "/idx/../query", "/idx/people", "/idx/people/indexes", "/idx/people/embed", "/idx/people/idx/people/query",
                "/idx/people//query", "/idx/people/query/", "/idx/%70eople%2f/query", "/Idx/people/query"])  # fmt: skip
def test_below_an_index_stand_its_own_routes_alone(path: str) -> None:
    """N-03"""
    assert refused("POST", path, QUERY).startswith(("route.unknown", "path.odd"))


def test_where_an_index_is_nobody_is_told_who_may_do_nothing() -> None:
    dialect, asked = dialects.load("pinecone"), list[str]()

    async def ask(call: Call) -> Answer:
        asked.append(call.path)
        return Answer(404)

    async def may(*could_be: Operation) -> None:
        raise CallRefused(refuse("route.unknown"))

    for path in (HERE + "/query", "/query"):
        with pytest.raises(CallRefused, match=r"route\.unknown"):
            asyncio.run(dialect.classify(dialect.read(raw("POST", path, QUERY)), ask, may=may))
    with pytest.raises(CallRefused, match=r"route\.unknown"):
        asyncio.run(dialect.classify(dialect.read(raw("DELETE", "/backups/b1")), ask, may=may))
    assert asked == []


def test_its_key_comes_where_clients_put_it_and_a_held_call_is_answered_in_time() -> None:
    """N-40, N-43"""
    kind = dialects.kind("pinecone")
    assert kind.token_headers == {"api-key"}
    assert kind.patience == 0


def test_the_version_is_named_once() -> None:
    with pytest.raises(CallRefused, match="more than one"):
        dialects.load("pinecone").read(raw("GET", "/indexes", None, "2025-04", **{"X-Pinecone-Api-Version": "2026-07"}))
    assert dict(told("GET", "/indexes")[0].headers)["x-pinecone-api-version"] == "2025-04"
