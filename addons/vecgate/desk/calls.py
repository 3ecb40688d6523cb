"""What of a call of gRPC goes on to the gateway, and over which line? It has the token of now, for who has the key.

Apart from `endpoint.py`, since hyper-h2 is loaded only where a program speaks it.
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Final

from vecgate.desk.local_key import HTTP2, KEYS, STRANGER
from vecgate.desk.streams import UNAUTHENTICATED, UNAVAILABLE, Headers, Refused, Streams
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import VecgateError

#: Whether anybody is there, clients of Weaviate ask without a key, and it goes on without a token.
_HEALTH: Final = (":path", "/grpc.health.v1.Health/Check")
_CONNECTS: Final = 20.0


def passed_on(
    line: ssl.SSLSocket,
    gateway: tuple[str, int],
    trusted: ssl.SSLContext,
    keyed: Callable[[Iterable[tuple[str, str]]], bool],
    token: Callable[[], Secret],
) -> None:
    """All calls of a client's line, until it ends. `keyed`: whether headers hold the key."""
    host, port = gateway

    def told(headers: Headers) -> Headers:
        kept = [(name, value) for name, value in headers if name not in KEYS | {"host"}]
        kept = [(name, f"{host}:{port}" if name == ":authority" else value) for name, value in kept]
        if not keyed(headers):
            if _HEALTH in headers:
                return kept
            raise Refused(UNAUTHENTICATED, STRANGER)
        try:
            return [*kept, ("authorization", f"Bearer {token().reveal()}")]
        except VecgateError as e:
            raise Refused(UNAUTHENTICATED, str(e)) from e

    Streams(line, lambda: _reached(gateway, trusted), told).run()


def _reached(gateway: tuple[str, int], trusted: ssl.SSLContext) -> ssl.SSLSocket:
    """The gateway, over HTTP/2. Raises Refused."""
    try:
        line = trusted.wrap_socket(socket.create_connection(gateway, _CONNECTS), server_hostname=gateway[0])
    except (OSError, ValueError) as e:
        raise Refused(UNAVAILABLE, f"no gateway is there: {type(e).__name__}") from e
    if line.selected_alpn_protocol() == HTTP2:
        return line
    line.close()
    raise Refused(UNAVAILABLE, "the gateway speaks no HTTP/2 there")
