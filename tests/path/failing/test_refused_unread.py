"""What is refused before it was read whole: in the database's words, with the number and the setting, and read to its end.

And programs in JavaScript, which show words of their own for most statuses, show ours.
"""

import http.client
import json
import ssl
import time
from collections.abc import Iterator

import chromadb
import pytest
from chromadb.config import Settings
from chromadb.errors import BatchSizeExceededError

from demo.gateway import DATA, Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.tools import raw_http

LARGEST = 200_000


@pytest.fixture(scope="module")
def small(gateways: Factory) -> Gateway:
    """A gateway that takes small bodies only."""
    made = gateways.make(over={"limits": {"request_body": LARGEST, "body_seconds": 20}})
    made.start()
    return made


@pytest.fixture(scope="module")
def path(small: Gateway, stack: Stack) -> str:
    body = {"name": "unread", "get_or_create": True}
    made = small.ask("POST", f"{DATA}/collections", token=stack.token("bob"), body=body).json
    return f"{DATA}/collections/{made['id']}"


def test_a_batch_that_is_too_large_raises_what_the_official_client_knows(
    small: Gateway, stack: Stack, path: str
) -> None:
    client = chromadb.HttpClient(
        host="localhost", port=small.listen.port, ssl=True, headers={"X-Chroma-Token": stack.token("bob")},
        settings=Settings(chroma_server_ssl_verify=str(small.ca), anonymized_telemetry=False),
    )  # fmt: skip
    made = client.get_collection("unread", embedding_function=None)
    with pytest.raises(BatchSizeExceededError, match=rf"body\.too_large: .*{LARGEST} bytes.*limits\.request_body"):
        made.add(ids=["a"], embeddings=[[0.1, 0.2]], documents=["x" * (2 * LARGEST)])


@pytest.mark.parametrize("chunked", [False, True])
def test_whoever_reads_only_after_sending_gets_to_read_why(
    small: Gateway, stack: Stack, path: str, chunked: bool
) -> None:
    """Three times the largest body, in pieces, with pauses; nothing is reset."""
    context = ssl.create_default_context(cafile=str(small.ca))
    wire = http.client.HTTPSConnection("localhost", small.listen.port, context=context, timeout=30)
    headers = {"Authorization": f"Bearer {stack.token('bob')}", "Content-Type": "application/json"}

    def pieces() -> Iterator[bytes]:
        for _ in range(60):
            yield b" " * (LARGEST // 20)
            time.sleep(0.01)

    if not chunked:
        headers["Content-Length"] = str(3 * LARGEST)
    wire.request("POST", f"{path}/upsert", pieces(), headers, encode_chunked=chunked)
    answer = wire.getresponse()
    said = json.loads(answer.read())
    wire.close()
    assert (answer.status, said["error"], said["code"]) == (413, "BatchSizeExceededError", "body.too_large")
    assert str(LARGEST) in said["message"]


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_in_the_words_of_the_database(small: Gateway, sent: bytes) -> None:
    (reply,) = raw_http.exchange(small, sent).replies
    assert (reply.status, reply.json["error"], reply.code) == (400, "InvalidArgumentError", "protocol.invalid")


# programs in JavaScript


@pytest.mark.parametrize("agent", ["node", "node/20", "undici", "Deno/2.1", "Bun/1.2", "Mozilla/5.0 (X11)"])
def test_programs_that_show_their_own_words_are_told_with_a_status_they_repeat(
    small: Gateway, stack: Stack, agent: str
) -> None:
    alice = stack.token("alice")
    for asked, token, status, code in [
        (("POST", f"{DATA}/collections", {"name": "not-hers"}), alice, 403, "policy.no_rule"),
        (("GET", "/api/v2/heartbeat", None), None, 401, "identity.missing"),
        (("GET", f"{DATA}/collections/hr-x", None), alice, 403, "policy.denied"),
    ]:
        method, target, body = asked
        for name, wanted in (("tests/1.0", status), (agent, 422)):
            reply = small.ask(method, target, token=token, body=body, headers={"User-Agent": name})
            assert (reply.status, reply.code) == (wanted, code)
            assert reply.json["message"].startswith(f"{code}: ")


def test_a_host_that_is_not_known_is_told_to_them_as_well(small: Gateway) -> None:
    for agent, status in (("tests/1.0", 421), ("node", 422)):
        head = f"GET /api/v2/heartbeat HTTP/1.1\r\nHost: elsewhere.test\r\nUser-Agent: {agent}\r\nConnection: close\r\n\r\n"
        (reply,) = raw_http.exchange(small, head.encode()).replies
        assert (reply.status, reply.code) == (status, "upstream.unknown")
