"""Who is calling, and do they hold the key of their token? DPoP and TLS certificates, through two real workers."""

import http.client
import json
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from demo import certs
from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.servers.idp import Idp, running_idp
from support.tools.every import every
from support.tools.proofs import Agent
from vecgate.handling.proving import certificate
from vecgate.recording import read

WHOAMI: Final = "/.vecgate/v1/whoami"
ANN, EVE = Agent(), Agent("EdDSA")
RULES = """
version: 1
mask_profiles:
  strict: {default: redact}
rules:
  - name: locks-are-seen-with-a-certificate
    who: anyone
    where: anywhere
    operations: [lock]
    effect: allow
    mask: strict
    require_proof: mtls
"""


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    tree: Any

    @property
    def code(self) -> str:
        return str(self.tree.get("code") or self.tree.get("message", "").partition(":")[0])


@dataclass(slots=True)
class World:
    """The gateway of two workers, a login service, and somebody's certificates."""

    gateway: Gateway
    idp: Idp
    folder: Path

    def issuer(self, name: str) -> str:
        return f"{self.idp.issuer}/{name}"

    def url(self, path: str = WHOAMI) -> str:
        return f"{self.gateway.url}{path}"

    def ask(
        self,
        token: str,
        *proofs: str,
        path: str = WHOAMI,
        method: str = "GET",
        shows: Path | None = None,
        scheme: str = "DPoP",
    ) -> Answer:
        """One call over a connection of its own, which the kernel gives to either worker."""
        context = ssl.create_default_context(cafile=str(self.gateway.ca))
        if shows is not None:
            context.load_cert_chain(shows / "ann.pem", shows / "ann.key")
        connection = http.client.HTTPSConnection("localhost", self.gateway.listen.port, context=context, timeout=60)
        try:
            connection.putrequest(method, path)
            if scheme == "api-key":
                connection.putheader("X-Chroma-Token", token)
            else:
                connection.putheader("Authorization", f"{scheme} {token}")
            for proof in proofs:
                connection.putheader("DPoP", proof)
            connection.endheaders()
            found = connection.getresponse()
            raw = found.read()
            return Answer(found.status, {k.lower(): v for k, v in found.getheaders()}, json.loads(raw))
        finally:
            connection.close()


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory) -> Iterator[World]:
    folder = gateways.folder / "callers-policies"
    folder.mkdir()
    (folder / "p.yaml").write_text(RULES, "utf-8")
    issuers = yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"]
    with running_idp() as idp:
        told = {"audience": "vecgate", "jwks_url": idp.jwks_url}
        more = [
            {"issuer": idp.issuer, **told},
            {"issuer": f"{idp.issuer}/bound", **told, "require_proof": "dpop"},
            {"issuer": f"{idp.issuer}/nonce", **told, "require_proof": "any", "proof_nonce": True},
        ]
        settings = {
            "policies": str(folder), "state": {"prefix": "callers-test"}, "issuers": [*issuers, *more],
            "listen": {"client_certificates": True},
        }  # fmt: skip
        made = gateways.make(settings, workers=2)
        made.start()
        yield World(made, idp, gateways.folder)


def shown(folder: Path, name: str) -> tuple[Path, dict[str, str]]:
    """A certificate of one's own that nobody vouches for, and what a token has that is bound to it."""
    made = folder / name
    made.mkdir()
    certs.make_ca(made, name)
    pem, key = certs.make_server(made, "ann", ("ann",))
    (made / "ann.pem").write_bytes(pem.read_bytes())
    (made / "ann.key").write_bytes(key.read_bytes())
    digest = x509.load_pem_x509_certificate(pem.read_bytes()).fingerprint(SHA256())
    return made, {"x5t#S256": certificate(digest)}


def test_a_bound_token_with_its_proof_is_its_owners(world: World) -> None:
    token = world.idp.token("ann", cnf=ANN.cnf)
    for scheme in ("DPoP", "Bearer", "api-key"):
        said = world.ask(token, ANN.proof("GET", world.url(), token), scheme=scheme)
        assert (said.status, said.tree["user"]) == (200, "ann")
    plain = world.idp.token("ann")
    assert world.ask(plain, scheme="Bearer").status == 200  # who uses none of it needs none of it


