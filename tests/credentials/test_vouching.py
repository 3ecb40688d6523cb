"""What the gateway signs for a caller, what the vouched mount takes of it, and what it refuses."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from demo import certs
from support.servers.devbao import ROOT, DevBao, dev_bao
from support.servers.issuing import Part
from vecgate.credentials import vouching
from vecgate.credentials.vouching import GATEWAY_NAME, Caller, signed_with_file
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import NotVouched, Unavailable, VaultDenied
from vecgate.settings.vault import Vault, Vouch
from vecgate.vault.client import VaultClient

ALICE = Caller("https://login.test#4711", "alice")


def said(part: Part, **changed: Any) -> dict[str, Any]:
    claims = vouching.claims(part.settings.vault, ALICE, time.time()) | changed
    return {name: value for name, value in claims.items() if value is not None}


async def log_in(part: Part, claims: dict[str, Any], role: str = "vecgate-person", mount: str = "vecgate") -> None:
    signed = await part.voucher().sign(claims)
    await part.vault.login(mount, {"role": role, "jwt": signed})


# --- what it says


def test_it_lives_for_half_a_minute_and_says_who_for_whom_and_by_whom(part: Part) -> None:
    claims = vouching.claims(part.settings.vault, ALICE, 1000.7)
    assert claims["exp"] - claims["iat"] == 30
    assert claims["iat"] == claims["nbf"] < 1000 < claims["exp"]
    assert (claims["sub"], claims["user"], claims["act"]) == (ALICE.subject, "alice", {"sub": GATEWAY_NAME})
    assert (claims["aud"], claims["iss"]) == (part.settings.vault.url, "vecgate")
    assert claims["jti"] != vouching.claims(part.settings.vault, ALICE, 1000.7)["jti"]


def of(key: Any) -> bytes:
    return bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(ec.generate_private_key(ec.SECP256R1()), "ES256"), (ed25519.Ed25519PrivateKey.generate(), "EdDSA")],
    ids=["EC P-256", "Ed25519"],
)
def test_both_kinds_of_key_sign(tmp_path: Path, key: Any, algorithm: str) -> None:
    certs.write_private(tmp_path / "k", of(key))
    signed = signed_with_file(tmp_path / "k", {"sub": "x"})
    assert jwt.decode(signed, key.public_key(), [algorithm]) == {"sub": "x"}


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (None, 0o600, "No such file"),
        (b"", 0o600, "no private key as PEM"),
        (b"-----BEGIN PRIVATE KEY-----", 0o600, "no private key as PEM"),
        (of(ec.generate_private_key(ec.SECP384R1())), 0o600, "neither EC P-256 nor Ed25519"),
        (of(rsa.generate_private_key(65537, 2048)), 0o600, "neither EC P-256 nor Ed25519"),
        (of(ec.generate_private_key(ec.SECP256R1())), 0o644, "others may use it"),
        (of(ec.generate_private_key(ec.SECP256R1())), 0o622, "others may use it"),
    ],
    ids=["none", "empty", "half", "another curve", "RSA", "readable", "writable"],
)
def test_a_key_that_is_none_or_everybodys_signs_nothing(
    tmp_path: Path, content: bytes | None, mode: int, words: str
) -> None:
    path = tmp_path / "vouch.key"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)
    with pytest.raises(Unavailable, match=words) as caught:
        signed_with_file(path, {})
    assert caught.value.part == "vault"


# --- what the mount takes


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elsewhere.test"},
        {"aud": "vecgate"},
        {"aud": None},
        {"iss": "somebody"},
        {"iss": None},
        {"act": {"sub": "alice"}},
        {"act": None},
        {"user": None},
        {"exp": -1},
        {"exp": None},
        {"nbf": 600},
        {"iat": 600},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_the_mount_refuses_what_is_not_quite_what_the_gateway_signs(part: Part, changed: dict[str, Any]) -> None:
    now = int(time.time())  # of this moment: the list above is made minutes before it is tried
    wrong = {name: now + value if isinstance(value, int) else value for name, value in changed.items()}
    with pytest.raises(VaultDenied):
        await log_in(part, said(part, **wrong))


async def test_no_person_is_the_gateway(part: Part) -> None:
    await log_in(part, said(part))
    with pytest.raises(VaultDenied):
        await log_in(part, said(part), role="vecgate-gateway")
    with pytest.raises(VaultDenied):
        await log_in(part, said(part, user=GATEWAY_NAME), role="vecgate-gateway")


async def test_another_key_vouches_for_nobody(part: Part, foreign_key: Path) -> None:
    with pytest.raises(NotVouched):
        await part.voucher(key_file=foreign_key).login(ALICE, "vecgate-person")


async def test_what_the_gateway_signs_opens_no_other_mount(part: Part) -> None:
    for role in ("vecgate-auditor", "vecgate-person", "vecgate"):
        with pytest.raises(VaultDenied):
            await log_in(part, said(part), role=role, mount="jwt")


async def test_the_audit_log_names_who_was_vouched_for_and_hides_the_word_itself(part: Part) -> None:
    signed = await part.voucher().sign(said(part, user="Dana Example"))
    await part.vault.login("vecgate", {"role": "vecgate-person", "jwt": signed})
    text = part.stack.bao.audit.read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    logins = [row for row in rows if row["type"] == "response" and row["request"]["path"] == "auth/vecgate/login"]
    assert logins[-1]["auth"]["display_name"] == "vecgate-Dana Example"
    assert logins[-1]["auth"]["metadata"] == {"role": "vecgate-person", "caller": ALICE.subject}
    assert signed not in text


# --- a key that OpenBao keeps


class FakeOwnToken:
    """The gateway's login at a server where it is root."""

    def __init__(self) -> None:
        self.tokens = [Secret(ROOT)]
        self.forgotten = 0

    async def get(self) -> Secret:
        return self.tokens[0]

    def forget(self, _token: Secret) -> None:
        self.forgotten += 1
        if len(self.tokens) > 1:
            del self.tokens[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as running:
        running.call("POST", "transit/keys/vouch", {"type": "ecdsa-p256"})
        running.call("POST", "sys/auth/vecgate", {"type": "jwt"})
        role = {"role_type": "jwt", "bound_audiences": [running.url], "user_claim": "user", "token_ttl": "1m"}
        running.call("POST", "auth/vecgate/role/vecgate-person", role)
        yield running


def trusts(server: DevBao, *versions: str) -> None:
    """The mount trusts these versions of the key in transit."""
    keys = server.call("GET", "transit/keys/vouch")["data"]["keys"]
    pems = [keys[version]["public_key"] for version in versions]
    server.call("POST", "auth/vecgate/config", {"jwt_validation_pubkeys": pems, "bound_issuer": "vecgate"})


async def test_a_key_in_transit_vouches_and_is_rotated(server: DevBao) -> None:
    files = {"role_id_file": Path("r"), "secret_id_file": Path("s")}
    told = Vault(url=server.url, vouch=Vouch(transit_key="vouch"), **files)
    own = FakeOwnToken()
    async with VaultClient(server.url, None, 10) as client:
        voucher = vouching.Voucher(client, told, own, time.time)  # type: ignore[arg-type]
        trusts(server, "1")
        assert (await voucher.login(ALICE, "vecgate-person")).secret.reveal()
        server.call("POST", "transit/keys/vouch/rotate")
        with pytest.raises(NotVouched):  # signed with the new one, which the mount does not know yet
            await voucher.login(ALICE, "vecgate-person")
        trusts(server, "1", "2")
        assert (await voucher.login(ALICE, "vecgate-person")).secret.reveal()
        own.tokens.insert(0, Secret("ended"))
        assert (await voucher.login(ALICE, "vecgate-person")).secret.reveal()
        assert own.forgotten == 1
        own.tokens = [Secret("ended")]
        with pytest.raises(NotVouched):
            await voucher.login(ALICE, "vecgate-person")
