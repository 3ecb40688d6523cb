"""With what a person has, can they get the database's credential, or its data, around the gateway?

They have their password, what any login with it gives them, their login token, and what OpenBao lets anybody see.
"""

import http.client
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from demo import bao_setup, certs
from demo.bao import Bao, BaoRefused
from demo.front import Front, stunnel_binary
from demo.stack import Stack
from support.forked.ports import free_port
from vecgate.credentials.vouching import GATEWAY_NAME, Caller

PEOPLE = tuple(bao_setup.PEOPLE)
PKIS = {"pki": ("vecgate-client", "vecgate-gateway"), "pki-servers": ("tickets-db",)}
MOUNTS = ("jwt", bao_setup.VOUCHED, "oidc", "approle", "userpass", "token")
ROLES = ("vecgate-person", "vecgate-gateway", "vecgate-client", "vecgate", "vecgate-auditor", "default", "person", "")


def opened(
    bao: Bao, method: str, path: str, token: str = "", body: dict[str, Any] | None = None
) -> dict[str, Any] | None:
    """What it answers; None where it refuses."""
    try:
        return bao.call(method, path, token=token, body=body)
    except BaoRefused:
        return None


def issues(bao: Bao, token: str) -> Iterator[str]:
    """The paths of every PKI from which this login gets a certificate, in any name."""
    for mount, roles in PKIS.items():
        for role in roles:
            for name in ("alice", "bob", GATEWAY_NAME, "tickets-db.internal"):
                for verb in ("issue", "sign", "sign-verbatim"):
                    if opened(bao, "POST", f"{mount}/{verb}/{role}", token, {"common_name": name}) is not None:
                        yield f"{mount}/{verb}/{role} as {name}"


# logins


@pytest.mark.parametrize("user", PEOPLE)
def test_a_persons_token_opens_no_mount_at_openbao(bao: Bao, user: str) -> None:
    token = bao.token(user)
    got = [
        f"{mount} as {role}"
        for mount in MOUNTS
        for role in ROLES
        if (mount, role, user) != ("jwt", "vecgate-auditor", "erin")  # who unseals recordings, and nothing else
        and opened(
            bao, "POST", f"auth/{mount}/login", body={"jwt": token, "token": token} | ({"role": role} if role else {})
        )
    ]
    assert got == []


@pytest.mark.parametrize("user", PEOPLE)
def test_a_persons_token_is_no_token_of_openbao(bao: Bao, user: str) -> None:
    token = bao.token(user)
    assert opened(bao, "GET", "auth/token/lookup-self", token) is None
    assert list(issues(bao, token)) == []


@pytest.mark.parametrize("user", PEOPLE)
def test_who_is_logged_in_by_password_and_known_at_every_mount_gets_no_certificate(bao: Bao, user: str) -> None:
    """Also after the gateway has vouched for them: the vouched name is another entity's, without a right of its own."""
    bao.vouched_login(Caller(f"{bao.issuer}#x", user), "vecgate-person")
    token = bao.login(user)
    assert list(issues(bao, token)) == []
    child = opened(bao, "POST", "auth/token/create", token, {"policies": ["vecgate-person", "vecgate-lookups"]})
    assert child is None or list(issues(bao, child["auth"]["client_token"])) == []


def test_an_auditors_own_login_gets_no_certificate(bao: Bao) -> None:
    body = {"role": "vecgate-auditor", "jwt": bao.token("erin")}
    token = bao.call("POST", "auth/jwt/login", body=body)["auth"]["client_token"]
    assert list(issues(bao, token)) == []


def test_the_machines_own_logins_get_no_clients_certificate(bao: Bao) -> None:
    assert list(issues(bao, bao.machine_login("vecgate"))) == []
    assert list(issues(bao, bao.machine_login("front"))) == ["pki-servers/issue/tickets-db as tickets-db.internal"]


def test_without_a_login_nobody_gets_one(bao: Bao) -> None:
    assert list(issues(bao, "")) == []


def test_nobody_vouches_but_with_the_gateways_key(bao: Bao) -> None:
    """All that is signed is as the gateway signs it; only the key is a stranger's, or none."""
    now = int(time.time())
    said = {"iss": bao_setup.VOUCHING_ISSUER, "aud": bao.url, "sub": "x#alice", "user": "alice", "jti": "1"}
    said |= {"act": {"sub": GATEWAY_NAME}, "iat": now - 5, "nbf": now - 5, "exp": now + 20}
    stranger = ec.generate_private_key(ec.SECP256R1())
    forged = [jwt.encode(said, stranger, "ES256"), jwt.encode(said, "", "none"), jwt.encode(said, "k" * 32, "HS256")]
    forged.append(bao.token("alice"))
    for token in forged:
        for role in ("vecgate-person", "vecgate-gateway"):
            assert opened(bao, "POST", f"auth/{bao_setup.VOUCHED}/login", body={"role": role, "jwt": token}) is None


def test_a_vouched_login_gets_its_own_name_and_no_other(bao: Bao) -> None:
    token = bao.vouched_login(Caller("x#alice", "alice"), "vecgate-person")
    assert list(issues(bao, token)) == ["pki/issue/vecgate-client as alice"]
    own = bao.vouched_login(Caller(GATEWAY_NAME, GATEWAY_NAME), "vecgate-gateway")
    assert list(issues(bao, own)) == [f"pki/issue/vecgate-gateway as {GATEWAY_NAME}"]


# the database's door


def ask(port: int, context: ssl.SSLContext) -> int:
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    try:
        connection.request("GET", "/api/v2/heartbeat")
        return connection.getresponse().status
    finally:
        connection.close()


def own_pki(folder: Path, name: str) -> Path:
    """A certificate with its key, in one file, of a CA that somebody made who calls everything as ours does."""
    folder.mkdir()
    certs.make_ca(folder, "database access")
    pem, key = certs.make_server(folder, name, (name,))
    both = folder / f"{name}.both"
    certs.write_private(both, key.read_bytes() + pem.read_bytes())
    return both


@pytest.mark.parametrize("kind", ["stunnel", "relay"])
def test_the_front_takes_certificates_of_the_gateways_pki_only(stack: Stack, tmp_path: Path, kind: Any) -> None:
    if kind == "stunnel" and not stunnel_binary():
        pytest.skip("stunnel is not installed")
    bao, folder = stack.bao, stack.folder / "front"
    front = Front(tmp_path / "front", free_port(), stack.chroma.address, stack.pki_root, bao, tmp_path / "log", kind)
    servers = tmp_path / "servers.pem"
    certs.write_private(servers, (folder / "front.key").read_bytes() + (folder / "front.pem").read_bytes())
    front.start()
    try:
        assert ask(front.port, stack.gateway_context()) == 200
        for shown in (None, servers, own_pki(tmp_path / "made", GATEWAY_NAME)):
            context = ssl.create_default_context(cafile=str(stack.servers_root))
            if shown is not None:
                context.load_cert_chain(shown)
            with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
                ask(front.port, context)
    finally:
        front.server.stop()
