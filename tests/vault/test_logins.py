"""How the gateway itself logs in at a real OpenBao: AppRole aside, by a workload's JWT, a pod's, or an agent's file.

The cluster that says whose a pod's token is, is a stub; that OpenBao asks it is real.
"""

import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from demo import certs
from support.servers.devbao import DevBao, dev_bao
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.settings.vault import Vault
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken

CLUSTER_KEY = ec.generate_private_key(ec.SECP256R1())
SUBJECT = "system:serviceaccount:gateways:vecgate"
SEALS = "transit/datakey/plaintext/vecgate-journal"


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("l")) as made:
        yield made


def settings(bao: DevBao, **more: Any) -> Vault:
    return Vault.model_validate({"url": bao.url, "vouch": {"transit_key": "k"}, **more})


@asynccontextmanager
async def logged_in(told: Vault, ahead: float = 0) -> AsyncIterator[tuple[OwnToken, VaultClient]]:
    async with VaultClient.of(told) as client:
        own = OwnToken(client, told, lambda: time.time() + ahead)
        try:
            yield own, client
        finally:
            await own.close()


async def seals(own: OwnToken, client: VaultClient) -> bool:
    """Whether its token may do what the gateway's may."""
    return bool((await client.call("POST", SEALS, token=await own.get(), body={}))["data"])


# --- with the JWT of a workload


async def test_by_the_jwt_of_a_workload_which_is_read_for_each_login(bao: DevBao, tmp_path: Path) -> None:
    role = {"role_type": "jwt", "user_claim": "sub", "bound_audiences": ["vecgate"], "token_ttl": "60s"}
    bao.call("POST", "auth/jwt/role/gateway", role | {"bound_subject": "workload", "token_policies": ["gateway"]})
    file = tmp_path / "jwt"
    file.write_text(bao.login_token("another"))
    told = settings(bao, login="jwt", login_role="gateway", jwt_file=file)
    async with logged_in(told) as (own, client):
        with pytest.raises(VaultDenied):
            await own.get()
        file.write_text(bao.login_token("workload") + "\n")
        assert await seals(own, client)


# --- by AppRole


async def test_calls_that_are_refused_use_up_no_secret_id(bao: DevBao, tmp_path: Path) -> None:
    """By a wrong policy of one database the calls of all the others do not end."""
    bao.call("POST", "sys/auth/approle", {"type": "approle"})
    role = "auth/approle/role/counted"
    bao.call("POST", role, {"token_policies": ["gateway"], "secret_id_num_uses": 2})
    (tmp_path / "role").write_text(bao.call("GET", f"{role}/role-id")["data"]["role_id"])
    (tmp_path / "secret").write_text(bao.call("POST", f"{role}/secret-id", {})["data"]["secret_id"])
    told = settings(bao, role_id_file=tmp_path / "role", secret_id_file=tmp_path / "secret")
    async with logged_in(told) as (own, client):
        for path in ("transit/keys/none", "nowhere/at/all") * 4:
            with pytest.raises(VaultDenied):
                await own.read(path)
        assert await seals(own, client)
        await client.call("POST", "auth/token/revoke-self", token=await own.get())
        with pytest.raises(VaultDenied):
            await own.read("transit/keys/none")
        assert await seals(own, client), "the second use"


# --- with a pod's


