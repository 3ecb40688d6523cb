"""A snapshot is taken by its server, has a name, and is none where there is no collection."""

import pytest

from vecgate.dialects.qdrant.guards.snapshots import QdrantSnapshots
from vecgate.domain.call import Answer, Call
from vecgate.refusals.errors import Unavailable


async def taken(there: int, status: int, body: bytes) -> tuple[str, list[str]]:
    asked: list[str] = []

    async def ask(call: Call) -> Answer:
        asked.append(f"{call.method} {call.path}")
        return Answer(there, (), b"{}") if call.method == "GET" else Answer(status, (), body)

    return await QdrantSnapshots().snapshot(ask, "a b"), asked


async def test_it_has_a_name() -> None:
    name, asked = await taken(200, 200, b'{"result": {"name": "a.snapshot"}}')
    assert (name, asked) == ("a.snapshot", ["GET /collections/a%20b", "POST /collections/a%20b/snapshots"])


async def test_there_is_none_of_nothing() -> None:
    assert await taken(404, 200, b"{}") == ("", ["GET /collections/a%20b"])


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"{}"), (404, b"{}"), (403, b"{}"), (500, b"{}"), (200, b'{"result": {"name": ""}}')]
)
async def test_what_was_not_taken_is_not_there(status: int, body: bytes) -> None:
    with pytest.raises(Unavailable):
        await taken(200, status, body)
