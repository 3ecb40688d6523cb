"""How does a client's TLS begin, for little? One context for each certificate, and no buffers while nothing is said.

mitmproxy parses certificate and key anew for every connection, and OpenSSL keeps buffers of 34 kB for each one as long
as it is open: a good part of what a held request takes.
"""

import inspect
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from mitmproxy import ctx
from mitmproxy.addons import tlsconfig
from mitmproxy.certs import CertStoreEntry
from mitmproxy.net import tls as net_tls
from mitmproxy.tls import TlsData
from OpenSSL import SSL

from vecgate.mitm import patched

#: Certificates whose contexts are kept: each name a client sends has one of its own.
KEPT: Final = 64
_chosen_by_mitmproxy: Final = tlsconfig.alpn_select_callback
_make: Final = inspect.unwrap(net_tls.create_client_proxy_context)


H2: Final = b"h2"


def _nowhere(_name: str | None) -> bool:
    return False


#: Whether a database of that name is reached over HTTP/2; None: its client names none.
_is_spoken: Callable[[str | None], bool] = _nowhere


def speaks_h2_alone(offered: list[bytes]) -> bool:
    """Whether a greeting of TLS offers HTTP/2, and nothing that is spoken everywhere."""
    return H2 in offered and not any(one.startswith(b"http/1") for one in offered)


def _chosen(connection: SSL.Connection, offered: list[bytes]) -> Any:
    """HTTP/1.1, and what comes first where both are spoken.

    Who offers HTTP/2 alone is a client of gRPC: it shows what it is refused in HTTP/2, and nothing else.
    """
    if speaks_h2_alone(offered):
        return H2
    name = connection.get_servername()
    if H2 in offered and _is_spoken(name.decode("latin-1").lower() if name else None):
        return next(one for one in offered if one == H2 or one == b"http/1.1" or one == b"http/1.0")
    return _chosen_by_mitmproxy(connection, offered)


def offer(is_spoken: Callable[[str | None], bool]) -> None:
    """Offer HTTP/2 where it is spoken, for the life of this process or until the next call."""
    global _is_spoken
    patched.check("client_tls")
    _is_spoken = is_spoken
    patched.replace(tlsconfig, "alpn_select_callback", _chosen)


class ClientTls(tlsconfig.TlsConfig):
    """In the place of mitmproxy's TlsConfig, in our own process."""

    def __init__(self) -> None:
        patched.check("client_tls")
        super().__init__()
        self._contexts: OrderedDict[int, tuple[CertStoreEntry, SSL.Context]] = OrderedDict()

    def tls_start_client(self, tls_start: TlsData) -> None:
        """As TlsConfig.tls_start_client, with the options of our own process."""
        entry = self.get_cert(tls_start.context)
        client, server = tls_start.context.client, tls_start.context.server
        tls_start.ssl_conn = SSL.Connection(self._context(entry))
        tls_start.ssl_conn.set_app_data(
            tlsconfig.AppData(client_alpn=client.alpn, server_alpn=server.alpn, http2=ctx.options.http2)
        )
        tls_start.ssl_conn.set_accept_state()

    def _context(self, entry: CertStoreEntry) -> SSL.Context:
        found = self._contexts.get(id(entry))  # it is kept with its entry, so that no other can have this id
        if found is None:
            found = self._contexts[id(entry)] = entry, self._made(entry)
        self._contexts.move_to_end(id(entry))
        while len(self._contexts) > KEPT:
            self._contexts.popitem(last=False)
        return found[1]

    def _made(self, entry: CertStoreEntry) -> SSL.Context:
        lowest = net_tls.Version[ctx.options.tls_version_client_min]
        context: SSL.Context = _make(
            method=net_tls.Method.TLS_SERVER_METHOD,
            min_version=lowest,
            max_version=net_tls.Version[ctx.options.tls_version_client_max],
            cipher_list=tlsconfig._default_ciphers(lowest),
            ecdh_curve=None,
            chain_file=entry.chain_file,
            request_client_cert=ctx.options.request_client_cert,
            alpn_select_callback=_chosen,
            extra_chain_certs=(),
            dhparams=self.certstore.dhparams,
        )
        context.set_mode(SSL.MODE_RELEASE_BUFFERS)
        context.set_session_id(b"vecgate")  # or OpenSSL resumes no session of a client that showed a certificate
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)  # OpenSSL would keep 20,000 sessions for each
        context.use_certificate(entry.cert.to_cryptography())
        context.use_privatekey(entry.privatekey)
        return context
