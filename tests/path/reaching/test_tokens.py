"""What does a token say of its owner, of who acts for them, and of itself? Read in one way, and held to, through a gateway."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import yaml

from demo.gateway import Gateway, Reply
from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from support.servers.idp import Idp, running_idp
from support.tools.direct import Collection, collection
from support.tools.every import every

WHOAMI: Final = "/.vecgate/v1/whoami"
CLUSTER: Final = "https://kubernetes.default.svc.cluster.local"
RULES: Final = """
version: 1
mask_profiles:
  strict: {default: redact}
rules:
  - name: works
    who: anyone
    where: {collections: ["held-*"]}
    operations: [read, write, delete, schema]
    effect: allow
    mask: strict
  - name: shakes-hands
    who: anyone
    where: anywhere
    operations: [health, tenant_read, auth_read, collection_read, lock]
    effect: allow
    mask: strict
"""


@dataclass(slots=True)
class World:
    """A gateway, a login service that signs whatever it is told, and a collection."""

    gateway: Gateway
    idp: Idp
    tickets: Collection

    def ask(self, token: str, method: str = "GET", path: str = WHOAMI, body: Any = None) -> Reply:
        return self.gateway.ask(method, path, token=token, body=body)

    def search(self, token: str) -> Reply:
        return self.ask(token, "POST", f"{self.tickets.path}/query", {"query_embeddings": [[1.0, 0.5]], "n_results": 1})

    def upsert(self, token: str) -> Reply:
        body = {"ids": ["1"], "embeddings": [[1.0, 0.5]], "documents": ["one"]}
        return self.ask(token, "POST", f"{self.tickets.path}/upsert", body)

    def alter(self, token: str) -> Reply:
        return self.ask(token, "PUT", self.tickets.path, {"new_metadata": {"team": "support"}})


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory) -> Iterator[World]:
    folder = gateways.folder / "tokens-policies"
    folder.mkdir()
    (folder / "p.yaml").write_text(RULES, "utf-8")
    secret = gateways.folder / "introspection.secret"
    secret.write_text("of-the-gateway\n")
    issuers = yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"]
    with running_idp() as idp, collection(stack, f"held-{os.urandom(4).hex()}", 3) as tickets:
        told = {"audience": "vecgate", "jwks_url": idp.jwks_url}
        asked = {"url": f"{idp.issuer}/introspect", "client_id": "gateway", "secret_file": str(secret)}
        words = {"claim": "scp", "read": ["db.read"], "write": ["db.write"], "admin": ["db.admin"]}
        more = [
            {"issuer": idp.issuer, **told, "introspection": asked, "actor_issuers": [CLUSTER]},
            {"issuer": f"{idp.issuer}/scoped", **told, "scopes": words},
            {"issuer": f"{idp.issuer}/loose", **told, "upstream_claim": None},
            {"issuer": f"{idp.issuer}/spaced", **told, "groups_split": "space", "actors": 0},
            {"issuer": CLUSTER, **told, "types": ["none"], "subjects": ["system:serviceaccount:rag:*"],
             "groups_claim": "kubernetes.io.namespace"},
            {"issuer": "spiffe://prod.example", **told, "types": ["jwt", "none"]},
        ]  # fmt: skip
        made = gateways.make(
            {"policies": str(folder), "state": {"prefix": "tokens-test"}, "issuers": [*issuers, *more]}
        )
        made.start()
        yield World(made, idp, tickets)


def one(world: World, **over: Any) -> str:
    """A token of ann's; `at`: of another issuer beside the first."""
    at = over.pop("at", "")
    return world.idp.token("ann", **({"iss": f"{world.idp.issuer}/{at}"} if at else {}) | over)


# --- a token for one database, for less than its person has


