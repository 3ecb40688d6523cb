"""Does a running gateway speak gRPC with an index: at the name that it has here, to the server where it is?

The index's own server is the stand-in of the recordings behind a gRPC face; both its clients and it are told nothing else.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.gateway import Gateway
from demo.stack import Stack
from dialects.pinecone.grpc.recorded import HOME, spoken
from dialects.pinecone.grpc.test_dialect import message
from dialects.pinecone.test_gateway import POLICY, V
from path.conftest import Factory, gateways
from support.http2.client import connected
from support.http2.server import Arrived, GrpcServer, Said, grpc_server
from support.pinecone.recorded import Project
from support.pinecone.served import Served, pinecone_recorded
from vecgate.domain.call import Answer
from vecgate.parsing import grpc_framing as framing
from vecgate.parsing.strict_json import dump

__all__ = ["gateways"]
CALLED = (("host", f"people.{HOME}"), ("x-pinecone-api-version", "2025-10"))
VECTORS = "vectors { id: 'p1' values: [0.1, 0.9, 0.5, 0.1] metadata { fields { key: 'text' value { string_value: 'Alma Brandt, alma.brandt@example.org' } } } } namespace: 't1'"
QUERY = "top_k: 2 vector: [0.1, 0.9, 0.5, 0.1] namespace: 't1' include_metadata: true"


def face(project: Project, name: str = "people") -> Any:
    """An index that answers as the stand-in does over REST."""
    grpc = spoken()

    def behave(arrived: Arrived, *_: Any) -> Said:
        call = grpc.read(arrived.path, framing.unframed(arrived.body).message, CALLED)
        target = call.path.removeprefix("/idx/people")  # as it was read, whichever index it is
        if call.query:
            target += "?" + "&".join(f"{key}={value}" for key, value in call.query)
        status, tree = project.answer(name, call.method, target, dict(call.headers), call.body)
        reply = grpc.given(call, Answer(status, body=dump(tree)))
        return Said(reply.message, reply.status, reply.text)

    return behave


@dataclass
class Pines:
    """The gateway, the servers of the project, and the one of its index."""

    gateway: Gateway
    served: Served
    index: GrpcServer
    token: str

    def call(self, method: str, text: str, name: str = "people.localhost", token: str = "") -> Any:
        with connected(self.gateway.listen.port, str(self.gateway.ca), name) as client:
            told = [("api-key", token or self.token), ("x-pinecone-api-version", "2025-10")]
            return client.call(f"/VectorService/{method}", message(spoken(), method, text), told)


@contextmanager
def planted(stack: Stack, gateways: Factory, folder: Path, policy: str, names: Sequence[str]) -> Iterator[Pines]:
    """A gateway with that policy; of the indexes, the first has a server of gRPC, which answers for all."""
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(policy, "utf-8")
    with (
        pinecone_recorded(folder / "server", client_ca=stack.pki_root) as served,
        grpc_server(folder / "index", client_ca=stack.pki_root) as index,
    ):
        served.project.hosts = lambda name: f"https://localhost:{index.port}"
        for name in names:
            served.project.add(name, dimension=4)
        index.behave, index.rest = face(served.project, names[0]), partial(served.project.answer, names[0])
        both = folder / "both.pem"
        own = served.settings
        both.write_bytes(b"".join(Path(one).read_bytes() for one in (own["ca"], index.ca)))
        made = gateways.make({"policies": str(folder / "policies"), "state": {"prefix": folder.name}})
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        tree["upstreams"] = {
            "pines": {
                **own,
                "ca": str(both),
                "grpc": True,
                "hosts": ["localhost", *(f"{name}.localhost" for name in names)],
                "clients_at": f"https://localhost:{made.listen.port}",
                "credential": {"kind": "vault_pki", "role": "vecgate-client", "gateway_role": "vecgate-gateway"},
            }
        }
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        made.start()
        yield Pines(made, served, index, stack.token("alice"))


@pytest.fixture(scope="module")
def pines(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pines]:
    with planted(stack, gateways, tmp_path_factory.mktemp("pines"), POLICY, ("people", "safes")) as made:
        yield made


def test_an_index_is_searched_over_grpc_where_it_is(pines: Pines) -> None:
    """N-06: what is written and found goes to the index's own server, with the lease, and comes masked."""
    written = pines.call("Upsert", VECTORS)
    assert written.grpc == (0, "")
    found = pines.call("Query", QUERY)
    assert found.grpc == (0, "")
    grpc = spoken()
    (match,) = grpc.messages.heard("pinecone.QueryResponse", found.message).matches
    text = match.metadata.fields["text"].string_value
    assert match.id == "p1"
    assert text
    assert "alma.brandt@" not in text
    assert "Alma" not in text
    assert {one.path for one in pines.index.arrived} == {"/VectorService/Upsert", "/VectorService/Query"}
    assert all(("x-pinecone-api-version", "2025-10") in one.headers for one in pines.index.arrived)
    assert not any(pines.token in value for one in pines.index.arrived for _, value in one.headers)
    assert pines.served.project.indexes["people"].space("t1")["p1"]["values"] == pytest.approx(V)


@pytest.mark.parametrize(
    ("method", "text", "name", "code"),
    [
        ("Query", "top_k: 1 vector: [0.1, 0.9, 0.5, 0.1] namespace: 't2'", "people.localhost", "policy.no_rule"),
        ("Query", "top_k: 1 vector: [0.1, 0.9, 0.5, 0.1]", "people.localhost", "policy.no_rule"),
        ("Delete", "delete_all: true", "people.localhost", "policy.no_rule"),
        ("Query", QUERY, "safes.localhost", "policy.no_rule"),
        ("Query", "top_k: 1 queries { top_k: 9 }", "people.localhost", "body.unreadable"),
    ],
)
def test_what_is_refused_is_told_with_its_code_and_nothing_arrives(
    pines: Pines, method: str, text: str, name: str, code: str
) -> None:
    before = len(pines.index.arrived)
    status, words = pines.call(method, text, name).grpc
    assert status in (3, 7)
    assert words.startswith(f"{code}: ")
    assert len(pines.index.arrived) == before
