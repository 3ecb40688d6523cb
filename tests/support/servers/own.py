"""Which servers do contract tests run against? One of the tests' own, and one of yours, where the environment names it.

`VECGATE_TEST_QDRANT_URL` or `VECGATE_TEST_CHROMA_URL`, and `..._API_KEY` where it wants one. Take a server that holds nothing
else: the tests make and drop collections there.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from aiohttp import web

#: Where each database takes a key.
_KEY_HEADERS: Final = {"qdrant": "api-key", "chroma": "x-chroma-token"}
_HOP_BY_HOP: Final = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


def _variable(database: str, what: str) -> str:
    return f"VECGATE_TEST_{database.upper()}_{what}"


def both(database: str) -> list[object]:
    """Parameters for a fixture: the tests' own server, and yours; without one the reason stands in the summary."""
    name = _variable(database, "URL")
    mark = pytest.mark.skipif(not os.environ.get(name), reason=f"{name} names no server of yours")
    return ["tests", pytest.param("yours", marks=mark)]


@contextmanager
def serving(
    database: str, which: str, folder: Path, start: Callable[[Path], AbstractContextManager[str]]
) -> Iterator[str]:
    """The URL of the server: `start` starts the tests' own; yours is reached through a door that adds its key."""
    if which == "tests":
        with start(folder) as url:
            yield url
        return
    key = os.environ.get(_variable(database, "API_KEY"), "")
    added = {_KEY_HEADERS[database]: key} if key else {}
    with _door(os.environ[_variable(database, "URL")].rstrip("/"), added) as url:
        yield url


@contextmanager
def _door(target: str, added: dict[str, str]) -> Iterator[str]:
    """A loopback port from which requests go on as they came, and with these headers."""
    loop, ready, ends = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    port: list[int] = []

    async def serve() -> None:
        async with aiohttp.ClientSession(auto_decompress=False) as session:

            async def handle(request: web.BaseRequest) -> web.Response:
                kept = [(name, value) for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP]
                async with session.request(
                    request.method,
                    target + request.raw_path,
                    headers=[*kept, *added.items()],
                    data=await request.content.read(),
                ) as answer:
                    shown = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
                    return web.Response(status=answer.status, headers=shown, body=await answer.read())

            runner = web.ServerRunner(web.Server(handle))
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            port.append(runner.addresses[0][1])
            ready.set()
            await ends.wait()
            await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(30)
        yield f"http://127.0.0.1:{port[0]}"
    finally:
        loop.call_soon_threadsafe(ends.set)
        thread.join(30)
        loop.close()