@every(
    ("over", "codes"),
    [
        ({}, ("", "", "")),
        ({"scope": "openid"}, ("", "", "")),  # other words, of a service that was not said to mean any by them
        ({"upstream": UPSTREAM}, ("", "", "")),
        ({"upstream": UPSTREAM, "scope": "read write admin"}, ("", "", "")),
        ({"upstream": UPSTREAM, "scope": "read write"}, ("", "", "identity.scope")),
        ({"upstream": UPSTREAM, "scope": "read"}, ("", "identity.scope", "identity.scope")),
        ({"upstream": UPSTREAM, "scope": "write"}, ("identity.scope", "", "identity.scope")),
        ({"upstream": UPSTREAM, "scope": ""}, ("identity.scope",) * 3),
        ({"upstream": ["other-db", UPSTREAM], "scope": "read"}, ("", "identity.scope", "identity.scope")),
        ({"upstream": "other-db"}, ("identity.elsewhere",) * 3),
        ({"upstream": "other-db", "scope": "read write admin"}, ("identity.elsewhere",) * 3),
        ({"upstream": []}, ("identity.elsewhere",) * 3),
        ({"upstream": UPSTREAM.upper()}, ("identity.elsewhere",) * 3),
        ({"upstream": {"name": UPSTREAM}}, ("identity.invalid",) * 3),
        ({"at": "loose", "upstream": "other-db", "scope": "nothing"}, ("", "", "")),
        ({"at": "scoped", "scp": "db.read db.write"}, ("", "", "identity.scope")),
        ({"at": "scoped", "scope": "db.read"}, ("identity.scope",) * 3),
        ({"at": "scoped"}, ("identity.scope",) * 3),
    ],
)
def test_a_token_is_held_to_its_databases_and_its_scope(
    world: World, over: dict[str, Any], codes: tuple[str, ...]
) -> None:
    token = one(world, **over)
    said = [ask(token) for ask in (world.search, world.upsert, world.alter)]
    assert tuple(reply.code if reply.status >= 300 else "" for reply in said) == codes, [r.body for r in said]
    for reply in said:
        if reply.code in ("identity.elsewhere", "identity.scope"):
            assert reply.status == 403
            assert "Nothing was sent" in reply.json["message"]


def test_what_a_token_lacks_is_said(world: World) -> None:
    said = world.upsert(one(world, upstream=UPSTREAM, scope="read")).json["message"]
    assert "it is for 'read', and the call takes 'write'" in said
    assert "it names other-db" in world.search(one(world, upstream="other-db")).json["message"]
    who = world.ask(one(world, upstream=UPSTREAM, scope="read")).json
    assert (who["token_upstreams"], who["token_scope"]) == ([UPSTREAM], ["read"])


#: What the gateway answers itself: with a token for this database and for reads; for all of this database; with a scope alone.
OWN: Final = {
    ("GET", WHOAMI): ("", "", ""),
    ("GET", "/.vecgate/v1/requests/abc"): ("requests.unknown", "requests.unknown", "requests.unknown"),
    ("GET", "/.vecgate/v1/requests"): ("identity.elsewhere", "identity.elsewhere", "identity.scope"),
    ("GET", "/.vecgate/v1/access"): ("identity.elsewhere", "identity.elsewhere", "identity.scope"),
    ("POST", "/.vecgate/v1/requests/abc/approve"): ("identity.elsewhere", "identity.elsewhere", "identity.scope"),
    ("GET", "/.vecgate/v1/locks"): ("identity.elsewhere", "identity.elsewhere", "identity.scope"),
}


@every(("asked", "codes"), OWN.items(), ids=[f"{method} {path}" for method, path in OWN])
def test_what_the_gateway_answers_itself_is_no_way_around(
    world: World, asked: tuple[str, str], codes: tuple[str, ...]
) -> None:
    tokens = (
        one(world, upstream=UPSTREAM, scope="read"),
        one(world, upstream=UPSTREAM),
        one(world, at="scoped", scp="db.read"),
    )
    said = [world.ask(token, *asked, body={} if asked[0] == "POST" else None) for token in tokens]
    assert tuple(reply.code if reply.status >= 300 else "" for reply in said) == codes, [r.body for r in said]


def test_a_plan_holds_no_more_than_its_token(world: World) -> None:
    call = {"method": "POST", "path": f"{world.tickets.path}/delete", "body": {"ids": ["1"]}}
    said = world.ask(one(world, upstream=UPSTREAM, scope="read"), "POST", "/.vecgate/v1/plans", {"calls": [call]})
    assert (said.status, said.code) == (403, "plan.step"), said.body
    assert "identity.scope" in said.json["message"]


