"""What operation is this? What is sent later is what was read here."""

import threading

import orjson
import pytest

from support.fakes.gates import PATH, FakeGate, exchange, flow
from vecgate import dialects
from vecgate.domain.exchange import Raw
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
        await Classify(FakeGate()).on_request(found, shown)
    assert found.operation is None
    assert shown.request.path == "/-"


async def test_a_listed_route_is_read_into_its_canonical_form() -> None:
    found, shown = asking("/api/v2/heartbeat"), flow()
    assert await Classify(FakeGate()).on_request(found, shown) is None
    assert found.operation is not None
    assert found.operation.kind == "health"
    assert shown.request.path == "/-", "a name in it may be personal: it is shown once it is masked"


async def test_a_large_body_is_read_beside_the_loop() -> None:
    chroma, threads = dialects.load("chroma"), list[bool]()
    read = chroma.read
    chroma.read = lambda raw: (threads.append(threading.current_thread() is threading.main_thread()), read(raw))[1]  # type: ignore[method-assign]
    for size in (10, 40_000):
        body = orjson.dumps({"ids": ["a"], "embeddings": [[0.123456789] * size], "documents": ["x"]})
        call = await classify._read(chroma, Raw("POST", PATH.replace("/delete", "/upsert"), JSON, body))
        assert call.body == body
    assert threads == [True, False]


@pytest.mark.parametrize(
    ("body", "beside"),
    [
        (b'{"filter":"%b"}' % (b"a" * 3000), False),
        (b'{"filter":"a in [%b]"}' % (b"1," * 4000), True),  # as numbers they would be read in no time
        (b'{"vector":[%b1]}' % (b"0.1234567," * 4000), False),
        (b'{"vector":[%b1]}' % (b"0.1234567," * 6000), True),
        (b'{"a":"\\"","filter":"%b"}' % (b"a or " * 1000), True),  # whoever moves the ends of texts about gains nothing
        (b'{"query":"%b' % (b"{Get" * 2000), True),
        (b"[%b1]" % (b'"",' * 2000), True),
    ],
)
def test_what_takes_long_is_seen_by_its_texts_before_it_is_read(body: bytes, *, beside: bool) -> None:
    assert classify._takes_long(body) == beside
