"""A stand-in for a database's admin API over TLS, and a kind of credential before it with a real OpenBao and Valkey."""

import json
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from demo import certs
from support.servers.devbao import ROOT, DevBao
from vecgate.credentials import kinds
from vecgate.credentials.kinds import Login, Means, Token
from vecgate.credentials.minted.kind import MintedKind
from vecgate.domain.lease import WHOLE, Headers, Scope
from vecgate.domain.principal import Secret
from vecgate.settings.upstreams import UpstreamSettings
from vecgate.state.store import Store
from vecgate.vault.client import VaultClient

#: Where the secret of the gateway's user is, in a development server's KV.
ADMIN = "secret/data/vecgate/db"


@dataclass(frozen=True)
class Asked:
    """One call, as a stand-in gets it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    tree: Any

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")

    @property
    def parts(self) -> list[str]:
        return [unquote(one) for one in self.path.strip("/").split("/")]


class Standing:
    """What a stand-in does: an answer to each call. `asked` keeps them all, for tests to look at."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> tuple[int, Any]:
        raise NotImplementedError

    def heard(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        return self.answer(asked)


@contextmanager
def over_tls(standing: Standing, folder: Path) -> Iterator[str]:
    """Its address, `https://127.0.0.1:PORT`; the CA is `ca.pem` in the folder."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # one packet for each answer

        def log_message(self, *_: Any) -> None:
            return

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            tree = json.loads(body) if body else None
            status, said = standing.heard(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, tree))
            raw = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _any

    certs.make_ca(folder, "stand-ins")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certs.make_server(folder, "server", ("127.0.0.1",)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class RootToken:
    """The gateway's own token, which a development server is given beforehand."""

    async def get(self) -> Secret:
        return Secret(ROOT)

    def forget(self, token: Secret) -> None:
        return


@dataclass
class Place:
    """Where a kind works: a database's admin API, the OpenBao with the gateway's secret there, and Valkey."""

    url: str
    ca: Path
    bao: DevBao
    store: Store
    dialect: str
    told: dict[str, Any]
    name: str = "docs"

    def admin(self, **fields: str) -> None:
        """Put the secret of the gateway's user."""
        self.bao.call("POST", ADMIN, {"data": fields})

    def secret(self) -> dict[str, str]:
        """What it is now."""
        found: dict[str, str] = self.bao.call("GET", ADMIN)["data"]["data"]
        return found

    @asynccontextmanager
    async def kind(self, **told: Any) -> AsyncIterator[MintedKind]:
        """One worker's."""
        upstream = UpstreamSettings.model_validate(
            {
                "dialect": self.dialect, "url": self.url, "ca": self.ca, "hosts": ["db.test"],
                "credential": {"admin": ADMIN, **self.told, **told},
            }
        )  # fmt: skip
        async with VaultClient(self.bao.url, None, 10) as vault:
            means = Means(vault, RootToken(), self.store, time.time, self.name)
            made = kinds.load(upstream.credential.kind)(means, upstream)
            assert isinstance(made, MintedKind)
            try:
                yield made
            finally:
                await made.close()


def login(user: str = "alice", scope: Scope = WHOLE, **told: Any) -> Login:
    """Somebody who asks for a credential."""

    async def token() -> Token:
        raise AssertionError("nobody logs in at the store for a key of a database's")

    return Login(user, told.pop("role", "scoped"), time.time() + 3600, token, scope, **told)


def keys(material: object) -> dict[str, str]:
    """The headers of a credential."""
    assert isinstance(material, Headers)
    return dict(material.pairs)
