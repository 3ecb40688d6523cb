"""A gRPC face of the Qdrant that runs in tests: each message is read into its call over REST, and the answer printed.

The engine behind the edge shim is Qdrant's own; the face is not. That its messages are those of a real server is held
by the recordings (`dialects/qdrant/grpc/recorded.py`), where it reads and prints as the gateway does.
"""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from support.http2.server import Arrived, GrpcServer, Said, grpc_server
from vecgate import dialects
from vecgate.dialects.base.grpc.protocol import UNAUTHENTICATED
from vecgate.domain.call import Answer, Call
from vecgate.parsing import grpc_framing as framing
from vecgate.refusals.errors import CallRefused

#: Metadata that a server of it heeds.
_HEEDED: Final = frozenset({"api-key", "authorization"})


class Face:
    """Answers calls of gRPC by a server of REST at `url`."""

    def __init__(self, url: str) -> None:
        self.at = urlsplit(url)
        grpc = dialects.load("qdrant").grpc
        assert grpc is not None
        self.grpc = grpc

    def __call__(self, arrived: Arrived, *_: Any) -> Said:
        try:
            call = self.grpc.read(arrived.path, framing.unframed(arrived.body).message)
        except CallRefused as e:
            told = self.grpc.refused(arrived.path, e.refusal)
            return Said(None, told.status, told.text)
        answer = self._asked(call, {name: value for name, value in arrived.headers if name in _HEEDED})
        if answer.status == 401:
            return Said(None, UNAUTHENTICATED, answer.body.decode())
        reply = self.grpc.given(call, answer)
        return Said(reply.message, reply.status, reply.text)

    def line(self) -> http.client.HTTPConnection:
        """A connection to it."""
        return http.client.HTTPConnection(self.at.hostname or "", self.at.port, timeout=60)

    def _asked(self, call: Call, key: dict[str, str]) -> Answer:
        line = self.line()
        try:
            target = call.path + (f"?{urlencode(call.query)}" if call.query else "")
            line.request(call.method, target, call.body or None, {**dict(call.headers), **key})
            answer = line.getresponse()
            body = answer.read()
        finally:
            line.close()
        if body[:1] not in (b"{", b"["):
            body = json.dumps({"status": {"error": body.decode("utf-8", "replace")}}).encode()
        return Answer(answer.status, body=body)


@contextmanager
def grpc_face(folder: Path, url: str, *, client_ca: Path | None = None) -> Iterator[GrpcServer]:
    """It, on a free port over TLS; gone when the block ends."""
    with grpc_server(folder, client_ca=client_ca) as server:
        server.behave = Face(url)
        yield server
