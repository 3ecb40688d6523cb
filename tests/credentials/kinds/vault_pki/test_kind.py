"""Client certificates of a real PKI: what is in them, how they are loaded, and what an odd answer becomes."""

import os
import socket
import ssl
import stat
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from demo.stack import Stack
from support.servers.issuing import Part
from vecgate.credentials.kinds import Login, Token
from vecgate.credentials.kinds.vault_pki.kind import VaultPki, readable_once
from vecgate.credentials.vouching import Caller
from vecgate.domain.lease import ClientCertificate, Material
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import NameRefused, Unavailable, VaultDenied

DB = "tickets-db"


def login(part: Part, user: str) -> Login:
    async def log_in() -> Token:
        return await part.voucher().login(Caller(f"subject-of-{user}", user), "vecgate-person")

    return Login(user, "vecgate-client", time.time() + 3600, log_in)


def certificate(material: Material) -> ssl.SSLContext:
    assert isinstance(material, ClientCertificate)
    return material.context


def shown_to_server(stack: Stack, context: ssl.SSLContext) -> x509.Certificate:
    """The certificate a server that demands one gets to see."""
    here, there = socket.socketpair()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.verify_mode = ssl.CERT_REQUIRED
    server.verify_flags |= ssl.VERIFY_X509_STRICT
    server.load_verify_locations(stack.pki_root)
    server.load_cert_chain(stack.front.folder / "front.pem", stack.front.folder / "front.key")
    with here, there:
        ours = context.wrap_socket(here, server_hostname="localhost", do_handshake_on_connect=False)
        theirs = server.wrap_socket(there, server_side=True, do_handshake_on_connect=False)
        ours.setblocking(False)
        theirs.setblocking(False)
        with ours, theirs:
            _shake(ours, theirs)
            seen = theirs.getpeercert(binary_form=True)
    assert seen is not None
    return x509.load_der_x509_certificate(seen)


def _shake(*ends: ssl.SSLSocket) -> None:
    waiting = list(ends)
    while waiting:
        for end in tuple(waiting):
            try:
                end.do_handshake()
                waiting.remove(end)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                continue


async def test_the_certificate_names_the_user_is_short_and_good_for_clients_only(part: Part) -> None:
    spec = part.settings.upstreams[DB]
    issued = await VaultPki(part.means, spec).obtain(login(part, "alice"), 120)
    seen = shown_to_server(part.stack, certificate(issued.material))
    assert [a.value for a in seen.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["alice"]
    assert list(seen.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.CLIENT_AUTH
    ]
    assert (seen.not_valid_after_utc - seen.not_valid_before_utc).total_seconds() <= 120 + 30
    assert int(issued.id.replace(":", ""), 16) == seen.serial_number
    assert issued.expires_at <= part.clock() + 120


async def test_certificates_are_loaded_beside_the_loop(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    made = ssl.create_default_context

    def noted(*words: Any, **more: Any) -> ssl.SSLContext:
        threads.append(threading.get_ident())
        return made(*words, **more)

    kind = VaultPki(part.means, part.settings.upstreams[DB])
    monkeypatch.setattr(ssl, "create_default_context", noted)
    await kind.obtain(login(part, "alice"), 60)
    assert threads
    assert threading.get_ident() not in threads


async def test_the_context_trusts_the_databases_ca_only_and_checks_names(part: Part) -> None:
    spec = part.settings.upstreams[DB]
    issued = await VaultPki(part.means, spec).obtain(login(part, "alice"), 60)
    context = certificate(issued.material)
    assert [ca["subject"] for ca in context.get_ca_certs()] == [((("commonName", "database servers"),),)]
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


async def test_a_ca_file_that_is_none_is_named(part: Part, tmp_path: Path) -> None:
    """Else its operator would look for what is wrong with OpenBao, or with the gateway."""
    odd = tmp_path / "odd.pem"
    odd.write_text("no certificate")
    for ca in (tmp_path / "none.pem", odd):
        spec = part.settings.upstreams[DB].model_copy(update={"ca": ca})
        with pytest.raises(Unavailable, match=f"upstream: the CA file {ca} cannot be used"):
            await VaultPki(part.means, spec).obtain(login(part, "alice"), 60)


async def test_longer_than_the_role_allows_is_not_longer(part: Part) -> None:
    spec = part.settings.upstreams[DB]
    issued = await VaultPki(part.means, spec).obtain(login(part, "alice"), 36_000)
    assert issued.expires_at <= part.clock() + 900


@pytest.mark.parametrize(
    "name",
    [
        "sam@example.com",
        "o'brien+x@example.co.uk",
        "sam@b\u00fccher.de",
        "D\u00e1na Sm\u00edth",
        "CORP\\sam",
        "auth0|5f",
        "x" * 64,
    ],
)
async def test_people_may_be_called_like_mail_addresses_and_whatever_logins_call_them(part: Part, name: str) -> None:
    spec = part.settings.upstreams[DB]
    issued = await VaultPki(part.means, spec).obtain(login(part, name), 120)
    seen = shown_to_server(part.stack, certificate(issued.material))
    assert [a.value for a in seen.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [name]


@pytest.mark.parametrize("name", ["*", "*.example.com", "a@b@c"])
async def test_a_name_that_the_role_refuses_is_told_with_the_stores_own_words(part: Part, name: str) -> None:
    spec = part.settings.upstreams[DB]
    with pytest.raises(NameRefused) as caught:
        await VaultPki(part.means, spec).obtain(login(part, name), 120)
    assert caught.value.user == name
    assert caught.value.said == f"common name {name} not allowed by this role"


async def test_the_certificate_of_another_person_is_refused(part: Part) -> None:
    spec = part.settings.upstreams[DB]
    for name in ("bob", "vecgate-gateway", "bob@alice.example", "alice.bob"):
        asked = replace(login(part, "alice"), user=name)
        with pytest.raises(NameRefused):
            await VaultPki(part.means, spec).obtain(asked, 120)


async def test_names_beside_the_common_name_are_refused(part: Part) -> None:
    token = (await login(part, "alice").token()).secret
    for more in ({"alt_names": "bob"}, {"uri_sans": "spiffe://demo/bob"}, {"user_ids": "bob"}):
        with pytest.raises(VaultDenied):
            await part.vault.call("POST", "pki/issue/vecgate-client", token=token, body={"common_name": "alice"} | more)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"private_key": "k", "certificate": "c", "expiration": 9e9, "serial_number": "1"},
        {"private_key": "k", "certificate": "c", "expiration": "soon", "serial_number": "1"},
        {"private_key": None, "certificate": "c", "expiration": 9e9, "serial_number": "1"},
    ],
    ids=["empty", "not PEM", "odd end", "no key"],
)
async def test_an_answer_that_is_not_a_certificate_is_an_outage_and_is_not_quoted(
    part: Part, data: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = part.settings.upstreams[DB]

    async def odd(*_: object, **__: object) -> dict[str, Any]:
        return {"data": data}

    async def no_token() -> Token:
        return Token(Secret("t"), 9e9)

    monkeypatch.setattr(part.vault, "call", odd)
    with pytest.raises(Unavailable) as caught:
        await VaultPki(part.means, spec).obtain(Login("alice", "r", 9e9, no_token), 60)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "in_memory",
    [False, pytest.param(True, marks=pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="Linux only"))],
)
def test_a_key_is_readable_for_a_moment_by_its_owner_only(in_memory: bool) -> None:
    with readable_once("secret", in_memory=in_memory) as name:
        path = Path(name)
        assert path.read_text() == "secret"
        if not in_memory:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()
