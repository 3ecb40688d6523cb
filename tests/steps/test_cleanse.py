"""What a rule says nothing of goes in as it came."""

from support.fakes.gates import CALL, FakeGate, FakePart, exchange, flow
from vecgate.masking.inputs.write_back import WriteBack
from vecgate.steps.cleanse import Cleanse


async def test_where_nothing_is_asked_for_the_call_stays_the_same() -> None:
    found = exchange()
    assert await Cleanse(FakeGate(write_back=WriteBack(), policies=FakePart())).on_request(found, flow()) is None  # type: ignore[arg-type]
    assert found.call is CALL
