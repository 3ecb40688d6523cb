"""Each call reaches the database on its caller's own short-lived certificate, and with nothing else of the client's.

An OpenBao of this module's own gives login tokens that are good for a minute only, so that a lease could outlive one.
"""

import http.client
import json
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest

from demo import bao_setup
from demo.bao import Bao
from demo.gateway import DATA, Gateway
from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.servers.mtls_upstream import MtlsUpstream, mtls_upstream
from support.tools.raw_http import exchange

UUID = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"
OTHER_UUID = "0c6a1f8a-93a1-4d5f-8f0e-5d0f6a1c2b3d"
TOKEN_SECONDS = 60
HEARTBEAT, VERSION = "/api/v2/heartbeat", "/api/v2/version"
WHAT_ARRIVES = {"host", "accept", "accept-encoding", "content-type", "content-length"}


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    """An OpenBao as in the demo, but for the life of its login tokens."""
    folder = tmp_path_factory.mktemp("bao")
    (folder / "secrets").mkdir()
    original = bao_setup._login_service

    def short(place: bao_setup.Place) -> list[bao_setup.Row]:
        rows = original(place)
        return [(path, data | {"ttl": f"{TOKEN_SECONDS}s"} if "/role/" in path else data) for path, data in rows]

    made = Bao(folder / "bao", folder / "secrets", folder / "bao.log", free_port(), free_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bao_setup, "_login_service", short)
        try:
            made.spawn()
            made.finish()
            yield made
        finally:
            made.server.stop()


@pytest.fixture(scope="module")
def upstream(bao: Bao, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MtlsUpstream]:
    """The database: it lets in who has a certificate of that OpenBao, and notes whose."""
    with mtls_upstream(tmp_path_factory.mktemp("upstream"), client_ca=bao.secrets / "pki-root.pem") as fake:
        fake.names[UUID] = "tickets"
        yield fake


@pytest.fixture(scope="module")
def gateway(stack: Stack, bao: Bao, gateways: Factory, upstream: MtlsUpstream) -> Gateway:
    issuer = {
        "issuer": bao.issuer, "audience": bao_setup.AUDIENCE, "ca": str(bao.ca), "user_claim": "preferred_username",
        "types": ["none"],
    }  # fmt: skip
    halves = {f"{half}_id_file": str(bao.secrets / f"vecgate.{half}-id") for half in ("role", "secret")}
    over = {
        "issuers": [issuer],
        "vault": {"url": bao.url, "ca": str(bao.ca), "vouch": {"key_file": str(bao.secrets / "vouch.key")}, **halves},
        "state": {"prefix": "identity-test"},
    }
    made = gateways.make(over={**over, "upstreams": {UPSTREAM: upstream.settings}})
    made.start()
    return made


@pytest.fixture(autouse=True)
def _nothing_arrived_yet(upstream: MtlsUpstream) -> None:
    upstream.arrived.clear()


# whose connection


def test_on_one_client_connection_each_caller_has_a_connection_of_their_own(
    bao: Bao, gateway: Gateway, upstream: MtlsUpstream
) -> None:
    """alice, then bob, then alice, on one kept-alive connection: a certificate belongs to a connection."""
    tokens = {user: bao.token(user) for user in ("alice", "bob")}
    context = ssl.create_default_context(cafile=str(gateway.ca))
    client = http.client.HTTPSConnection("localhost", gateway.listen.port, context=context, timeout=30)
    try:
        client.connect()
        only = client.sock
        for user in ("alice", "bob", "alice"):
            client.request("GET", HEARTBEAT, headers={"Authorization": f"Bearer {tokens[user]}"})
            answer = client.getresponse()
            assert (answer.status, bool(answer.read())) == (200, True)
            assert client.sock is only
    finally:
        client.close()
    first, second, third = upstream.of_people
    assert [one.peer for one in (first, second, third)] == ["alice", "bob", "alice"]
    assert second.connection not in (first.connection, third.connection)
    assert first.serial == third.serial != second.serial


def test_at_the_same_time_nobody_gets_another_ones_connection(
    bao: Bao, gateway: Gateway, upstream: MtlsUpstream
) -> None:
    asks = {HEARTBEAT: ("alice", bao.token("alice")), VERSION: ("bob", bao.token("bob"))}
    with ThreadPoolExecutor(8) as pool:
        turns = [(path, asks[path][1]) for path in [HEARTBEAT, VERSION] * 12]
        replies = list(pool.map(lambda turn: gateway.ask("GET", turn[0], token=turn[1]), turns))
    assert {reply.status for reply in replies} == {200}
    assert len(upstream.arrived) == 24
    assert all(one.peer == asks[one.target][0] for one in upstream.arrived)
    assert len({(one.connection, one.peer) for one in upstream.arrived}) == len(
        {one.connection for one in upstream.arrived}
    )


def test_the_gateways_own_questions_go_out_on_its_own_certificate(
    bao: Bao, gateway: Gateway, upstream: MtlsUpstream
) -> None:
    reply = gateway.ask("POST", f"{DATA}/collections/{UUID}/get", token=bao.token("alice"), body={"ids": ["a"]})
    assert reply.status == 200
    question, call = upstream.arrived
    assert (question.method, question.peer) == ("GET", "vecgate-gateway")
    assert (call.method, call.peer) == ("POST", "alice")
    assert question.connection != call.connection


