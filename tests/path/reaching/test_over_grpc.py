"""gRPC, through a real gateway, with the toy database: steps see the twin, and both ends see messages."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
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
from support.tools.soon import soon
from vecgate.desk import certificate, endpoint
from vecgate.domain.principal import Secret
from vecgate.parsing import grpc_framing as framing
from vecgate.recording import chain, parts
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

    def client(self, **how: Any) -> Any:
        return connected(self.gateway.listen.port, str(self.gateway.ca), **how)

    def key(self) -> tuple[str, str]:
        return ("x-toy", self.token)

    def read(self, client: Client, shelf: str = "lamps", most: int = 3, *more: tuple[str, str]) -> Any:
        return client.call(READ, asked(shelf, most), [self.key(), *more])


@contextmanager
def standing(stack: Stack, gateways: Factory, folder: Path, over: dict[str, Any] | None = None) -> Iterator[Added]:
    """All of it; `over` is laid over the gateway's settings."""
    plugins, policies = placed(folder), folder / "policies"
    policies.mkdir()
    (policies / "toys.yaml").write_text(POLICY, "utf-8")
    (folder / "secret").write_bytes(SECRET)
    with running_toy(folder / "rest") as rest, grpc_server(folder / "grpc") as grpc:
        both = folder / "both.pem"
        both.write_bytes(rest.ca.read_bytes() + grpc.ca.read_bytes())
        made = gateways.make({"policies": str(policies), **(over or {})}, environment={ENVIRONMENT_NAME: str(plugins)})
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


@pytest.fixture(scope="module")
def added(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Added]:
    with standing(stack, gateways, tmp_path_factory.mktemp("toys")) as made:
        yield made


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


def test_what_vecgate_exec_runs_calls_with_the_token_of_now(toy: Added, tmp_path: Path) -> None:
    """By the address that its program is given, over HTTP/2, with a key that is good there alone."""
    tokens = iter([Secret(toy.token), Secret("a.b.c"), Secret(toy.token)])
    gateway = toy.gateway.url, str(toy.gateway.ca)
    with endpoint.served(*gateway, lambda: next(tokens), certificate.make(tmp_path)) as local:
        key = ("authorization", f"Bearer {local.key.reveal()}")
        with connected(int(local.url.rpartition(":")[2]), str(local.ca)) as client:
            said = [client.call(READ, asked("lamps", 3), [key]) for _ in range(3)]
    assert [one.grpc[0] for one in said] == [0, 16, 0]
    assert b"about the lamp" in said[0].message
    assert said[1].grpc[1].startswith("identity.invalid")
    assert len(toy.grpc.arrived) == 2


def test_what_it_does_is_recorded_as_its_twin_and_says_how_it_came(toy: Added) -> None:
    with toy.client() as client:
        assert toy.read(client).grpc[0] == 0
    folder = Path(yaml.safe_load(toy.gateway.settings.read_text("utf-8"))["recording"]["folder"])
    written = [
        chain.parse(line) for path in parts.named(folder) for line in path.read_bytes().splitlines(keepends=True)
    ]
    calls = [one.body["call"] for one in written if one.code == "request.sent"]
    assert {"method": "GET", "path": "/toy/shelves/lamps", "grpc": READ}.items() <= calls[-1].items()


@pytest.mark.parametrize(
    ("path", "message", "more", "status", "code"),
    [
        (READ, asked("safes"), (), 5, "collection.unknown"),
        (READ, asked("lamps", 9), (), 7, "limit.results"),
        (READ, b"\xff", (), 3, "body.unreadable"),
        (READ, asked("lamps") + b"\x1a\x01a", (), 3, "body.unreadable"),  # a field that is not known
        ("/toy.Shelves/Drop", b"", (), 7, "route.refused"),
        ("/toy.Shelves/Watch", b"", (), 7, "route.refused"),  # a stream
        ("/toy.Shelves/Nothing", b"", (), 7, "route.unknown"),
        ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", b"", (), 7, "route.unknown"),
        ("/.vecgate/v1/requests", b"", (), 7, "route.unknown"),  # the gateway's own is REST
        (READ, asked("lamps"), (("grpc-timeout", "soon"),), 3, "protocol.invalid"),
        (READ, asked("lamps"), (("authorization", "Bearer a.b.c"),), 16, "identity.ambiguous"),
    ],
)
def test_what_is_refused_is_a_status_with_its_code_and_nothing_goes_out(
    toy: Added, path: str, message: bytes, more: tuple[tuple[str, str], ...], status: int, code: str
) -> None:
    with toy.client() as client:
        said = client.call(path, message, [toy.key(), *more])
    assert (said.grpc[0], said.grpc[1].partition(":")[0], said.body) == (status, code, b"")
    assert toy.grpc.arrived == []