# --- who it is, and who acts


@every(
    ("over", "code"),
    [
        ({"groups": "analysts, support"}, ""),
        ({"groups": "domain admins"}, "identity.invalid"),
        ({"at": "spaced", "groups": "domain admins"}, ""),
        ({"_claim_names": {"groups": "src1"}}, "identity.overage"),
        ({"hasgroups": True}, "identity.overage"),
        ({"aud": ["other", "vecgate"]}, ""),
        ({"aud": ["other"]}, "identity.invalid"),
        ({"act": {"sub": "helper", "act": {"sub": "planner"}}}, ""),
        ({"act": {"sub": "helper", "iss": CLUSTER}}, ""),
        ({"act": {"sub": "ann"}}, "identity.chain"),
        ({"act": {"sub": "helper", "act": {"sub": "helper"}}}, "identity.chain"),
        ({"act": {"sub": "helper", "iss": "https://evil.example"}}, "identity.chain"),
        ({"act": {"sub": "helper", "scope": "admin"}}, "identity.chain"),
        ({"act": {"sub": "a", "act": {"sub": "b", "act": {"sub": "c", "act": {"sub": "d", "act": {"sub": "e"}}}}}},
         "identity.chain"),
        ({"act": "helper"}, "identity.chain"),
        ({"at": "spaced", "act": {"sub": "helper"}}, "identity.chain"),
    ],
)  # fmt: skip
def test_what_a_token_says_is_read_in_one_way_or_refused(world: World, over: dict[str, Any], code: str) -> None:
    said = world.ask(one(world, **over))
    assert (said.status, said.code) == ((401, code) if code else (200, "")), said.body


def test_groups_are_those_that_the_text_means(world: World) -> None:
    assert world.ask(one(world, groups="analysts, support")).json["groups"] == ["analysts", "support"]
    assert world.ask(one(world, at="spaced", groups="domain admins")).json["groups"] == ["admins", "domain"]


# --- programs, and tokens that say nothing themselves


@every(
    ("sub", "over", "who"),
    [
        ("system:serviceaccount:rag:indexer", {"iss": CLUSTER, "kubernetes.io": {"namespace": "rag"}}, ["rag"]),
        ("system:serviceaccount:web:front", {"iss": CLUSTER, "kubernetes.io": {"namespace": "web"}}, None),
        ("spiffe://prod.example/ns/rag", {"iss": "spiffe://prod.example"}, []),
        ("spiffe://prod.example/ns/rag", {"iss": None, "iat": None}, []),
        ("spiffe://test.example/ns/rag", {"iss": None, "iat": None}, None),
        ("spiffe://prod.example.evil/ns/rag", {"iss": "spiffe://prod.example"}, None),
    ],
)
def test_programs_call_with_what_their_cluster_gave_them(
    world: World, sub: str, over: dict[str, Any], who: list[str] | None
) -> None:
    said = world.ask(world.idp.token(sub, header={"typ": None}, **over))
    if who is None:
        assert (said.status, said.code) == (401, "identity.invalid"), said.body
    else:
        assert (said.status, said.json["user"], said.json["groups"]) == (200, sub, who), said.body


def test_an_opaque_token_is_what_its_issuer_says_of_it(world: World) -> None:
    now = int(time.time())
    good = {"active": True, "aud": "vecgate", "sub": "oda", "groups": ["support"], "iat": now, "exp": now + 300}
    world.idp.opaque = {
        "opaque-good": good,
        "opaque-held": good | {"upstream": "other-db"},
        "opaque-chain": good | {"act": {"sub": "oda"}},
        "opaque-other": good | {"aud": "other"},
    }
    said = world.ask("opaque-good")
    assert (said.status, said.json["user"], said.json["groups"]) == (200, "oda", ["support"])
    assert world.search("opaque-good").status == 200
    for token, code in (("held", "elsewhere"), ("chain", "chain"), ("other", "invalid"), ("unknown", "invalid")):
        assert world.ask(f"opaque-{token}").code == f"identity.{code}"
    assert [asked for asked, _ in world.idp.introspected].count("opaque-good") == 1
