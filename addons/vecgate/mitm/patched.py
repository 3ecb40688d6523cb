"""What of mitmproxy do we replace, and on what of it do we rely? One table, looked at before anything is touched.

This is mitmproxy's inside, so its version is pinned. A row that does not hold stops the start: what is not known is
neither replaced nor relied on.
"""

import inspect
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from mitmproxy import hooks, http, version
from mitmproxy.addons import termlog, tlsconfig
from mitmproxy.net import tls as net_tls
from mitmproxy.proxy import commands, context, layer, mode_servers, server
from mitmproxy.proxy.layers import http as http_layer
from mitmproxy.proxy.layers import tls
from mitmproxy.proxy.layers.http import _http1, _http2
from mitmproxy.utils import asyncio_utils

from vecgate.refusals.errors import SettingsError

PINNED: Final = "12.2.3"


class Part(NamedTuple):
    """One part of mitmproxy. `by`: which of our modules replaces it, or relies on it.

    `takes`: its first parameters; `says`: words that are in its source; `has`: its fields.
    """

    by: str
    owner: Any
    name: str
    takes: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    has: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """As one finds it in mitmproxy."""
        return f"{self.owner.__name__.rpartition('.')[2]}.{self.name}"


_SERVER, _LISTENS = server.ConnectionHandler, mode_servers.AsyncioServerInstance
_EVENT: Final = ("self", "event")
PARTS: Final = (
    # the upstream half, and what is said of failures
    Part("shut", _SERVER, "open_connection", ("self", "command")),
    Part("shut", _SERVER, "log", ("self", "message", "level", "exc_info")),
    Part("shut", _SERVER, "server_event", says=("mitmproxy has crashed!", "open_connection(command)")),
    Part("shut", termlog.TermLogHandler, "emit", ("self", "record")),
    Part("shut", _LISTENS, "start_udp_based_server", ("self", "host", "port")),
    Part("shut", _http1, "make_error_response", ("status_code", "message")),
    Part("shut", _http2, "format_error", ("status_code", "message")),
    Part("layers", http_layer, "Http2Server"),
    Part("layers", http_layer.HttpLayer, "event_to_child", says=("command.blocking or isinstance(", "RequestWakeup)")),
    # what speaks with clients: at its start it is replaced
    Part("layers", http_layer.HttpLayer, "handle_event", _EVENT),
    # how much a client may send
    Part("bounds", http_layer, "Http1Server"),
    Part("bounds", http_layer.HttpLayer, "_handle_event", says=("http_conn = Http1Server(",)),
    Part("bounds", _http1.Http1Server, "read_headers", _EVENT),
    Part("bounds", _http1.Http1Server, "read_body", _EVENT),
    Part("bounds", _http1.Http1Server, "wait", _EVENT),
    Part("bounds", _http1.Http1Server, "send", _EVENT),
    Part("bounds", _SERVER, "drain_writers", ("self",), says=("_drain_lock",)),
    Part("bounds", _SERVER, "handle_connection", says=("await self.drain_writers()",)),
    Part("bounds", tls.ClientTLSLayer, "receive_handshake_data", ("self", "data")),
    # work that is for mitmproxy's developers
    Part("lean", context.Context, "__annotations__", has=("client", "layers", "options", "server")),
    Part("lean", context.Context, "fork", ("self",)),
    Part("lean", asyncio_utils, "set_task_debug_info", ("task", "name", "client")),
    Part("lean", http.MessageData, "__post_init__"),
    Part("lean", http.Headers, "__init__", ("self", "fields"), says=("super().__init__(fields)", "self.update(")),
    Part("lean", commands.StartHook, "__new__", ("cls",), says=("return super().__new__(cls, *args, **kwargs)",)),
    Part("lean", hooks.Hook, "args", ("self",), says=("args.append(getattr(self, field.name))",)),
    Part(
        "lean",
        layer.Layer,
        "__init__",
        ("self", "context"),
        says=("_paused_event_queue = collections.deque()", "_paused = None"),
    ),
    # how TLS with clients begins
    Part(
        "client_tls",
        tlsconfig.TlsConfig,
        "tls_start_client",
        says=("entry = self.get_cert(", "ssl_conn.use_certificate(entry.cert", "set_app_data(", "set_accept_state()"),
    ),
    Part("client_tls", tlsconfig, "alpn_select_callback", ("conn", "options")),
    Part(
        "client_tls",
        net_tls,
        "create_client_proxy_context",
        ("method", "min_version", "max_version", "cipher_list", "ecdh_curve", "chain_file"),
    ),
    # how it listens
    Part("ports", _LISTENS, "listen", ("self", "host", "port")),
)


def check(by: str = "") -> None:
    """Raise SettingsError unless this mitmproxy is the one we know, with the parts that `by` (or anybody) touches."""
    problems = []
    if version.VERSION != PINNED:
        problems.append(f"mitmproxy {version.VERSION} is installed, vecgate is made for {PINNED}")
    for part in PARTS:
        if part.by == by or not by:
            problems += _problems(part)
    if problems:
        raise SettingsError(problems)


def _problems(part: Part) -> Iterator[str]:
    found = getattr(part.owner, part.name, None)
    if getattr(found, "__module__", "").startswith("vecgate."):
        return  # it is replaced already
    given = tuple(inspect.signature(inspect.unwrap(found)).parameters) if part.takes and callable(found) else ()
    fields = tuple(sorted(found)) if part.has and found is not None else ()
    source = inspect.getsource(found) if part.says and found is not None else ""
    if found is None or given[: len(part.takes)] != part.takes or fields != part.has:
        yield f"mitmproxy's {part.label} is not what vecgate replaces (got {[*given, *fields]})"
    for words in part.says:
        if words not in source:
            yield f"mitmproxy's {part.label} is not what vecgate relies on (it does not say {words!r})"


def replace(owner: Any, name: str, ours: Any) -> None:
    """Put ours in the place of a part, for the life of this process. Raises LookupError for one that is in no row."""
    if not any(part.owner is owner and part.name == name for part in PARTS):
        raise LookupError(f"{name} is in no row of what is replaced")
    setattr(owner, name, ours)
