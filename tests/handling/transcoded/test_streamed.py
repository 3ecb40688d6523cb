"""How do messages of a stream come to who reads them, and answers of their calls back?"""

import gzip
from typing import Any

import pytest
from mitmproxy import http

from handling.transcoded.test___init__ import SPOKEN, gate
from support.fakes.gates import UPSTREAM
from support.fakes.talks import Echo, streamed
from support.weaviate.messages import GRPC
from vecgate.dialects.base.grpc.protocol import OK, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNKNOWN, Reply
from vecgate.dialects.weaviate.grpc.streaming import STREAM
from vecgate.handling.transcoded import streamed as module
from vecgate.handling.transcoded.streamed import reply_of
from vecgate.parsing import grpc_framing as framing
from vecgate.refusals.catalogue import refuse

GZIP = ("grpc-encoding", "gzip")


def test_only_methods_that_stream_do_and_only_where_grpc_is_spoken() -> None:
    assert module.streamed(gate(GRPC), SPOKEN, STREAM, ()) is not None
    for upstream, path in ((SPOKEN, "/weaviate.v1.Weaviate/Search"), (SPOKEN, "/no.such/Method"), (UPSTREAM, STREAM)):
        assert module.streamed(gate(GRPC), upstream, path, ()) is None
    made = gate(GRPC)
    made.registry = [SPOKEN]  # type: ignore[assignment]
    assert module.streaming(made) == {STREAM}
    made.registry = [UPSTREAM]  # type: ignore[assignment]
    assert module.streaming(made) == frozenset()


@pytest.mark.parametrize(
    ("found", "headers"),
    [
        (framing.Framed(False, b"one"), ()),
        (framing.Framed(False, b"one"), (GZIP,)),
        (framing.Framed(True, gzip.compress(b"one", mtime=0)), (GZIP,)),
    ],
)
async def test_a_message_is_unpacked(found: framing.Framed, headers: Any) -> None:
    made = list[Echo]()
    await streamed(made, *headers).heard(found)
    assert [*made[0].said] == [b"heard one"]


async def test_a_large_message_is_heard_as_well() -> None:
    made = list[Echo]()
    await streamed(made, most=10**6).heard(framing.Framed(False, b"x" * 300_000))
    assert [*made[0].said] == [b"heard much"]


@pytest.mark.parametrize(
    ("message", "headers", "words"),
    [
        (b"no gzip", (GZIP,), "body.unreadable"),
        (gzip.compress(b"one", mtime=0), (), "body.unreadable"),
        (gzip.compress(b"one", mtime=0), (("grpc-encoding", "br"),), "body.unreadable"),
        (gzip.compress(b"x" * 10_000, mtime=0), (GZIP,), "body.too_large"),
    ],
)
async def test_what_cannot_be_unpacked_ends_it(message: bytes, headers: Any, words: str) -> None:
    made = list[Echo]()
    await streamed(made, *headers, most=1000).heard(framing.Framed(True, message))
    assert made[0].ended is not None
    assert (made[0].ended.text.split(":")[0], [*made[0].said]) == (words, [])


def answered(body: bytes, head: dict[str, str], ended: dict[str, str] | None = None) -> http.Response:
    trailers = http.Headers(**ended) if ended is not None else None
    fields = http.Headers([(name.encode(), value.encode()) for name, value in head.items()])
    made = http.Response(b"HTTP/2.0", 200, b"", fields, body, None, 0, 0)
    made.trailers = trailers
    return made


def test_an_answer_is_read_as_clients_of_grpc_read_it() -> None:
    good = answered(framing.framed(b"\x08\x01"), {"content-type": "application/grpc"}, {"grpc_status": "0"})
    assert reply_of(good) == Reply(b"\x08\x01", OK, "")
    refused = answered(b"", {"grpc-status": "7", "grpc-message": "policy.denied: n%C3%B6"})
    assert reply_of(refused) == Reply(None, PERMISSION_DENIED, "policy.denied: n\u00f6")
    for none in (None, http.Response.make(503, b"{}")):
        assert (reply_of(none).status, reply_of(none).text.split(":")[0]) == (UNKNOWN, "gate.closed")


def test_it_is_refused_once() -> None:
    made = list[Echo]()
    one = streamed(made)
    one.refused(refuse("body.too_large", limit=1))
    one.refused(refuse("gate.closed"))
    assert made[0].ended is not None
    assert (made[0].ended.status, made[0].ended.text.split(":")[0]) == (RESOURCE_EXHAUSTED, "body.too_large")
