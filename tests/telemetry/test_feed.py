"""The viewer is told after the fact, within a bound, and nobody ever waits for it."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from support.tools.soon import soon
from vecgate.telemetry.feed import HEAD, LONGEST, Feed


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vg-") as folder:  # short: a unix socket's path has at most 107 characters
        yield Path(folder) / "s"


@contextlib.asynccontextmanager
async def opened(feed: Feed) -> AsyncIterator[Feed]:
    feed.open()
    try:
        yield feed
    finally:
        await feed.close()


class Viewer:
    """The other end."""

    def __init__(self, *, reads: bool = True) -> None:
        self.frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reads = reads
        self._writers: list[asyncio.StreamWriter] = []

    @contextlib.asynccontextmanager
    async def listening(self, path: Path) -> AsyncIterator[None]:
        server = await asyncio.start_unix_server(self._read, path)
        try:
            yield
        finally:
            server.close()
            for writer in self._writers:
                writer.close()
            with contextlib.suppress(FileNotFoundError):  # Python 3.13 removes it by itself
                os.unlink(path)

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while self._reads:
                size = int.from_bytes(await reader.readexactly(HEAD), "big")
                self.frames.put_nowait(orjson.loads(await reader.readexactly(size)))

    async def exchanges(self, count: int) -> list[str]:
        async with asyncio.timeout(20):
            return [(await self.frames.get())["exchange"] for _ in range(count)]


def put(feed: Feed, *names: str, **body: Any) -> None:
    for name in names:
        feed.put("s1", name, "answer.released", 1.0, 2.0, body)


def is_listening() -> bool:
    """Whether the feed still waits for its viewer to go."""
    return any("_until_gone" in repr(task.get_coro()) for task in asyncio.all_tasks())


async def test_without_a_viewer_nothing_is_wanted() -> None:
    async with opened(Feed(None)) as feed:
        assert not feed.is_wanted


async def test_what_was_put_arrives_in_order_also_what_came_before_the_viewer(path: Path) -> None:
    viewer = Viewer()
    async with opened(Feed(path)) as feed:
        put(feed, "x1", "x2")
        await asyncio.sleep(0)
        async with viewer.listening(path):
            put(feed, "x3")
            assert await viewer.exchanges(3) == ["x1", "x2", "x3"]
    assert feed.dropped == 0


async def test_it_goes_on_with_the_next_viewer(path: Path) -> None:
    first, second = Viewer(), Viewer()
    async with opened(Feed(path)) as feed:
        async with first.listening(path):
            put(feed, "x1")
            assert await first.exchanges(1) == ["x1"]
        await soon(lambda: not is_listening())  # what is sent before its end was seen is lost
        put(feed, "x2")
        async with second.listening(path):
            put(feed, "x3")
            assert await second.exchanges(2) == ["x2", "x3"]


async def test_beyond_its_bound_the_oldest_go(path: Path) -> None:
    viewer = Viewer()
    async with opened(Feed(path, kept_bytes=1000)) as feed:
        put(feed, *(f"x{n}" for n in range(100)))
        assert feed.dropped > 80
        async with viewer.listening(path):
            kept = await viewer.exchanges(100 - feed.dropped)
    assert kept[-1] == "x99"
    assert kept == [f"x{n}" for n in range(100 - len(kept), 100)]


async def test_a_viewer_that_does_not_read_holds_nobody_up(path: Path) -> None:
    async with Viewer(reads=False).listening(path), opened(Feed(path, kept_bytes=300_000)) as feed, asyncio.timeout(20):
        while not feed.dropped:
            put(feed, "x", answer="y" * 50_000)
            await asyncio.sleep(0)


async def test_long_bodies_are_left_out(path: Path) -> None:
    viewer = Viewer()
    async with opened(Feed(path)) as feed, viewer.listening(path):
        put(feed, "x1", call={"method": "POST", "body": "b" * LONGEST}, answer=["a" * LONGEST], status=200)
        async with asyncio.timeout(20):
            body = (await viewer.frames.get())["body"]
    assert body["status"] == 200
    assert body["call"]["method"] == "POST"
    assert len(body["call"]["body"]) < 100
    assert "too long" in body["answer"]