# for how long, and who knows


def test_a_lease_is_never_longer_than_the_login_it_was_issued_on(
    bao: Bao, gateway: Gateway, upstream: MtlsUpstream
) -> None:
    """The settings would give a lease ten minutes; the token has one."""
    token = bao.token("carol")
    end = jwt.decode(token, options={"verify_signature": False})["exp"]
    assert gateway.ask("GET", HEARTBEAT, token=token).status == 200
    (call,) = upstream.of_people
    assert call.peer == "carol"
    assert call.not_after <= end


def test_openbaos_audit_log_names_the_person(bao: Bao, gateway: Gateway) -> None:
    for user in ("alice", "bob"):
        assert gateway.ask("GET", HEARTBEAT, token=bao.token(user)).status == 200
    entries = [json.loads(line) for line in bao.audit.read_text("utf-8").splitlines()]
    issued = [
        one["auth"]
        for one in entries
        if one["request"]["path"] == "pki/issue/vecgate-client" and one["type"] == "response"
    ]
    assert {"vecgate-alice", "vecgate-bob"} <= {one["display_name"] for one in issued}
    assert all(one["metadata"]["role"] == "vecgate-person" and one["entity_id"] for one in issued)


# where the token may stand

ACCEPTED = [
    ("Authorization", "Bearer {}"),
    ("authorization", "bearer {}"),
    ("X-Chroma-Token", "{}"),
    ("X-Chroma-Token", "Bearer {}"),
    ("api-key", "{}"),
    ("Api-Key", "{}"),
]


@pytest.mark.parametrize(("name", "value"), ACCEPTED)
def test_the_token_is_taken_from_where_clients_put_their_key(
    bao: Bao, gateway: Gateway, upstream: MtlsUpstream, name: str, value: str
) -> None:
    assert gateway.ask("GET", HEARTBEAT, headers={name: value.format(bao.token("alice"))}).status == 200
    assert [one.peer for one in upstream.arrived] == ["alice"]


REFUSED = [
    # no token of ours
    ([], "identity.missing"),
    (["Authorization: Basic YWxpY2U6c2VjcmV0"], "identity.invalid"),
    (["Cookie: token=ALICE"], "identity.missing"),
    (["X-Forwarded-Access-Token: ALICE"], "identity.missing"),
    # two at once, equal or not
    (["Authorization: Bearer ALICE", "X-Chroma-Token: ALICE"], "identity.ambiguous"),
    (["Authorization: Bearer ALICE", "Authorization: Bearer BOB"], "identity.ambiguous"),
    (["X-Chroma-Token: ALICE", "Api-Key: BOB"], "identity.ambiguous"),
    (["Authorization: Basic YWxpY2U6c2VjcmV0", "Api-Key: ALICE"], "identity.ambiguous"),
    # not one readable token
    (["Authorization: ALICE"], "identity.invalid"),
    (["Authorization: Bearer ALICE, Bearer BOB"], "identity.invalid"),
    (["X-Chroma-Token: ALICE BOB"], "identity.invalid"),
    (["X-Chroma-Token: chroma-token"], "identity.invalid"),
    (["X-Chroma-Token:"], "identity.invalid"),
]


@pytest.mark.parametrize(("headers", "code"), REFUSED)
def test_anything_but_one_good_token_is_refused(
    bao: Bao, gateway: Gateway, upstream: MtlsUpstream, headers: list[str], code: str
) -> None:
    lines = [f"GET {HEARTBEAT} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    text = "\r\n".join(lines).replace("ALICE", bao.token("alice")).replace("BOB", bao.token("bob"))
    (reply,) = exchange(gateway, f"{text}\r\n\r\n".encode()).replies
    assert (reply.status, reply.code) == (401, code)
    assert reply.headers["www-authenticate"] == "Bearer"
    assert not upstream.of_people  # its own looks at the database come when they come


# what arrives


OWN = (
    "Cookie", "Proxy-Authorization", "X-OpenAI-Api-Key", "X-Vault-Token", "X-Forwarded-For", "Forwarded", "Referer",
    "Origin", "User-Agent", "Accept", "Accept-Language", "X-Note", "Via", "Traceparent", "X-Request-Id",
)  # fmt: skip


def test_nothing_of_the_clients_own_reaches_the_database(bao: Bao, gateway: Gateway, upstream: MtlsUpstream) -> None:
    token = bao.token("alice")
    marks = {name: f"mark-{number}" for number, name in enumerate(OWN)}
    upstream.names[OTHER_UUID] = "tickets"  # so that the gateway has to ask for its name
    body = {"ids": ["a"]}
    path = f"{DATA}/collections/{OTHER_UUID}/get"
    assert gateway.ask("POST", path, body=body, headers={**marks, "X-Chroma-Token": token}).status == 200
    assert len(upstream.arrived) == 2
    for one in upstream.arrived:
        assert {name for name, _ in one.headers} <= WHAT_ARRIVES
        assert not any(secret in str(one) for secret in (token, token.split(".")[2], "mark-"))
    assert json.loads(upstream.of_people[0].body)["ids"] == ["a"]
