"""Is an answer of the server a fact, a no, or an outage?"""

import pytest

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.domain.call import Answer, Call
from vecgate.refusals.errors import Unavailable


def server(status: int, body: bytes, seen: list[Call] | None = None) -> Ask:
    async def ask(call: Call) -> Answer:
        if seen is not None:
            seen.append(call)
        return Answer(status, body=body)

    return ask


async def test_a_question_is_a_canonical_call() -> None:
    seen: list[Call] = []
    assert await asking.get(server(200, b"3", seen), "a b", "count", query=(("limit", "1"),)) == 3
    assert await asking.post(server(200, b"{}", seen), "a", tree={"ids": []}) == {}
    assert [(c.method, c.path, c.query, c.body) for c in seen] == [
        ("GET", "/a%20b/count", (("limit", "1"),), b""),
        ("POST", "/a", (), b'{"ids":[]}'),
    ]


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_no_is_nothing(status: int) -> None:
    assert await asking.get(server(status, b"whatever"), "a") is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"{"),
        (200, b'{"a":1,"a":2}'),
        (204, b""),
        (302, b""),
        (401, b""),
        (403, b""),
        (500, b""),
        (501, b""),
    ],
)
async def test_anything_else_is_an_outage(status: int, body: bytes) -> None:
    with pytest.raises(Unavailable, match="upstream"):
        await asking.get(server(status, body), "a")