type Forge = Callable[[World, str], tuple[str, ...]]
BAD: dict[str, tuple[Forge, str]] = {
    "as a bearer": (lambda w, t: (), "identity.unproven"),
    "two proofs": (lambda w, t: tuple(ANN.proof("GET", w.url(), t) for _ in range(2)), "identity.unproven"),
    "other method": (lambda w, t: (ANN.proof("POST", w.url(), t),), "identity.proof"),
    "other path": (lambda w, t: (ANN.proof("GET", w.url("/.vecgate/v1/locks"), t),), "identity.proof"),
    "other host": (lambda w, t: (ANN.proof("GET", w.url().replace("localhost", "127.0.0.1"), t),), "identity.proof"),
    "in the clear": (lambda w, t: (ANN.proof("GET", w.url().replace("https", "http"), t),), "identity.proof"),
    "other key": (lambda w, t: (EVE.proof("GET", w.url(), t),), "identity.proof"),
    "other key that shows hers": (
        lambda w, t: (EVE.proof("GET", w.url(), t, head={"jwk": ANN.jwk}),),
        "identity.proof",
    ),
    "other token": (
        lambda w, t: (ANN.proof("GET", w.url(), w.idp.token("ann", cnf=ANN.cnf, jti="2")),),
        "identity.proof",
    ),
    "no digest": (lambda w, t: (ANN.proof("GET", w.url(), t, ath=None),), "identity.proof"),
    "too old": (lambda w, t: (ANN.proof("GET", w.url(), t, iat=1),), "identity.proof"),
    "ahead": (lambda w, t: (ANN.proof("GET", w.url(), t, iat=9e9),), "identity.proof"),
    "symmetric": (lambda w, t: (ANN.proof("GET", w.url(), t, head={"alg": "HS256"}),), "identity.proof"),
    "none": (lambda w, t: (ANN.proof("GET", w.url(), t, head={"alg": "none"}),), "identity.proof"),
    "a token for a proof": (lambda w, t: (t,), "identity.proof"),
}


@every(("forge", "code"), BAD.values(), ids=BAD)
def test_a_bound_token_without_a_good_proof_is_nobodys(world: World, forge: Forge, code: str) -> None:
    token = world.idp.token("ann", cnf=ANN.cnf)
    for scheme in ("DPoP", "Bearer", "api-key"):
        said = world.ask(token, *forge(world, token), scheme=scheme)
        assert (said.status, said.code) == (401, code), said.tree
        assert said.headers["www-authenticate"].startswith("DPoP ")


def test_a_proof_is_used_once_at_all_workers(world: World) -> None:
    token = world.idp.token("ann", cnf=ANN.cnf)
    proof = ANN.proof("GET", world.url(), token)
    with ThreadPoolExecutor(8) as pool:
        codes = [one.status for one in pool.map(lambda _: world.ask(token, proof), range(16))]
    assert sorted(codes) == [200] + [401] * 15
    assert world.ask(token, proof).code == "identity.replayed"


def test_an_issuer_may_want_a_proof_of_each_token(world: World) -> None:
    issuer = world.issuer("bound")
    plain, bound = world.idp.token("ann", iss=issuer), world.idp.token("ann", iss=issuer, cnf=ANN.cnf)
    assert world.ask(plain, scheme="Bearer").code == "identity.unproven"
    assert world.ask(plain, ANN.proof("GET", world.url(), plain)).code == "identity.unproven"  # it is bound to no key
    assert world.ask(bound, ANN.proof("GET", world.url(), bound)).status == 200


def test_a_nonce_is_given_and_taken(world: World) -> None:
    token = world.idp.token("ann", iss=world.issuer("nonce"), cnf=ANN.cnf)
    first = world.ask(token, ANN.proof("GET", world.url(), token))
    assert (first.code, first.headers["www-authenticate"].partition(",")[0]) == (
        "identity.nonce", 'DPoP error="use_dpop_nonce"',
    )  # fmt: skip
    nonce = first.headers["dpop-nonce"]
    assert world.ask(token, ANN.proof("GET", world.url(), token, nonce=nonce)).status == 200
    assert world.ask(token, ANN.proof("GET", world.url(), token, nonce=f"{nonce}x")).code == "identity.nonce"


def test_a_certificate_proves_over_its_own_connection(world: World) -> None:
    ann, cnf = shown(world.folder, "ann")
    eve, _ = shown(world.folder, "eve")
    token = world.idp.token("ann", cnf=cnf)
    assert world.ask(token, shows=ann, scheme="Bearer").tree["user"] == "ann"
    assert world.ask(token, shows=ann, scheme="api-key").status == 200  # for clients that know one slot alone
    for shows in (None, eve):
        said = world.ask(token, shows=shows, scheme="Bearer")
        assert said.code == "identity.unproven"
        assert ("another" if shows else "shows none") in said.tree["message"]
    assert world.ask(token, ANN.proof("GET", world.url(), token), shows=eve).code == "identity.unproven"
    both = world.idp.token("ann", cnf={**cnf, **ANN.cnf})
    assert world.ask(both, shows=ann).code == "identity.unproven"
    assert world.ask(both, ANN.proof("GET", world.url(), both), shows=ann).status == 200


def test_a_rule_may_want_a_proof_and_it_is_in_the_record(world: World) -> None:
    locks, (ann, cnf) = "/.vecgate/v1/locks", shown(world.folder, "ruled")
    by_key, by_tls = world.idp.token("rue", cnf=ANN.cnf), world.idp.token("rue", cnf=cnf)
    assert world.ask(world.idp.token("rue"), path=locks, scheme="Bearer").code == "policy.unproven"
    assert world.ask(by_key, ANN.proof("GET", world.url(locks), by_key), path=locks).code == "policy.unproven"
    assert world.ask(by_tls, path=locks, shows=ann).tree == {"locks": []}
    settings = yaml.safe_load(world.gateway.settings.read_text("utf-8"))
    told = Path(settings["recording"]["folder"])
    proofs = {
        talk.get("who").get("proof")
        for one in read.sessions(told)
        if one.user == "rue"
        for talk in read.load(told, one.session).conversations()
    }
    assert proofs == {None, "dpop", "mtls"}
