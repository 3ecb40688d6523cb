"""What operation is this? What is sent later is what was read here."""

import gzip
import threading

import orjson
import pytest

from support.fakes.gates import PATH, SETTINGS, Calls, FakeGate, exchange, flow
from vecgate import dialects
from vecgate.domain.call import Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused
from vecgate.steps import classify
from vecgate.steps.classify import Classify

JSON = (("content-type", "application/json"),)


def asking(target: str):
    return exchange(raw=Raw("GET", target, ()), call=None, operation=None)


@pytest.mark.parametrize("target", ["/", "/api/v2/everything", "/api/v2//heartbeat", "/api/v2/%2e%2e/heartbeat"])
async def test_what_is_not_listed_is_refused_and_stays_hidden(target: str) -> None:
    found, shown = asking(target), flow()
    with pytest.raises(CallRefused):
        await Classify(FakeGate(own_request=lambda *_: None)).on_request(found, shown)
    assert found.operation is None
    assert shown.request.path == "/-"


async def test_a_listed_route_is_read_into_its_canonical_form() -> None:
    found, shown = asking("/api/v2/heartbeat"), flow()
    assert await Classify(FakeGate(own_request=lambda *_: None)).on_request(found, shown) is None
    assert found.operation is not None
    assert found.operation.kind == "health"
    assert shown.request.path == "/-", "a name in it may be personal: it is shown once it is masked"


async def test_the_gateways_own_requests_are_read_by_no_dialect() -> None:
    own = (Call("GET", "/own"), Operation("vecgate", "requests", "requests", 0), Calls())
    found, shown = asking("/.vecgate/v1/requests"), flow()
    assert await Classify(FakeGate(own_request=lambda *_: own, chroma=None)).on_request(found, shown) is None
    assert (found.call, found.operation, found.local) == own


async def test_so_is_a_request_to_open_tokens() -> None:
    own = (Call("POST", "/own"), Operation("vecgate", "unmask", "unmask", 3), Calls())
    found, shown = asking("/.vecgate/v1/unmask"), flow()
    gate = FakeGate(own_request=lambda *_: None, unmasking=lambda *_: own, chroma=None)
    assert await Classify(gate).on_request(found, shown) is None
    assert (found.call, found.operation, found.local) == own


def packed(coding: str, body: bytes):
    """A request to count nothing, packed."""
    found = asking("/api/v2/heartbeat")
    headers = (("content-encoding", coding), ("content-length", str(len(body))), ("content-type", "application/json"))
    found.raw = Raw("GET", "/api/v2/heartbeat", headers, body)
    return found


async def refusal(found) -> str:
    with pytest.raises(CallRefused) as raised:
        await Classify(FakeGate(own_request=lambda *_: None)).on_request(found, flow())
    return raised.value.refusal.code


async def test_a_compressed_body_is_read_as_what_it_was() -> None:
    own = (Call("POST", "/own"), Operation("vecgate", "requests", "requests", 0), Calls())
    found, seen = packed("gzip", gzip.compress(b"{}", mtime=0)), []
    await Classify(FakeGate(own_request=lambda _, raw: seen.append(raw) or own)).on_request(found, flow())
    assert [(raw.body, raw.headers) for raw in seen] == [(b"{}", (("content-type", "application/json"),))]
    assert found.raw is seen[0]


@pytest.mark.parametrize(
    ("coding", "body", "code"),
    [
        ("gzip", gzip.compress(bytes(SETTINGS.limits.request_body + 1), mtime=0), "body.too_large"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-1], "body.unreadable"),
        ("x-gzip", gzip.compress(b"{}", mtime=0), "body.unreadable"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0), "body.unreadable"),
    ],
)
async def test_what_cannot_be_unpacked_within_the_bound_is_refused(coding: str, body: bytes, code: str) -> None:
    assert await refusal(packed(coding, body)) == code


async def test_a_large_body_is_read_beside_the_loop() -> None:
    chroma, threads = dialects.load("chroma"), list[bool]()
    read = chroma.read
    chroma.read = lambda raw: (threads.append(threading.current_thread() is threading.main_thread()), read(raw))[1]  # type: ignore[method-assign]
    for size in (10, 40_000):
        body = orjson.dumps({"ids": ["a"], "embeddings": [[0.123456789] * size], "documents": ["x"]})
        call = await classify._read(chroma, Raw("POST", PATH.replace("/delete", "/upsert"), JSON, body))
        assert call.body == body
    assert threads == [True, False]
