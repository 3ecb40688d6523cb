"""TLS with clients, in memory: the right certificate, HTTP/1.1 only, one context for each name, and few of them."""

import contextlib
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import connection, ctx, tls
from mitmproxy.addons import tlsconfig
from mitmproxy.net import tls as net_tls
from mitmproxy.proxy.context import Context
from mitmproxy.test import taddons
from OpenSSL import SSL

from support.tools.every import every
from vecgate.mitm import client_tls
from vecgate.mitm.client_tls import ClientTls
from vecgate.refusals.errors import SettingsError

type Start = Callable[..., SSL.Connection]


@pytest.fixture
def addon(tmp_path: Path) -> Iterator[ClientTls]:
    made = ClientTls()
    with taddons.context() as master:
        master.configure(made)
        master.options.update(confdir=str(tmp_path), http2=False)
        made.configure({"confdir"})
        yield made


@pytest.fixture
def start(addon: ClientTls) -> Start:
    def start(sni: str | None = "db.test", address: str = "127.0.0.1") -> SSL.Connection:
        """The gateway's end of a connection that a client has just begun."""
        client = connection.Client(peername=("127.0.0.1", 1), sockname=(address, 2), timestamp_start=0)
        client.sni = sni
        begun = tls.TlsData(client, context=Context(client, ctx.options))
        addon.tls_start_client(begun)
        assert begun.ssl_conn is not None
        return begun.ssl_conn

    return start


def shake_hands(ours: SSL.Connection, ca: Path, name: str, *alpn: str) -> tuple[ssl.SSLObject, Callable[[], None]]:
    """The client's end, which trusts only that CA, once hands are shaken; and what carries bytes over to us."""
    context = ssl.create_default_context(cafile=str(ca))
    context.set_alpn_protocols([*alpn])
    come, go = ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs = context.wrap_bio(come, go, server_hostname=name)

    def carry() -> None:
        if data := go.read():
            ours.bio_write(data)

    for _ in range(4):
        with contextlib.suppress(ssl.SSLWantReadError):
            theirs.do_handshake()
        carry()
        with contextlib.suppress(SSL.WantReadError):
            ours.do_handshake()
        with contextlib.suppress(SSL.WantReadError):
            come.write(ours.bio_read(65536))
    return theirs, carry


@pytest.mark.parametrize("name", ["db.test", "other.test"])
def test_a_client_sees_a_certificate_for_the_name_it_asked_for(start: Start, tmp_path: Path, name: str) -> None:
    for _ in range(2):  # made, and found again
        ours = start(name)
        theirs, carry = shake_hands(ours, tmp_path / "mitmproxy-ca-cert.pem", name, "h2", "http/1.1")
        assert theirs.version() == "TLSv1.3"
        assert theirs.selected_alpn_protocol() == "http/1.1"
        theirs.write(b"x" * 20_000)
        carry()
        assert b"".join((ours.recv(16384), ours.recv(16384))) == b"x" * 20_000


def test_a_client_without_a_name_sees_the_address_it_came_to(start: Start, tmp_path: Path) -> None:
    theirs, _ = shake_hands(start(None, "192.0.2.7"), tmp_path / "mitmproxy-ca-cert.pem", "192.0.2.7")
    assert (theirs.getpeercert() or {})["subjectAltName"] == (("IP Address", "192.0.2.7"),)


@every(
    ("offered", "alone"),
    [([b"h2"], True), ([b"grpc-exp", b"h2"], True), ([b"h2", b"http/1.1"], False), ([b"http/1.1"], False), ([b"http/1.0", b"h2"], False), ([], False), ([b"h3"], False)],
)  # fmt: skip
def test_http_2_alone_is_offered_by_clients_of_grpc(offered: list[bytes], alone: bool) -> None:
    assert client_tls.speaks_h2_alone(offered) is alone


@every(
    ("name", "offered", "expected"),
    [
        ("grpc.test", ("h2", "http/1.1"), "h2"),
        ("grpc.test", ("http/1.1", "h2"), "http/1.1"),
        ("grpc.test", ("h2",), "h2"),
        ("rest.test", ("h2", "http/1.1"), "http/1.1"),
        ("rest.test", ("h2",), "h2"),  # a client of gRPC, which is told why not
        ("grpc.test", ("http/1.1",), "http/1.1"),
    ],
)
def test_http_2_is_offered_where_it_is_spoken(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, offered: tuple[str, ...], expected: str
) -> None:
    monkeypatch.setattr(client_tls, "_is_spoken", lambda told: told == "grpc.test")
    theirs, _ = shake_hands(start(name), tmp_path / "mitmproxy-ca-cert.pem", name, *offered)
    assert theirs.selected_alpn_protocol() == expected


def test_connections_for_one_name_share_what_is_made_for_it(start: Start) -> None:
    first = start("db.test").get_context()
    assert start("db.test").get_context() is first
    assert start("other.test").get_context() is not first


def test_nothing_is_kept_for_a_connection_on_which_nothing_is_said(start: Start) -> None:
    handle: Any = start().get_context()._context  # type: ignore[attr-defined]
    library: Any = SSL._lib  # type: ignore[attr-defined]
    assert library.SSL_CTX_set_mode(handle, 0) & SSL.MODE_RELEASE_BUFFERS
    assert library.SSL_CTX_set_session_cache_mode(handle, SSL.SESS_CACHE_OFF) == SSL.SESS_CACHE_OFF


def test_many_names_are_not_kept(addon: ClientTls, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_tls, "KEPT", 2)
    first = start("a.test").get_context()
    start("b.test")
    assert start("a.test").get_context() is first, "it was used last"
    start("c.test")
    assert len(addon._contexts) == 2
    assert start("a.test").get_context() is first
    start("b.test"), start("c.test")
    assert start("a.test").get_context() is not first


def test_another_mitmproxy_is_not_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tlsconfig.TlsConfig, "tls_start_client", lambda self, tls_start: None)
    with pytest.raises(SettingsError, match="tls_start_client"):
        ClientTls()


def test_another_way_to_make_contexts_is_not_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net_tls, "create_client_proxy_context", lambda context, name: None)
    with pytest.raises(SettingsError, match="create_client_proxy_context"):
        ClientTls()
