"""What was the database really asked to delete? A relay between its TLS front and it, which reads each request."""

import asyncio
import http.client
import json
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

import aiohttp
from aiohttp import web

from demo.front import Front
from demo.seed import BASE
from demo.stack import Stack

_OURS: Final = ("host", "content-length", "transfer-encoding", "connection")


class CountedStack(Stack):
    """A stack whose Chroma is reached through the relay only. `deleted`: ids, and how often each was asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.deleted: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._port = 0

    def start_all(self) -> None:
        self._thread.start()
        super().start_all()

    def stop_all(self) -> None:
        super().stop_all()
        if self._port:
            asyncio.run_coroutine_threadsafe(self._closed(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    def collections(self, names: Sequence[str]) -> dict[str, str]:
        """Make these collections; where each is counted."""
        found = {}
        for name in names:
            one = http.client.HTTPSConnection("127.0.0.1", self.ports["front"], context=self.gateway_context())
            one.request("POST", BASE, json.dumps({"name": name}), {"Content-Type": "application/json"})
            found[name] = f"{BASE}/{json.loads(one.getresponse().read())['id']}/count"
            one.close()
        return found

    def _front(self, name: str, target: str, kind: Literal["stunnel", "relay"]) -> Front:
        self._port = asyncio.run_coroutine_threadsafe(self._serve(target), self._loop).result(30)
        return super()._front(name, f"127.0.0.1:{self._port}", kind)

    async def _serve(self, target: str) -> int:
        is_socket = target.startswith("/")
        connector: Any = aiohttp.UnixConnector(target) if is_socket else aiohttp.TCPConnector()
        self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False, trust_env=False)
        self._target = "http://localhost" if is_socket else f"http://{target}"
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{path:.*}", self._relayed)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def _closed(self) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def _relayed(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.method == "POST" and request.path.endswith("/delete"):
            self.deleted.update(json.loads(body)["ids"])
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OURS}
        async with self._session.request(
            request.method, self._target + request.raw_path, data=body, headers=headers, allow_redirects=False
        ) as reply:
            told = {name: value for name, value in reply.headers.items() if name.lower() not in _OURS}
            return web.Response(status=reply.status, body=await reply.read(), headers=told)
