"""How does a client's TLS begin, for little? One context for each certificate, and no buffers while nothing is said.

mitmproxy parses certificate and key anew for every connection, and OpenSSL keeps buffers of 34 kB for each one as long
as it is open: a good part of what a held request takes.
"""

import inspect
from collections import OrderedDict
from typing import Any, Final

from mitmproxy import ctx
from mitmproxy.addons import tlsconfig
from mitmproxy.certs import CertStoreEntry
from mitmproxy.net import tls as net_tls
from mitmproxy.tls import TlsData
from OpenSSL import SSL

from vecgate.mitm import patched
from vecgate.mitm.nogrpc import H2, speaks_h2_alone

#: Certificates whose contexts are kept: each name a client sends has one of its own.
KEPT: Final = 64
_chosen_by_mitmproxy: Final = tlsconfig.alpn_select_callback
_make: Final = inspect.unwrap(net_tls.create_client_proxy_context)


def _chosen(connection: SSL.Connection, offered: list[bytes]) -> Any:
    """HTTP/1.1 wherever it is offered; who offers HTTP/2 alone is told by it that it is not spoken (`nogrpc.py`)."""
    return H2 if speaks_h2_alone(offered) else _chosen_by_mitmproxy(connection, offered)


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
