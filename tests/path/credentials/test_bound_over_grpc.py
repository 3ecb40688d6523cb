"""Tokens that are bound to a key, over gRPC: a proof of the call that was made, and the certificate of its connection."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from demo.stack import Stack
from path.conftest import Factory
from path.reaching.test_callers import shown
from path.reaching.test_over_grpc import READ, Added, asked, notes, standing
from support.http2.server import Said
from support.servers.idp import Idp, running_idp
from support.servers.toy import NOTE
from support.tools.proofs import Agent

ANN, EVE = Agent(), Agent("EdDSA")


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    with running_idp() as made:
        yield made


@pytest.fixture(scope="module")
def toy(stack: Stack, gateways: Factory, idp: Idp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Added]:
    issuers = yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"]
    mine = {"issuer": idp.issuer, "audience": "vecgate", "jwks_url": idp.jwks_url, "require_proof": "any"}
    over = {"issuers": [*issuers, mine], "listen": {"client_certificates": True}, "state": {"prefix": "bound-grpc"}}
    with standing(stack, gateways, tmp_path_factory.mktemp("toys"), over) as made:
        made.grpc.behave = lambda _arrived, _line, _number: Said(notes(NOTE))
        yield made


def code(
    toy: Added, token: str, *proofs: str, slot: str = "authorization", shows: tuple[Path, Path] | None = None
) -> str:
    """How a call ends: `ok`, or the code of the refusal."""
    toy.grpc.arrived.clear()
    key = (slot, f"DPoP {token}" if slot == "authorization" else token)
    with toy.client(shows=shows) as client:
        status, said = client.call(READ, asked("lamps", 2), [key, *(("dpop", proof) for proof in proofs)]).grpc
    assert (status == 0) is (len(toy.grpc.arrived) == 1)
    assert all("dpop" not in dict(came.headers) for came in toy.grpc.arrived)
    return "ok" if status == 0 else said.partition(":")[0]


def test_a_proof_is_of_the_call_that_was_made(toy: Added, idp: Idp) -> None:
    url = f"https://localhost{READ}"  # as its `:authority` says
    token = idp.token("ann", ["analysts"], cnf=ANN.cnf)
    for slot in ("authorization", "x-toy"):
        proof = ANN.proof("POST", url, token)
        assert code(toy, token, proof, slot=slot) == "ok"
        assert code(toy, token, proof, slot=slot) == "identity.replayed"
    assert code(toy, token) == "identity.unproven"
    assert code(toy, token, *(ANN.proof("POST", url, token) for _ in range(2))) == "identity.unproven"
    assert code(toy, idp.token("ann", ["analysts"])) == "identity.unproven"
    for proof in (
        ANN.proof("GET", url, token),
        ANN.proof("POST", "https://localhost/toy.Shelves/Hello", token),
        ANN.proof("POST", "https://localhost/shelves/lamps", token),  # where its twin would go
        ANN.proof("POST", url.replace("https", "http"), token),
        ANN.proof("POST", url, idp.token("ann", ["analysts"], cnf=ANN.cnf, jti="another")),
        EVE.proof("POST", url, token),
    ):
        assert code(toy, token, proof) == "identity.proof"


def test_calls_of_one_connection_need_a_proof_each(toy: Added, idp: Idp) -> None:
    url, token = f"https://localhost{READ}", idp.token("ann", ["analysts"], cnf=ANN.cnf)
    proofs = [ANN.proof("POST", url, token) for _ in range(4)]
    with toy.client() as client:
        heads = [[("authorization", f"DPoP {token}"), ("dpop", proof)] for proof in (*proofs, proofs[0])]
        numbers = [client.begin(READ, asked("lamps", 2), head) for head in heads]
        said = [client.answer(number).grpc for number in numbers]
    ended = sorted("ok" if status == 0 else words.partition(":")[0] for status, words in said)
    assert ended == ["identity.replayed", "ok", "ok", "ok", "ok"]


def test_a_certificate_proves_over_its_own_connection(toy: Added, idp: Idp, tmp_path: Path) -> None:
    (ann, cnf), (eve, _) = shown(tmp_path, "ann"), shown(tmp_path, "eve")
    token = idp.token("ann", ["analysts"], cnf=cnf)
    assert code(toy, token, shows=(ann / "ann.pem", ann / "ann.key")) == "ok"
    assert code(toy, token, slot="x-toy", shows=(ann / "ann.pem", ann / "ann.key")) == "ok"
    assert code(toy, token, shows=(eve / "ann.pem", eve / "ann.key")) == "identity.unproven"
    assert code(toy, token) == "identity.unproven"