class _Cluster(BaseHTTPRequestHandler):
    """Says of every token that signs itself `good` that it is the gateway's service account's."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = jwt.decode(asked["spec"]["token"], options={"verify_signature": False})
        user = {"username": SUBJECT, "uid": "u-1", "groups": ["system:serviceaccounts"]}
        status = {"authenticated": True, "user": user} if said.get("jti") == "good" else {"authenticated": False}
        body = json.dumps(asked | {"status": status}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def cluster_stub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Cluster)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def pods_token(number: str) -> str:
    about = {"namespace": "gateways", "serviceaccount": {"name": "vecgate", "uid": "u-1"}}
    now = int(time.time())
    times = {"iat": now - 10, "nbf": now - 10, "exp": now + 600}
    claims = {"sub": SUBJECT, "jti": number, "kubernetes.io": about}
    return jwt.encode(claims | times | {"iss": "https://kubernetes.default.svc"}, CLUSTER_KEY, "ES256")


async def test_by_the_service_account_of_its_pod(bao: DevBao, tmp_path: Path) -> None:
    with cluster_stub() as host:
        bao.call("POST", "sys/auth/kubernetes", {"type": "kubernetes"})
        ca = certs.make_ca(tmp_path, "cluster of a test").read_text("utf-8")
        told = {"kubernetes_host": host, "kubernetes_ca_cert": ca, "token_reviewer_jwt": pods_token("good")}
        bao.call("POST", "auth/kubernetes/config", told | {"disable_local_ca_jwt": True})
        role = {"bound_service_account_names": ["vecgate"], "bound_service_account_namespaces": ["gateways"]}
        bao.call("POST", "auth/kubernetes/role/gateway", role | {"token_policies": ["gateway"], "token_ttl": "60s"})
        file = tmp_path / "token"
        file.write_text(pods_token("forged"))
        async with logged_in(settings(bao, login="kubernetes", login_role="gateway", jwt_file=file)) as (own, client):
            with pytest.raises(VaultDenied):
                await own.get()
            file.write_text(pods_token("good"))
            assert await seals(own, client)


# --- with what an agent keeps


async def test_with_the_token_that_an_agent_keeps_which_goes_on_when_the_gateway_stops(
    bao: DevBao, tmp_path: Path
) -> None:
    file, told = tmp_path / "sink", settings(bao, login="token_file", token_file=tmp_path / "sink")
    async with logged_in(told) as (own, client):
        with pytest.raises(Unavailable):
            await own.get()
        file.write_text(bao.gateway_token)
        assert await seals(own, client)
    async with logged_in(told) as (own, client):
        assert await seals(own, client)


async def test_when_the_agent_has_another_token_that_one_is_taken(bao: DevBao, tmp_path: Path) -> None:
    def fresh() -> str:
        made = bao.call("POST", "auth/token/create", {"policies": ["gateway"], "ttl": "60s"})
        return str(made["auth"]["client_token"])

    file, told = tmp_path / "sink", settings(bao, login="token_file", token_file=tmp_path / "sink")
    file.write_text(first := fresh())
    async with VaultClient.of(told) as client:
        ahead = [0.0]
        own = OwnToken(client, told, lambda: time.time() + ahead[0])
        assert (await own.get()).reveal() == first
        file.write_text(second := fresh())
        ahead[0] = 45
        await own.get()
        assert own._renewal is not None
        await own._renewal
        assert (await own.get()).reveal() == second
        bao.call("POST", "auth/token/revoke", {"token": second})
        own.forget(await own.get())
        with pytest.raises(VaultDenied):
            await own.get()


# --- namespaces


async def test_in_a_namespace_every_call_is_in_it(bao: DevBao, tmp_path: Path) -> None:
    bao.call("POST", "sys/namespaces/team-a")
    bao.call("POST", "team-a/sys/mounts/transit", {"type": "transit"})
    bao.call("POST", "team-a/transit/keys/vecgate-journal", {})
    policy = f'path "{SEALS}" {{ capabilities = ["update"] }}'
    bao.call("PUT", "team-a/sys/policies/acl/gateway", {"policy": policy})
    made = bao.call("POST", "team-a/auth/token/create", {"policies": ["gateway"], "ttl": "1h"})
    (file := tmp_path / "sink").write_text(made["auth"]["client_token"])
    told = settings(bao, login="token_file", token_file=file, namespace="team-a")
    async with logged_in(told) as (own, client):
        assert await seals(own, client)
        assert (await client.call("GET", "sys/health?standbyok=true"))["initialized"], "it is of none"
    async with logged_in(told.model_copy(update={"namespace": None})) as (own, client):
        with pytest.raises(VaultDenied):
            await seals(own, client)


# --- what each needs


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "login by approle needs 'role_id_file' and 'secret_id_file'"),
        ({"role_id_file": Path("r")}, "login by approle needs 'secret_id_file'"),
        ({"login": "kubernetes"}, "login by kubernetes needs 'login_role'"),
        ({"login": "jwt"}, "login by jwt needs 'login_role' and 'jwt_file'"),
        ({"login": "token_file"}, "login by token_file needs 'token_file'"),
    ],
)
def test_a_login_that_lacks_something_is_told(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Vault.model_validate({"url": "https://v", "vouch": {"transit_key": "k"}, **more})


def test_nodes_of_a_cluster_are_reached_as_safely_as_the_first() -> None:
    told = {
        "url": "https://one.example:8200",
        "role_id_file": "/r",
        "secret_id_file": "/s",
        "vouch": {"key_file": "/k"},
    }
    assert Vault(**told, nodes=("https://two.example:8200",)).nodes == ("https://two.example:8200",)
    for node in ("http://two.example:8200", "https://two.example/v1", "two.example"):
        with pytest.raises(ValidationError):
            Vault(**told, nodes=(node,))
