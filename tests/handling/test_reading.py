"""What a database says is JSON within bounds, or nothing is let through."""

import asyncio
import json
from typing import Any

import pytest

from vecgate.handling.reading import parsed, read
from vecgate.parsing.framing import LARGE
from vecgate.refusals.errors import AnswerTooLarge, MaskFailed
from vecgate.settings.limits import Limits

LIMITS = Limits(json_depth=3, answer_containers=5, answer_values=9)


@pytest.mark.parametrize(("body", "tree"), [(b"", None), (b"null", None), (b"[1]", [1]), (b'"x"', "x")])
def test_what_an_upstream_says_is_json(body: bytes, tree: Any) -> None:
    assert parsed(body, LIMITS) == tree


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>", b"{", b'{"a": NaN}', b"\xff", b"{} {}", b"[[[[]]]]"),
    ],
)
def test_what_cannot_be_read_is_never_let_through(body: bytes) -> None:
    with pytest.raises(MaskFailed) as e:
        parsed(body, LIMITS)
    assert "html" not in str(e.value)


@pytest.mark.parametrize(
    ("body", "limit"),
    [(b"[[],[],[],[],[]]", "5 objects and arrays"), (b"[1,2,3,4,5,6,7,8,9,0]", "9 values")],
)
def test_a_few_bytes_that_would_be_much_more_as_a_tree_are_too_large(body: bytes, limit: str) -> None:
    with pytest.raises(AnswerTooLarge) as e:
        parsed(body, LIMITS)
    assert e.value.limit == limit


async def test_a_large_answer_is_read_beside_the_loop() -> None:
    """While it is read, others have their turns."""
    large = json.dumps({"texts": ["x" * 1000] * (LARGE // 1000 + 1)}).encode()
    threads = []

    async def reading() -> object:
        return await read(large, Limits())

    task = asyncio.ensure_future(reading())
    await asyncio.sleep(0)
    threads.append(task.done())
    assert await task == json.loads(large)
    assert threads == [False]
    assert await read(b'{"a":1}', Limits()) == {"a": 1}
