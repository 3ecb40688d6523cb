"""Who is calling, and do they hold the key of their token? DPoP and TLS certificates, through two real workers."""

import http.client
import json
import os
import ssl
import time
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
from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.servers.idp import Idp, running_idp
from support.tools.direct import collection
from support.tools.every import every
from support.tools.proofs import Agent
from vecgate.handling.callers.logout import PATH
from vecgate.handling.callers.proving import certificate
from vecgate.identity.logout import EVENT
from vecgate.recording import read

WHOAMI: Final = "/.vecgate/v1/whoami"
ANN, EVE = Agent(), Agent("EdDSA")
RULES = """
version: 1
mask_profiles:
  strict: {default: redact}
rules:
  - name: reads
    who: anyone
    where: {collections: ["called-*"]}
    operations: [read]
    effect: allow
    mask: strict
  - name: shakes-hands
    who: anyone
    where: anywhere
    operations: [health, tenant_read, auth_read, collection_read]
    effect: allow
    mask: strict
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
            {"issuer": idp.issuer, **told, "logout_audience": "vecgate-cli"},
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


def logout(world: World, **over: Any) -> Reply:
    """A login service says that a login has ended."""
    claims = {"aud": "vecgate-cli", "events": {EVENT: {}}, "exp": None, "sub": None} | over
    token = world.idp.token("", header={"typ": "logout+jwt"}, **claims)
    return posted(world, f"logout_token={token}")


def posted(world: World, form: str) -> Reply:
    context = ssl.create_default_context(cafile=str(world.gateway.ca))
    connection = http.client.HTTPSConnection("localhost", world.gateway.listen.port, context=context, timeout=60)
    try:
        connection.request("POST", PATH, form.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def codes(world: World, token: str) -> set[str]:
    """Of sixteen calls, which the kernel gives to both workers; a second after what they are about."""
    time.sleep(1)
    return {said.code if said.status != 200 else "" for said in (world.ask(token, scheme="Bearer") for _ in range(16))}


def test_a_session_that_ends_at_its_login_service_ends_at_all_workers(world: World) -> None:
    mine, other = world.idp.token("lou", sid="s-1"), world.idp.token("lou", sid="s-2")
    bare = world.idp.token("lou")
    assert codes(world, mine) == {""}
    said = logout(world, sid="s-1", sub="lou")
    assert (said.status, said.headers["cache-control"]) == (200, "no-store"), said.body
    assert codes(world, mine) == codes(world, bare) == {"identity.logged_out"}
    assert codes(world, other) == {""}
    assert logout(world, sub="lou", iat=int(time.time()) - 200).status == 200  # told late: of what was there then
    assert codes(world, other) == {""}
    assert logout(world, sub="lou").status == 200
    assert codes(world, other) == {"identity.logged_out"}
    again = world.idp.token("lou", sid="s-3", iat=int(time.time()) + 2)
    assert codes(world, again) == {""}


@every(
    "over",
    [
        {"aud": "vecgate"},
        {"events": None},
        {"events": {}},
        {"nonce": "n"},
        {"sub": None},
        {"jti": None},
        {"iat": 1},
        {"iss": "https://evil.example"},
    ],
)
def test_what_is_no_logout_token_ends_nothing(world: World, over: dict[str, Any]) -> None:
    said = logout(world, **{"sub": "max"} | over)
    assert (said.status, said.code) == (400, "identity.logout_token"), said.body
    assert world.ask(world.idp.token("max"), scheme="Bearer").status == 200


def test_a_login_token_ends_nothing_and_a_logout_token_once(world: World) -> None:
    assert posted(world, f"logout_token={world.idp.token('max')}").code == "identity.logout_token"
    assert posted(world, "logout_token=x").code == "identity.logout_token"
    assert logout(world, sub="moe", jti="once").status == 200
    assert logout(world, sub="moe", jti="once").code == "identity.logout_token"


def test_calls_under_way_are_cut_when_their_login_ends(world: World, stack: Stack) -> None:
    """The database has the call and does not answer; whoever asked is told within a second."""
    token = world.idp.token("cut", sid="s-9")
    with collection(stack, f"called-{os.urandom(4).hex()}", 3) as tickets, ThreadPoolExecutor(4) as pool:

        def search() -> Reply:
            body = {"query_embeddings": [[1.0, 0.5]], "n_results": 1, "include": ["documents"]}
            return world.gateway.ask("POST", f"{tickets.path}/query", token=token, body=body, timeout=60)

        assert all(search().status == 200 for _ in range(8))  # every worker knows the collection by its id
        stack.pause("front")
        try:
            waiting = [pool.submit(search) for _ in range(4)]
            time.sleep(1)
            assert not any(one.done() for one in waiting)
            assert logout(world, sid="s-9").status == 200
            replies = [one.result(20) for one in waiting]
        finally:
            stack.resume("front")
        assert {reply.code for reply in replies} == {"identity.logged_out"}
        assert "It was sent and only reads" in replies[0].json["message"]
        assert search().code == "identity.logged_out"
