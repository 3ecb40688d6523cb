"""What does a port do for somebody who shows no credential? Asked over TLS and in the clear, in HTTP/1.1 and HTTP/2.

With TLS 1.3 a client's handshake is through before the server says no (RFC 8446 section 4.4.2.4: the alert
`certificate_required` comes afterwards), so only an answer to a request tells. gRPC servers speak HTTP/2 only.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

#: How long a server may take to say no of its own accord. Data sent before that can make its reason get lost.
_BEFORE_ASKING: Final = 0.4
_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"  # RFC 9113 section 3.4
_DEMANDS: Final = (
    "CERTIFICATE_REQUIRED",
    "HANDSHAKE_FAILURE",
    "BAD_CERTIFICATE",
    "CERTIFICATE_UNKNOWN",
    "NO_CERTIFICATE",
)
#: How nginx says it, as an answer to the request (ngx_http_request.c, error 496).
_DEMANDS_IN_HTTP: Final = b"No required SSL certificate was sent"
_LOGIN: Final = (401, 403)
_CERTIFICATE_REQUEST: Final = 13  # RFC 8446 section 4, RFC 5246 section 7.4

type _Hello = tuple[str, Callable[[str, str], bytes]]
_HTTP: Final[_Hello] = (
    "http/1.1",
    lambda host, path: f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode(),
)
_H2: Final[_Hello] = ("h2", lambda _host, _path: _PREFACE)


class Does(Enum):
    """CLOSED: nobody answers. GUARDED: demands a client certificate. LOGIN: demands a login of its own.
    OPEN, CLEAR: answers anyone, over TLS or in the clear. UNCLEAR: takes connections, and one cannot tell.
    """

    CLOSED = auto()
    GUARDED = auto()
    LOGIN = auto()
    OPEN = auto()
    CLEAR = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a port does, and the certificate it showed (DER, or empty)."""

    does: Does
    certificate: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Door:
    """One port to be tried. `name` goes into SNI and Host, `path` is asked for, `seconds` bound every single wait."""

    host: str
    port: int
    name: str
    path: str = "/"
    seconds: float = 3.0


async def look(door: Door) -> Seen:
    """Try every way in; the first clear answer counts. Takes at most six times `door.seconds` and raises nothing."""
    try:
        async with asyncio.timeout(door.seconds):
            _, writer = await asyncio.open_connection(door.host, door.port)
    except OSError:  # TimeoutError is one
        return Seen(Does.CLOSED)
    writer.transport.abort()  # at once: no good-bye is waited for
    for hello in (_HTTP, _H2):
        seen = await _over_tls(door, hello)
        if seen is None:
            return await _in_the_clear(door)
        if seen.does is not Does.UNCLEAR:
            return seen
    return Seen(Does.UNCLEAR)


def anyone(protocol: str, asked: list[bool]) -> ssl.SSLContext:
    """TLS without a client certificate, and trusting whoever answers: nothing of ours is sent.

    `asked` is filled when the server asks for one. Without this, as the hook is not public, a server that hangs up
    instead of saying why would be unclear, and never mistaken for an open one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols([protocol])

    def note(_connection: Any, direction: str, _version: Any, _content: Any, message: int, _data: bytes) -> None:
        if direction == "read" and message == _CERTIFICATE_REQUEST:
            asked.append(True)

    setattr(context, "_msg_callback", note)
    return context


async def _over_tls(door: Door, hello: _Hello) -> Seen | None:
    """None: this port does not speak TLS."""
    protocol, ask = hello
    asked: list[bool] = []
    try:
        async with asyncio.timeout(door.seconds):
            reader, writer = await asyncio.open_connection(
                door.host, door.port, ssl=anyone(protocol, asked), server_hostname=door.name
            )
    except ssl.SSLError as e:
        return _said_no(e)
    except OSError:
        return Seen(Does.GUARDED) if asked else None
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""
    try:
        answer = await _answer(reader, writer, ask(door.name, door.path), door.seconds)
    except ssl.SSLError as e:
        refused = _said_no(e)
        return Seen(refused.does if refused else Does.UNCLEAR, shown)
    except TimeoutError:
        return Seen(Does.UNCLEAR, shown)
    except OSError:
        answer = b""
    finally:
        writer.transport.abort()  # at once: no good-bye is waited for
    hung_up = Does.GUARDED if asked else Does.UNCLEAR
    return Seen(_meaning(answer, Does.OPEN) if answer else hung_up, shown)


def _said_no(error: ssl.SSLError) -> Seen | None:
    reason = (error.reason or "").upper().replace(" ", "_")
    if "ALERT" not in reason:
        return None
    return Seen(Does.GUARDED if any(word in reason for word in _DEMANDS) else Does.UNCLEAR)


async def _in_the_clear(door: Door) -> Seen:
    for _, ask in (_HTTP, _H2):
        try:
            async with asyncio.timeout(door.seconds):
                reader, writer = await asyncio.open_connection(door.host, door.port)
            try:
                answer = await _answer(reader, writer, ask(door.name, door.path), door.seconds)
            finally:
                writer.transport.abort()  # at once: no good-bye is waited for
        except OSError:
            continue
        if answer:
            return Seen(_meaning(answer, Does.CLEAR))
    return Seen(Does.UNCLEAR)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytes, seconds: float) -> bytes:
    """The first bytes of an answer. Raises OSError (ssl.SSLError when the server says why)."""
    try:
        async with asyncio.timeout(min(_BEFORE_ASKING, seconds)):
            return await reader.read(4096)
    except TimeoutError:
        writer.write(asked)
    async with asyncio.timeout(seconds):
        return await reader.read(4096)


def _meaning(answer: bytes, said_something: Does) -> Does:
    if _DEMANDS_IN_HTTP in answer:
        return Does.GUARDED
    line = answer.split(b"\r\n", 1)[0].split()
    is_http = len(line) > 1 and line[0].startswith(b"HTTP/1.") and line[1].isdigit()
    return Does.LOGIN if is_http and int(line[1]) in _LOGIN else said_something
