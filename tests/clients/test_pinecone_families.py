"""Do Pinecone's clients do through the gateway what they do without it? And where they may not, do their users read why?

Unmodified, in environments of their own, beside the server of the recordings and through the gateway.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, cast

import pytest
import yaml

from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.pinecone.recorded import Project
from support.pinecone.served import Served, pinecone_recorded
from support.tools.families import FAMILIES, MASKED, RESULTS, RULE, VECTORS, WAITS, check_told, walk

POLICY: Final = """
version: 1
mask_profiles:
  nothing-here: {default: replace, fields: {"*.salary": redact}}
rules:
  - {name: lists, who: anyone, where: {without_collection: true}, operations: [collection_read], effect: allow, mask: nothing-here}
  - {name: looks, who: anyone, where: {collections: ["c-*", "z-*"]}, operations: [collection_read, count], effect: allow, mask: nothing-here}
  - {name: owners, who: {users: [bob]}, where: {collections: ["c-*", "z-*"], tenants: [t1]}, operations: [read, write, delete], effect: allow, mask: nothing-here, vectors: true}
  - {name: readers, who: {users: [alice]}, where: {collections: ["c-*"], tenants: [t1]}, operations: [read], effect: allow, mask: nothing-here, limits: {max_results: 3}}
  # Frameworks ask for vectors in each search.
  - {name: zeros, who: {users: [alice]}, where: {collections: ["z-*"], tenants: [t1]}, operations: [read], effect: allow, mask: nothing-here, vectors: zero, limits: {max_results: 3}}
  - name: asks
    who: {users: [alice]}
    where: {collections: ["c-*"], tenants: [t1]}
    operations: [delete_filter]
    effect: hold
    mask: nothing-here
    approvers: {groups: [data-owners]}
    wait: 2s
"""
EACH: Final = pytest.mark.parametrize(
    "family", ["pinecone", *(pytest.param(name, marks=pytest.mark.long) for name in ("pinecone_7", "pinecone_js"))]
)
QUIET: Final = {"PYTHONPATH": str(FAMILIES)}
TOLD: Final = {
    "asks_for_too_many": RESULTS, "asks_by_what_is_masked": MASKED, "asks_for_vectors": VECTORS, "looks_elsewhere": RULE,
    "adds": RULE, "deletes_what_waits": WAITS,
}  # fmt: skip

#: Which index a reader of a framework's has, and what they are told.
FRAMEWORKS: Final = {
    "pinecone_langchain": ("c", TOLD | {"ranks_for_diversity": VECTORS}),
    "pinecone_llamaindex": ("z", {"asks_for_too_many": RESULTS, "adds": RULE, "deletes_a_document": RULE, "deletes_nodes": RULE, "clears": RULE}),
    "pinecone_haystack": ("z", {"filters": RESULTS, "asks_for_too_many": RESULTS, "deletes": RULE, "deletes_all": RULE}),
}  # fmt: skip


class _Plain(BaseHTTPRequestHandler):
    """The project without a gateway, on one port: an index's own routes below its name, as its hosts say."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        server = cast("_Server", self.server)
        below = self.path.removeprefix("/idx/")
        index, _, rest = below.partition("/") if below != self.path else ("", "", self.path[1:])
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, tree = server.project.answer(index, self.command, f"/{rest}", headers, body)
        said = b"" if tree is None else json.dumps(tree).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Plain)
        self.project = Project(lambda name: f"http://127.0.0.1:{self.server_port}/idx/{name}")


@dataclass(frozen=True, slots=True)
class Wood:
    """A gateway before one project, and another project beside it."""

    stack: Stack
    gateway: Gateway
    served: Served
    beside: _Server

    def walk(self, family: str, part: str, user: str | None, index: str) -> dict[str, Any]:
        if user is None:
            return walk(
                family,
                part,
                {"url": f"http://127.0.0.1:{self.beside.server_port}", "token": "", "collection": index},
                QUIET,
            )
        told = {
            "url": f"https://localhost:{self.gateway.listen.port}",
            "token": self.stack.token(user),
            "collection": index,
        }
        trust = dict.fromkeys(("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"), str(self.gateway.ca))
        return walk(family, part, told, QUIET | trust)


@pytest.fixture(scope="module")
def beside() -> Iterator[_Server]:
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="pinecone beside")
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def wood(stack: Stack, beside: _Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wood]:
    folder = tmp_path_factory.mktemp("wood")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(POLICY, "utf-8")
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    with pinecone_recorded(folder / "server", client_ca=stack.pki_root) as served:
        made = gateways.make({"policies": str(folder / "policies"), "state": {"prefix": "pines"}})
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        own = next(iter(tree["upstreams"].values()))
        place = f"https://localhost:{made.listen.port}"
        tree["upstreams"] = {
            "pines": {**served.settings, "hosts": ["localhost"], "clients_at": place, "credential": own["credential"]}
        }
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        try:
            made.start()
            yield Wood(stack, made, served, beside)
        finally:
            gateways.stop()


@EACH
def test_what_is_allowed_goes_as_it_goes_without_the_gateway(wood: Wood, family: str) -> None:
    """N-02: opened by its description, kept below its path."""
    name = f"c-{family.replace('_', '-')}"
    for project in (wood.served.project, wood.beside.project):
        project.add(name, dimension=3)
    bare, through = (wood.walk(family, "works", user, name) for user in (None, "bob"))
    assert {case: one["said"] for case, one in bare.items() if "said" in one} == {}
    assert bare == through


@EACH
def test_what_is_not_allowed_is_told(wood: Wood, family: str) -> None:
    """N-41, N-43"""
    name = f"c-{family.replace('_', '-')}-told"
    space = wood.served.project.add(name, dimension=3).space("t1")
    space["d0"] = {"id": "d0", "values": [1.0, 0.0, 0.0], "metadata": {"text": "the thermostat", "status": "open"}}
    found = wood.walk(family, "told", "alice", name)
    check_told(found, TOLD, wood.gateway, wood.stack.token("bob"))


@pytest.mark.long
@pytest.mark.parametrize("family", FRAMEWORKS)
def test_a_frameworks_store_does_the_same_and_tells_why_not(wood: Wood, family: str) -> None:
    """N-02, N-41: what a store may not write, Haystack's counts as 0."""
    start, told = FRAMEWORKS[family]
    here, kept = (f"{one}-{family.replace('_', '-')}" for one in ("c", f"{start}-kept"))
    for project, name in ((wood.served.project, here), (wood.beside.project, here), (wood.served.project, kept)):
        project.add(name, dimension=3)
    bare, through = (wood.walk(family, "works", user, here) for user in (None, "bob"))
    assert {case: one["said"] for case, one in bare.items() if "said" in one} == {}
    assert bare == through
    filled = wood.walk(family, "fills", "bob", kept)
    assert all("gave" in one for one in filled.values()), filled
    found = wood.walk(family, "told", "alice", kept)
    check_told(found, told, wood.gateway, wood.stack.token("bob"))
    said = json.dumps(found)
    assert "<EMAIL>" in said
    assert "anna.schmidt" not in said
    assert found.get("writes", {"gave": 0})["gave"] == 0
    assert len(wood.served.project.indexes[kept].space("t1")) == 5
