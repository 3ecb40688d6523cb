"""How is mitmproxy kept from letting anything through by itself? Its upstream half is shut for good.

mitmproxy fails open: an exception, a broken or deleted script, an unknown protocol, and it connects to
the destination and passes the bytes on. Only `egress/` may talk to a database, so the one function that
opens upstream connections is replaced, once per process, by one that refuses; it stays replaced when the
script goes. Its own error pages become JSON refusals, raw bytes are kept out of its log lines, and a log that
cannot be written does not end the process.

This touches internals, which `patched.py` looks at first.
"""

import contextlib
import logging
import re
from dataclasses import replace
from typing import Any, Final

from mitmproxy import http
from mitmproxy.addons import termlog
from mitmproxy.net.http import http1
from mitmproxy.proxy import commands, events, mode_servers, server
from mitmproxy.proxy.layers.http import _http1, _http2

from vecgate.mitm import patched
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.rendering import Rendered, plain

_RAW_BYTES: Final = re.compile(r"""\bb(['"]).*""", re.DOTALL)
_CRASHED: Final = "mitmproxy has crashed!"  # an exception in its layers; trailers are one, it has no code for them
_original_log: Final = server.ConnectionHandler.log


async def _refuse_to_connect(handler: server.ConnectionHandler, command: commands.OpenConnection) -> None:
    """In the place of ConnectionHandler.open_connection: every upstream connection fails at once."""
    command.connection.error = "vecgate: upstream connections are shut"
    await handler.server_event(events.OpenConnectionCompleted(command, command.connection.error))


def refusal_for(status: int, limit: int | None = None) -> Refusal:
    """What an error of mitmproxy's own HTTP layer is called by us. Its message may quote the client: not used."""
    if status == 413:
        return refuse("body.too_large", limit="the allowed number of" if limit is None else limit)
    if status >= 500:
        return refuse("gate.closed")
    return refuse("protocol.invalid", detail="malformed HTTP")


def last_answer(rendered: Rendered) -> bytes:
    """A whole answer, after which the connection is closed."""
    answer = http.Response.make(rendered.status, rendered.body, dict(rendered.headers) | {"connection": "close"})
    assembled: bytes = http1.assemble_response(answer)
    return assembled


def _error_response(status_code: int, message: str = "") -> bytes:
    return last_answer(replace(plain(refusal_for(status_code)), status=status_code))


def _format_error(status_code: int, message: str) -> bytes:
    return plain(refusal_for(status_code)).body


def _log(handler: server.ConnectionHandler, message: str, level: int = logging.INFO, exc_info: Any = None) -> None:
    # "Client closed connection before completing request headers: b'GET ...'" would print a token.
    _original_log(handler, _RAW_BYTES.sub("(bytes not shown)", message), level, None)
    if message == _CRASHED and handler.client in handler.transports:
        handler.close_connection(handler.client)  # it would be left open, and nobody would ever answer on it


def _emit(handler: termlog.TermLogHandler, record: logging.LogRecord) -> None:
    # In the place of one that exits: a full disk, or a reader that left, would end every session.
    with contextlib.suppress(OSError):
        handler.file.write(f"{handler.format(record)}\n")
        handler.file.flush()


class _NoDatagrams:
    """In the place of a UDP server, for the list of servers of a mode."""

    sockets: Final = ()

    def close(self) -> None:
        """Nothing was opened."""


async def _no_datagrams(self: Any, host: str, port: int) -> _NoDatagrams:
    # Beside each reverse TCP port there would be one for QUIC: HTTP/3, a second way in.
    return _NoDatagrams()


def shut() -> None:
    """Shut mitmproxy's upstream half for the life of this process. Safe to call again."""
    patched.check("shut")
    patched.replace(server.ConnectionHandler, "open_connection", _refuse_to_connect)
    patched.replace(server.ConnectionHandler, "log", _log)
    patched.replace(termlog.TermLogHandler, "emit", _emit)
    patched.replace(mode_servers.AsyncioServerInstance, "start_udp_based_server", _no_datagrams)
    patched.replace(_http1, "make_error_response", _error_response)
    patched.replace(_http2, "format_error", _format_error)
