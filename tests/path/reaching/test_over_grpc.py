"""gRPC, through a real gateway, with the toy database: steps see the twin, and both ends see messages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from path.reaching.test_plugins import placed
from support.http2.client import Client, connected
from support.http2.server import GrpcServer, Said, grpc_server
from support.servers.toy import NOTE, SECRET, Toy, running_toy
from vecgate.parsing import grpc_framing as framing
from vecgate.settings.plugins import ENVIRONMENT_NAME

READ, HELLO, HEALTH = "/toy.Shelves/Read", "/toy.Shelves/Hello", "/grpc.health.v1.Health/Check"
POLICY = """version: 1
mask_profiles: {toys: {default: replace}}
rules:
  - name: analysts-read-shelves
    effect: allow
    who: {groups: [analysts]}
    where: {upstreams: [toy-db], collections: [lamps]}
    operations: [list_scan]
    mask: toys
    limits: {max_results: 5}
  - name: chests-are-asked-for
    effect: hold
    who: {groups: [analysts]}
    where: {upstreams: [toy-db], collections: [chests]}
    operations: [list_scan]
    mask: toys
    approvers: {groups: [data-owners]}
    wait: 60s
"""


def asked(shelf: str, most: int = 0) -> bytes:
    """toy.ReadRequest."""
    return b"\x0a" + bytes([len(shelf)]) + shelf.encode() + (bytes([0x10, most]) if most else b"")


def notes(*texts: str) -> bytes:
    """toy.Notes."""
    return b"".join(b"\x0a" + bytes([len(one.encode())]) + one.encode() for one in texts)


@dataclass
class Added:
    """The toy over REST and over gRPC, and a gateway in front of both."""

    rest: Toy
    grpc: GrpcServer
    gateway: Gateway
    token: str
    bob: str
    log: list[str] = field(default_factory=list)

    def client(self, **how: Any) -> Any:
        return connected(self.gateway.listen.port, str(self.gateway.ca), **how)

    def key(self) -> tuple[str, str]:
        return ("x-toy", self.token)

    def read(self, client: Client, shelf: str = "lamps", most: int = 3, *more: tuple[str, str]) -> Any:
        return client.call(READ, asked(shelf, most), [self.key(), *more])


@pytest.fixture(scope="module")
def added(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Added]:
    folder = tmp_path_factory.mktemp("toys")
    plugins, policies = placed(folder), folder / "policies"
    policies.mkdir()
    (policies / "toys.yaml").write_text(POLICY, "utf-8")
    (folder / "secret").write_bytes(SECRET)
    with running_toy(folder / "rest") as rest, grpc_server(folder / "grpc") as grpc:
        both = folder / "both.pem"
        both.write_bytes(rest.ca.read_bytes() + grpc.ca.read_bytes())
        made = gateways.make({"policies": str(policies)}, environment={ENVIRONMENT_NAME: str(plugins)})
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        tree["upstreams"] = {
            "toy-db": {
                "dialect": "toy",
                "url": f"https://127.0.0.1:{rest.server_port}",
                "grpc": True,
                "grpc_url": grpc.url,
                "server_name": "localhost",
                "ca": str(both),
                "hosts": ["localhost"],
                "timeout": 20,
                "credential": {
                    "kind": "toy_key",
                    "role": "r",
                    "gateway_role": "g",
                    "secret_file": str(folder / "secret"),
                },
            }
        }
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        with pytest.MonkeyPatch.context() as patch:  # for what runs here; the gateway is told by its own
            patch.setenv(ENVIRONMENT_NAME, str(plugins))
            made.start()
            yield Added(rest, grpc, made, stack.token("alice"), stack.token("bob"))


@pytest.fixture
def toy(added: Added) -> Added:
    """With nothing in the memory of the servers."""
    added.grpc.behave = lambda _arrived, _line, _number: Said(notes(NOTE))
    added.grpc.arrived.clear()
    added.rest.arrived.clear()
    return added


def test_a_call_is_decided_as_its_twin_and_its_answer_comes_masked(toy: Added) -> None:
    with toy.client() as client:
        said = toy.read(client)
    assert said.grpc == (0, "")
    assert said.headers["content-type"] == "application/grpc"
    text = said.message.decode()
    assert "Jane" not in text
    assert "about the lamp" in text
    (came,) = toy.grpc.arrived
    assert (came.path, came.body) == (READ, framing.framed(asked("lamps", 3)))
    headers = dict(came.headers)
    assert headers["x-toy-key"].startswith("alice:")
    assert (headers["te"], headers["content-type"]) == ("trailers", "application/grpc")
    assert "x-toy" not in headers
    assert toy.rest.arrived == []
