"""A server that answers as was recorded of a real one: HTTP/1.1 by method and path, gRPC by path, in the clear or over TLS.

Of gRPC it knows what a message without content needs: headers, a message, trailers.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import h2.config
import h2.connection
import h2.events

from support.servers.doors import Serve

_PREFACE: Final = b"PRI * HTTP/2.0"
_REASONS: Final = {101: "Switching Protocols", 200: "OK", 401: "Unauthorized", 404: "Not Found"}


@dataclass(frozen=True)
class Answer:
    """`when`: headers that the request must have, or another answer is given: a status of 401, or of 16."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    when: Mapping[str, str] = field(default_factory=dict)


def answering(
    http: Mapping[str, Answer], grpc: Mapping[str, Answer] | None = None, seen: list[str] | None = None
) -> Serve:
    """`http`: by `METHOD /path`. What is in neither is 404 there, and unimplemented here."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start = await reader.readexactly(len(_PREFACE))
        if start == _PREFACE:
            await _h2(start, reader, writer, grpc or {}, seen)
            return
        if not start[:1].isalpha():
            return  # the greeting of TLS, for one
        head = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        if seen is not None:
            seen.append(f"{method} {target}")
        found = http.get(f"{method} {target.partition('?')[0]}", Answer(404))
        if any(headers.get(name) != value for name, value in found.when.items()):
            found = Answer(401)
        lines = [f"HTTP/1.1 {found.status} {_REASONS.get(found.status, 'Other')}"]
        lines += [f"{name}: {value}" for name, value in found.headers.items()]
        lines += [] if found.status == 101 else [f"content-length: {len(found.body)}"]
        writer.write(
            "\r\n".join([*lines, "connection: close" if found.status != 101 else "connection: upgrade"]).encode()
        )
        writer.write(b"\r\n\r\n" + found.body)

    return serve


async def _h2(
    start: bytes,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    grpc: Mapping[str, Answer],
    seen: list[str] | None,
) -> None:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    connection.initiate_connection()
    data = start
    while data:
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                headers = {str(k): str(v) for k, v in event.headers or []}
                found = grpc.get(headers[":path"], Answer(12))
                if seen is not None:
                    seen.append(headers[":path"])
                if any(headers.get(name) != value for name, value in found.when.items()):
                    found = Answer(16)
                stream = event.stream_id
                assert stream is not None
                connection.send_headers(stream, [(":status", "200"), ("content-type", "application/grpc")])
                if found.body:
                    connection.send_data(stream, found.body)
                connection.send_headers(stream, [("grpc-status", str(found.status))], end_stream=True)
        writer.write(connection.data_to_send())
        data = await reader.read(65536)
