"""What operation is this? What is sent later is what was read here."""

import pytest

from support.gates import Calls, FakeGate, exchange, flow
from vecgate.errors import CallRefused
from vecgate.exchange import Raw
from vecgate.steps.classify import Classify
from vecgate.terms import Call, Operation


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
