"""Which servers do contract tests run against? One of the tests' own, and one of yours, where the environment names it.

`VECGATE_TEST_NAME_URL` of each database: QDRANT, CHROMA, MILVUS (of 2.4 or later), WEAVIATE (1.27 or later), OPENSEARCH (2.x with
k-NN), ELASTICSEARCH (8.x), PINECONE (its control plane), and `..._API_KEY` where it wants one (all of the `Authorization` header
but for Qdrant, Chroma and Pinecone). Take a server that holds nothing: the tests make and drop collections there, one file of them
at a time, do not begin where there are any, and leave none. What stays is an empty tenant of Chroma, which drops none.
"""

import asyncio
import fcntl
import json
import os
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web

from support.forked.loops import ended

#: Where each database takes a key.
_KEY_HEADERS: Final = {
    "qdrant": "api-key",
    "chroma": "x-chroma-token",
    "milvus": "authorization",
    "opensearch": "authorization",
    "elasticsearch": "authorization",
    "weaviate": "authorization",
    "pinecone": "api-key",
}
#: Seconds that a test may take, with waiting for its turn.
_TURN: Final = 3600
_HOP_BY_HOP: Final = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


def _variable(database: str, what: str) -> str:
    return f"VECGATE_TEST_{database.upper()}_{what}"


def both(database: str) -> list[object]:
    """Parameters for a fixture: the tests' own server, and yours; without one the reason stands in the summary."""
    name = _variable(database, "URL")
    mark = pytest.mark.skipif(not os.environ.get(name), reason=f"{name} names no server of yours")
    return ["tests", pytest.param("yours", marks=[mark, pytest.mark.timeout(_TURN)])]


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
    with _turn(), _door(os.environ[_variable(database, "URL")].rstrip("/"), added) as url:
        if there := _asked_first(database, url):
            raise RuntimeError(f"your server holds {', '.join(there)}: the tests take one that holds nothing")
        try:
            yield url
        finally:
            for path in _holds(database, url):
                _drop(database, url, path)


def _call(url: str, path: str, method: str = "GET") -> Any:
    with urllib.request.urlopen(urllib.request.Request(url + path, method=method), timeout=60) as answer:
        body = answer.read()
    return json.loads(body) if body else None


def _asked(url: str, path: str, tree: dict[str, str]) -> Any:
    """What a Milvus says, whose every call is a POST."""
    asked = urllib.request.Request(url + path, json.dumps(tree).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer).get("data") or []


def _asked_first(database: str, url: str) -> list[str]:
    """What it holds; why it is none for these tests, where it says no. Raises RuntimeError."""
    try:
        return _holds(database, url)
    except urllib.error.HTTPError as e:
        key = f"set {_variable(database, 'API_KEY')} to a key that it takes"
        why = {401: key, 403: key, 404: "it is another database, or older than these tests are for"}
        path = e.url.removeprefix(url)
        raise RuntimeError(f"your {database} answers {e.code} to {path}: {why.get(e.code, e.reason)}") from e


def _drop(database: str, url: str, path: str) -> None:
    if database == "milvus":
        _asked(url, "/v2/vectordb/collections/drop", {"collectionName": path.rpartition("/")[2]})
    else:
        _call(url, path, "DELETE")


def _holds(database: str, url: str) -> list[str]:
    """The paths of all collections, and of databases that are not there by themselves. Chroma's tenants stay: it drops none."""
    if database == "qdrant":
        return [
            f"/collections/{quote(one['name'], safe='')}" for one in _call(url, "/collections")["result"]["collections"]
        ]
    if database == "milvus":
        return [f"/collections/{name}" for name in _asked(url, "/v2/vectordb/collections/list", {})]
    if database == "weaviate":
        return [f"/v1/schema/{one['class']}" for one in _call(url, "/v1/schema")["classes"] or []]
    if database == "pinecone":
        return [f"/indexes/{one['name']}" for one in _call(url, "/indexes")["indexes"]]
    if database in ("opensearch", "elasticsearch"):  # its own begin with a dot
        names = [one["index"] for one in _call(url, "/_cat/indices?format=json&h=index")]
        return [f"/{name}" for name in names if not name.startswith(".")]
    home = "/api/v2/tenants/default_tenant/databases"
    names = [one["name"] for one in _call(url, f"{home}?limit=1000") if one["name"] != "default_database"]
    found = _call(url, f"{home}/default_database/collections?limit=1000")
    return [f"{home}/{one}" for one in names] + [f"{home}/default_database/collections/{one['name']}" for one in found]


def _yours() -> str:
    """One turn for all of your servers: two processes never wait for each other's."""
    named = "\n".join(os.environ.get(_variable(database, "URL"), "") for database in _KEY_HEADERS)
    return sha256(named.encode()).hexdigest()[:16]


@contextmanager
def _turn() -> Iterator[None]:
    """One process of tests at a time is at your servers."""
    with _held.lock:
        if _held.count == 0:
            _held.file = (Path(tempfile.gettempdir()) / f"vecgate-own-{os.getuid()}-{_yours()}").open("w")
            try:
                fcntl.flock(_held.file, fcntl.LOCK_EX)
            except BaseException:  # whose time is up waits no longer
                _held.file.close()
                raise
        _held.count += 1
    try:
        yield
    finally:
        with _held.lock:
            _held.count -= 1
            if _held.count == 0 and _held.file is not None:
                _held.file.close()


@dataclass
class _Held:
    """How often this process has its turn."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    count: int = 0
    file: IO[str] | None = None


_held: Final = _Held()


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
        await ended()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(30)
        yield f"http://127.0.0.1:{port[0]}"
    finally:
        loop.call_soon_threadsafe(ends.set)
        thread.join(30)
        loop.close()
