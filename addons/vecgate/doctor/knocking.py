"""What does a server answer to one question, over HTTP/1.1 or gRPC, in TLS or in the clear?

Nothing of ours is shown but what is given. gRPC here is one message without content over HTTP/2: that is enough to
learn whether a call is let in.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

import aiohttp
import h2.config
import h2.connection
import h2.events
import h2.exceptions
from yarl import URL

from vecgate.dialects.base.doors import Knock, Said
from vecgate.doctor.reach import anyone
from vecgate.domain.call import Call
from vecgate.domain.lease import Headers, Signature
from vecgate.parsing import grpc_framing as framing

_LONGEST: Final = 256 * 1024
_EMPTY_MESSAGE: Final = bytes(5)
#: What says that the status of gRPC never came.
_NO_STATUS: Final = -1


@dataclass(frozen=True, slots=True)
class Spot:
    """Where to knock. `name` goes into SNI and Host; `context`: how TLS is spoken; None: as anybody may.

    `clear`: no TLS is spoken there. `keys`: what to show beside the question.
    """

    host: str
    port: int
    name: str
    context: ssl.SSLContext | None = field(default=None, repr=False)
    keys: Headers | Signature | None = field(default=None, repr=False)
    clear: bool = False
    seconds: float = 3.0


async def found(place: Spot) -> Spot | None:
    """The place, and how it speaks to anybody; None where nobody takes connections. Raises nothing."""
    try:
        async with asyncio.timeout(place.seconds):
            _, writer = await asyncio.open_connection(place.host, place.port)
    except OSError:  # TimeoutError is one
        return None
    writer.transport.abort()  # at once: no good-bye is waited for
    return replace(place, clear=not await _speaks_tls(place))


async def _speaks_tls(place: Spot) -> bool:
    demanded: list[bool] = []
    try:
        async with asyncio.timeout(place.seconds):
            _, writer = await asyncio.open_connection(
                place.host, place.port, ssl=anyone("http/1.1", demanded), server_hostname=place.name
            )
    except ssl.SSLError as e:
        return "ALERT" in (e.reason or "").upper()
    except OSError:
        return bool(demanded)
    writer.transport.abort()
    return True


async def asked(place: Spot, knock: Knock) -> Said | None:
    """What is answered; None where nothing is that could be read. Raises nothing."""
    ask = _grpc if knock.over == "grpc" else _http
    protocol = "h2" if knock.over == "grpc" else "http/1.1"
    context = None if place.clear else place.context or anyone(protocol, [])
    try:
        async with asyncio.timeout(place.seconds):
            return await ask(place, knock.call, context)
    except (OSError, aiohttp.ClientError, ValueError, h2.exceptions.H2Error, EOFError):  # also TimeoutError
        return None


async def _http(place: Spot, call: Call, context: ssl.SSLContext | None) -> Said:
    scheme, host = ("https" if context else "http"), f"[{place.host}]" if ":" in place.host else place.host
    target = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
    url = URL(f"{scheme}://{host}:{place.port}{target}", encoded=True)
    keys = (
        place.keys.sign(call.method, place.name, target, call.body) if isinstance(place.keys, Signature) else place.keys
    )
    headers = {
        **dict(call.headers),
        **dict(keys.pairs if keys else ()),
        "host": place.name,
        "accept-encoding": "identity",
    }
    async with (
        aiohttp.ClientSession(
            trust_env=False, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(ssl=context or False),
        ) as session,
        session.request(
            call.method, url, data=call.body or None, headers=headers,
            allow_redirects=False, server_hostname=place.name if context else None,
        ) as reply,
    ):  # fmt: skip
        told = {name.lower(): value for name, value in reply.headers.items()}
        body = b"" if reply.status == 101 else await _some(reply)
        return Said(reply.status, told, body)


async def _some(reply: aiohttp.ClientResponse) -> bytes:
    """Its first bytes: a long answer has shown by then what it is."""
    body = bytearray()
    async for chunk in reply.content.iter_chunked(65536):
        body += chunk
        if len(body) > _LONGEST:
            break
    return bytes(body)


async def _grpc(place: Spot, call: Call, context: ssl.SSLContext | None) -> Said:
    reader, writer = await asyncio.open_connection(
        place.host, place.port, ssl=context, server_hostname=place.name if context else None
    )
    try:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        connection.initiate_connection()
        head = [
            (":method", "POST"),
            (":scheme", "https" if context else "http"),
            (":path", call.path),
            (":authority", place.name),
        ]
        head += [("content-type", "application/grpc"), ("te", "trailers"), *call.headers]
        connection.send_headers(1, head)
        connection.send_data(1, _EMPTY_MESSAGE, end_stream=True)
        writer.write(connection.data_to_send())
        return await _told(reader, writer, connection)
    finally:
        writer.transport.abort()  # at once: no good-bye is waited for


async def _told(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: h2.connection.H2Connection
) -> Said:
    headers: dict[str, str] = {}
    body = bytearray()
    while True:
        data = await reader.read(65536)
        if not data:
            raise EOFError
        for event in connection.receive_data(data):
            match event:
                case h2.events.ResponseReceived() | h2.events.TrailersReceived():
                    headers |= _texts(event.headers or [])
                case h2.events.DataReceived():
                    body += event.data or b""
                case h2.events.StreamEnded() | h2.events.StreamReset() | h2.events.ConnectionTerminated():
                    return Said(_status(headers), headers, bytes(body))
        if len(body) > _LONGEST:
            return Said(_status(headers), headers, bytes(body))
        writer.write(connection.data_to_send())


def _texts(pairs: list[tuple[str, str]] | list[tuple[bytes, bytes]]) -> Mapping[str, str]:
    return {str(name): str(value) for name, value in pairs}


def _status(headers: Mapping[str, str]) -> int:
    told = framing.status(headers.get(framing.STATUS, ""))
    return _NO_STATUS if told is None else told