def test_a_body_that_is_no_one_message_is_refused(toy: Added) -> None:
    small = framing.framed(asked("lamps", 3))
    bomb = gzip.compress(bytes(60_000_000), 1)
    packed = gzip.compress(asked("lamps", 3))
    kind = [("content-type", "application/grpc"), ("te", "trailers"), toy.key()]
    for body, encoding, status in (
        (b"", "identity", 3),
        (small * 2, "identity", 3),
        (small[:-1], "identity", 3),
        (b"\1" + len(bomb).to_bytes(4, "big") + bomb, "gzip", 8),  # CWE-409
        (b"\1" + len(packed).to_bytes(4, "big") + packed, "own", 3),
        (b"\1" + len(packed).to_bytes(4, "big") + packed, "gzip", 0),
    ):
        with toy.client() as client:
            head = client.head("POST", READ, [*kind, ("grpc-encoding", encoding)])
            assert client.answer(client.send(head, body)).grpc[0] == status
    assert len(toy.grpc.arrived) == 1


def test_clients_are_told_that_all_is_well_before_they_log_in_and_nothing_else(toy: Added) -> None:
    with toy.client() as client:
        assert client.call(HEALTH).message == b"\x08\x01"
        assert client.call(HELLO).grpc == (0, "")
        said = client.call(READ, asked("lamps"))
        assert (said.grpc[0], said.grpc[1].partition(":")[0]) == (16, "identity.missing")
    assert toy.grpc.arrived == []


def test_each_call_of_a_connection_is_its_own_callers(toy: Added) -> None:
    """Two people, and nobody, at a time over one connection."""
    with toy.client() as client:
        numbers = [client.begin(READ, asked("lamps", 2), keys) for keys in ([toy.key()], [("x-toy", toy.bob)], [])]
        said = [client.answer(number).grpc for number in numbers]
    assert [(one[0], one[1].partition(":")[0]) for one in said] == [
        (0, ""),
        (7, "policy.no_rule"),
        (16, "identity.missing"),
    ]
    (came,) = toy.grpc.arrived
    assert dict(came.headers)["x-toy-key"].startswith("alice:")


def test_what_the_database_refuses_is_told_masked(toy: Added) -> None:
    toy.grpc.behave = lambda _arrived, _line, _number: Said(None, 5, "Jane Doe, jane.doe@example.com, is not here")
    with toy.client() as client:
        said = toy.read(client)
    assert said.grpc[0] == 5
    assert "Jane" not in said.grpc[1]
    assert "not here" in said.grpc[1]


def test_an_answer_that_does_not_come_is_never_called_unavailable(toy: Added) -> None:
    """Official clients would send it again, and it may have been executed."""
    toy.grpc.behave = lambda _arrived, line, _number: line.transport.abort()
    with toy.client() as client:
        said = toy.read(client)
    assert (said.grpc[0], said.grpc[1].partition(":")[0]) == (7, "upstream.outcome_unknown")
    assert len(toy.grpc.arrived) == 1


def test_a_held_call_is_answered_before_its_client_gives_up(toy: Added) -> None:
    """Its rule would have it wait for a minute, and its client waits for two seconds."""
    with toy.client() as client:
        said = toy.read(client, "chests", 2, ("grpc-timeout", "2S"))
    assert said.grpc[1].partition(":")[0] == "hold.pending"
    assert said.grpc[0] in (7, 9, 10)
    assert "grpc-status-details-bin" in said.headers  # when to ask again
    assert toy.grpc.arrived == []


async def test_a_held_call_that_is_reset_executes_nothing_though_a_yes_comes(toy: Added) -> None:
    def held() -> list[Any]:
        said = toy.gateway.ask("GET", "/.vecgate/v1/requests", headers={"X-Toy": toy.bob}).json
        return [one for one in said["requests"] if one["state"] == "pending"]

    for one in held():
        toy.gateway.ask("POST", f"/.vecgate/v1/requests/{one['id']}/deny", body={}, headers={"X-Toy": toy.bob})
    with toy.client() as client:
        number = client.begin(READ, asked("chests", 1), [toy.key()])
        (shown,) = await soon(held)
        client.h2.reset_stream(number, 8)
        client.flush()
        assert toy.read(client).grpc[0] == 0  # the connection goes on
        toy.grpc.arrived.clear()
        toy.gateway.ask("POST", f"/.vecgate/v1/requests/{shown['id']}/approve", body={}, headers={"X-Toy": toy.bob})
        assert toy.read(client).grpc[0] == 0
    assert len(toy.grpc.arrived) == 1
