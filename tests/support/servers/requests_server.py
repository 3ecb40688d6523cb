"""The requests API behind real TLS and on a real Valkey, for tests of the command line.

Stands in for the gateway: `token-of-NAME` is NAME's token. Its certificate is made as mitmproxy makes them.
"""

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from mitmproxy.certs import CertStore

from support.fakes.approvals import ALICE, BOB, CAROL, LONG, MALLORY
from support.fakes.gates import Calls, FakePart, exchange
from support.forked.loops import ended
from support.servers.valkey import running_valkey
from vecgate.api import routes
from vecgate.api.own import Asked, Parts
from vecgate.approvals.board import Board
from vecgate.approvals.held import Held
from vecgate.domain.call import Answer, Json
from vecgate.domain.exchange import Raw
from vecgate.domain.principal import Principal
from vecgate.parsing.strict_json import dump, parse
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused
from vecgate.refusals.rendering import Rendered, plain
from vecgate.settings.state import State
from vecgate.state.store import Store

PEOPLE = {f"Bearer token-of-{who.user}": who for who in (ALICE, BOB, CAROL, MALLORY)}


class Api:
    """The requests API over one board, as the path serves it; reasons are shown as they are."""

    def __init__(self, board: Board) -> None:
        self._parts = Parts(board, None, (), None, FakePart(text=Calls.echo), None, None, None)  # type: ignore[arg-type]

    async def answer(self, who: Principal, method: str, path: str, tree: Json) -> Answer:
        found = routes.find(method, path)
        if found is None:
            raise CallRefused(refuse("route.unknown"))
        raw = Raw(method, path, (), b"" if tree is None else dump(tree))
        asked = Asked(who, raw, None, found[1])  # type: ignore[arg-type]
        document = (await found[0].own(self._parts, asked).answer(exchange())).document
        headers = (("content-type", "application/json"), ("cache-control", "no-store"))
        return Answer(200, headers, dump(document))


class RequestsServer:
    """One server in a thread with a loop of its own."""

    def __init__(self, folder: Path, state: State) -> None:
        self.ca = folder / "mitmproxy-ca-cert.pem"
        self.url = ""
        self.seen = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._store = Store(state)
        self._board = Board(self._store, LONG)
        self._api = Api(self._board)
        self._context = _certified(folder)
        self._runner: web.ServerRunner | None = None

    def start(self) -> None:
        self._thread.start()
        self._do(self._start())

    def stop(self) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def ask(self, held: Held) -> str:
        return self._do(self._board.ask(held)).id

    def state(self, id: str) -> str:
        return self._do(self._board.show(id)).state

    def votes(self, id: str) -> list[str]:
        return [vote.by for vote in self._do(self._board.show(id)).votes]

    def clear(self) -> None:
        self._do(self._store._client.flushall())

    def _do[T](self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _start(self) -> None:
        await self._store.open()
        self._runner = web.ServerRunner(web.Server(self._answer))
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._context)
        await site.start()
        self.url = f"https://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        await self._store.close()
        await ended()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        self.seen += 1
        if request.path == "/not-json":
            return web.Response(text="<html>")
        if request.path == "/odd-error":
            return web.json_response([], status=500)
        raw = await request.read()
        try:
            who = PEOPLE[request.headers["Authorization"]]
            answer = await self._api.answer(who, request.method, request.raw_path, parse(raw) if raw else None)
        except CallRefused as e:
            refused: Rendered = plain(e.refusal)
            return web.Response(status=refused.status, headers=dict(refused.headers), body=refused.body)
        return web.Response(status=answer.status, headers=dict(answer.headers), body=answer.body)


def _certified(folder: Path) -> ssl.SSLContext:
    store = CertStore.from_store(folder, "mitmproxy", 2048)
    entry = store.get_cert("127.0.0.1", [x509.IPAddress(ip_address("127.0.0.1"))])
    chain = folder / "server.pem"
    key = entry.privatekey.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.write_bytes(entry.cert.to_pem() + key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain)
    return context


@contextmanager
def running_requests_server(folder: Path) -> Iterator[RequestsServer]:
    with running_valkey() as valkey:
        server = RequestsServer(folder, State(url=valkey.url, timeout=20))
        server.start()
        try:
            yield server
        finally:
            server.stop()
