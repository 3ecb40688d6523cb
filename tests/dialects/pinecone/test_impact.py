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


def test_who_has_some_rows_only_is_told_of_no_others() -> None:
    from dialects.pinecone.test_rows import MINE, World

    world = World()

    async def counted() -> Any:
        call = world.dialect.read(told_raw("POST", HERE + "/vectors/delete", {"filter": {"a": 1}, "namespace": "ns"}))
        operation = await world.dialect.classify(call, world.ask)
        kept = await world.dialect.scoped(call, MINE, world.ask)

        async def within(question: Call) -> Answer:
            scoped = await world.dialect.scoped(question, MINE, world.ask, shown=False)
            answer = await world.ask(scoped.call)
            tree, _ = scoped.answered(json.loads(answer.body))
            return Answer(answer.status, body=json.dumps(tree).encode())

        return await world.dialect.impact(kept.call, operation, within)

    found = asyncio.run(counted())
    assert (found.touched, found.total, found.ids) == (1, 1, ("m2",))


def test_a_yes_is_for_the_records_that_were_counted() -> None:
    from dialects.pinecone.test_rows import World

    world = World()
    call = world.dialect.read(told_raw("POST", HERE + "/vectors/delete", {"filter": {"a": 1}, "namespace": "ns"}))
    operation = asyncio.run(world.dialect.classify(call, world.ask))
    found = asyncio.run(world.dialect.selected(call, operation, world.ask, {"m2", "m1"}, 9))
    assert found == ["m2"]
    (part,) = world.dialect.bound(call, operation, found) or ()
    assert part.tree == {"namespace": "ns", "ids": ["m2"]}
    assert asyncio.run(world.ask(part)).status == 200
    assert world.ids() == {"m1", "f1", "f2", "l1", "n1"}
    many = world.dialect.bound(call, operation, [f"r{n}" for n in range(2001)]) or ()
    assert [len(one.tree["ids"]) for one in many] == [1000, 1000, 1]  # type: ignore[index, call-overload, arg-type]
    whole = world.dialect.read(told_raw("POST", HERE + "/vectors/delete", {"deleteAll": True, "namespace": "ns"}))
    assert world.dialect.bound(whole, operation, ["m1"]) is None
