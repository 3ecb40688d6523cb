"""Does Pinecone's client over gRPC (`PineconeGRPC`) do through the gateway what it does over REST without one?

Two generations, unmodified, in environments of their own. An index is called by a name of its own, which no resolver of
this machine knows: the clients go through a proxy that does.
"""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from clients.test_pinecone_families import POLICY, QUIET, TOLD, beside
from demo.gateway import Gateway
from demo.stack import Stack
from dialects.pinecone.grpc.test_gateway import face
from path.conftest import Factory
from support.forked.ports import free_port
from support.http2.server import GrpcServer, grpc_server
from support.pinecone.served import Served, pinecone_recorded
from support.tools.families import check_told, walk

__all__ = ["beside"]
FAMILIES: Final = {"pinecone_grpc": "pinecone", "pinecone_grpc_7": "pinecone_7"}
EACH: Final = pytest.mark.parametrize("family", [pytest.param(one, marks=pytest.mark.long) for one in FAMILIES])


def names(family: str) -> tuple[str, str]:
    return f"c-{family.replace('_', '-')}", f"c-{family.replace('_', '-')}-told"


def _carry(near: socket.socket, port: int) -> None:
    """What comes from one side goes to the other, until either has ended."""
    with near, socket.create_connection(("127.0.0.1", port)) as far:
        said = b""
        while b"\r\n\r\n" not in said:
            said += near.recv(1)
        near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            for one in select.select([near, far], [], [])[0]:
                if not (data := one.recv(65536)):
                    return
                (far if one is near else near).sendall(data)


@contextmanager
def everywhere(port: int) -> Iterator[int]:
    """A proxy of CONNECT, to which every name is that port of this machine; its own port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_carry, args=(near, port), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@dataclass(frozen=True, slots=True)
class Grove:
    """A gateway before one project, each of whose indexes is a server of gRPC."""

    stack: Stack
    gateway: Gateway
    served: Served
    proxy: int

    def walk(self, family: str, part: str, user: str, index: str) -> dict[str, Any]:
        port = self.gateway.listen.port
        told = {
            "url": f"https://localhost:{port}",
            "token": self.stack.token(user),
            "collection": index,
            "grpc": f"{index}.localhost:{port}",
            "proxy": f"http://127.0.0.1:{self.proxy}",
        }
        return walk(family, part, told, QUIET | {"SSL_CERT_FILE": str(self.gateway.ca)})


@pytest.fixture(scope="module")
def grove(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grove]:
    folder = tmp_path_factory.mktemp("grove")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(POLICY, "utf-8")
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    with ExitStack() as ends:
        served = ends.enter_context(pinecone_recorded(folder / "server", client_ca=stack.pki_root))
        indexes = dict[str, GrpcServer]()
        served.project.hosts = lambda name: f"https://localhost:{indexes[name].port}"
        for name in [one for family in FAMILIES for one in names(family)]:
            indexes[name] = ends.enter_context(grpc_server(folder / name, client_ca=stack.pki_root))
            served.project.add(name, dimension=3)
            indexes[name].behave, indexes[name].rest = face(served.project, name), partial(served.project.answer, name)
        both = folder / "both.pem"
        cas = (served.settings["ca"], *(one.ca for one in indexes.values()))
        both.write_bytes(b"".join(Path(one).read_bytes() for one in cas))
        made = gateways.make({"policies": str(folder / "policies"), "state": {"prefix": "grove"}})
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        own = next(iter(tree["upstreams"].values()))
        tree["upstreams"] = {
            "pines": {
                **served.settings,
                "ca": str(both),
                "grpc": True,
                "hosts": ["localhost", *(f"{name}.localhost" for name in indexes)],
                "clients_at": f"https://localhost:{made.listen.port}",
                "credential": own["credential"],
            }
        }
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        ends.callback(gateways.stop)
        made.start()
        yield Grove(stack, made, served, ends.enter_context(everywhere(made.listen.port)))


@EACH
def test_what_is_allowed_goes_as_it_goes_over_rest_without_the_gateway(grove: Grove, beside: Any, family: str) -> None:
    name = names(family)[0]
    beside.project.add(name, dimension=3)
    plain = {"url": f"http://127.0.0.1:{beside.server_port}", "token": "", "collection": name}
    bare = walk(FAMILIES[family], "works", plain, QUIET)
    assert {case: one["said"] for case, one in bare.items() if "said" in one} == {}
    found = grove.walk(family, "works", "bob", name)
    assert name in bare.pop("lists_indexes")["gave"]
    assert name in found.pop("lists_indexes")["gave"]
    assert found == bare


@EACH
def test_what_is_not_allowed_is_told(grove: Grove, family: str) -> None:
    name = names(family)[1]
    space = grove.served.project.indexes[name].space("t1")
    space["d0"] = {"id": "d0", "values": [1.0, 0.0, 0.0], "metadata": {"text": "the thermostat", "status": "open"}}
    found = grove.walk(family, "told", "alice", name)
    check_told(found, TOLD, grove.gateway, grove.stack.token("bob"))
